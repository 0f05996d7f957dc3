/* read.c - what a session asks about its mailboxes, as packed records. */

#include "worker.h"

#include "schema.h"

enum {
	INDEX_RECORD = 16,
	MESSAGE_RECORD = 40,	/* without its data */
	WALK_MIN = 8,		/* messages that are worth a statement */
};

static bool
is_full(const struct buf *out, size_t need)
{
	return out->len + need > READ_CHUNK;
}

/* Its modseq; false: it is not the account's. */
static bool
modseq_of(struct sql *db, uint64_t account, uint64_t mailbox, uint64_t *n)
{
	return sql_number(db, n, "SELECT modseq FROM mailboxes WHERE id = ?"
	    " AND account = ?", "uu", mailbox, account) == SQL_ROW;
}

static bool
owns(struct sql *db, uint64_t account, uint64_t mailbox)
{
	uint64_t modseq;

	return modseq_of(db, account, mailbox, &modseq);
}

static enum verdict
verdict_of(enum sql_status s)
{
	return s == SQL_DONE ? VERDICT_YES : VERDICT_LATER;
}

enum verdict
read_list(struct sql *db, uint64_t account, struct buf *out)
{
	struct sqlite3_stmt *q = sql_bind(db, "SELECT id, uidvalidity,"
	    " uidnext, modseq, messages, unseen, octets, special, subscribed,"
	    " name, recent, born, changed FROM mailboxes"
	    " WHERE account = ?1 UNION ALL SELECT 0, 0, 0, 0, 0, 0, 0, 0, 1,"
	    " name, 0, 0, 0 FROM subscriptions WHERE account = ?1"
	    " ORDER BY name", "u", account);
	enum sql_status s;

	while ((s = sql_step(q)) == SQL_ROW) {
		struct str name = sql_str(q, 9);

		field_put_u64(out, sql_u64(q, 0));
		field_put_u32(out, sql_u32(q, 1));
		field_put_u32(out, sql_u32(q, 2));
		field_put_u64(out, sql_u64(q, 3));
		field_put_u32(out, sql_u32(q, 4));
		field_put_u32(out, sql_u32(q, 5));
		field_put_u64(out, sql_u64(q, 6));
		field_put_u32(out, sql_u32(q, 7));
		field_put_u32(out, sql_u32(q, 8));
		field_put_u32(out, sql_u32(q, 10));
		field_put_u64(out, sql_u64(q, 11));
		field_put_u64(out, sql_u64(q, 12));
		field_put_str(out, name);
	}
	sql_end(q);
	return verdict_of(s);
}

enum verdict
read_index(struct sql *db, uint64_t account, const struct msg_read_index *m,
    struct buf *out, bool *more)
{
	struct sqlite3_stmt *q;
	enum sql_status s;
	uint64_t modseq;

	if (!modseq_of(db, account, m->mailbox, &modseq))
		return VERDICT_NO;
	if (modseq <= m->since)	/* without a look at each message */
		return VERDICT_YES;
	q = sql_bind(db, "SELECT uid, flags, modseq FROM messages"
	    " WHERE mailbox = ? AND uid >= ? AND modseq > ? ORDER BY uid",
	    "uuu", m->mailbox, (uint64_t)m->from, m->since);
	while ((s = sql_step(q)) == SQL_ROW) {
		*more = is_full(out, INDEX_RECORD);
		if (*more)
			break;
		field_put_u32(out, sql_u32(q, 0));
		field_put_u32(out, sql_u32(q, 1));
		field_put_u64(out, sql_u64(q, 2));
	}
	sql_end(q);
	return *more ? VERDICT_YES : verdict_of(s);
}

enum verdict
read_vanished(struct sql *db, uint64_t account,
    const struct msg_read_index *m, struct buf *out, bool *more)
{
	struct sqlite3_stmt *q;
	enum sql_status s;
	uint64_t modseq;

	if (!modseq_of(db, account, m->mailbox, &modseq))
		return VERDICT_NO;
	if (modseq <= m->since)	/* without a look at each message */
		return VERDICT_YES;
	q = sql_bind(db, "SELECT uid FROM expunged WHERE mailbox = ?"
	    " AND modseq > ? AND uid >= ? ORDER BY uid", "uuu", m->mailbox,
	    m->since, (uint64_t)m->from);
	while ((s = sql_step(q)) == SQL_ROW) {
		*more = is_full(out, 4);
		if (*more)
			break;
		field_put_u32(out, sql_u32(q, 0));
	}
	sql_end(q);
	return *more ? VERDICT_YES : verdict_of(s);
}

/* A bit that has no name any more keeps its place. */
enum verdict
read_names(struct sql *db, uint64_t mailbox, struct buf *out)
{
	struct sqlite3_stmt *q = sql_bind(db, "SELECT bit, name FROM keywords"
	    " WHERE mailbox = ? ORDER BY bit", "u", mailbox);
	enum sql_status s;
	uint32_t next = FLAG_KEYWORD_SHIFT;

	while ((s = sql_step(q)) == SQL_ROW) {
		struct str name = sql_str(q, 1);

		for (; next < sql_u32(q, 0); next++)
			field_put_u32(out, 0);
		field_put_str(out, name);
		next++;
	}
	sql_end(q);
	return verdict_of(s);
}

enum verdict
read_keywords(struct sql *db, uint64_t account,
    const struct msg_read_index *m, struct buf *out)
{
	return owns(db, account, m->mailbox) ?
	    read_names(db, m->mailbox, out) : VERDICT_NO;
}

/* The part of a message's octets that is asked for: [at, end). */
struct window {
	uint64_t at, end;
};

static void
copy(struct buf *out, const struct window *w, uint64_t start, struct str data)
{
	uint64_t from = w->at > start ? w->at - start : 0;
	uint64_t to = w->end > start ? w->end - start : 0;

	if (to > data.len)
		to = data.len;
	if (from < to)
		buf_add(out, (struct str){ data.ptr + from,
		    (size_t)(to - from) });
}

/* heads is asked only for what lies before head_len, chunks for the rest. */
static enum sql_status
add_data(struct sql *db, uint64_t body, uint64_t head_len,
    const struct window *w, struct buf *out)
{
	struct sqlite3_stmt *q;
	enum sql_status s = SQL_DONE;
	uint64_t first;

	if (w->at < head_len && w->at < w->end) {
		q = sql_bind(db, "SELECT head FROM heads WHERE body = ?", "u",
		    body);
		s = sql_step(q);
		if (s == SQL_ROW)
			copy(out, w, 0, sql_str(q, 0));
		sql_end(q);
		s = s == SQL_ROW ? SQL_DONE : SQL_CORRUPT;
	}
	if (s != SQL_DONE || w->end <= head_len)
		return s;
	first = w->at > head_len ? (w->at - head_len) / CHUNK_OCTETS : 0;
	q = sql_bind(db, "SELECT id, data FROM chunks WHERE id >= ?"
	    " AND id <= ? ORDER BY id", "uu", body << CHUNK_BITS | first,
	    body << CHUNK_BITS | (w->end - head_len - 1) / CHUNK_OCTETS);
	while ((s = sql_step(q)) == SQL_ROW)
		copy(out, w, head_len + (sql_u64(q, 0) -
		    (body << CHUNK_BITS)) * CHUNK_OCTETS, sql_str(q, 1));
	sql_end(q);
	return s;
}

struct row {
	uint32_t uid, flags, head_len;
	uint64_t modseq, size, date, body;
	struct str head;	/* if it came along; until the next row */
};

/*
 * Rows by uid, ascending.  Where many that lie close together are asked for,
 * one statement walks over them, with their heads if these are wanted.
 */
struct rows {
	struct sql *db;
	uint64_t mailbox;
	bool heads;
	struct sqlite3_stmt *walk;	/* NULL: none, or it is at its end */
	uint32_t last;			/* the walk's */
	struct row next;		/* of the walk; uid 0: not stepped */
};

#define COLUMNS "SELECT uid, flags, modseq, messages.size, date, head_len, "

static struct row
row_of(struct sqlite3_stmt *q)
{
	return (struct row){ .uid = sql_u32(q, 0), .flags = sql_u32(q, 1),
	    .modseq = sql_u64(q, 2), .size = sql_u64(q, 3),
	    .date = sql_u64(q, 4), .head_len = sql_u32(q, 5),
	    .body = sql_u64(q, 6) };
}

static enum sql_status
row_load(struct rows *x, uint32_t uid, struct row *r)
{
	struct sqlite3_stmt *q = sql_bind(x->db, COLUMNS "body FROM messages"
	    " WHERE mailbox = ? AND uid = ?", "uu", x->mailbox,
	    (uint64_t)uid);
	enum sql_status s = sql_step(q);

	if (s == SQL_ROW)
		*r = row_of(q);
	sql_end(q);
	return s;
}

/* Are enough of the next uids close together?  rest: those after uid. */
static void
walk_begin(struct rows *x, uint32_t uid, struct str rest)
{
	size_t n = rest.len / 4;

	x->last = 0;
	if (n < WALK_MIN)
		return;
	rest.ptr += (n - 1) * 4;
	rest.len = 4;
	if (!field_take_u32(&rest, &x->last) || x->last < uid ||
	    x->last - uid > 2 * n) {
		x->last = 0;
		return;
	}
	x->walk = x->heads ? sql_bind(x->db, COLUMNS "messages.body, head"
	    " FROM messages CROSS JOIN heads ON heads.body = messages.body"
	    " WHERE mailbox = ? AND uid >= ? AND uid <= ? ORDER BY uid",
	    "uuu", x->mailbox, (uint64_t)uid, (uint64_t)x->last) :
	    sql_bind(x->db, COLUMNS "body FROM messages WHERE mailbox = ?"
	    " AND uid >= ? AND uid <= ? ORDER BY uid", "uuu", x->mailbox,
	    (uint64_t)uid, (uint64_t)x->last);
	x->next.uid = 0;
	if (x->walk == NULL)
		x->last = 0;	/* one by one, then */
}

static void
walk_end(struct rows *x)
{
	sql_end(x->walk);
	x->walk = NULL;
}

static enum sql_status
walk_to(struct rows *x, uint32_t uid, struct row *r)
{
	enum sql_status s;

	while (x->next.uid < uid) {
		s = sql_step(x->walk);
		if (s != SQL_ROW) {
			walk_end(x);
			return s;
		}
		x->next = row_of(x->walk);
		if (x->heads)
			x->next.head = sql_str(x->walk, 7);
	}
	*r = x->next;
	return r->uid == uid ? SQL_ROW : SQL_DONE;
}

static enum sql_status
rows_find(struct rows *x, uint32_t uid, struct str rest, struct row *r)
{
	if (x->walk == NULL && uid > x->last)
		walk_begin(x, uid, rest);
	if (x->walk != NULL)
		return walk_to(x, uid, r);
	/* the walk has come to its end, and there are none any more */
	return uid <= x->last ? SQL_DONE : row_load(x, uid, r);
}

static struct window
window_of(const struct msg_read_messages *m, const struct row *r)
{
	uint64_t all = m->what == READ_HEAD ? r->head_len :
	    m->what == READ_BODY ? r->size : 0;
	struct window w = { m->offset < all ? m->offset : all, all };

	if (m->length > 0 && m->length < w.end - w.at)
		w.end = w.at + m->length;
	return w;
}

static void
put_row(struct buf *out, const struct row *r, uint64_t length)
{
	field_put_u32(out, r->uid);
	field_put_u32(out, r->flags);
	field_put_u64(out, r->modseq);
	field_put_u64(out, r->size);
	field_put_u64(out, r->date);
	field_put_u32(out, r->head_len);
	field_put_u32(out, (uint32_t)length);
}

/* One record; cut short where the answer is full, and then *more. */
static enum sql_status
put_message(struct sql *db, const struct msg_read_messages *m,
    const struct row *r, struct buf *out, bool *more)
{
	struct window w = window_of(m, r);
	uint64_t room;
	enum sql_status s;
	size_t before;

	/* not even a header's worth of it: with the next answer */
	*more = is_full(out, MESSAGE_RECORD + (w.end > w.at));
	if (*more)
		return SQL_DONE;
	room = READ_CHUNK - out->len - MESSAGE_RECORD;
	if (w.end - w.at > room) {
		w.end = w.at + room;
		*more = true;
	}
	put_row(out, r, w.end - w.at);
	before = out->len;
	s = SQL_DONE;
	if (r->head.len > 0)
		copy(out, &w, 0, r->head);
	else if (w.end > w.at)
		s = add_data(db, r->body, r->head_len, &w, out);
	if (s == SQL_DONE && out->len - before != w.end - w.at)
		s = SQL_CORRUPT;
	return s;
}

enum verdict
read_messages(struct sql *db, uint64_t account,
    const struct msg_read_messages *m, struct buf *out, bool *more)
{
	struct rows rows = { .db = db, .mailbox = m->mailbox,
	    .heads = m->what == READ_HEAD };
	struct str uids = m->uids;
	enum sql_status s = SQL_DONE;
	uint32_t uid;

	if (m->what > READ_BODY || !owns(db, account, m->mailbox))
		return VERDICT_NO;
	while (!*more && s == SQL_DONE && field_take_u32(&uids, &uid)) {
		struct row r;

		s = rows_find(&rows, uid, uids, &r);
		if (s == SQL_ROW)
			s = put_message(db, m, &r, out, more);
	}
	walk_end(&rows);
	return s == SQL_DONE ? VERDICT_YES : VERDICT_LATER;
}

enum verdict
read_quota(struct sql *db, uint64_t account, const struct msg_read_quota *m,
    struct buf *out)
{
	struct sqlite3_stmt *q = sql_bind(db, "SELECT (SELECT coalesce("
	    "sum(octets), 0) FROM mailboxes WHERE account = ?1), quota,"
	    " (SELECT coalesce(sum(size), 0) FROM messages WHERE mailbox = ?2"
	    " AND flags & 8) FROM accounts WHERE id = ?1", "uu", account,
	    m->mailbox);
	enum sql_status s;

	if (m->mailbox != 0 && !owns(db, account, m->mailbox)) {
		sql_end(q);
		return VERDICT_NO;
	}
	s = sql_step(q);
	for (int i = 0; s == SQL_ROW && i < 3; i++)
		field_put_u64(out, sql_u64(q, i));
	sql_end(q);
	return s == SQL_ROW ? VERDICT_YES : VERDICT_LATER;
}
