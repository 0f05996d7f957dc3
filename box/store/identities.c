/*
 * identities.c - who an account may be, and what its owner has set for it:
 * RFC 8621, 6.  Of what is set the store reads nothing.
 */

#include "identities.h"

#include "worker.h"

enum { OWN_MAX = 200, ROW_MAX = 16 + ADDRESS_TEXT_MAX };

_Static_assert(OWN_MAX == 200, "own_addresses' SQL says so");
_Static_assert(OWN_MAX * ROW_MAX + IDENTITIES_MAX * (ROW_MAX +
    IDENTITY_VALUE_MAX) <= READ_CHUNK, "an answer has room");

enum verdict
identity_write(struct store *st, uint64_t account,
    const struct msg_write_identity *m)
{
	uint64_t n = 0;
	enum sql_status s;

	if (m->id == 0 || m->id > INT64_MAX)
		return VERDICT_NO;
	if (m->drop != 0) {
		s = sql_run(&st->db, "DELETE FROM identities WHERE account = ?"
		    " AND id = ?", "uu", account, m->id);
		return s != SQL_DONE ? VERDICT_LATER :
		    sql_changes(&st->db) > 0 ? VERDICT_YES : VERDICT_NO;
	}
	(void)sql_number(&st->db, &n, "SELECT count(*) FROM identities"
	    " WHERE account = ? AND id <> ?", "uu", account, m->id);
	if (n >= IDENTITIES_MAX)
		return VERDICT_NO;
	return sql_run(&st->db, "INSERT INTO identities VALUES(?, ?, ?, ?)"
	    " ON CONFLICT(account, id) DO UPDATE SET value = excluded.value",
	    "uutt", account, m->id, m->address, m->value) == SQL_DONE ?
	    VERDICT_YES : VERDICT_LATER;
}

/* The account's name, then what is an alias of it, or of such an alias. */
static enum sql_status
own_addresses(struct sql *db, uint64_t account, struct buf *out)
{
	struct sqlite3_stmt *q = sql_bind(db, "WITH RECURSIVE own(address, far)"
	    " AS (SELECT name, 0 FROM accounts WHERE id = ? UNION"
	    " SELECT a.local || '@' || a.domain, 1 FROM addresses a JOIN own"
	    " ON a.target = own.address WHERE a.local <> '' LIMIT 200)"
	    " SELECT address FROM own GROUP BY address"
	    " ORDER BY min(far), address", "u", account);
	enum sql_status s;

	while ((s = sql_step(q)) == SQL_ROW) {
		field_put_u64(out, 0);
		field_put_str(out, sql_str(q, 0));
		field_put_str(out, STR(""));
	}
	sql_end(q);
	return s;
}

enum verdict
read_identities(struct sql *db, uint64_t account, struct buf *out)
{
	enum sql_status s = own_addresses(db, account, out);
	struct sqlite3_stmt *q;

	if (s != SQL_DONE)
		return VERDICT_LATER;
	q = sql_bind(db, "SELECT id, address, value FROM identities"
	    " WHERE account = ? ORDER BY id", "u", account);
	while ((s = sql_step(q)) == SQL_ROW) {
		field_put_u64(out, sql_u64(q, 0));
		field_put_str(out, sql_str(q, 1));
		field_put_str(out, sql_str(q, 2));
	}
	sql_end(q);
	return s == SQL_DONE ? VERDICT_YES : VERDICT_LATER;
}
