/*
 * index.c - the words by which an email is found (role/index.h).
 *
 * That the mirror keeps no index is no failure.
 */

#include "sync/sync.h"

#include <unistd.h>

#include "role/index.h"

enum { AT_ONCE = 100 };

static char wire[IPC_MAX];

/* *fd is closed; -1: there is nothing to be found. */
static bool
send(struct sync *s, struct msg_write_index *m, uint64_t email, int fd)
{
	bool ok;

	m->email = email;
	if (fd < 0)
		return true;
	ok = s->writer >= 0 && chan_put(s->writer, msg_write, WRITE_TYPES,
	    WRITE_INDEX, m, &fd, 1) == CHAN_OK;
	close(fd);
	return ok;
}

bool
index_send(struct sync *s, uint64_t email, struct str message,
    struct str words, bool *sent)
{
	struct msg_write_index m;
	int fd = index_memfd(message, words, &m);

	*sent = fd >= 0;
	return send(s, &m, email, fd);
}

bool
index_email(struct sync *s, uint64_t email, struct str message)
{
	struct msg_write_index m;
	int fd = index_text(s->open, wire, message, &m);
	union msg_written w;
	bool sent = fd >= 0;

	return send(s, &m, email, fd) &&
	    (!sent || mirror_answer(s, WRITE_DONE, &w));
}

/* Emails whose words are not in the index. */
static bool
not_indexed(struct sync *s, struct buf *ids)
{
	struct msg_read_query m = { .sort = SORT_DATE };
	struct buf filter;
	uint64_t n, email;
	uint32_t found;
	struct str in;
	bool more, ok;

	buf_init(&filter, 64);
	field_put_u32(&filter, COND_INDEXED);
	field_put_u32(&filter, COND_NOR);
	field_put_u32(&filter, 1);
	m.filter = buf_str(&filter);
	ok = mirror_read(s, READ_QUERY, &m, &more);
	buf_free(&filter);
	in = buf_str(&s->answer);
	if (!ok || !field_take_u64(&in, &n) || !field_take_u32(&in, &found))
		return false;
	if (found != QUERY_OK || !field_take_u64(&in, &n) ||
	    !field_take_u64(&in, &n))
		return true;		/* there is no index */
	while (field_take_u64(&in, &email) && field_take_u64(&in, &n))
		field_put_u64(ids, email);
	return !ids->failed;
}

struct place {
	uint64_t email, mailbox;
	uint32_t uid;
};

static bool
take_place(struct str *in, struct place *p)
{
	uint64_t n;
	uint32_t u;

	return field_take_u64(in, &p->email) && field_take_u64(in, &n) &&
	    field_take_u64(in, &p->mailbox) && field_take_u32(in, &p->uid) &&
	    field_take_u32(in, &u) && field_take_u64(in, &n) &&
	    field_take_u64(in, &n) && field_take_u64(in, &n) &&
	    field_take_u32(in, &u);
}

static bool
find_places(struct sync *s, struct str ids, struct place *p, size_t *n)
{
	struct msg_read_emails m = { .ids = ids };
	uint64_t modseq;
	struct str in;
	bool more;

	*n = 0;
	if (!mirror_read(s, READ_EMAILS, &m, &more))
		return false;
	in = buf_str(&s->answer);
	(void)field_take_u64(&in, &modseq);
	while (*n < AT_ONCE && take_place(&in, &p[*n]))
		++*n;
	return true;
}

static bool
index_some(struct sync *s, struct str ids)
{
	struct place place[AT_ONCE];
	struct buf text;
	bool ok, there;
	uint64_t date;
	size_t n;

	ok = find_places(s, ids, place, &n);
	buf_init(&text, AGENT_TEXT_MAX);
	for (size_t i = 0; ok && i < n; i++) {
		ok = mirror_message(s, place[i].mailbox, place[i].uid, &text,
		    &date, &there);
		if (ok && there)
			ok = index_email(s, place[i].email, buf_str(&text));
	}
	buf_free(&text);
	return ok;
}

/* What was brought, or put here by others, when somebody died before it was in
 * the index: once each time that sync begins. */
enum plan_event
index_step(struct sync *s)
{
	static struct buf left;		/* ids, packed */
	struct str some;

	if (s->indexed)
		return PLAN_DONE;
	if (left.limit == 0) {
		buf_init(&left, READ_CHUNK);
		if (!not_indexed(s, &left)) {
			buf_free(&left);
			left.limit = 0;
			return PLAN_LATER;
		}
	}
	some = buf_str(&left);
	if (some.len > AT_ONCE * sizeof(uint64_t))
		some.len = AT_ONCE * sizeof(uint64_t);
	if (some.len > 0 && !index_some(s, some))
		return PLAN_LATER;
	buf_drop(&left, some.len);
	s->indexed = left.len == 0;
	return s->indexed ? PLAN_DONE : PLAN_MORE;
}
