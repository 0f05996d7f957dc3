/* admin_user.c - plictl user add, remove, password, cert, quota. */

#include "store.h"

enum { DEVICE_MAX = 64, RAW_MAX = 50000, TEXT_MAX = 1024 };

/* The account that "name" means, or *no. */
static uint64_t
named(struct admin *a, enum verdict *no)
{
	struct str name = admin_text(a, "name");
	struct address addr;
	uint64_t id = address_parse(&addr, name) ?
	    account_find(a->store, addr.whole) : 0;

	*no = id == 0 ? admin_no(a, "no-user", name) : VERDICT_YES;
	return id;
}

static enum verdict
done(struct admin *a, enum sql_status s)
{
	return s == SQL_DONE ? VERDICT_YES : admin_later(a, s);
}

/* A device's; the account's own is only replaced. */
static enum verdict
remove_credential(struct admin *a, uint64_t account, struct str device)
{
	uint64_t one;

	if (device.len == 0 || sql_number(&a->store->db, &one,
	    "SELECT 1 FROM credentials WHERE account = ? AND device = ?", "ut",
	    account, device) != SQL_ROW)
		return admin_no(a, "no-device", device);
	return done(a, sql_run(&a->store->db,
	    "DELETE FROM credentials WHERE account = ? AND device = ?", "ut",
	    account, device));
}

static enum verdict
add_credential(struct admin *a, uint64_t account)
{
	struct str device = admin_text(a, "device");
	struct str salt = admin_text(a, "salt");
	struct str stored = admin_text(a, "stored_key");
	struct str server = admin_text(a, "server_key");
	uint64_t iterations;

	if (device.len > DEVICE_MAX)
		return admin_no(a, "bad-device", device);
	if (admin_number(a, "remove", &iterations) && iterations == 1)
		return remove_credential(a, account, device);
	if (!admin_number(a, "iterations", &iterations) || iterations == 0 ||
	    iterations > UINT32_MAX || salt.len == 0 || salt.len > SALT_MAX ||
	    stored.len != VERIFIER_KEY || server.len != VERIFIER_KEY)
		return admin_no(a, "bad-argument", STR("salt"));
	return done(a, sql_run(&a->store->db,
	    "INSERT INTO credentials VALUES(?, ?, ?, ?, ?, ?, ?)"
	    " ON CONFLICT DO UPDATE SET salt = excluded.salt,"
	    " iterations = excluded.iterations,"
	    " stored_key = excluded.stored_key,"
	    " server_key = excluded.server_key, created = excluded.created",
	    "utbubbu", account, device, salt, iterations, stored, server,
	    store_now()));
}

static enum sql_status
insert_certificate(struct admin *a, uint64_t account, uint64_t serial)
{
	uint64_t created, expires;

	(void)admin_number(a, "cert_created", &created);
	(void)admin_number(a, "cert_expires", &expires);
	return sql_run(&a->store->db, "INSERT INTO certificates(account,"
	    " serial, fpr, use, raw, uid, algo, created, expires, added)"
	    " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "uutbbttuuu", account,
	    serial, admin_text(a, "cert_fpr"), admin_text(a, "cert_use"),
	    admin_text(a, "cert_raw"), admin_text(a, "cert_uid"),
	    admin_text(a, "cert_algo"), created, expires, store_now());
}

/* The old one stays: mail that was sealed to it is still there. */
static enum verdict
add_certificate(struct admin *a, uint64_t account)
{
	struct sql *db = &a->store->db;
	struct str use = admin_text(a, "cert_use");
	uint64_t serial;
	enum sql_status s;

	if (use.len == 0 || use.len > CERT_USE_MAX ||
	    admin_text(a, "cert_raw").len > RAW_MAX ||
	    admin_text(a, "cert_uid").len > TEXT_MAX ||
	    admin_text(a, "cert_fpr").len == 0)
		return admin_no(a, "bad-argument", STR("cert_use"));
	s = sql_number(db, &serial, "SELECT coalesce(max(serial), 0) + 1"
	    " FROM certificates WHERE account = ?", "u", account);
	if (s != SQL_ROW)
		return admin_later(a, s);
	s = sql_run(db, "UPDATE certificates SET replaced = ?"
	    " WHERE account = ? AND replaced = 0", "uu", store_now(), account);
	if (s == SQL_DONE)
		s = insert_certificate(a, account, serial);
	if (s == SQL_DONE)
		s = sql_run(db, "UPDATE accounts SET cert = ?, sealed = 1"
		    " WHERE id = ?", "uu", serial, account);
	return done(a, s);
}

static enum verdict
add_account(struct admin *a, const struct address *addr, uint64_t sealed,
    uint64_t *id)
{
	struct sql *db = &a->store->db;
	uint64_t quota, one;
	enum sql_status s;

	(void)admin_number(a, "quota", &quota);
	if (sql_number(db, &one, "SELECT 1 FROM addresses WHERE domain = ?"
	    " AND local = ?", "tt", addr->domain, addr->local) == SQL_ROW)
		return admin_no(a, account_find(a->store, addr->whole) != 0 ?
		    "exists" : "alias-exists", addr->whole);
	s = sql_run(db, "INSERT INTO accounts(name, sealed, quota, created)"
	    " VALUES(?, ?, ?, ?)", "tuuu", addr->whole, sealed, quota,
	    store_now());
	*id = sql_last_id(db);
	if (s == SQL_DONE)
		s = sql_run(db, "INSERT INTO addresses(domain, local, account)"
		    " VALUES(?, ?, ?)", "ttu", addr->domain, addr->local,
		    *id);
	if (s == SQL_DONE)
		s = mailboxes_make(a->store, *id, store_now());
	return s == SQL_CONFLICT ? admin_no(a, "exists", addr->whole) :
	    done(a, s);
}

enum verdict
user_add(struct admin *a)
{
	struct str name = admin_text(a, "name");
	struct address addr;
	uint64_t sealed, id = 0;
	enum verdict v;

	if (!address_parse(&addr, name) || addr.local.len == 0)
		return admin_no(a, "bad-address", name);
	if (!domain_is_ours(a->store, addr.domain))
		return admin_no(a, "no-domain", addr.domain);
	if (!admin_number(a, "sealed", &sealed) || sealed > 1)
		return admin_no(a, "bad-argument", STR("sealed"));
	v = add_account(a, &addr, sealed, &id);
	if (v == VERDICT_YES && sealed == 1)
		v = add_certificate(a, id);
	if (v == VERDICT_YES && admin_text(a, "stored_key").len > 0)
		v = add_credential(a, id);
	return v;
}

/* At once nobody can reach it any more; its mail goes bit by bit. */
enum verdict
user_remove(struct admin *a)
{
	static const char *const steps[] = {
		"DELETE FROM addresses WHERE target ="
		" (SELECT name FROM accounts WHERE id = ?)",
		"DELETE FROM addresses WHERE account = ?",
		"DELETE FROM credentials WHERE account = ?",
		"DELETE FROM certificates WHERE account = ?",
		"DELETE FROM subscriptions WHERE account = ?",
		"UPDATE accounts SET removed = 1, cert = 0,"
		" name = '#' || id WHERE id = ?",
	};
	enum verdict v;
	uint64_t id = named(a, &v);

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (v == VERDICT_YES)
			v = done(a, sql_run(&a->store->db, steps[i], "u",
			    id));
	if (v == VERDICT_YES) {
		sessions_drop(a->store, id);
		blobs_drop(a->store, id);
		pool_drop(a->store, id);
		a->store->cleaning = true;
	}
	return v;
}

enum verdict
user_password(struct admin *a)
{
	enum verdict v;
	uint64_t id = named(a, &v);

	return v == VERDICT_YES ? add_credential(a, id) : v;
}

enum verdict
user_cert(struct admin *a)
{
	enum verdict v;
	uint64_t id = named(a, &v);

	return v == VERDICT_YES ? add_certificate(a, id) : v;
}

enum verdict
user_quota(struct admin *a)
{
	enum verdict v;
	uint64_t quota, id = named(a, &v);

	if (v != VERDICT_YES)
		return v;
	if (!admin_number(a, "quota", &quota))
		return admin_no(a, "bad-quota", admin_text(a, "quota"));
	return done(a, sql_run(&a->store->db, "UPDATE accounts SET quota = ?"
	    " WHERE id = ?", "uu", quota, id));
}
