/* contacts.c - whom the owner writes to, and their certificates. */

#include "contacts.h"

enum { HOW_MAX = 32, RECORD_ROOM = ADDRESS_TEXT_MAX + CERT_USE_MAX + 256 };

_Static_assert(RECORD_ROOM < (int)READ_CHUNK, "a record has room");

static bool
take_account(struct admin *a, uint64_t *account)
{
	struct str name = admin_text(a, "name");

	*account = account_find(a->store, name);
	if (*account == 0)
		(void)admin_no(a, "no-user", name);
	return *account != 0;
}

static void
tell_added(struct admin *a, struct str address)
{
	struct buf row;

	buf_init(&row, ADMIN_ARGS_MAX);
	admin_put(&row, STR("address"), address);
	admin_put(&row, STR("fingerprint"), admin_text(a, "cert_fpr"));
	admin_put(&row, STR("uid"), admin_text(a, "cert_uid"));
	admin_row(a, &row);
	buf_free(&row);
}

enum verdict
contact_add(struct admin *a)
{
	struct str text = admin_text(a, "address"), how = admin_text(a, "how");
	struct str use = admin_text(a, "cert_use");
	struct address addr;
	uint64_t account;
	enum sql_status s;

	if (!take_account(a, &account))
		return VERDICT_NO;
	if (!address_parse(&addr, text) || addr.local.len == 0)
		return admin_no(a, "bad-address", text);
	if (use.len == 0 || use.len > CERT_USE_MAX || how.len == 0 ||
	    how.len > HOW_MAX || admin_text(a, "cert_fpr").len == 0)
		return admin_no(a, "bad-argument", STR("cert_use"));
	s = sql_run(&a->store->db, "INSERT INTO contacts(account, address, fpr,"
	    " how, since, cert) VALUES(?, ?, ?, ?, ?, ?)"
	    " ON CONFLICT(account, address) DO UPDATE SET"
	    " since = CASE WHEN fpr = excluded.fpr THEN since"
	    " ELSE excluded.since END, fpr = excluded.fpr,"
	    " how = excluded.how, cert = excluded.cert", "utttub", account,
	    addr.whole, admin_text(a, "cert_fpr"), how, store_now(), use);
	if (s != SQL_DONE)
		return admin_later(a, s);
	tell_added(a, addr.whole);
	return VERDICT_YES;
}

enum verdict
contact_list(struct admin *a)
{
	bool certs = admin_text(a, "certs").len > 0;
	uint64_t account;
	struct sqlite3_stmt *q;
	enum sql_status s;
	struct buf row;

	if (!take_account(a, &account))
		return VERDICT_NO;
	q = sql_bind(&a->store->db, "SELECT address, fpr, how, since, cert"
	    " FROM contacts WHERE account = ? AND address > ?"
	    " ORDER BY address", "ut", account, admin_text(a, "after"));
	buf_init(&row, ADMIN_ARGS_MAX);
	while ((s = sql_step(q)) == SQL_ROW && admin_next(a, sql_str(q, 0))) {
		buf_clear(&row);
		admin_put(&row, STR("address"), sql_str(q, 0));
		admin_put(&row, STR("fingerprint"), sql_str(q, 1));
		admin_put(&row, STR("how"), sql_str(q, 2));
		admin_put_u64(&row, STR("since"), sql_u64(q, 3));
		if (certs)
			admin_put(&row, STR("cert"), sql_str(q, 4));
		admin_row(a, &row);
	}
	sql_end(q);
	buf_free(&row);
	return s == SQL_DONE || a->why != NULL ? VERDICT_YES :
	    admin_later(a, s);
}

enum verdict
contact_remove(struct admin *a)
{
	struct str text = admin_text(a, "address");
	struct address addr;
	uint64_t account;
	enum sql_status s;

	if (!take_account(a, &account))
		return VERDICT_NO;
	if (!address_parse(&addr, text))
		return admin_no(a, "bad-address", text);
	s = sql_run(&a->store->db, "DELETE FROM contacts WHERE account = ?"
	    " AND address = ?", "ut", account, addr.whole);
	if (s != SQL_DONE)
		return admin_later(a, s);
	return sql_changes(&a->store->db) > 0 ? VERDICT_YES :
	    admin_no(a, "no-contact", text);
}

bool
contact_ask(struct store *st, struct client *c,
    const struct msg_store_contact *m)
{
	struct msg_store_contact_is is = { VERDICT_NO, STR("") };
	struct sqlite3_stmt *q = NULL;
	struct address addr;

	if (address_parse(&addr, m->address) && addr.local.len > 0) {
		q = sql_bind(&st->db, "SELECT cert FROM contacts WHERE"
		    " account = ? AND address = ?", "ut", c->account,
		    addr.whole);
		if (sql_step(q) == SQL_ROW)
			is = (struct msg_store_contact_is){ VERDICT_YES,
			    sql_str(q, 0) };
	}
	serve_send(st->role, c->peer, msg_store, STORE_TYPES,
	    STORE_CONTACT_IS, &is, NULL, 0);
	sql_end(q);
	return true;
}

static void
put(struct buf *out, struct sqlite3_stmt *q)
{
	field_put_str(out, sql_str(q, 0));
	field_put_str(out, sql_str(q, 1));
	field_put_str(out, sql_str(q, 2));
	field_put_u64(out, sql_u64(q, 3));
	field_put_str(out, sql_str(q, 4));
}

/* Those of the addresses that are contacts, as many as fit. */
static enum verdict
read_some(struct sql *db, uint64_t account, struct str in, struct buf *out)
{
	struct str text;

	while (out->len + RECORD_ROOM < READ_CHUNK &&
	    field_take_str(&in, &text)) {
		struct address addr;
		struct sqlite3_stmt *q;
		enum sql_status s;

		if (!address_parse(&addr, text) || addr.local.len == 0)
			continue;
		q = sql_bind(db, "SELECT address, fpr, how, since, cert"
		    " FROM contacts WHERE account = ? AND address = ?", "ut",
		    account, addr.whole);
		s = sql_step(q);
		if (s == SQL_ROW)
			put(out, q);
		sql_end(q);
		if (s != SQL_ROW && s != SQL_DONE)
			return VERDICT_LATER;
	}
	return VERDICT_YES;
}

enum verdict
read_contacts(struct sql *db, uint64_t account,
    const struct msg_read_contacts *m, struct buf *out, bool *more)
{
	struct sqlite3_stmt *q;
	enum sql_status s;

	if (m->addresses.len > 0)
		return read_some(db, account, m->addresses, out);
	q = sql_bind(db, "SELECT address, fpr, how, since, cert FROM contacts"
	    " WHERE account = ? AND address > ? ORDER BY address", "ut",
	    account, m->after);
	while ((s = sql_step(q)) == SQL_ROW && !*more) {
		put(out, q);
		*more = out->len + RECORD_ROOM >= READ_CHUNK;
	}
	sql_end(q);
	return s == SQL_DONE || s == SQL_ROW ? VERDICT_YES : VERDICT_LATER;
}
