/*
 * reader.c - a read-only worker: answers sessions from a snapshot.
 *
 * A process of its own with its own connection, which cannot write.  Its
 * channels come from the writer, each bound to an account (peer.id): whatever
 * a session asks is asked for that account's mailboxes alone.
 */

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "store.h"

enum { ANSWER_MAX = READ_CHUNK + (64 << 10), UIDS_IN_INDEX = 1 << 16 };

static const char list[] =
    "SELECT id, uidvalidity, uidnext, modseq, messages, unseen, octets, "
    "special, subscribed, name FROM mailbox WHERE account = ?1 ORDER BY name";
static const char owned[] =
    "SELECT count(*) FROM mailbox WHERE id = ?1 AND account = ?2";
static const char index_all[] =
    "SELECT uid, flags, modseq FROM message "
    "WHERE mailbox = ?1 AND uid >= ?2 ORDER BY uid";
static const char index_since[] =
    "SELECT uid, flags, modseq FROM message "
    "WHERE mailbox = ?1 AND modseq > ?3 AND uid >= ?2 ORDER BY uid";
static const char vanished[] =
    "SELECT uid FROM expunged WHERE mailbox = ?1 AND modseq > ?3 "
    "AND uid >= ?2 ORDER BY uid";
static const char keywords[] =
    "SELECT name FROM keyword WHERE mailbox = ?1 ORDER BY bit";
static const char one[] =
    "SELECT uid, flags, modseq, size, date, head_len, body FROM message "
    "WHERE mailbox = ?1 AND uid = ?2";
static const char get_head[] = "SELECT data FROM head WHERE body = ?1";
static const char get_chunk[] = "SELECT data FROM chunk WHERE id = ?1";

static struct role reader_role;

struct answer {
	struct buf data;
	bool more;
	uint32_t verdict;
};

/* Short ones inline, long ones in a memfd. */
static void
send_answer(struct role *r, struct peer *p, struct answer *a)
{
	struct msg_read_inline in = { a->verdict, a->more, buf_str(&a->data) };
	struct msg_read_answer m = { a->verdict, a->more, a->data.len };
	int want = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW, fd;

	if (a->data.len <= READ_INLINE_MAX) {
		serve_send(r, p, msg_read, READ_TYPES, READ_INLINE, &in, NULL,
		    0);
		return;
	}
	fd = memfd_create("answer", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0 || write(fd, a->data.ptr, a->data.len) !=
	    (ssize_t)a->data.len || fcntl(fd, F_ADD_SEALS, want) != 0) {
		in = (struct msg_read_inline){ VERDICT_LATER, 0, STR("") };
		serve_send(r, p, msg_read, READ_TYPES, READ_INLINE, &in, NULL,
		    0);
	} else {
		serve_send(r, p, msg_read, READ_TYPES, READ_DATA, &m, &fd, 1);
	}
	if (fd >= 0)
		close(fd);
}

static void
put_str(struct buf *out, struct str s)
{
	field_put_u32(out, (uint32_t)s.len);
	buf_add(out, s);
}

static void
read_list(uint64_t account, struct answer *a)
{
	struct sqlite3_stmt *q = sql_bind(&store.db, list, "u", account);

	while (sql_step(q) == SQL_ROW) {
		field_put_u64(&a->data, sql_u64(q, 0));
		field_put_u32(&a->data, sql_u32(q, 1));
		field_put_u32(&a->data, sql_u32(q, 2));
		field_put_u64(&a->data, sql_u64(q, 3));
		field_put_u32(&a->data, sql_u32(q, 4));
		field_put_u32(&a->data, sql_u32(q, 5));
		field_put_u64(&a->data, sql_u64(q, 6));
		field_put_u32(&a->data, sql_u32(q, 7));
		field_put_u32(&a->data, sql_u32(q, 8));
		put_str(&a->data, sql_str(q, 9));
	}
	sql_end(q);
}

/* INDEX and VANISHED: numbers by uid. */
static void
read_numbers(const char *text, const struct msg_read_index *m, bool flags,
    struct answer *a)
{
	struct sqlite3_stmt *q = text == index_all ?
	    sql_bind(&store.db, text, "uu", m->mailbox, (uint64_t)m->from) :
	    sql_bind(&store.db, text, "uuu", m->mailbox, (uint64_t)m->from,
	    m->since);

	while (sql_step(q) == SQL_ROW) {
		if (a->data.len >= READ_CHUNK) {
			a->more = true;
			break;
		}
		field_put_u32(&a->data, sql_u32(q, 0));
		if (!flags)
			continue;
		field_put_u32(&a->data, sql_u32(q, 1));
		field_put_u64(&a->data, sql_u64(q, 2));
	}
	sql_end(q);
}

static void
read_keywords(uint64_t mailbox, struct answer *a)
{
	struct sqlite3_stmt *q = sql_bind(&store.db, keywords, "u", mailbox);

	while (sql_step(q) == SQL_ROW)
		put_str(&a->data, sql_str(q, 0));
	sql_end(q);
}

struct piece {
	uint64_t from, to;	/* of the message, wanted */
	size_t room;
};

/* That part of data, which stands at `at` in the message, that is wanted. */
static void
add_wanted(struct buf *out, struct str data, uint64_t at, struct piece *w)
{
	uint64_t from = w->from > at ? w->from - at : 0;
	uint64_t to = w->to < at + data.len ? w->to - at : data.len;

	if (w->to <= at || from >= to)
		return;
	if (to - from > w->room)
		to = from + w->room;
	buf_add_mem(out, data.ptr + from, (size_t)(to - from));
	w->room -= (size_t)(to - from);
}

static void
add_blob(const char *text, uint64_t id, uint64_t at, struct piece *w,
    struct buf *out)
{
	struct sqlite3_stmt *q = sql_bind(&store.db, text, "u", id);

	if (sql_step(q) == SQL_ROW)
		add_wanted(out, sql_str(q, 0), at, w);
	sql_end(q);
}

static void
add_data(struct buf *out, struct piece *w, uint64_t body, uint64_t head_len)
{
	uint64_t n = w->from > head_len ? (w->from - head_len) / CHUNK_OCTETS :
	    0;

	if (w->from < head_len && w->room > 0)
		add_blob(get_head, body, 0, w, out);
	for (; w->room > 0 && head_len + n * CHUNK_OCTETS < w->to; n++)
		add_blob(get_chunk, body << CHUNK_SHIFT | n,
		    head_len + n * CHUNK_OCTETS, w, out);
}

/* One record; false when there is no room for one more. */
static bool
add_message(const struct msg_read_messages *m, uint32_t uid, struct answer *a)
{
	struct sqlite3_stmt *q = sql_bind(&store.db, one, "uu", m->mailbox,
	    (uint64_t)uid);
	struct buf *out = &a->data;
	size_t length_at;
	struct piece w;
	uint64_t v[7];

	if (sql_step(q) != SQL_ROW) {
		sql_end(q);
		return true;
	}
	for (int i = 0; i < 7; i++)
		v[i] = sql_u64(q, i);
	sql_end(q);
	w.to = m->what == READ_META ? 0 : m->what == READ_HEAD ? v[5] : v[3];
	w.from = m->offset < w.to ? m->offset : w.to;
	if (m->length > 0 && w.to - w.from > m->length)
		w.to = w.from + m->length;
	w.room = out->len < READ_CHUNK ? READ_CHUNK - out->len : 0;
	if (out->len > 0 && w.to - w.from > w.room)
		return false;
	field_put_u32(out, (uint32_t)v[0]);
	field_put_u32(out, (uint32_t)v[1]);
	field_put_u64(out, v[2]);
	field_put_u64(out, v[3]);
	field_put_u64(out, v[4]);
	field_put_u32(out, (uint32_t)v[5]);
	length_at = out->len;
	field_put_u32(out, 0);
	add_data(out, &w, v[6], v[5]);
	for (int i = 0; i < 4; i++)
		out->ptr[length_at + (size_t)i] =
		    (char)((out->len - length_at - 4) >> (8 * i) & 0xff);
	return true;
}

static void
read_messages(const struct msg_read_messages *m, struct answer *a)
{
	struct str uids = m->uids;
	uint32_t uid;

	while (field_take_u32(&uids, &uid))
		if (a->data.len >= READ_CHUNK || !add_message(m, uid, a)) {
			a->more = true;
			return;
		}
}

static bool
is_owned(uint64_t mailbox, uint64_t account)
{
	uint64_t n = 0;

	(void)sql_number(&store.db, &n, owned, "uu", mailbox, account);
	return n > 0;
}

/* All of an answer comes from one snapshot. */
static bool
on_message(struct role *r, struct peer *p, struct chan_msg *in)
{
	union {
		struct msg_read_index index;
		struct msg_read_messages messages;
	} m;
	int type = field_get(msg_read, READ_TYPES, in->wire, &m);
	struct answer a = { .verdict = VERDICT_YES };

	if (!p->child || type < READ_LIST || type > READ_MESSAGES)
		return false;
	buf_init(&a.data, ANSWER_MAX);
	(void)sql_run(&store.db, "BEGIN", "");
	if (type == READ_LIST)
		read_list(p->id, &a);
	else if (!is_owned(type == READ_MESSAGES ? m.messages.mailbox :
	    m.index.mailbox, p->id))
		a.verdict = VERDICT_NO;
	else if (type == READ_MESSAGES)
		read_messages(&m.messages, &a);
	else if (type == READ_KEYWORDS)
		read_keywords(m.index.mailbox, &a);
	else if (type == READ_VANISHED)
		read_numbers(vanished, &m.index, false, &a);
	else
		read_numbers(m.index.since > 0 ? index_since : index_all,
		    &m.index, true, &a);
	(void)sql_run(&store.db, "COMMIT", "");
	if (a.data.failed)
		a.verdict = VERDICT_LATER;
	send_answer(r, p, &a);
	buf_free(&a.data);
	return true;
}

/* The writer hands over a session's channel: as a master mints a child's. */
static bool
from_writer(struct role *r, struct peer *p, struct chan_msg *in)
{
	static const struct field_msg table[1] = { FIELD_MSG_CHILD };
	struct msg_child m;

	if (p->from != ROLE_PARENT)
		return on_message(r, p, in);
	if (in->nfds != 1 || field_get(table, 1, in->wire, &m) != MSG_CHILD)
		return false;
	in->nfds = 0;
	serve_add(r, in->fds[0], ROLE_IMAPD, true, m.id, STR(""));
	return true;
}

void
reader_run(int channel, const char *path)
{
	static const struct serve_ops ops = { .message = from_writer };
	struct sandbox sandbox = {
		.may = SANDBOX_CHANNELS | SANDBOX_MEMFD | SANDBOX_DATABASE,
		.files = 4096,
		.write_dirs = { store.role->dir },	/* WAL wants its -shm */
	};
	char name[] = "reader";

	reader_role = (struct role){ .id = ROLE_STORE, .parent = channel };
	store.db = (struct sql){ 0 };
	if (sql_open(&store.db, path, SQL_READER) != SQL_DONE)
		log_die("reader-failed", "path=%s", path);
	prctl(PR_SET_NAME, name, 0, 0, 0);
	close(store.role->parent);
	for (size_t i = 0; i < store.role->edges; i++)
		close(store.role->edge[i].fd);
	sandbox_enter(&sandbox);
	serve_run(&reader_role, &ops);
}
