/*
 * read_open.c - what SELECT tells of a mailbox.
 *
 * The store counts its messages, not where among them one stands: the first
 * that is unseen and the first that is \Recent are looked for from both ends
 * at once.  In most mailboxes both are near one of them.
 */

#include "worker.h"

struct box {
	uint64_t id;
	uint32_t messages, unseen, uidnext, recent;
};

struct found {
	uint32_t unseen;	/* number of the first; 0: none */
	uint32_t recent;	/* how many are */
	bool has_unseen, has_recent;
};

/* The n-th of all. */
static void
look_first(struct found *f, const struct box *b, struct sqlite3_stmt *q,
    uint32_t n)
{
	if (!f->has_unseen && (sql_u32(q, 1) & FLAG_SEEN) == 0) {
		f->unseen = n;
		f->has_unseen = true;
	}
	if (!f->has_recent && sql_u32(q, 0) >= b->recent) {
		f->recent = b->messages - (n - 1);
		f->has_recent = true;
	}
}

/* The n-th from the end; *left: unseen ones that have not come by. */
static void
look_last(struct found *f, const struct box *b, struct sqlite3_stmt *q,
    uint32_t n, uint32_t *left)
{
	if (!f->has_unseen && (sql_u32(q, 1) & FLAG_SEEN) == 0 &&
	    --*left == 0) {
		f->unseen = b->messages - n + 1;
		f->has_unseen = true;
	}
	if (!f->has_recent && sql_u32(q, 0) < b->recent) {
		f->recent = n - 1;
		f->has_recent = true;
	}
}

static enum sql_status
look(struct sql *db, const struct box *b, struct found *f)
{
	struct sqlite3_stmt *up, *down;
	enum sql_status s = SQL_ROW;
	uint32_t left = b->unseen;

	*f = (struct found){ .has_unseen = b->unseen == 0,
	    .has_recent = b->recent >= b->uidnext };
	if (f->has_unseen && f->has_recent)
		return SQL_DONE;
	up = sql_bind(db, "SELECT uid, flags FROM messages"
	    " WHERE mailbox = ? ORDER BY uid", "u", b->id);
	down = sql_bind(db, "SELECT uid, flags FROM messages"
	    " WHERE mailbox = ? ORDER BY uid DESC", "u", b->id);
	for (uint32_t n = 1; !(f->has_unseen && f->has_recent); n++) {
		s = sql_step(up);
		if (s != SQL_ROW)
			break;
		look_first(f, b, up, n);
		s = sql_step(down);
		if (s != SQL_ROW)
			break;
		look_last(f, b, down, n, &left);
	}
	sql_end(up);
	sql_end(down);
	return s == SQL_ROW ? SQL_DONE : s;
}

enum verdict
read_open(struct sql *db, uint64_t account, const struct msg_read_open *m,
    struct buf *out)
{
	struct sqlite3_stmt *q = sql_bind(db, "SELECT id, uidvalidity,"
	    " uidnext, modseq, messages, unseen, recent FROM mailboxes"
	    " WHERE account = ? AND name = ?", "ut", account, m->name);
	enum sql_status s = sql_step(q);
	struct box b = { .id = sql_u64(q, 0), .uidnext = sql_u32(q, 2),
	    .messages = sql_u32(q, 4), .unseen = sql_u32(q, 5),
	    .recent = sql_u32(q, 6) };
	struct found f;

	if (s == SQL_ROW) {
		field_put_u64(out, b.id);
		field_put_u32(out, sql_u32(q, 1));
		field_put_u32(out, b.uidnext);
		field_put_u64(out, sql_u64(q, 3));
		field_put_u32(out, b.messages);
		field_put_u32(out, b.recent);
	}
	sql_end(q);
	if (s != SQL_ROW)
		return s == SQL_DONE ? VERDICT_NO : VERDICT_LATER;
	if (look(db, &b, &f) != SQL_DONE)
		return VERDICT_LATER;
	field_put_u32(out, f.recent);
	field_put_u32(out, f.unseen);
	return read_names(db, b.id, out);
}
