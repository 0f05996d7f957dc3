/*
 * flags.c - flags, keywords, expunge.  RFC 9051 2.3.2, RFC 7162.
 *
 * One request raises the mailbox's modseq once; every message that it changed
 * has that modseq afterwards.
 */

#include "store.h"

enum { SYSTEM_FLAGS = FLAG_SEEN | FLAG_ANSWERED | FLAG_FLAGGED |
    FLAG_DELETED | FLAG_DRAFT };

struct box {
	struct store *st;
	uint64_t account, id, was;	/* was: its modseq before */
	uint64_t modseq;		/* of this change */
	int64_t messages, unseen, octets;	/* what it adds */
	uint64_t changed;
	enum sql_status s;
};

static bool
box_load(struct store *st, uint64_t account, uint64_t mailbox, struct box *b)
{
	*b = (struct box){ .st = st, .account = account, .id = mailbox };
	b->s = sql_number(&st->db, &b->was, "SELECT modseq FROM mailboxes"
	    " WHERE id = ? AND account = ?", "uu", mailbox, account);
	if (b->s == SQL_ROW)
		b->s = account_change(st, account, &b->modseq);
	if (b->s != SQL_ROW)
		return false;
	b->s = SQL_DONE;
	return true;
}

static enum verdict
verdict_of(const struct box *b)
{
	return b->s == SQL_DONE ? VERDICT_YES : VERDICT_LATER;
}

/* The counts and the modseq, if anything has changed. */
static enum verdict
box_save(struct box *b, uint64_t *modseq)
{
	*modseq = b->changed > 0 ? b->modseq : b->was;
	if (b->s == SQL_DONE && b->changed > 0) {
		b->s = sql_run(&b->st->db, "UPDATE mailboxes SET modseq = ?1,"
		    " touched = ?1, messages = messages + ?,"
		    " unseen = unseen + ?,"
		    " octets = octets + ? WHERE id = ?", "uuuuu", b->modseq,
		    (uint64_t)b->messages, (uint64_t)b->unseen,
		    (uint64_t)b->octets, b->id);
		tx_changed(b->st, b->account, b->id, b->modseq);
	}
	return verdict_of(b);
}

uint32_t
keyword_bit(struct store *st, uint64_t mailbox, struct str name, bool make,
    enum sql_status *s)
{
	struct sql *db = &st->db;
	uint64_t bit;

	if (sql_number(db, &bit, "SELECT bit FROM keywords"
	    " WHERE mailbox = ? AND name = ?", "ut", mailbox, name) == SQL_ROW)
		return 1u << bit;
	if (!make)
		return 0;
	(void)sql_number(db, &bit, "SELECT coalesce(max(bit) + 1, 8)"
	    " FROM keywords WHERE mailbox = ?", "u", mailbox);
	if (bit < FLAG_KEYWORD_SHIFT ||
	    bit >= FLAG_KEYWORD_SHIFT + KEYWORDS_MAX)
		return 0;
	*s = sql_run(db, "INSERT INTO keywords VALUES(?, ?, ?)", "uut",
	    mailbox, bit, name);
	return 1u << bit;
}

static enum verdict
flags_of(struct box *b, const struct msg_write_flags *m, uint32_t *flags)
{
	struct str in = m->keywords;
	uint32_t n, bit;

	*flags = m->flags & SYSTEM_FLAGS;
	while (in.len > 0 && b->s == SQL_DONE) {
		if (!field_take_u32(&in, &n) || n == 0 || n > KEYWORD_MAX ||
		    n > in.len)
			return VERDICT_NO;
		bit = keyword_bit(b->st, b->id, (struct str){ in.ptr, n },
		    m->op != FLAGS_REMOVE, &b->s);
		if (bit == 0 && m->op != FLAGS_REMOVE)
			return VERDICT_NO;
		*flags |= bit;
		in.ptr += n;
		in.len -= n;
	}
	return verdict_of(b);
}

static uint32_t
apply(uint32_t old, uint32_t op, uint32_t flags)
{
	return op == FLAGS_SET ? flags | (old & FLAG_ATTACHED) :
	    op == FLAGS_ADD ? old | flags : old & ~flags;
}

static void
flags_one(struct box *b, const struct msg_write_flags *m, uint32_t flags,
    uint32_t uid, struct buf *modified)
{
	struct sqlite3_stmt *q = sql_bind(&b->st->db, "SELECT flags, modseq"
	    " FROM messages WHERE mailbox = ? AND uid = ?", "uu", b->id,
	    (uint64_t)uid);
	enum sql_status s = sql_step(q);
	uint32_t old = s == SQL_ROW ? sql_u32(q, 0) : 0;
	uint32_t new = apply(old, m->op, flags);
	bool skip = s == SQL_ROW && m->unchanged_since > 0 &&
	    sql_u64(q, 1) > m->unchanged_since;

	sql_end(q);
	if (skip)
		field_put_u32(modified, uid);
	if (s != SQL_ROW)
		b->s = s;
	if (s != SQL_ROW || skip || new == old)
		return;
	b->s = sql_run(&b->st->db, "UPDATE messages SET flags = ?, modseq = ?"
	    " WHERE mailbox = ? AND uid = ?", "uuuu", (uint64_t)new,
	    b->modseq, b->id, (uint64_t)uid);
	b->unseen += (old & FLAG_SEEN) != 0;
	b->unseen -= (new & FLAG_SEEN) != 0;
	b->changed++;
}

enum verdict
flags_change(struct store *st, uint64_t account,
    const struct msg_write_flags *m, uint64_t *modseq, struct buf *modified)
{
	struct str uids = m->uids;
	enum verdict v;
	struct box b;
	uint32_t flags, uid;

	*modseq = 0;
	if (!box_load(st, account, m->mailbox, &b))
		return b.s == SQL_DONE ? VERDICT_NO : VERDICT_LATER;
	v = flags_of(&b, m, &flags);
	if (v != VERDICT_YES)
		return v;
	while (b.s == SQL_DONE && field_take_u32(&uids, &uid))
		flags_one(&b, m, flags, uid, modified);
	return box_save(&b, modseq);
}

struct victim {
	uint64_t body, size, email, thread;
	uint32_t flags;
};

static bool
victim_load(struct box *b, uint32_t uid, struct victim *v)
{
	struct sqlite3_stmt *q = sql_bind(&b->st->db,
	    "SELECT body, size, email, thread, flags FROM messages"
	    " WHERE mailbox = ? AND uid = ?", "uu", b->id, (uint64_t)uid);

	b->s = sql_step(q);
	if (b->s == SQL_ROW)
		*v = (struct victim){ sql_u64(q, 0), sql_u64(q, 1),
		    sql_u64(q, 2), sql_u64(q, 3), sql_u32(q, 4) };
	sql_end(q);
	if (b->s != SQL_ROW)
		return false;
	b->s = SQL_DONE;
	return true;
}

/* The body itself is cleared away later: see clean.c.  false: not there. */
static bool
expunge_one(struct box *b, uint32_t uid, bool any)
{
	struct sql *db = &b->st->db;
	struct victim v = { 0 };

	if (!victim_load(b, uid, &v))
		return false;
	if (!any && (v.flags & FLAG_DELETED) == 0)
		return true;
	b->s = sql_run(db, "DELETE FROM messages WHERE mailbox = ?"
	    " AND uid = ?", "uu", b->id, (uint64_t)uid);
	if (b->s == SQL_DONE)
		b->s = sql_run(db, "UPDATE heads SET refs = refs - 1"
		    " WHERE body = ?", "u", v.body);
	if (b->s == SQL_DONE)
		b->s = sql_run(db, "INSERT INTO expunged VALUES(?, ?, ?)",
		    "uuu", b->id, b->modseq, (uint64_t)uid);
	if (b->s == SQL_DONE)
		b->s = sql_run(db, "INSERT INTO gone VALUES(?, ?, ?, ?)",
		    "uuuu", b->account, b->modseq, v.email, v.thread);
	b->messages--;
	b->unseen -= (v.flags & FLAG_SEEN) == 0;
	b->octets -= (int64_t)v.size;
	b->changed++;
	b->st->cleaning = true;
	return true;
}

/* All of a mailbox, a run of uids at a time: a statement that reads must not
 * be under way while others delete. */
static void
expunge_all(struct box *b)
{
	enum { RUN = 512 };
	uint32_t uid[RUN], from = 0;
	size_t n;

	do {
		struct sqlite3_stmt *q = sql_bind(&b->st->db,
		    "SELECT uid FROM messages WHERE mailbox = ? AND uid > ?"
		    " AND flags & 8 ORDER BY uid LIMIT 512", "uu", b->id,
		    (uint64_t)from);

		for (n = 0; n < RUN && sql_step(q) == SQL_ROW; n++)
			uid[n] = sql_u32(q, 0);
		sql_end(q);
		for (size_t i = 0; i < n && b->s == SQL_DONE; i++)
			(void)expunge_one(b, uid[i], false);
		if (n > 0)
			from = uid[n - 1];
	} while (n == RUN && b->s == SQL_DONE);
}

enum verdict
expunge(struct store *st, uint64_t account, const struct msg_write_expunge *m,
    uint64_t *modseq, struct buf *missing)
{
	struct str uids = m->uids;
	struct box b;
	uint32_t uid;

	*modseq = 0;
	if (!box_load(st, account, m->mailbox, &b))
		return b.s == SQL_DONE ? VERDICT_NO : VERDICT_LATER;
	if (uids.len == 0 && m->any != 0)
		return VERDICT_NO;
	if (uids.len == 0)
		expunge_all(&b);
	while (b.s == SQL_DONE && field_take_u32(&uids, &uid))
		if (!expunge_one(&b, uid, m->any != 0) && m->any != 0)
			field_put_u32(missing, uid);
	return box_save(&b, modseq);
}
