/* account.c - accounts, and the mailboxes they begin with. */

#include "store.h"

#include <string.h>

bool
account_load(struct store *st, uint64_t id, struct account *a)
{
	struct sqlite3_stmt *q = sql_bind(&st->db,
	    "SELECT sealed, cert, quota, (SELECT sum(octets) FROM mailboxes"
	    " WHERE account = accounts.id) FROM accounts"
	    " WHERE id = ? AND removed = 0", "u", id);
	bool there = sql_step(q) == SQL_ROW;

	if (there)
		*a = (struct account){ .id = id, .sealed = sql_u64(q, 0) != 0,
		    .cert = sql_u32(q, 1), .quota = sql_u64(q, 2),
		    .used = sql_u64(q, 3) };
	sql_end(q);
	return there;
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
account_login(struct store *st, struct str user, struct str *device)
{
	struct str domain = STR(""), local = user;
	struct address a;
	const char *at, *slash;

	*device = STR("");
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
	return address_fold(&a, local, domain) ?
	    account_find(st, a.whole) : 0;
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

enum sql_status
mailboxes_make(struct store *st, uint64_t account, uint64_t now)
{
	static const struct {
		struct str name;
		enum special special;
	} first[] = {
		{ STR_INIT("INBOX"), SPECIAL_NONE },
		{ STR_INIT("Drafts"), SPECIAL_DRAFTS },
		{ STR_INIT("Sent"), SPECIAL_SENT },
		{ STR_INIT("Junk"), SPECIAL_JUNK },
		{ STR_INIT("Trash"), SPECIAL_TRASH },
		{ STR_INIT("Archive"), SPECIAL_ARCHIVE },
	};
	uint64_t validity;
	enum sql_status s = next_uidvalidity(st, now, &validity);

	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		if (s == SQL_DONE)
			s = sql_run(&st->db, "INSERT INTO mailboxes"
			    "(account, name, special, uidvalidity)"
			    " VALUES(?, ?, ?, ?)", "utuu", account,
			    first[i].name, (uint64_t)first[i].special,
			    validity);
	return s;
}
