/* alias.c - aliases, and what there is to say of the whole store. */

#include "admin.h"

static const char add[] =
    "INSERT OR IGNORE INTO alias(address, target) VALUES(?1, ?2)";
static const char list[] =
    "SELECT address, target FROM alias WHERE ?1 = '' OR target = ?1 "
    "ORDER BY address, target";
static const char drop_one[] =
    "DELETE FROM alias WHERE address = ?1 AND target = ?2";
static const char drop_all[] = "DELETE FROM alias WHERE address = ?1";
static const char drop_to[] = "DELETE FROM alias WHERE target = ?1";
static const char accounts[] = "SELECT count(*) FROM account";
static const char messages[] =
    "SELECT coalesce(sum(messages), 0) FROM mailbox";
static const char octets[] = "SELECT coalesce(sum(used), 0) FROM account";
static const char unsealed[] =
    "SELECT name FROM account WHERE sealed = 0 ORDER BY name";
static const char expiring[] =
    "SELECT name, expires FROM account JOIN cert ON account = id AND "
    "serial = cert WHERE expires > 0 AND expires < ?1 ORDER BY expires";

enum { SOON = 60 * 24 * 60 * 60 };

/* "@example.org" is the catch-all of a domain of ours. */
static bool
fold_alias(struct str address, struct buf *out)
{
	struct str domain = address;

	if (str_take_byte(&domain, '@'))
		return address_is_ours(domain) &&
		    address_fold(STR(""), domain, out);
	return admin_fold(address, out);
}

static bool
add_target(struct call *c, struct str address, struct str target)
{
	struct account found[1];
	struct buf folded;
	bool ok;

	buf_init(&folded, ADDRESS_MAX);
	ok = admin_fold(target, &folded);
	if (!ok)
		ok = admin_fail(c, VERDICT_NO, STR("bad-address"), target);
	else if (address_find(buf_str(&folded), found, 1) == 0)
		ok = admin_fail(c, VERDICT_NO, STR("no-user"), target);
	else if (str_eq(buf_str(&folded), address))
		ok = admin_fail(c, VERDICT_NO, STR("alias-loop"), target);
	else
		ok = sql_run(&store.db, add, "tt", address, buf_str(&folded))
		    == SQL_DONE;
	buf_free(&folded);
	return ok;
}

bool
admin_alias_add(struct call *c)
{
	struct str in = c->args, key, value, address = STR("");
	struct account a;
	bool any = false;

	(void)admin_get(c->args, STR("address"), &address);
	if (!fold_alias(address, &c->name))
		return admin_fail(c, VERDICT_NO, STR("bad-address"), address);
	if (account_by_name(buf_str(&c->name), &a))
		return admin_fail(c, VERDICT_NO, STR("user-exists"), address);
	while (admin_take(&in, &key, &value)) {
		if (!str_eq(key, STR("target")))
			continue;
		if (!add_target(c, buf_str(&c->name), value))
			return false;
		any = true;
	}
	return any || admin_fail(c, VERDICT_NO, STR("no-target"), address);
}

static bool
list_aliases(struct call *c, struct str target, struct str kind)
{
	struct sqlite3_stmt *q = sql_bind(&store.db, list, "t", target);
	struct buf row;
	bool ok = true;

	buf_init(&row, ADMIN_ARGS_MAX);
	while (ok && sql_step(q) == SQL_ROW) {
		if (kind.len > 0)
			admin_put(&row, STR("kind"), kind);
		admin_put(&row, STR("address"), sql_str(q, 0));
		admin_put(&row, STR("target"), sql_str(q, 1));
		ok = admin_row(c, &row);
	}
	sql_end(q);
	buf_free(&row);
	return ok;
}

bool
admin_alias_list(struct call *c)
{
	return list_aliases(c, STR(""), STR(""));
}

bool
admin_aliases_to(struct call *c, struct str target)
{
	return list_aliases(c, target, STR("alias"));
}

bool
admin_drop_aliases_to(struct str target)
{
	return sql_run(&store.db, drop_to, "t", target) == SQL_DONE;
}

bool
admin_alias_remove(struct call *c)
{
	struct str address = STR(""), target;
	struct buf folded;
	bool ok;

	(void)admin_get(c->args, STR("address"), &address);
	if (!fold_alias(address, &c->name))
		return admin_fail(c, VERDICT_NO, STR("bad-address"), address);
	if (!admin_get(c->args, STR("target"), &target)) {
		ok = sql_run(&store.db, drop_all, "t", buf_str(&c->name))
		    == SQL_DONE;
	} else {
		buf_init(&folded, ADDRESS_MAX);
		ok = admin_fold(target, &folded) && sql_run(&store.db,
		    drop_one, "tt", buf_str(&c->name), buf_str(&folded))
		    == SQL_DONE;
		buf_free(&folded);
	}
	if (ok && sql_changes(&store.db) == 0)
		return admin_fail(c, VERDICT_NO, STR("no-alias"), address);
	return ok;
}

static bool
say(struct call *c, struct str key, struct str value, uint64_t n)
{
	struct buf row;
	bool ok;

	buf_init(&row, ADMIN_ARGS_MAX);
	admin_put(&row, STR("key"), key);
	if (value.ptr != NULL)
		admin_put(&row, STR("value"), value);
	if (value.ptr == NULL || n > 0)
		admin_put_u64(&row, value.ptr == NULL ? STR("value") :
		    STR("expires"), n);
	ok = admin_row(c, &row);
	buf_free(&row);
	return ok;
}

static bool
say_number(struct call *c, struct str key, const char *text)
{
	uint64_t n = 0;

	return sql_number(&store.db, &n, text, "") == SQL_DONE &&
	    say(c, key, (struct str){ NULL, 0 }, n);
}

bool
admin_store_status(struct call *c)
{
	struct sqlite3_stmt *q;
	bool ok = say(c, STR("version"), (struct str){ NULL, 0 },
	    schema_version()) && say_number(c, STR("accounts"), accounts) &&
	    say_number(c, STR("messages"), messages) &&
	    say_number(c, STR("octets"), octets);

	q = sql_bind(&store.db, unsealed, "");
	while (ok && sql_step(q) == SQL_ROW)
		ok = say(c, STR("unsealed"), sql_str(q, 0), 0);
	sql_end(q);
	q = sql_bind(&store.db, expiring, "u", now() + SOON);
	while (ok && sql_step(q) == SQL_ROW)
		ok = say(c, STR("expiring"), sql_str(q, 0), sql_u64(q, 1));
	sql_end(q);
	return ok;
}

static void
say_finding(void *arg, const char *what, uint64_t where, uint64_t is,
    uint64_t should)
{
	struct call *c = arg;
	struct buf row;

	buf_init(&row, ADMIN_ARGS_MAX);
	admin_put(&row, STR("finding"), (struct str){ what, strlen(what) });
	admin_put_u64(&row, STR("where"), where);
	admin_put_u64(&row, STR("is"), is);
	admin_put_u64(&row, STR("should"), should);
	(void)admin_row(c, &row);
	buf_free(&row);
}

bool
admin_store_check(struct call *c)
{
	if (check_run(&store.db, false, say_finding, c) > 0)
		return admin_fail(c, VERDICT_NO, STR("findings"), STR(""));
	return true;
}

void
admin_forget_sessions(uint64_t account)
{
	for (struct session *s = store.sessions; s != NULL; s = s->next)
		if (s->account == account)
			serve_drop(store.role, s->peer);
}
