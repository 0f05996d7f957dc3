/*
 * pair.c - codes that pair a device, once.
 *
 * What is kept of a code is a hash: its token is 128 random bits, so that
 * nothing is gained by a slow one.  An account has one code at most; its own
 * devices get a few for it in the time that one is good.  A code
 * that is refused for its certificate or its device's name stays good; one that
 * has paired is gone in the same transaction.
 */

#include "store.h"

#include "proto/pli_code.h"

enum {
	CODES_OF_DEVICES = 5,		/* of an account, in the time of one */
	CODE_ASKERS = 64,		/* accounts that are remembered */
};

static uint64_t
account_of(struct store *st, struct str hash)
{
	uint64_t id;

	(void)sql_number(&st->db, &id, "SELECT p.account FROM pairings p"
	    " JOIN accounts a ON a.id = p.account AND a.removed = 0"
	    " WHERE p.hash = ? AND p.expires > ?", "bu", hash, store_now());
	return id;
}

enum sql_status
code_put(struct store *st, uint64_t account, struct str hash)
{
	enum sql_status s = sql_run(&st->db, "DELETE FROM pairings"
	    " WHERE account = ? OR expires <= ?", "uu", account, store_now());

	return s != SQL_DONE ? s : sql_run(&st->db, "INSERT INTO"
	    " pairings(hash, account, expires) VALUES(?, ?, ?)", "buu", hash,
	    account, store_now() + PLI_CODE_SECONDS);
}

/* Who comes when all places are taken finds the oldest one free: what is
 * bounded is what a device that was taken over can do in silence. */
static bool
may_have_code(uint64_t account)
{
	static struct asker {
		uint64_t account, since, n;
	} askers[CODE_ASKERS];
	uint64_t now = store_now();
	struct asker *at = askers;

	for (size_t i = 0; i < CODE_ASKERS && at->account != account; i++)
		if (askers[i].account == account ||
		    askers[i].since < at->since)
			at = &askers[i];
	if (at->account != account || now - at->since >= PLI_CODE_SECONDS)
		*at = (struct asker){ account, now, 0 };
	return at->n < CODES_OF_DEVICES && ++at->n > 0;
}

enum verdict
code_by_device(struct store *st, uint64_t account, struct str hash,
    const char **why)
{
	enum sql_status s;

	*why = hash.len != PAIR_HASH ? "bad-argument" : "codes-many";
	if (hash.len != PAIR_HASH || !may_have_code(account))
		return VERDICT_NO;
	s = code_put(st, account, hash);
	*why = s == SQL_FULL ? "full" : "busy";
	return s == SQL_DONE ? VERDICT_YES : VERDICT_LATER;
}

enum verdict
pair_offer(struct admin *a, uint64_t account)
{
	struct str hash = admin_text(a, "pair_hash");
	uint64_t expires = store_now() + PLI_CODE_SECONDS;
	enum sql_status s;
	struct buf row;

	if (hash.len != PAIR_HASH)
		return admin_no(a, "bad-argument", STR("pair_hash"));
	s = code_put(a->store, account, hash);
	if (s != SQL_DONE)
		return admin_later(a, s);
	buf_init(&row, ADMIN_ARGS_MAX);
	admin_put(&row, STR("name"), admin_text(a, "name"));
	admin_put_u64(&row, STR("expires"), expires);
	admin_row(a, &row);
	buf_free(&row);
	return VERDICT_YES;
}

enum verdict
user_pair(struct admin *a)
{
	struct str name = admin_text(a, "name");
	struct address addr;
	uint64_t id = address_parse(&addr, name) ?
	    account_find(a->store, addr.whole) : 0;

	return id != 0 ? pair_offer(a, id) : admin_no(a, "no-user", name);
}

/* Without one a device is paired where nothing is sealed. */
static enum verdict
is_bare(struct admin *a, uint64_t account)
{
	uint64_t sealed;
	enum sql_status s = sql_number(&a->store->db, &sealed,
	    "SELECT sealed FROM accounts WHERE id = ?", "u", account);

	if (s != SQL_ROW)
		return admin_later(a, s);
	return sealed == 0 ? VERDICT_YES : admin_no(a, "cert-missing",
	    STR(""));
}

/* The certificate that mail is sealed to is the operator's to replace. */
static enum verdict
certify(struct admin *a, uint64_t account)
{
	struct sqlite3_stmt *q = sql_bind(&a->store->db, "SELECT c.fpr"
	    " FROM accounts a JOIN certificates c ON c.account = a.id"
	    " AND c.serial = a.cert WHERE a.id = ?", "u", account);
	enum sql_status s = sql_step(q);
	bool same = s == SQL_ROW && str_eq(sql_str(q, 0),
	    admin_text(a, "cert_fpr"));

	sql_end(q);
	if (s == SQL_ROW)
		return same ? VERDICT_YES : admin_no(a, "cert-other",
		    STR(""));
	return s == SQL_DONE ? admin_certificate(a, account) :
	    admin_later(a, s);
}

/* Within a request; a->id: which account it was. */
static enum verdict
use(struct admin *a)
{
	struct store *st = a->store;
	struct str hash = admin_text(a, "pair_hash");
	struct credential cred;
	const char *why = NULL;
	enum sql_status s;
	enum verdict v;

	a->id = account_of(st, hash);
	if (a->id == 0)
		return admin_no(a, "wrong-code", STR(""));
	admin_credential(a, &cred);
	v = devices_thin(st, a->id, cred.device, &why);
	if (v == VERDICT_YES)
		v = device_put(st, a->id, &cred, true, &why);
	if (v != VERDICT_YES) {
		(void)admin_no(a, why, cred.device);
		return v;
	}
	v = admin_text(a, "cert_fpr").len == 0 ? is_bare(a, a->id) :
	    certify(a, a->id);
	if (v != VERDICT_YES)
		return v;
	s = sql_run(&st->db, "DELETE FROM pairings WHERE hash = ?", "b", hash);
	return s == SQL_DONE ? VERDICT_YES : admin_later(a, s);
}

static void
answer(struct store *st, struct client *c, struct msg_store_pair_is *is,
    uint64_t account)
{
	struct sqlite3_stmt *q = sql_bind(&st->db,
	    "SELECT name FROM accounts WHERE id = ?", "u", account);

	if (account != 0 && sql_step(q) == SQL_ROW)
		is->name = sql_str(q, 0);
	serve_send(st->role, c->peer, msg_store, STORE_TYPES, STORE_PAIR_IS,
	    is, NULL, 0);
	sql_end(q);
}

bool
pair_find(struct store *st, struct client *c,
    const struct msg_store_pair_find *m)
{
	struct msg_store_pair_is is = { .id = m->id, .verdict = VERDICT_YES };

	if (account_of(st, m->hash) == 0) {
		is.verdict = VERDICT_NO;
		is.why = STR("wrong-code");
	}
	answer(st, c, &is, 0);
	return true;
}

bool
pair_use(struct store *st, struct client *c, const struct msg_store_pair *m)
{
	struct msg_store_pair_is is = { .id = m->id };
	struct admin a = { .store = st, .client = c };
	struct buf args;

	/* the hash in front: what is found first counts */
	buf_init(&args, ADMIN_ARGS_MAX);
	admin_put(&args, STR("pair_hash"), m->hash);
	buf_add(&args, m->args);
	a.args = buf_str(&args);
	tx_settle(st);
	is.verdict = args.failed ? VERDICT_LATER : admin_write(&a, use);
	if (is.verdict != VERDICT_YES)
		is.why = a.why != NULL ? from_c(a.why) : STR("busy");
	answer(st, c, &is, is.verdict == VERDICT_YES ? a.id : 0);
	buf_free(&args);
	return true;
}
