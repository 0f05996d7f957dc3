/*
 * admin.c - the operator's verbs: a table, and what all of them use.
 *
 * A verb that changes something is committed alone, before it is answered, so
 * that nobody is told of what may not come about.
 */

#include "contacts.h"
#include "store.h"

#include <string.h>

static const struct {
	struct str name;
	bool writes;
	admin_verb *run;
} verbs[] = {
	{ STR_INIT("user add"), true, user_add },
	{ STR_INIT("user list"), false, user_list },
	{ STR_INIT("user show"), false, user_show },
	{ STR_INIT("user remove"), true, user_remove },
	{ STR_INIT("user password"), true, user_password },
	{ STR_INIT("user cert"), true, user_cert },
	{ STR_INIT("user quota"), true, user_quota },
	{ STR_INIT("user pair"), true, user_pair },
	{ STR_INIT("alias add"), true, alias_add },
	{ STR_INIT("alias list"), false, alias_list },
	{ STR_INIT("alias remove"), true, alias_remove },
	{ STR_INIT("contact add"), true, contact_add },
	{ STR_INIT("contact list"), false, contact_list },
	{ STR_INIT("contact remove"), true, contact_remove },
	{ STR_INIT("queue list"), false, queue_list },
	{ STR_INIT("queue show"), false, queue_show },
	{ STR_INIT("queue retry"), true, queue_retry },
	{ STR_INIT("queue hold"), true, queue_hold },
	{ STR_INIT("queue cancel"), true, queue_cancel },
	{ STR_INIT("mirror status"), false, mirror_status },
	{ STR_INIT("store status"), false, store_status },
	{ STR_INIT("store check"), false, store_check },
	{ STR_INIT("store repair"), true, store_repair },
};

struct str
admin_text(struct admin *a, const char *key)
{
	struct str v;

	return admin_get(a->args, from_c(key), &v) ? v : STR("");
}

bool
admin_number(struct admin *a, const char *key, uint64_t *out)
{
	struct str v = admin_text(a, key);

	*out = 0;
	return str_take_u64(&v, out) && v.len == 0 && *out <= INT64_MAX;
}

void
admin_row(struct admin *a, const struct buf *pairs)
{
	struct msg_admin_row m = { a->id, buf_str(pairs) };

	if (!pairs->failed)
		serve_send(a->store->role, a->client->peer, msg_admin,
		    ADMIN_TYPES, ADMIN_ROW, &m, NULL, 0);
}

static void
keep_detail(struct admin *a, const char *why, struct str detail)
{
	a->why = why;
	a->detail_len = detail.len < WHY_MAX ? detail.len : WHY_MAX;
	if (a->detail_len > 0)
		memcpy(a->detail, detail.ptr, a->detail_len);
}

bool
admin_next(struct admin *a, struct str key)
{
	if (a->rows++ < ADMIN_ROWS_MAX) {
		keep_detail(a, NULL, key);
		return true;
	}
	a->why = "more";	/* after the last that was kept */
	return false;
}

enum verdict
admin_no(struct admin *a, const char *why, struct str detail)
{
	keep_detail(a, why, detail);
	return VERDICT_NO;
}

enum verdict
admin_later(struct admin *a, enum sql_status s)
{
	admin_no(a, s == SQL_FULL ? "full" : "busy",
	    from_c(sql_status_name(s)));
	return VERDICT_LATER;
}

enum verdict
admin_write(struct admin *a, admin_verb *run)
{
	struct store *st = a->store;
	enum verdict v;

	if (!tx_begin(st))
		return admin_later(a, SQL_IO);
	v = run(a);
	if (!tx_end(st, v == VERDICT_YES) && v == VERDICT_YES)
		v = admin_later(a, SQL_IO);
	if (!tx_settle(st) && v == VERDICT_YES)
		v = admin_later(a, SQL_FULL);
	return v;
}

static enum verdict
run(struct admin *a, struct str verb, bool *ended)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (!str_eq(verbs[i].name, verb))
			continue;
		/* what deliveries have under way is settled first */
		tx_settle(a->store);
		if (verbs[i].writes)
			return admin_write(a, verbs[i].run);
		/* the checker answers for itself, when it is through */
		*ended = verbs[i].run == store_check;
		return verbs[i].run(a);
	}
	return admin_no(a, "no-verb", verb);
}

bool
admin_message(struct store *st, struct client *c, struct chan_msg *in)
{
	union {
		struct msg_admin_call call;
		struct msg_admin_row row;
		struct msg_admin_end end;
		struct msg_child child;
	} m;
	struct admin a = { .store = st, .client = c };
	struct msg_admin_end end = { 0 };
	bool ended = false;

	if (in->nfds != 0 || field_get(msg_admin, ADMIN_TYPES, in->wire,
	    &m) != ADMIN_CALL)
		return false;
	a.id = end.id = m.call.id;
	a.args = m.call.args;
	end.verdict = run(&a, m.call.verb, &ended);
	if (ended && end.verdict == VERDICT_YES)
		return true;
	if (a.why != NULL) {
		end.why = from_c(a.why);
		end.detail = (struct str){ a.detail, a.detail_len };
	}
	serve_send(st->role, c->peer, msg_admin, ADMIN_TYPES, ADMIN_END, &end,
	    NULL, 0);
	return true;
}
