/* admin_alias.c - plictl alias add, list, remove. */

#include "store.h"

static enum verdict
add_target(struct admin *a, const struct address *alias, struct str text)
{
	struct resolved r;
	struct address target;
	enum sql_status s;

	if (!address_parse(&target, text) || target.local.len == 0)
		return admin_no(a, "bad-address", text);
	if (str_eq(target.whole, alias->whole))
		return admin_no(a, "bad-address", text);
	address_resolve(a->store, target.local, target.domain, &r);
	if (r.reason != RCPT_OK)
		return admin_no(a, "no-user", text);
	s = sql_run(&a->store->db, "INSERT INTO addresses(domain, local,"
	    " target) VALUES(?, ?, ?) ON CONFLICT DO NOTHING", "ttt",
	    alias->domain, alias->local, target.whole);
	return s == SQL_DONE ? VERDICT_YES : admin_later(a, s);
}

static bool
is_account(struct admin *a, const struct address *addr)
{
	uint64_t one;

	return sql_number(&a->store->db, &one, "SELECT 1 FROM addresses"
	    " WHERE domain = ? AND local = ? AND target = ''", "tt",
	    addr->domain, addr->local) == SQL_ROW;
}

enum verdict
alias_add(struct admin *a)
{
	struct str name = admin_text(a, "address"), rest = a->args, key, text;
	struct address alias;
	enum verdict v = VERDICT_YES;
	size_t targets = 0;

	if (!address_parse(&alias, name))
		return admin_no(a, "bad-address", name);
	if (!domain_is_ours(a->store, alias.domain))
		return admin_no(a, "no-domain", alias.domain);
	if (is_account(a, &alias))
		return admin_no(a, "exists", name);
	while (v == VERDICT_YES && admin_take(&rest, &key, &text))
		if (str_eq(key, STR("target"))) {
			v = add_target(a, &alias, text);
			targets++;
		}
	if (v == VERDICT_YES && (targets == 0 || targets > TARGETS_MAX))
		v = admin_no(a, "bad-argument", STR("target"));
	return v;
}

enum verdict
alias_list(struct admin *a)
{
	struct sqlite3_stmt *q = sql_bind(&a->store->db,
	    "SELECT local || '@' || domain, target,"
	    " local || '@' || domain || ' ' || target FROM addresses"
	    " WHERE target <> '' AND local || '@' || domain || ' ' || target"
	    " > ? ORDER BY local || '@' || domain || ' ' || target", "t",
	    admin_text(a, "after"));
	enum sql_status s;
	struct buf row;

	buf_init(&row, ADMIN_ARGS_MAX);
	while ((s = sql_step(q)) == SQL_ROW && admin_next(a, sql_str(q, 2))) {
		buf_clear(&row);
		admin_put(&row, STR("address"), sql_str(q, 0));
		admin_put(&row, STR("target"), sql_str(q, 1));
		admin_row(a, &row);
	}
	sql_end(q);
	buf_free(&row);
	return s == SQL_DONE || a->why != NULL ? VERDICT_YES :
	    admin_later(a, s);
}

enum verdict
alias_remove(struct admin *a)
{
	struct str name = admin_text(a, "address");
	struct str text = admin_text(a, "target");
	struct address alias, target = { .whole = STR_INIT("") };
	enum sql_status s;

	if (!address_parse(&alias, name) ||
	    (text.len > 0 && !address_parse(&target, text)))
		return admin_no(a, "bad-address", name);
	s = sql_run(&a->store->db, "DELETE FROM addresses WHERE domain = ?1"
	    " AND local = ?2 AND target <> '' AND (?3 = '' OR target = ?3)",
	    "ttt", alias.domain, alias.local, target.whole);
	if (s != SQL_DONE)
		return admin_later(a, s);
	return sql_changes(&a->store->db) > 0 ? VERDICT_YES :
	    admin_no(a, "no-alias", name);
}
