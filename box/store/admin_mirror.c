/* admin_mirror.c - how far a mirror is, and what waits in it for the box. */

#include "store.h"

static uint64_t
number(struct admin *a, uint64_t account, const char *query)
{
	uint64_t n = 0;

	(void)sql_number(&a->store->db, &n, query, "u", account);
	return n;
}

/* What sync notes is a number in text. */
static uint64_t
note(struct admin *a, uint64_t account, const char *name, bool *there)
{
	struct sqlite3_stmt *q = sql_bind(&a->store->db, "SELECT value"
	    " FROM remotes WHERE account = ? AND id = ?", "ut", account,
	    from_c(name));
	struct str text;
	uint64_t n = 0;

	*there = sql_step(q) == SQL_ROW;
	text = *there ? sql_str(q, 0) : STR("");
	(void)str_take_u64(&text, &n);
	sql_end(q);
	return n;
}

/* Born here, changed here, gone here: and the box has not heard of it. */
static uint64_t
waiting(struct admin *a, uint64_t account)
{
	bool any;
	uint64_t pushed = note(a, account, "=pushed", &any), changed = 0;

	(void)sql_number(&a->store->db, &changed, "SELECT count(*)"
	    " FROM messages m JOIN remotes r ON r.account = m.account"
	    " AND r.email = m.email WHERE m.account = ? AND m.modseq > ?",
	    "uu", account, pushed);
	return changed + number(a, account, "SELECT count(*) FROM messages m"
	    " JOIN mailboxes b ON b.id = m.mailbox AND b.account = m.account"
	    " WHERE m.account = ?1 AND NOT EXISTS (SELECT 1 FROM remotes r"
	    " WHERE r.account = ?1 AND r.email = m.email)") +
	    number(a, account, "SELECT count(*) FROM remotes r WHERE"
	    " r.account = ?1 AND r.email <> 0 AND NOT EXISTS (SELECT 1"
	    " FROM messages m WHERE m.account = ?1 AND m.email = r.email)");
}

enum verdict
mirror_status(struct admin *a)
{
	uint64_t account = account_find(a->store, admin_text(a, "name"));
	bool any, whole = false;
	struct buf row;

	if (account == 0)
		return admin_no(a, "no-user", admin_text(a, "name"));
	buf_init(&row, ADMIN_ARGS_MAX);
	admin_put_u64(&row, STR("here"), number(a, account,
	    "SELECT sum(messages) FROM mailboxes WHERE account = ?"));
	admin_put_u64(&row, STR("letters"), number(a, account,
	    "SELECT count(*) FROM letters WHERE account = ?"));
	/* before the first sync there is no such table */
	if (number(a, account, "SELECT ? AND EXISTS (SELECT 1 FROM"
	    " sqlite_schema WHERE name = 'remotes')") > 0) {
		admin_put_u64(&row, STR("there"),
		    note(a, account, "=there", &any));
		(void)note(a, account, "=state", &whole);
		admin_put_u64(&row, STR("waiting"), waiting(a, account));
	}
	admin_put_u64(&row, STR("whole"), whole);
	admin_row(a, &row);
	buf_free(&row);
	return VERDICT_YES;
}
