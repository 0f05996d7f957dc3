/* admin_list.c - plictl user list, user show, store status. */

#include "store.h"

#include "schema.h"

static const char all[] =
    "SELECT a.id, a.name, a.sealed, a.quota,"
    " (SELECT coalesce(sum(octets), 0) FROM mailboxes WHERE account = a.id),"
    " (SELECT coalesce(sum(messages), 0) FROM mailboxes"
    "  WHERE account = a.id),"
    " coalesce(c.fpr, ''), coalesce(c.expires, 0), a.created"
    " FROM accounts a LEFT JOIN certificates c"
    " ON c.account = a.id AND c.serial = a.cert"
    " WHERE a.removed = 0 AND (?1 = '' OR a.name = ?1) AND a.name > ?2"
    " ORDER BY a.name";

/* name "": everybody whose name comes after that.  *id: of the last one. */
static enum sql_status
rows(struct admin *a, struct str name, struct str after, uint64_t *id)
{
	static const struct str numbers[] = {
		STR_INIT("sealed"), STR_INIT("quota"), STR_INIT("used"),
		STR_INIT("messages"),
	};
	struct sqlite3_stmt *q = sql_bind(&a->store->db, all, "tt", name,
	    after);
	enum sql_status s;
	struct buf row;

	buf_init(&row, ADMIN_ARGS_MAX);
	while ((s = sql_step(q)) == SQL_ROW && admin_next(a, sql_str(q, 1))) {
		buf_clear(&row);
		*id = sql_u64(q, 0);
		admin_put(&row, STR("name"), sql_str(q, 1));
		for (int i = 0; i < 4; i++)
			admin_put_u64(&row, numbers[i], sql_u64(q, i + 2));
		admin_put(&row, STR("cert_fpr"), sql_str(q, 6));
		admin_put_u64(&row, STR("cert_expires"), sql_u64(q, 7));
		admin_put_u64(&row, STR("created"), sql_u64(q, 8));
		admin_row(a, &row);
	}
	sql_end(q);
	buf_free(&row);
	return s;
}

enum verdict
user_list(struct admin *a)
{
	uint64_t id;
	enum sql_status s = rows(a, STR(""), admin_text(a, "after"), &id);

	return s == SQL_DONE || a->why != NULL ? VERDICT_YES :
	    admin_later(a, s);
}

/* A row for each line of a query with a text, when it was made, and when it
 * was last used: 0 where that says nothing. */
static void
list(struct admin *a, const char *sql, struct str key, uint64_t account)
{
	struct sqlite3_stmt *q = sql_bind(&a->store->db, sql, "u", account);
	struct buf row;

	buf_init(&row, ADMIN_ARGS_MAX);
	while (sql_step(q) == SQL_ROW) {
		buf_clear(&row);
		admin_put(&row, key, sql_str(q, 0));
		admin_put_u64(&row, STR("created"), sql_u64(q, 1));
		admin_put_u64(&row, STR("used"), sql_u64(q, 2));
		admin_row(a, &row);
	}
	sql_end(q);
	buf_free(&row);
}

static void
list_certificates(struct admin *a, uint64_t account)
{
	struct sqlite3_stmt *q = sql_bind(&a->store->db,
	    "SELECT fpr, uid, algo, created, expires, added, replaced"
	    " FROM certificates WHERE account = ? ORDER BY serial LIMIT 64",
	    "u", account);
	struct buf row;

	buf_init(&row, ADMIN_ARGS_MAX);
	while (sql_step(q) == SQL_ROW) {
		buf_clear(&row);
		admin_put(&row, STR("certificate"), sql_str(q, 0));
		admin_put(&row, STR("uid"), sql_str(q, 1));
		admin_put(&row, STR("algo"), sql_str(q, 2));
		admin_put_u64(&row, STR("created"), sql_u64(q, 3));
		admin_put_u64(&row, STR("expires"), sql_u64(q, 4));
		admin_put_u64(&row, STR("added"), sql_u64(q, 5));
		admin_put_u64(&row, STR("replaced"), sql_u64(q, 6));
		admin_row(a, &row);
	}
	sql_end(q);
	buf_free(&row);
}

enum verdict
user_show(struct admin *a)
{
	struct str name = admin_text(a, "name");
	struct address addr;
	uint64_t id = 0;
	enum sql_status s;

	if (!address_parse(&addr, name))
		return admin_no(a, "no-user", name);
	s = rows(a, addr.whole, STR(""), &id);
	if (s != SQL_DONE)
		return admin_later(a, s);
	if (id == 0)
		return admin_no(a, "no-user", name);
	list(a, "SELECT local || '@' || domain, 0, 0 FROM addresses"
	    " WHERE target = (SELECT name FROM accounts WHERE id = ?) LIMIT 64",
	    STR("alias"), id);
	list(a, "SELECT device, created, used FROM credentials"
	    " WHERE account = ? LIMIT 128", STR("device"), id);
	list_certificates(a, id);
	return VERDICT_YES;
}

static void
row_number(struct admin *a, struct str key, uint64_t value)
{
	struct buf row;

	buf_init(&row, ADMIN_ARGS_MAX);
	admin_put(&row, STR("key"), key);
	admin_put_u64(&row, STR("value"), value);
	admin_row(a, &row);
	buf_free(&row);
}

static void
row_unsealed(struct admin *a)
{
	struct sqlite3_stmt *q = sql_bind(&a->store->db, "SELECT name FROM"
	    " accounts WHERE sealed = 0 AND removed = 0 ORDER BY name LIMIT 64",
	    "");
	struct buf row;

	buf_init(&row, ADMIN_ARGS_MAX);
	while (sql_step(q) == SQL_ROW) {
		buf_clear(&row);
		admin_put(&row, STR("key"), STR("unsealed"));
		admin_put(&row, STR("value"), sql_str(q, 0));
		admin_row(a, &row);
	}
	sql_end(q);
	buf_free(&row);
}

enum verdict
store_status(struct admin *a)
{
	struct sql *db = &a->store->db;
	uint64_t n;

	(void)sql_number(db, &n, "SELECT count(*) FROM accounts"
	    " WHERE removed = 0", "");
	row_number(a, STR("accounts"), n);
	row_unsealed(a);
	(void)sql_number(db, &n, "SELECT sum(messages) FROM mailboxes", "");
	row_number(a, STR("messages"), n);
	(void)sql_number(db, &n, "SELECT sum(octets) FROM mailboxes", "");
	row_number(a, STR("octets"), n);
	(void)sql_number(db, &n, "PRAGMA page_count", "");
	row_number(a, STR("file"), n * SQL_PAGE);
	row_number(a, STR("version"), SCHEMA_VERSION);
	row_number(a, STR("commits"), a->store->commits);
	row_number(a, STR("committed"), a->store->committed);
	return VERDICT_YES;
}
