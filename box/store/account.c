/* account.c - accounts. */

#include "store.h"

#include <string.h>

bool
account_load(struct store *st, uint64_t id, struct account *a)
{
	struct sqlite3_stmt *q = sql_bind(&st->db,
	    "SELECT sealed, cert, quota, b.octets,"
	    " max(a.modseq, coalesce(b.modseq, 0)) FROM accounts a,"
	    " (SELECT sum(octets) AS octets, max(modseq) AS modseq"
	    "  FROM mailboxes WHERE account = ?1) b"
	    " WHERE id = ?1 AND removed = 0", "u", id);
	bool there = sql_step(q) == SQL_ROW;

	if (there)
		*a = (struct account){ .id = id, .sealed = sql_u64(q, 0) != 0,
		    .cert = sql_u32(q, 1), .quota = sql_u64(q, 2),
		    .used = sql_u64(q, 3), .modseq = sql_u64(q, 4) };
	sql_end(q);
	return there;
}

enum sql_status
account_change(struct store *st, uint64_t account, uint64_t *modseq)
{
	return sql_number(&st->db, modseq, "SELECT 1 + max(modseq, coalesce("
	    "(SELECT max(modseq) FROM mailboxes WHERE account = ?1), 0))"
	    " FROM accounts WHERE id = ?1", "u", account);
}

uint64_t
account_find(struct store *st, struct str name)
{
	uint64_t id;

	(void)sql_number(&st->db, &id, "SELECT id FROM accounts"
	    " WHERE name = ? AND removed = 0", "t", name);
	return id;
}

/* Without a domain the first of ours is meant. */
uint64_t
account_login(struct store *st, struct str user, struct str *device,
    struct address *a)
{
	struct str domain = STR(""), local = user;
	const char *at, *slash;

	*device = STR("");
	a->whole = STR("");
	if (user.len == 0)
		return 0;
	at = memrchr(user.ptr, '@', user.len);
	slash = memrchr(user.ptr, '/', user.len);
	if (slash != NULL && (at == NULL || slash > at)) {
		user.len = (size_t)(slash - user.ptr);
		*device = (struct str){ slash + 1, local.len - user.len - 1 };
		local = user;
	}
	if (at != NULL) {
		local.len = (size_t)(at - user.ptr);
		domain = (struct str){ at + 1, user.len - local.len - 1 };
	} else if (st->domains > 0) {
		domain = (struct str){ st->domain[0].text,
		    st->domain[0].len };
	}
	if (address_fold(a, local, domain))
		return account_find(st, a->whole);
	a->whole = STR("");
	return 0;
}
