/* admin_user.c - plictl user add, remove, password, cert, quota. */

#include "store.h"

enum { RAW_MAX = 50000, TEXT_MAX = 1024 };

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

void
admin_credential(struct admin *a, struct credential *c)
{
	*c = (struct credential){ admin_text(a, "device"),
	    admin_text(a, "salt"), admin_text(a, "stored_key"),
	    admin_text(a, "server_key"), 0 };
	(void)admin_number(a, "iterations", &c->iterations);
}

/* "remove": a device's, and its sessions with it. */
static enum verdict
change_credential(struct admin *a, uint64_t account)
{
	struct credential c;
	const char *why = NULL;
	uint64_t remove;
	enum verdict v;

	admin_credential(a, &c);
	(void)admin_number(a, "remove", &remove);
	v = remove == 1 ? device_remove(a->store, account, c.device, &why) :
	    device_put(a->store, account, &c, false, &why);
	if (v != VERDICT_YES)
		(void)admin_no(a, why, c.device);
	else if (remove == 1)
		device_drop(a->store, account, c.device);
	return v;
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
enum verdict
admin_certificate(struct admin *a, uint64_t account)
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
	bool waits = admin_text(a, "pair_hash").len > 0;
	enum verdict v;

	if (!address_parse(&addr, name) || addr.local.len == 0)
		return admin_no(a, "bad-address", name);
	if (!domain_is_ours(a->store, addr.domain))
		return admin_no(a, "no-domain", addr.domain);
	if (!admin_number(a, "sealed", &sealed) || sealed > 1)
		return admin_no(a, "bad-argument", STR("sealed"));
	/* until it is paired, mail for it is told to come later */
	v = add_account(a, &addr, sealed | waits, &id);
	if (v == VERDICT_YES && sealed == 1)
		v = admin_certificate(a, id);
	if (v == VERDICT_YES && waits)
		v = pair_offer(a, id);
	if (v == VERDICT_YES && admin_text(a, "stored_key").len > 0)
		v = change_credential(a, id);
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
		"DELETE FROM pairings WHERE account = ?",
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
		sessions_drop(a->store, id, 0);
		blobs_drop(a->store, id);
		pool_drop(a->store, id, 0);
		a->store->cleaning = true;
	}
	return v;
}

enum verdict
user_password(struct admin *a)
{
	enum verdict v;
	uint64_t id = named(a, &v);

	return v == VERDICT_YES ? change_credential(a, id) : v;
}

enum verdict
user_cert(struct admin *a)
{
	enum verdict v;
	uint64_t id = named(a, &v);

	return v == VERDICT_YES ? admin_certificate(a, id) : v;
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
