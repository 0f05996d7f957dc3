/*
 * clean.c - what is dead is cleared away bit by bit, between requests.
 *
 * Bodies that no message has, and the messages of accounts that were removed.
 */

#include "store.h"

#include "find.h"
#include "schema.h"

enum { BODIES = 64 };	/* at a time */

#define OCTETS	((uint64_t)8 << 20)	/* at a time, about */

static size_t
dead_bodies(struct store *st, uint64_t body[BODIES])
{
	struct sqlite3_stmt *q = sql_bind(&st->db,
	    "SELECT body, size FROM heads WHERE refs <= 0 LIMIT 64", "");
	uint64_t octets = 0;
	size_t n = 0;

	while (n < BODIES && octets < OCTETS && sql_step(q) == SQL_ROW) {
		body[n++] = sql_u64(q, 0);
		octets += sql_u64(q, 1);
	}
	sql_end(q);
	return n;
}

static bool
drop_body(struct store *st, uint64_t body)
{
	if (st->finds && find_drop(&st->db, body) != SQL_DONE)
		return false;
	return sql_run(&st->db, "DELETE FROM chunks WHERE id >= ? AND id < ?",
	    "uu", body << CHUNK_BITS, (body + 1) << CHUNK_BITS) == SQL_DONE &&
	    sql_run(&st->db, "DELETE FROM heads WHERE body = ?", "u", body) ==
	    SQL_DONE;
}

static bool
clean_bodies(struct store *st, bool *more)
{
	uint64_t body[BODIES];
	size_t n = dead_bodies(st, body);
	bool ok = true;

	for (size_t i = 0; ok && i < n; i++)
		ok = drop_body(st, body[i]);
	*more = n > 0;
	return ok;
}

/* A mailbox of a removed account, emptied in runs and then dropped. */
static bool
clean_mailbox(struct store *st, uint64_t mailbox)
{
	static const char *const last[] = {
		"DELETE FROM keywords WHERE mailbox = ?",
		"DELETE FROM expunged WHERE mailbox = ?",
		"DELETE FROM mailboxes WHERE id = ?",
	};
	uint64_t upto;
	bool ok;

	/* the uid after a run */
	if (sql_number(&st->db, &upto, "SELECT coalesce((SELECT uid FROM"
	    " messages WHERE mailbox = ?1 ORDER BY uid LIMIT 1 OFFSET 256),"
	    " 4294967296)", "u", mailbox) != SQL_ROW)
		return false;
	ok = sql_run(&st->db, "UPDATE heads SET refs = refs - v.n FROM"
	    " (SELECT body, count(*) AS n FROM messages WHERE mailbox = ?"
	    " AND uid < ? GROUP BY body) AS v WHERE heads.body = v.body",
	    "uu", mailbox, upto) == SQL_DONE &&
	    sql_run(&st->db, "DELETE FROM messages WHERE mailbox = ?"
	    " AND uid < ?", "uu", mailbox, upto) == SQL_DONE;
	if (upto <= UINT32_MAX)
		return ok;
	for (size_t i = 0; ok && i < sizeof(last) / sizeof(last[0]); i++)
		ok = sql_run(&st->db, last[i], "u", mailbox) == SQL_DONE;
	return ok;
}

static bool
clean_accounts(struct store *st, bool *more)
{
	static const char *const last[] = {
		"DELETE FROM gone WHERE account = ?",
		"DELETE FROM buried WHERE account = ?",
		"DELETE FROM threads WHERE account = ?",
		"DELETE FROM submissions WHERE account = ?",
		"DELETE FROM identities WHERE account = ?",
		"DELETE FROM contacts WHERE account = ?",
		"DELETE FROM accounts WHERE id = ?",
	};
	uint64_t account, mailbox;
	bool ok = true;

	*more = sql_number(&st->db, &account, "SELECT id FROM accounts"
	    " WHERE removed <> 0 LIMIT 1", "") == SQL_ROW;
	if (!*more)
		return true;
	if (sql_number(&st->db, &mailbox, "SELECT id FROM mailboxes"
	    " WHERE account = ? LIMIT 1", "u", account) == SQL_ROW)
		return clean_mailbox(st, mailbox);
	for (size_t i = 0; ok && i < sizeof(last) / sizeof(last[0]); i++)
		ok = sql_run(&st->db, last[i], "u", account) == SQL_DONE;
	return ok;
}

bool
clean_some(struct store *st)
{
	bool accounts = false, bodies = false, ok;

	if (!tx_begin(st))
		return true;
	ok = clean_accounts(st, &accounts) && clean_bodies(st, &bodies);
	ok = tx_end(st, ok);
	tx_settle(st);
	return !ok || accounts || bodies;
}
