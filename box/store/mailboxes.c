/*
 * mailboxes.c - mailboxes made, deleted, renamed, subscribed to.
 * RFC 3501, 6.3.3 to 6.3.7.
 *
 * The levels of a name are divided by "/".  A level above a mailbox need not
 * be one itself: it is then listed as \Noselect, and goes with the last
 * mailbox below it.
 *
 * A number that UIDVALIDITY had is never given to another mailbox, so that it
 * may go with a mailbox that is renamed.
 */

#include "store.h"

#include "codec/utf8.h"

enum {
	BOXES_MAX = 10000,	/* of an account */
	LIST_RECORD = 72,	/* of READ_LIST, without the name */
};

static enum verdict
no(uint32_t *why, enum made reason)
{
	*why = reason;
	return VERDICT_NO;
}

static enum verdict
verdict_of(enum sql_status s)
{
	return s == SQL_DONE || s == SQL_ROW ? VERDICT_YES : VERDICT_LATER;
}

static bool
is_inbox(struct str name)
{
	return str_eq(name, STR("INBOX"));
}

/* No empty level, no control character, INBOX as we write it. */
static bool
name_ok(struct str name)
{
	struct str rest = name;
	char last = '/';

	if (name.len == 0 || name.len > MAILBOX_NAME_MAX ||
	    !utf8_valid(name) || name.ptr[name.len - 1] == '/')
		return false;
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];

		if (c < ' ' || c == 0x7f || (c == '/' && last == '/'))
			return false;
		last = (char)c;
	}
	if (!str_take_word(&rest, STR("INBOX")) ||
	    (rest.len > 0 && rest.ptr[0] != '/'))
		return true;
	return is_inbox(str_before(name, rest));
}

static bool
is_below(struct str name, struct str above)
{
	return name.len > above.len && name.ptr[above.len] == '/' &&
	    str_eq((struct str){ name.ptr, above.len }, above);
}

static enum sql_status
find(struct store *st, uint64_t account, struct str name, uint64_t *id)
{
	return sql_number(&st->db, id, "SELECT id FROM mailboxes"
	    " WHERE account = ? AND name = ?", "ut", account, name);
}

/* "0" is what follows "/". */
static enum sql_status
find_below(struct store *st, uint64_t account, struct str name)
{
	uint64_t id;

	return sql_number(&st->db, &id, "SELECT id FROM mailboxes"
	    " WHERE account = ?1 AND name > ?2 || '/' AND name < ?2 || '0'",
	    "ut", account, name);
}

/* All of them must fit into one answer of the reader. */
static enum verdict
check_room(struct store *st, uint64_t account, uint32_t *why)
{
	struct sqlite3_stmt *q = sql_bind(&st->db, "SELECT count(*),"
	    " coalesce(sum(n), 0), coalesce(max(n), 0) FROM"
	    " (SELECT length(CAST(name AS BLOB)) AS n FROM mailboxes"
	    "  WHERE account = ?1 UNION ALL SELECT length(CAST(name AS BLOB))"
	    "  FROM subscriptions WHERE account = ?1)", "u", account);
	enum sql_status s = sql_step(q);
	uint64_t n = sql_u64(q, 0), octets = sql_u64(q, 1);
	uint64_t longest = sql_u64(q, 2);

	sql_end(q);
	if (s != SQL_ROW)
		return VERDICT_LATER;
	if (longest > MAILBOX_NAME_MAX)
		return no(why, MADE_NAME);
	if (n > BOXES_MAX || octets + n * LIST_RECORD > READ_CHUNK)
		return no(why, MADE_LIMIT);
	return VERDICT_YES;
}

/* Grows for ever, also when a mailbox is made anew in the same second. */
static enum sql_status
next_uidvalidity(struct store *st, uint64_t now, uint64_t *out)
{
	if (sql_number(&st->db, out, "SELECT value FROM meta"
	    " WHERE key = 'uidvalidity'", "") == SQL_ROW && *out >= now)
		now = *out + 1;
	*out = now;
	return sql_run(&st->db, "INSERT INTO meta VALUES('uidvalidity', ?)"
	    " ON CONFLICT(key) DO UPDATE SET value = excluded.value", "u",
	    now);
}

struct new_box {
	struct str name;
	enum special special;
	bool subscribed;
	uint64_t modseq;
};

static enum sql_status
make(struct store *st, uint64_t account, const struct new_box *b,
    uint64_t now)
{
	uint64_t validity;
	enum sql_status s = next_uidvalidity(st, now, &validity);

	if (s == SQL_DONE)
		s = sql_run(&st->db, "INSERT INTO mailboxes(account, name,"
		    " special, subscribed, uidvalidity, modseq, born, changed)"
		    " VALUES(?, ?, ?, ?, ?, ?6, ?6, ?6)", "utuuuu", account,
		    b->name, (uint64_t)b->special, (uint64_t)b->subscribed,
		    validity, b->modseq);
	return s;
}

enum sql_status
mailboxes_make(struct store *st, uint64_t account, uint64_t now)
{
	static const struct new_box first[] = {
		{ STR_INIT("INBOX"), SPECIAL_NONE, true, 1 },
		{ STR_INIT("Drafts"), SPECIAL_DRAFTS, true, 1 },
		{ STR_INIT("Sent"), SPECIAL_SENT, true, 1 },
		{ STR_INIT("Junk"), SPECIAL_JUNK, true, 1 },
		{ STR_INIT("Trash"), SPECIAL_TRASH, true, 1 },
		{ STR_INIT("Archive"), SPECIAL_ARCHIVE, true, 1 },
	};
	enum sql_status s = SQL_DONE;

	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		if (s == SQL_DONE)
			s = make(st, account, &first[i], now);
	return s;
}

/* Names that were subscribed to before they were mailboxes. */
static enum sql_status
join_subscriptions(struct store *st, uint64_t account)
{
	enum sql_status s = sql_run(&st->db, "UPDATE mailboxes"
	    " SET subscribed = 1 WHERE account = ?1 AND name IN"
	    " (SELECT name FROM subscriptions WHERE account = ?1)", "u",
	    account);

	if (s == SQL_DONE)
		s = sql_run(&st->db, "DELETE FROM subscriptions"
		    " WHERE account = ?1 AND EXISTS (SELECT 1"
		    " FROM mailboxes b WHERE b.account = ?1"
		    " AND b.name = subscriptions.name)", "u", account);
	return s;
}

static bool
use_is_taken(struct store *st, uint64_t account, uint32_t special)
{
	uint64_t id;

	return special != SPECIAL_NONE && sql_number(&st->db, &id,
	    "SELECT id FROM mailboxes WHERE account = ? AND special = ?",
	    "uu", account, (uint64_t)special) == SQL_ROW;
}

static enum sql_status
make_new(struct store *st, uint64_t account,
    const struct msg_write_create *m, uint64_t *id)
{
	struct new_box b = { .name = m->name, .special = m->special };
	enum sql_status s = account_change(st, account, &b.modseq);

	if (s == SQL_ROW)
		s = make(st, account, &b, store_now());
	*id = sql_last_id(&st->db);
	if (s == SQL_DONE)
		s = join_subscriptions(st, account);
	if (s == SQL_DONE)
		tx_changed(st, account, *id, b.modseq);
	return s;
}

enum verdict
mailbox_create(struct store *st, uint64_t account,
    const struct msg_write_create *m, struct msg_write_made *made)
{
	uint32_t *why = &made->reason;
	enum sql_status s;
	uint64_t id;

	if (!name_ok(m->name) || m->special >= SPECIALS)
		return no(why, MADE_NAME);
	s = find(st, account, m->name, &id);
	if (s == SQL_ROW)
		return no(why, MADE_EXISTS);
	if (use_is_taken(st, account, m->special))
		return no(why, MADE_USE);
	if (s == SQL_DONE)
		s = make_new(st, account, m, &made->mailbox);
	return s == SQL_DONE ? check_room(st, account, why) : VERDICT_LATER;
}

/* What becomes of its emails and of itself is told by the account. */
static enum sql_status
note_burial(struct store *st, uint64_t account, uint64_t id, uint64_t modseq)
{
	static const char *const steps[] = {
		("INSERT INTO gone SELECT ?1, ?3, email, thread FROM messages"
		    " WHERE mailbox = ?2"),
		"INSERT INTO buried VALUES(?1, ?3, ?2)",
		"UPDATE accounts SET modseq = ?3 WHERE id = ?1 AND ?2 > 0",
	};
	enum sql_status s = SQL_DONE;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (s == SQL_DONE)
			s = sql_run(&st->db, steps[i], "uuu", account, id,
			    modseq);
	return s;
}

/*
 * To an account of its own that is being removed: gone at once, and its
 * messages are cleared away bit by bit (clean.c).  Its sessions hear of a
 * change, look, and find nothing.
 */
static enum sql_status
bury(struct store *st, uint64_t account, uint64_t id)
{
	uint64_t modseq;
	enum sql_status s = account_change(st, account, &modseq);

	if (s == SQL_ROW)
		s = note_burial(st, account, id, modseq);
	if (s == SQL_DONE)
		s = sql_run(&st->db, "INSERT INTO accounts(name, sealed,"
		    " created, removed) VALUES('#mailbox ' || ?, 0, ?, 1)",
		    "uu", id, store_now());
	if (s == SQL_DONE)
		s = sql_run(&st->db, "UPDATE mailboxes SET account = ?,"
		    " modseq = ? WHERE id = ?", "uuu", sql_last_id(&st->db),
		    modseq, id);
	if (s != SQL_DONE)
		return s;
	tx_changed(st, account, id, modseq);
	st->cleaning = true;
	return SQL_DONE;
}

enum verdict
mailbox_delete(struct store *st, uint64_t account,
    const struct msg_write_delete *m, uint32_t *why)
{
	uint64_t id;
	enum sql_status s = find(st, account, m->name, &id);

	if (is_inbox(m->name))
		return no(why, MADE_INBOX);
	if (s == SQL_DONE) {
		s = find_below(st, account, m->name);
		if (verdict_of(s) == VERDICT_LATER)
			return VERDICT_LATER;
		return no(why, s == SQL_ROW ? MADE_CHILDREN : MADE_MISSING);
	}
	if (s != SQL_ROW)
		return VERDICT_LATER;
	/* a subscription is not ours to end: RFC 3501, 6.3.6 */
	s = sql_run(&st->db, "INSERT OR IGNORE INTO subscriptions"
	    " SELECT account, name FROM mailboxes WHERE id = ?"
	    " AND subscribed = 1", "u", id);
	if (s == SQL_DONE)
		s = bury(st, account, id);
	return s == SQL_DONE ? check_room(st, account, why) : VERDICT_LATER;
}

/* Its messages move to a new mailbox, with their uids; it stays, empty, and
 * so do those below it.  RFC 3501, 6.3.5. */
static enum verdict
rename_inbox(struct store *st, uint64_t account, uint64_t inbox,
    struct str to, uint32_t *why)
{
	static const char *const steps[] = {
		"UPDATE mailboxes SET (uidnext, messages, unseen, octets,"
		" recent, touched) = (SELECT uidnext, messages, unseen,"
		" octets, recent, mailboxes.modseq FROM mailboxes b"
		" WHERE id = ?1) WHERE id = ?2",
		"INSERT INTO keywords SELECT ?2, bit, name FROM keywords"
		" WHERE mailbox = ?1",
		"UPDATE messages SET mailbox = ?2, modseq = (SELECT modseq"
		" FROM mailboxes WHERE id = ?2) WHERE mailbox = ?1",
		"UPDATE mailboxes SET modseq = (SELECT modseq FROM mailboxes"
		" WHERE id = ?2), messages = 0, unseen = 0, octets = 0"
		" WHERE id = ?1",
		"INSERT INTO expunged SELECT ?1, (SELECT modseq FROM mailboxes"
		" WHERE id = ?1), uid FROM messages WHERE mailbox = ?2",
	};
	struct msg_write_create m = { to, SPECIAL_NONE };
	struct msg_write_made made = { 0 };
	enum verdict v = mailbox_create(st, account, &m, &made);
	uint64_t modseq;

	*why = made.reason;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (v == VERDICT_YES)
			v = verdict_of(sql_run(&st->db, steps[i], "uu", inbox,
			    made.mailbox));
	if (v != VERDICT_YES)
		return v;
	(void)sql_number(&st->db, &modseq, "SELECT modseq FROM mailboxes"
	    " WHERE id = ?", "u", inbox);
	tx_changed(st, account, inbox, modseq);
	return VERDICT_YES;
}

/*
 * In two steps, by names that nobody can have, so that none of them is in the
 * way of another.  Where an older version gave all first mailboxes INBOX's
 * UIDVALIDITY, the one that is renamed gets its own.
 */
static enum verdict
move(struct store *st, uint64_t account, struct str from, struct str to,
    uint32_t *why)
{
	struct sql *db = &st->db;
	uint64_t validity, modseq;
	enum sql_status s = next_uidvalidity(st, store_now(), &validity);

	if (s == SQL_DONE)
		s = account_change(st, account, &modseq);
	if (s == SQL_ROW)
		s = sql_run(db, "UPDATE mailboxes SET name = char(1) || ?3 ||"
		    " substr(name, length(?2) + 1), modseq = ?5,"
		    " changed = ?5, uidvalidity ="
		    " iif(uidvalidity = (SELECT uidvalidity FROM mailboxes"
		    " WHERE account = ?1 AND name = 'INBOX'), ?4, uidvalidity)"
		    " WHERE account = ?1 AND (name = ?2 OR"
		    " (name > ?2 || '/' AND name < ?2 || '0'))", "uttuu",
		    account, from, to, validity, modseq);
	if (s == SQL_DONE)
		s = sql_run(db, "UPDATE mailboxes SET name = substr(name, 2)"
		    " WHERE account = ? AND name > char(1)"
		    " AND name < char(2)", "u", account);
	if (s == SQL_CONFLICT)
		return no(why, MADE_EXISTS);
	if (s == SQL_DONE)
		s = join_subscriptions(st, account);
	if (s == SQL_DONE)
		tx_changed(st, account, 0, modseq);
	return s == SQL_DONE ? check_room(st, account, why) : VERDICT_LATER;
}

enum verdict
mailbox_rename(struct store *st, uint64_t account,
    const struct msg_write_rename *m, uint32_t *why)
{
	uint64_t id, other;
	enum sql_status s = find(st, account, m->from, &id);
	bool there = s == SQL_ROW;

	if (!there && s == SQL_DONE)
		s = find_below(st, account, m->from);
	if (s == SQL_DONE)
		return no(why, MADE_MISSING);
	if (s != SQL_ROW)
		return VERDICT_LATER;
	if (!name_ok(m->to))
		return no(why, MADE_NAME);
	if (there && is_inbox(m->from))
		return rename_inbox(st, account, id, m->to, why);
	if (is_below(m->to, m->from))
		return no(why, MADE_INSIDE);
	s = find(st, account, m->to, &other);
	if (s == SQL_ROW)
		return no(why, MADE_EXISTS);
	return s == SQL_DONE ? move(st, account, m->from, m->to, why) :
	    VERDICT_LATER;
}

static enum sql_status
subscribe(struct store *st, uint64_t account, uint64_t id, bool on)
{
	uint64_t modseq;
	enum sql_status s = account_change(st, account, &modseq);

	if (s != SQL_ROW)
		return s;
	s = sql_run(&st->db, "UPDATE mailboxes SET subscribed = ?2,"
	    " modseq = ?3, changed = ?3 WHERE id = ?1 AND subscribed <> ?2",
	    "uuu", id, (uint64_t)on, modseq);
	if (s == SQL_DONE && sql_changes(&st->db) > 0)
		tx_changed(st, account, id, modseq);
	return s;
}

enum verdict
mailbox_subscribe(struct store *st, uint64_t account,
    const struct msg_write_subscribe *m, uint32_t *why)
{
	uint64_t id;
	enum sql_status s;

	if (!name_ok(m->name))
		return no(why, MADE_NAME);
	s = find(st, account, m->name, &id);
	if (s == SQL_ROW)
		s = subscribe(st, account, id, m->on != 0);
	else if (s == SQL_DONE && m->on != 0)
		s = sql_run(&st->db, "INSERT OR IGNORE INTO subscriptions"
		    " VALUES(?, ?)", "ut", account, m->name);
	else if (s == SQL_DONE)
		s = sql_run(&st->db, "DELETE FROM subscriptions"
		    " WHERE account = ? AND name = ?", "ut", account, m->name);
	return s == SQL_DONE ? check_room(st, account, why) : VERDICT_LATER;
}

void
recent_note(struct store *st, uint64_t account,
    const struct msg_write_recent *m)
{
	struct recent *r;

	for (size_t i = 0; i < st->recents; i++) {
		r = &st->recent[i];
		if (r->mailbox != m->mailbox || r->account != account)
			continue;
		if (m->uid > r->uid)
			r->uid = m->uid;
		return;
	}
	if (st->recents == RECENTS_MAX)
		recent_write(st);
	/* what finds no place is \Recent once more */
	if (st->recents < RECENTS_MAX)
		st->recent[st->recents++] = (struct recent){ account,
		    m->mailbox, m->uid };
}

void
recent_write(struct store *st)
{
	enum sql_status s = SQL_DONE;

	if (st->recents == 0 || !tx_begin(st))
		return;
	for (size_t i = 0; i < st->recents && s == SQL_DONE; i++) {
		const struct recent *r = &st->recent[i];

		s = sql_run(&st->db, "UPDATE mailboxes SET recent ="
		    " max(recent, min(uidnext, ?3)) WHERE id = ?1"
		    " AND account = ?2", "uuu", r->mailbox, r->account,
		    (uint64_t)r->uid);
	}
	if (tx_end(st, s == SQL_DONE))
		st->recents = 0;
}
