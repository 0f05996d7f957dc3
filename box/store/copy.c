/*
 * copy.c - COPY and MOVE.  RFC 3501, 6.4.7; RFC 6851.
 *
 * Bodies are shared: a copy is a row and a reference more.  All of a request
 * is copied, or nothing.
 */

#include "store.h"

enum { RUN = 512, KEYWORD_BITS = 32 };

struct side {
	uint64_t id, was, modseq, uidnext;	/* was: its modseq before */
	int64_t messages, unseen, octets;	/* what it adds */
	uint32_t validity;
};

struct copying {
	struct store *st;
	bool move;
	uint64_t account, modseq;	/* of this change */
	struct side from, to;
	uint32_t bit[KEYWORD_BITS];	/* of the target, by the source's */
	bool known[KEYWORD_BITS];
	struct buf *ranges;		/* what was copied */
	uint32_t first, last;		/* its last range */
	enum sql_status s;
};

struct row {
	uint32_t uid, flags;
	uint64_t size, date, head_len, body, email, thread;
};

static bool
side_load(struct copying *c, uint64_t id, struct side *x)
{
	struct sqlite3_stmt *q = sql_bind(&c->st->db, "SELECT modseq, uidnext,"
	    " uidvalidity FROM mailboxes WHERE id = ? AND account = ?", "uu",
	    id, c->account);

	c->s = sql_step(q);
	if (c->s == SQL_ROW)
		*x = (struct side){ .id = id, .was = sql_u64(q, 0),
		    .modseq = c->modseq, .uidnext = sql_u64(q, 1),
		    .validity = sql_u32(q, 2) };
	sql_end(q);
	return c->s == SQL_ROW;
}

static void
side_save(struct copying *c, const struct side *x)
{
	if (c->s == SQL_DONE)
		c->s = sql_run(&c->st->db, "UPDATE mailboxes SET modseq = ?,"
		    " touched = iif(?, ?1, touched),"
		    " uidnext = max(uidnext, ?), messages = messages + ?,"
		    " unseen = unseen + ?, octets = octets + ? WHERE id = ?",
		    "uuuuuuu", x->modseq, (uint64_t)c->move, x->uidnext,
		    (uint64_t)x->messages, (uint64_t)x->unseen,
		    (uint64_t)x->octets, x->id);
	tx_changed(c->st, c->account, x->id, x->modseq);
}

/* The target's bit for a keyword of the source; 0: it has no room for it. */
static uint32_t
translate(struct copying *c, uint32_t bit)
{
	struct sqlite3_stmt *q;
	char name[KEYWORD_MAX];
	size_t len = 0;

	if (c->known[bit])
		return c->bit[bit];
	c->known[bit] = true;
	q = sql_bind(&c->st->db, "SELECT name FROM keywords"
	    " WHERE mailbox = ? AND bit = ?", "uu", c->from.id,
	    (uint64_t)bit);
	if (sql_step(q) == SQL_ROW && sql_str(q, 0).len <= KEYWORD_MAX) {
		len = sql_str(q, 0).len;
		for (size_t i = 0; i < len; i++)
			name[i] = sql_str(q, 0).ptr[i];
	}
	sql_end(q);
	if (len > 0)
		c->bit[bit] = keyword_bit(c->st, c->to.id,
		    (struct str){ name, len }, true, &c->s);
	return c->bit[bit];
}

static uint32_t
flags_there(struct copying *c, uint32_t flags)
{
	uint32_t out = flags & ((1u << FLAG_KEYWORD_SHIFT) - 1);

	for (uint32_t bit = FLAG_KEYWORD_SHIFT; bit < KEYWORD_BITS; bit++)
		if (flags & 1u << bit)
			out |= translate(c, bit);
	return out;
}

/* Ranges that are too many to be told are not told at all. */
static void
note_range(struct copying *c, uint32_t uid)
{
	if (c->first != 0 && uid == c->last + 1) {
		c->last = uid;
		return;
	}
	if (c->first != 0) {
		field_put_u32(c->ranges, c->first);
		field_put_u32(c->ranges, c->last);
	}
	c->first = c->last = uid;
}

static void
put_there(struct copying *c, const struct row *r)
{
	uint32_t flags = flags_there(c, r->flags);
	uint64_t email = c->move ? r->email :
	    (c->modseq << EMAIL_BITS) + (uint64_t)c->to.messages;

	if (c->s == SQL_DONE)
		c->s = c->to.uidnext > UINT32_MAX ||
		    c->to.messages >> EMAIL_BITS > 0 ? SQL_IO :
		    sql_run(&c->st->db, "INSERT INTO messages"
		    " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "uuuuuuuuuuu",
		    c->to.id, c->to.uidnext, c->to.modseq, (uint64_t)flags,
		    r->size, r->date, r->head_len, r->body, c->account, email,
		    r->thread);
	if (c->s == SQL_DONE && !c->move)
		c->s = sql_run(&c->st->db, "UPDATE heads SET refs = refs + 1"
		    " WHERE body = ?", "u", r->body);
	c->to.uidnext++;
	c->to.messages++;
	c->to.unseen += (r->flags & FLAG_SEEN) == 0;
	c->to.octets += (int64_t)r->size;
}

static void
take_here(struct copying *c, const struct row *r)
{
	if (c->s == SQL_DONE)
		c->s = sql_run(&c->st->db, "DELETE FROM messages"
		    " WHERE mailbox = ? AND uid = ?", "uu", c->from.id,
		    (uint64_t)r->uid);
	if (c->s == SQL_DONE)
		c->s = sql_run(&c->st->db, "INSERT INTO expunged"
		    " VALUES(?, ?, ?)", "uuu", c->from.id, c->from.modseq,
		    (uint64_t)r->uid);
	c->from.messages--;
	c->from.unseen -= (r->flags & FLAG_SEEN) == 0;
	c->from.octets -= (int64_t)r->size;
}

/* A statement that reads must not be under way while others write. */
static size_t
load_run(struct copying *c, uint32_t from, uint32_t to, struct row *row)
{
	struct sqlite3_stmt *q = sql_bind(&c->st->db, "SELECT uid, flags,"
	    " size, date, head_len, body, email, thread FROM messages"
	    " WHERE mailbox = ? AND uid >= ? AND uid <= ? ORDER BY uid"
	    " LIMIT 512", "uuu", c->from.id, (uint64_t)from, (uint64_t)to);
	enum sql_status s = SQL_ROW;
	size_t n = 0;

	while (n < RUN && (s = sql_step(q)) == SQL_ROW)
		row[n++] = (struct row){ sql_u32(q, 0), sql_u32(q, 1),
		    sql_u64(q, 2), sql_u64(q, 3), sql_u64(q, 4),
		    sql_u64(q, 5), sql_u64(q, 6), sql_u64(q, 7) };
	sql_end(q);
	c->s = s == SQL_ROW ? SQL_DONE : s;
	return n;
}

/* Never the new ones, where both sides are one mailbox. */
static void
copy_range(struct copying *c, uint32_t from, uint32_t to, uint64_t end)
{
	static struct row row[RUN];
	size_t n = RUN;

	if (to >= end)
		to = (uint32_t)(end - 1);
	while (c->s == SQL_DONE && n == RUN && from <= to) {
		n = load_run(c, from, to, row);
		for (size_t i = 0; i < n && c->s == SQL_DONE; i++) {
			note_range(c, row[i].uid);
			/* an email is in one place at a time */
			if (c->move)
				take_here(c, &row[i]);
			put_there(c, &row[i]);
		}
		if (n > 0)
			from = row[n - 1].uid + 1;
	}
}

static enum verdict
finish(struct copying *c, struct msg_write_copied *is)
{
	if (c->to.messages == 0) {
		is->modseq = c->from.was;
		is->target_modseq = c->to.was;
		return c->s == SQL_DONE ? VERDICT_YES : VERDICT_LATER;
	}
	note_range(c, 0);	/* the last one, told */
	side_save(c, &c->to);
	if (c->move)
		side_save(c, &c->from);
	if (c->ranges->failed)
		buf_clear(c->ranges);
	is->messages = (uint32_t)c->to.messages;
	is->modseq = c->move || c->from.id == c->to.id ? c->modseq :
	    c->from.was;
	is->target_modseq = c->modseq;
	return c->s == SQL_DONE ? VERDICT_YES : VERDICT_LATER;
}

static enum rcpt_reason
room(const struct copying *c, const struct account *a)
{
	return !c->move && c->to.octets > 0 && a->quota > 0 &&
	    a->used + (uint64_t)c->to.octets > a->quota ? RCPT_FULL : RCPT_OK;
}

enum verdict
messages_copy(struct store *st, uint64_t account,
    const struct msg_write_copy *m, struct msg_write_copied *is,
    struct buf *ranges)
{
	struct account a = { 0 };
	bool there = account_load(st, account, &a);
	struct copying c = { .st = st, .move = m->move != 0,
	    .account = account, .modseq = a.modseq + 1, .ranges = ranges };
	struct str in = m->uids;
	uint32_t from, to;

	is->reason = RCPT_BUSY;
	if (!there || !side_load(&c, m->mailbox, &c.from))
		return VERDICT_LATER;
	if (!side_load(&c, m->target, &c.to)) {
		is->reason = c.s == SQL_DONE ? RCPT_NO_MAILBOX : RCPT_BUSY;
		return c.s == SQL_DONE ? VERDICT_NO : VERDICT_LATER;
	}
	is->uidvalidity = c.to.validity;
	is->first = (uint32_t)c.to.uidnext;
	c.s = SQL_DONE;
	while (c.s == SQL_DONE && field_take_u32(&in, &from) &&
	    field_take_u32(&in, &to))
		copy_range(&c, from, to, c.from.uidnext);
	if (c.s == SQL_DONE && room(&c, &a) != RCPT_OK) {
		is->reason = RCPT_FULL;
		return VERDICT_NO;
	}
	if (finish(&c, is) != VERDICT_YES)
		return VERDICT_LATER;
	is->reason = RCPT_OK;
	return VERDICT_YES;
}
