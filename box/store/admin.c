/*
 * admin.c - the operator's verbs (ipc/msg_admin.h).
 *
 * Every verb runs under a savepoint and is answered after the commit: rows,
 * then an end with a verdict and a word that plictl translates.
 */

#include "admin.h"

static const char add_account[] =
    "INSERT INTO account(name, sealed, cert, quota, created) "
    "VALUES(?1, ?2, 0, ?3, ?4)";
static const char list_accounts[] =
    "SELECT a.name, a.sealed, a.quota, a.used, a.created, a.id, "
    "coalesce(c.fpr, ''), coalesce(c.expires, 0), coalesce(c.uid, ''), "
    "coalesce(c.algo, ''), (SELECT coalesce(sum(messages), 0) FROM mailbox "
    "WHERE account = a.id) FROM account a "
    "LEFT JOIN cert c ON c.account = a.id AND c.serial = a.cert "
    "WHERE ?1 = '' OR a.name = ?1 ORDER BY a.name";
static const char list_devices[] =
    "SELECT device, created FROM credential WHERE account = ?1 "
    "ORDER BY device";
static const char list_certs[] =
    "SELECT serial, fpr, uid, algo, created, expires, added FROM cert "
    "WHERE account = ?1 ORDER BY serial";
static const char drop_account[] = "DELETE FROM account WHERE id = ?1";
static const char drop_device[] =
    "DELETE FROM credential WHERE account = ?1 AND device = ?2";
static const char set_quota[] = "UPDATE account SET quota = ?2 WHERE id = ?1";
static const char next_serial[] =
    "SELECT coalesce(max(serial), 0) + 1 FROM cert WHERE account = ?1";
static const char add_cert[] =
    "INSERT INTO cert(account, serial, fpr, uid, algo, created, expires, "
    "added, use, raw) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
static const char set_cert[] =
    "UPDATE account SET cert = ?2, sealed = 1 WHERE id = ?1";
static const char set_login[] =
    "INSERT INTO credential(account, device, salt, iterations, stored_key, "
    "server_key, created) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) "
    "ON CONFLICT(account, device) DO UPDATE SET salt = ?3, iterations = ?4, "
    "stored_key = ?5, server_key = ?6, created = ?7";
static const char bodies_of[] =
    "SELECT m.body, m.size, m.head_len, m.mailbox, m.uid FROM message m "
    "JOIN mailbox b ON b.id = m.mailbox WHERE b.account = ?1 LIMIT 1";
static const char drop_message[] =
    "DELETE FROM message WHERE mailbox = ?1 AND uid = ?2";

bool
admin_number(struct str args, struct str key, uint64_t *out)
{
	struct str v;

	*out = 0;
	if (!admin_get(args, key, &v))
		return true;		/* absent: 0 */
	return str_take_u64(&v, out) && v.len == 0;
}

static bool
fail(struct call *c, enum verdict verdict, struct str why, struct str detail)
{
	c->verdict = verdict;
	c->why = why;
	c->detail = detail;
	return false;
}

bool
admin_row(struct call *c, struct buf *row)
{
	struct msg_admin_row m = { c->id, buf_str(row) };

	if (row->failed || c->rows == ROWS_MAX)
		return false;
	c->rows++;
	commit_admin(c->peer, ADMIN_ROW, &m);
	buf_clear(row);
	return true;
}

/* The argument name=, folded; the account if there is one. */
static bool
named(struct call *c, struct account *a)
{
	struct str name = STR("");

	(void)admin_get(c->args, STR("name"), &name);
	if (!admin_fold(name, &c->name))
		return fail(c, VERDICT_NO, STR("bad-address"), name);
	if (!account_by_name(buf_str(&c->name), a))
		return fail(c, VERDICT_NO, STR("no-user"), buf_str(&c->name));
	return true;
}

bool
admin_fold(struct str address, struct buf *out)
{
	const char *at = address.len == 0 ? NULL :
	    memrchr(address.ptr, '@', address.len);
	struct str local, domain;

	if (at == NULL || address.len > ADDRESS_MAX ||
	    memchr(address.ptr, '/', address.len) != NULL)
		return false;
	local = (struct str){ address.ptr, (size_t)(at - address.ptr) };
	domain = (struct str){ at + 1, address.len - local.len - 1 };
	for (size_t i = 0; i < local.len; i++)
		if ((unsigned char)local.ptr[i] <= ' ' ||
		    local.ptr[i] == 0x7f)
			return false;
	return domain.len > 0 && address_is_ours(domain) &&
	    address_fold(local, domain, out);
}

static bool
store_cert(struct call *c, uint64_t account)
{
	struct str use, fpr = STR(""), uid = STR(""), algo = STR("");
	uint64_t created, expires, serial = 1;

	if (!admin_get(c->args, STR("cert_use"), &use) || use.len == 0 ||
	    use.len > CERT_USE_MAX)
		return fail(c, VERDICT_NO, STR("no-certificate"), STR(""));
	(void)admin_get(c->args, STR("cert_fpr"), &fpr);
	(void)admin_get(c->args, STR("cert_uid"), &uid);
	(void)admin_get(c->args, STR("cert_algo"), &algo);
	if (!admin_number(c->args, STR("cert_created"), &created) ||
	    !admin_number(c->args, STR("cert_expires"), &expires))
		return fail(c, VERDICT_NO, STR("bad-number"), STR(""));
	(void)sql_number(&store.db, &serial, next_serial, "u", account);
	return sql_run(&store.db, add_cert, "uutttuuubb", account, serial,
	    fpr, uid, algo, created, expires, now(), use, use) == SQL_DONE &&
	    sql_run(&store.db, set_cert, "uu", account, serial) == SQL_DONE;
}

static bool
store_login(struct call *c, uint64_t account, struct str device)
{
	struct str salt, stored, server;
	uint64_t iterations;

	if (!admin_get(c->args, STR("salt"), &salt) ||
	    !admin_get(c->args, STR("stored_key"), &stored) ||
	    !admin_get(c->args, STR("server_key"), &server) ||
	    !admin_number(c->args, STR("iterations"), &iterations) ||
	    salt.len == 0 || salt.len > SALT_MAX ||
	    stored.len != VERIFIER_KEY || server.len != VERIFIER_KEY ||
	    iterations == 0 || iterations > UINT32_MAX)
		return fail(c, VERDICT_NO, STR("bad-password"), STR(""));
	return sql_run(&store.db, set_login, "utbubbu", account, device, salt,
	    iterations, stored, server, now()) == SQL_DONE;
}

static bool
user_add(struct call *c)
{
	uint64_t quota, sealed, account;
	struct account a;
	struct str name = STR("");

	(void)admin_get(c->args, STR("name"), &name);
	if (!admin_fold(name, &c->name))
		return fail(c, VERDICT_NO, STR("bad-address"), name);
	if (account_by_name(buf_str(&c->name), &a))
		return fail(c, VERDICT_NO, STR("user-exists"),
		    buf_str(&c->name));
	if (!admin_number(c->args, STR("quota"), &quota) ||
	    !admin_number(c->args, STR("sealed"), &sealed))
		return fail(c, VERDICT_NO, STR("bad-number"), STR(""));
	if (sql_run(&store.db, add_account, "tuuu", buf_str(&c->name),
	    (uint64_t)(sealed != 0), quota, now()) != SQL_DONE)
		return false;
	account = sql_last_id(&store.db);
	return mailbox_create_all(account) &&
	    (sealed == 0 || store_cert(c, account)) &&
	    store_login(c, account, STR(""));
}

static void
put_account(struct buf *row, struct sqlite3_stmt *q)
{
	static const struct {
		struct str key;
		int column;
		bool number;
	} fields[] = {
		{ STR_INIT("name"), 0, false }, { STR_INIT("sealed"), 1, true },
		{ STR_INIT("quota"), 2, true }, { STR_INIT("used"), 3, true },
		{ STR_INIT("created"), 4, true },
		{ STR_INIT("messages"), 10, true },
		{ STR_INIT("cert_fpr"), 6, false },
		{ STR_INIT("cert_expires"), 7, true },
		{ STR_INIT("cert_uid"), 8, false },
		{ STR_INIT("cert_algo"), 9, false },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (fields[i].number)
			admin_put_u64(row, fields[i].key,
			    sql_u64(q, fields[i].column));
		else
			admin_put(row, fields[i].key,
			    sql_str(q, fields[i].column));
}

static bool
list_users(struct call *c, struct str name)
{
	struct sqlite3_stmt *q = sql_bind(&store.db, list_accounts, "t", name);
	struct buf row;
	bool ok = true;

	buf_init(&row, ADMIN_ARGS_MAX);
	while (ok && sql_step(q) == SQL_ROW) {
		put_account(&row, q);
		ok = admin_row(c, &row);
	}
	sql_end(q);
	buf_free(&row);
	return ok;
}

static bool
user_list(struct call *c)
{
	return list_users(c, STR(""));
}

static bool
list_kind(struct call *c, struct str kind, const char *text, uint64_t account,
    const char *const *keys)
{
	struct sqlite3_stmt *q = sql_bind(&store.db, text, "u", account);
	struct buf row;
	bool ok = true;

	buf_init(&row, ADMIN_ARGS_MAX);
	while (ok && sql_step(q) == SQL_ROW) {
		admin_put(&row, STR("kind"), kind);
		for (int i = 0; keys[i] != NULL; i++)
			/* SQLite writes a number as decimal text */
			admin_put(&row, (struct str){ keys[i],
			    strlen(keys[i]) }, sql_str(q, i));
		ok = admin_row(c, &row);
	}
	sql_end(q);
	buf_free(&row);
	return ok;
}

static bool
user_show(struct call *c)
{
	static const char *const device[] = { "device", "created", NULL };
	static const char *const cert[] = { "serial", "fpr", "uid", "algo",
	    "created", "expires", "added", NULL };
	struct account a;

	return named(c, &a) && list_users(c, buf_str(&c->name)) &&
	    list_kind(c, STR("device"), list_devices, a.id, device) &&
	    list_kind(c, STR("certificate"), list_certs, a.id, cert) &&
	    admin_aliases_to(c, buf_str(&c->name));
}

/* Its mail goes with it. */
static bool
user_remove(struct call *c)
{
	struct account a;
	uint64_t v[5];

	if (!named(c, &a))
		return false;
	for (;;) {
		struct sqlite3_stmt *q = sql_bind(&store.db, bodies_of, "u",
		    a.id);
		bool found = sql_step(q) == SQL_ROW;

		for (int i = 0; found && i < 5; i++)
			v[i] = sql_u64(q, i);
		sql_end(q);
		if (!found)
			break;
		if (!body_remove(v[0], v[1], v[2]) || sql_run(&store.db,
		    drop_message, "uu", v[3], v[4]) != SQL_DONE)
			return false;
	}
	admin_forget_sessions(a.id);
	return admin_drop_aliases_to(buf_str(&c->name)) &&
	    sql_run(&store.db, drop_account, "u", a.id) == SQL_DONE;
}

static bool
user_password(struct call *c)
{
	struct str device = STR(""), gone;
	struct account a;

	(void)admin_get(c->args, STR("device"), &device);
	if (!named(c, &a))
		return false;
	if (admin_get(c->args, STR("remove"), &gone))
		return sql_run(&store.db, drop_device, "ut", a.id, device)
		    == SQL_DONE;
	return store_login(c, a.id, device);
}

static bool
user_cert(struct call *c)
{
	struct account a;

	return named(c, &a) && store_cert(c, a.id);
}

static bool
user_quota(struct call *c)
{
	struct account a;
	uint64_t quota;

	if (!named(c, &a))
		return false;
	if (!admin_number(c->args, STR("quota"), &quota))
		return fail(c, VERDICT_NO, STR("bad-number"), STR(""));
	return sql_run(&store.db, set_quota, "uu", a.id, quota) == SQL_DONE;
}

static const struct {
	struct str verb;
	bool (*run)(struct call *);
} verbs[] = {
	{ STR_INIT("user add"), user_add },
	{ STR_INIT("user list"), user_list },
	{ STR_INIT("user show"), user_show },
	{ STR_INIT("user remove"), user_remove },
	{ STR_INIT("user password"), user_password },
	{ STR_INIT("user cert"), user_cert },
	{ STR_INIT("user quota"), user_quota },
	{ STR_INIT("alias add"), admin_alias_add },
	{ STR_INIT("alias list"), admin_alias_list },
	{ STR_INIT("alias remove"), admin_alias_remove },
	{ STR_INIT("store status"), admin_store_status },
	{ STR_INIT("store check"), admin_store_check },
};

bool
admin_fail(struct call *c, enum verdict v, struct str why, struct str detail)
{
	return fail(c, v, why, detail);
}

static void
run(struct call *c, struct str verb)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (!str_eq(verbs[i].verb, verb))
			continue;
		if (!commit_begin())
			return;
		if (verbs[i].run(c)) {
			c->verdict = VERDICT_YES;
			c->why = c->detail = STR("");
		}
		commit_keep(c->verdict == VERDICT_YES);
		return;
	}
	fail(c, VERDICT_NO, STR("no-verb"), verb);
}

bool
admin_take_call(struct peer *p, struct chan_msg *in)
{
	struct msg_admin_call m;
	struct msg_admin_end end;
	struct call c;

	if (field_get(msg_admin, ADMIN_TYPES, in->wire, &m) != ADMIN_CALL)
		return false;
	c = (struct call){ .peer = p, .id = m.id, .args = m.args,
	    .verdict = VERDICT_LATER, .why = STR("busy"),
	    .detail = STR("") };
	buf_init(&c.name, ADDRESS_MAX);
	run(&c, m.verb);
	end = (struct msg_admin_end){ m.id, c.verdict, c.why, c.detail };
	if (end.detail.len > WHY_MAX)
		end.detail.len = WHY_MAX;
	commit_admin(p, ADMIN_END, &end);
	buf_free(&c.name);
	return true;
}
