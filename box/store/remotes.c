/*
 * remotes.c - what a mirror's emails are called at the box that they are from.
 *
 * An email comes in one request with its id, and an id is there once: whatever
 * dies between two requests, sync finds what it has brought, and can bring
 * nothing twice.  The table is made when a sync first asks for its session, so
 * that a box has none.
 */

#include "worker.h"

#include "store.h"

bool
remotes_make(struct store *st)
{
	uint64_t one;
	bool made;

	if (sql_number(&st->db, &one, "SELECT 1 FROM sqlite_schema"
	    " WHERE name = 'remotes'", "") == SQL_ROW)
		return true;
	if (!tx_begin(st))
		return false;
	made = sql_script(&st->db, "CREATE TABLE remotes("
		"account INTEGER NOT NULL,"
		"id TEXT NOT NULL,"
		"email INTEGER NOT NULL,"	/* 0: a note */
		"value BLOB NOT NULL,"
		"PRIMARY KEY(account, id)"
	    ") STRICT, WITHOUT ROWID;"
	    "CREATE UNIQUE INDEX remotes_email ON remotes(account, email)"
	    " WHERE email <> 0") == SQL_DONE;
	/* committed before a reader may ask */
	return tx_end(st, made) && tx_settle(st);
}

enum sql_status
remote_insert(struct store *st, const struct part *p)
{
	return sql_run(&st->db, "INSERT INTO remotes VALUES(?, ?, ?, ?)",
	    "utub", p->account, p->place.remote, p->email, p->place.value);
}

static enum sql_status
drop(struct store *st, uint64_t account, const struct msg_write_remote *m)
{
	if (m->drop == REMOTE_DROP)
		return sql_run(&st->db, "DELETE FROM remotes WHERE account = ?"
		    " AND id = ?", "ut", account, m->id);
	return sql_run(&st->db, "DELETE FROM remotes WHERE account = ?", "u",
	    account);
}

enum verdict
remote_write(struct store *st, uint64_t account,
    const struct msg_write_remote *m)
{
	enum sql_status s = m->drop != REMOTE_PUT ? drop(st, account, m) :
	    SQL_DONE;

	if (s == SQL_DONE && m->drop != REMOTE_DROP)
		s = sql_run(&st->db, "INSERT INTO remotes VALUES(?, ?, ?, ?)"
		    " ON CONFLICT(account, id) DO UPDATE SET"
		    " email = excluded.email, value = excluded.value", "utub",
		    account, m->id, m->email, m->value);
	if (s == SQL_DONE && m->note.len > 0)
		s = sql_run(&st->db, "DELETE FROM remotes WHERE account = ?"
		    " AND id = ? AND email = 0", "ut", account, m->note);
	return s == SQL_DONE ? VERDICT_YES : s == SQL_CONFLICT ? VERDICT_NO :
	    VERDICT_LATER;
}

#define WORDS "(SELECT group_concat(name, ' ') FROM keywords k" \
	" WHERE k.mailbox = m.mailbox AND (m.flags >> k.bit) & 1)"

#define WHERE_IT_IS "SELECT r.email, coalesce(m.mailbox, 0)," \
	" coalesce(m.uid, 0), coalesce(m.flags, 0), coalesce(m.size, 0), " \
	WORDS ", r.id, r.value FROM remotes r LEFT JOIN (messages m" \
	" JOIN mailboxes b ON b.id = m.mailbox AND b.account = m.account)" \
	" ON m.account = r.account AND m.email = r.email" \
	" WHERE r.account = ?1 AND "

static struct sqlite3_stmt *
walk(struct sql *db, uint64_t account, const struct msg_read_remotes *m)
{
	switch (m->what) {
	case REMOTES_SINCE:
		return sql_bind(db, WHERE_IT_IS "r.email > ?2"
		    " AND m.modseq > ?3 ORDER BY r.email", "uuu", account,
		    m->after, m->since);
	case REMOTES_GONE:
		return sql_bind(db, WHERE_IT_IS "r.email > ?2"
		    " AND m.email IS NULL ORDER BY r.email", "uu", account,
		    m->after);
	case REMOTES_NOTES:
		return sql_bind(db, "SELECT 0, 0, 0, 0, 0, '', id, value"
		    " FROM remotes WHERE account = ? AND email = 0"
		    " ORDER BY id", "u", account);
	case REMOTES_NEW:
		return sql_bind(db, "SELECT m.email, m.mailbox, m.uid,"
		    " m.flags, m.size, " WORDS ", '', x'' FROM messages m"
		    " JOIN mailboxes b ON b.id = m.mailbox"
		    " AND b.account = m.account WHERE m.account = ?1"
		    " AND m.email > ?2 AND NOT EXISTS (SELECT 1 FROM remotes r"
		    " WHERE r.account = ?1 AND r.email = m.email)"
		    " ORDER BY m.email", "uu", account, m->after);
	default:
		return sql_bind(db, WHERE_IT_IS "r.email > ?2"
		    " ORDER BY r.email", "uu", account, m->after);
	}
}

static bool
put(struct buf *out, struct sqlite3_stmt *q, bool *more)
{
	*more = out->len + 64 + sql_str(q, 5).len + sql_str(q, 6).len +
	    sql_str(q, 7).len > READ_CHUNK;
	if (*more)
		return false;
	field_put_u64(out, sql_u64(q, 0));
	field_put_u64(out, sql_u64(q, 1));
	field_put_u32(out, sql_u32(q, 2));
	field_put_u32(out, sql_u32(q, 3));
	field_put_u64(out, sql_u64(q, 4));
	for (int i = 5; i < 8; i++)
		field_put_str(out, sql_str(q, i));
	return true;
}

static enum verdict
look_up(struct sql *db, uint64_t account, struct str ids, struct buf *out,
    bool *more)
{
	enum sql_status s = SQL_DONE;
	struct str id;

	while (s == SQL_DONE && !*more && ids.len > 0) {
		struct sqlite3_stmt *q;

		if (!field_take_str(&ids, &id))
			return VERDICT_NO;
		q = sql_bind(db, WHERE_IT_IS "r.id = ?2", "ut", account, id);
		s = sql_step(q);
		if (s == SQL_ROW && put(out, q, more))
			s = SQL_DONE;
		sql_end(q);
	}
	return s == SQL_DONE || *more ? VERDICT_YES : VERDICT_LATER;
}

enum verdict
read_remotes(struct sql *db, uint64_t account,
    const struct msg_read_remotes *m, struct buf *out, bool *more)
{
	struct sqlite3_stmt *q;
	enum sql_status s;

	if (m->what >= REMOTES_ASKS)
		return VERDICT_NO;
	if (m->what == REMOTES_OF)
		return look_up(db, account, m->ids, out, more);
	q = walk(db, account, m);
	while ((s = sql_step(q)) == SQL_ROW && put(out, q, more))
		continue;
	sql_end(q);
	return s == SQL_DONE || *more ? VERDICT_YES : VERDICT_LATER;
}
