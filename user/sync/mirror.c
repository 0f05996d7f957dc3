/* mirror.c - the channels of the mirror's one account. */

#include "sync/sync.h"

#include <unistd.h>

static char wire[IPC_MAX];

void
mirror_drop(struct sync *s)
{
	if (s->reader >= 0)
		close(s->reader);
	if (s->writer >= 0)
		close(s->writer);
	s->reader = s->writer = -1;
}

bool
mirror_bind(struct sync *s)
{
	struct msg_store_bind m = { .id = ++s->last_id,
	    .kind = BIND_MIRROR };
	struct msg_store_bound is;
	struct chan_msg in;

	if (s->writer >= 0)
		return true;
	if (s->store < 0 || chan_put(s->store, msg_store, STORE_TYPES,
	    STORE_BIND, &m, NULL, 0) != CHAN_OK)
		return false;
	if (chan_get(s->store, wire, msg_store, STORE_TYPES, &is, &in) !=
	    STORE_BOUND)
		return false;
	s->reader = in.fds[0];
	s->writer = in.fds[1];
	return true;
}

static bool
lost(struct sync *s)
{
	mirror_drop(s);
	return false;
}

bool
mirror_read(struct sync *s, enum msg_read type, const void *msg, bool *more)
{
	struct reading a;
	bool ok;

	buf_clear(&s->answer);
	if (s->reader < 0 || chan_put(s->reader, msg_read, READ_TYPES, type,
	    msg, NULL, 0) != CHAN_OK || !reading_take(s->reader, wire, &a))
		return lost(s);
	buf_add(&s->answer, a.data);
	*more = a.more;
	ok = a.verdict == VERDICT_YES && !s->answer.failed;
	reading_end(&a);
	return ok;
}

bool
mirror_write(struct sync *s, enum msg_write type, const void *msg, int fd,
    enum msg_write want, union msg_written *m)
{
	if (s->writer < 0 || chan_put(s->writer, msg_write, WRITE_TYPES, type,
	    msg, &fd, fd >= 0) != CHAN_OK)
		return lost(s);
	return mirror_answer(s, want, m);
}

bool
mirror_answer(struct sync *s, enum msg_write want, union msg_written *m)
{
	struct chan_msg in;

	for (;;) {
		int got = chan_get(s->writer, wire, msg_write, WRITE_TYPES, m,
		    &in);

		if (got == (int)want)
			return true;
		/* a watch of before this round has no news */
		if (got != WRITE_CHANGED)
			return lost(s);
	}
}

int
mirror_said(struct sync *s, union msg_written *m)
{
	struct chan_msg in;
	int type;

	for (;;) {
		switch (s->writer < 0 ? CHAN_GONE : chan_recv(s->writer,
		    false, wire, &in)) {
		case CHAN_AGAIN:
			return 0;
		case CHAN_GONE:
			return -1;
		case CHAN_OK:
			break;
		}
		type = field_get(msg_write, WRITE_TYPES, in.wire, m);
		if (type >= 0 && in.nfds != 0)
			type = -1;
		chan_close_fds(&in);
		if (type != WRITE_CHANGED)
			return type;
	}
}

bool
mirror_state(struct sync *s, uint64_t *modseq)
{
	struct str in;
	bool more;

	if (!mirror_read(s, READ_STATE, NULL, &more))
		return false;
	in = buf_str(&s->answer);
	return field_take_u64(&in, modseq);
}

bool
mirror_watch(struct sync *s)
{
	struct msg_write_watch m = { 0 };

	if (!mirror_state(s, &m.modseq))
		return false;
	return chan_put(s->writer, msg_write, WRITE_TYPES, WRITE_WATCH_ALL,
	    &m, NULL, 0) == CHAN_OK || lost(s);
}

bool
mirror_remotes(struct sync *s, const struct msg_read_remotes *m, bool *more)
{
	return mirror_read(s, READ_REMOTES, m, more);
}

bool
remote_take(struct str *in, struct remote *r)
{
	return field_take_u64(in, &r->email) &&
	    field_take_u64(in, &r->mailbox) && field_take_u32(in, &r->uid) &&
	    field_take_u32(in, &r->flags) && field_take_u64(in, &r->size) &&
	    field_take_str(in, &r->keywords) && field_take_str(in, &r->id) &&
	    field_take_str(in, &r->value);
}

bool
mirror_keep(struct sync *s, struct str id, uint64_t email, struct str value)
{
	return mirror_adopt(s, id, email, value, STR(""));
}

bool
mirror_adopt(struct sync *s, struct str id, uint64_t email, struct str value,
    struct str note)
{
	struct msg_write_remote m = { email, 0, id, value, note };
	union msg_written w;

	return mirror_write(s, WRITE_REMOTE, &m, -1, WRITE_DONE, &w) &&
	    w.done.verdict == VERDICT_YES;
}

bool
mirror_forget(struct sync *s, struct str id)
{
	struct msg_write_remote m = { 0, REMOTE_DROP, id, STR(""), STR("") };
	union msg_written w;

	return mirror_write(s, WRITE_REMOTE, &m, -1, WRITE_DONE, &w) &&
	    w.done.verdict == VERDICT_YES;
}

bool
mirror_anew(struct sync *s, struct str id, struct str value)
{
	struct msg_write_remote m = { 0, REMOTE_ANEW, id, value, STR("") };
	union msg_written w;

	return mirror_write(s, WRITE_REMOTE, &m, -1, WRITE_DONE, &w) &&
	    w.done.verdict == VERDICT_YES;
}

bool
mirror_note(struct sync *s, const char *name, struct buf *out)
{
	struct msg_read_remotes m = { .what = REMOTES_OF };
	struct remote r;
	struct buf ids;
	struct str in;
	bool more, ok;

	buf_init(&ids, 512);
	field_put_str(&ids, from_c(name));
	m.ids = buf_str(&ids);
	ok = mirror_remotes(s, &m, &more);
	buf_free(&ids);
	buf_clear(out);
	in = buf_str(&s->answer);
	if (ok && remote_take(&in, &r))
		buf_add(out, r.value);
	return ok;
}

/* The record of a message, from its data on. */
static bool
take_message(struct str *in, uint64_t *date, uint64_t *size, struct str *data)
{
	uint64_t n;
	uint32_t u;

	return field_take_u32(in, &u) && field_take_u32(in, &u) &&
	    field_take_u64(in, &n) && field_take_u64(in, size) &&
	    field_take_u64(in, date) && field_take_u32(in, &u) &&
	    field_take_str(in, data);
}

bool
mirror_message(struct sync *s, uint64_t mailbox, uint32_t uid,
    struct buf *out, uint64_t *date, bool *there)
{
	struct msg_read_messages m = { .mailbox = mailbox,
	    .what = READ_BODY };
	uint64_t size = 1;
	struct str in, data;
	struct buf uids;
	bool more, ok = true;

	buf_init(&uids, 8);
	field_put_u32(&uids, uid);
	m.uids = buf_str(&uids);
	buf_clear(out);
	*there = true;
	while (ok && *there && out->len < size) {
		m.offset = out->len;
		ok = mirror_read(s, READ_MESSAGES, &m, &more);
		in = buf_str(&s->answer);
		*there = ok && take_message(&in, date, &size, &data) &&
		    data.len > 0;
		if (*there)
			buf_add(out, data);
		ok = ok && !out->failed;
	}
	buf_free(&uids);
	return ok;
}
