/*
 * jmap_protection.c - for whom could a letter be encrypted?  An extension of
 * ours, on the owner's side alone: where there is an agent.
 *
 *	Protection/forecast	{accountId, addresses}
 *				{accountId, clear}: those without a key
 *	Protection/get		{accountId}
 *				{accountId, list: [{address, fingerprint, how,
 *				 since}]}: whose keys are known
 */

#include <string.h>

#include "base/verdict.h"
#include "jmap.h"

enum { FORECAST_MAX = 200 };

struct contact {
	struct str address, fingerprint, how, cert;
	uint64_t since;
};

static bool
take(struct str *in, struct contact *c)
{
	return field_take_str(in, &c->address) &&
	    field_take_str(in, &c->fingerprint) &&
	    field_take_str(in, &c->how) && field_take_u64(in, &c->since) &&
	    field_take_str(in, &c->cert);
}

/* The record of an address, whose domain's case does not count. */
static bool
is_known(struct str in, const char *address)
{
	struct contact c;

	while (take(&in, &c))
		if (str_eq_nocase(c.address, from_c(address)))
			return true;
	return false;
}

/* NULL, or what is wrong. */
static const char *
pack(json_t *addresses, struct buf *out)
{
	json_t *one;
	size_t i;

	if (!json_is_array(addresses))
		return "invalidArguments";
	if (json_array_size(addresses) > FORECAST_MAX)
		return "requestTooLarge";
	json_array_foreach(addresses, i, one) {
		if (!json_is_string(one))
			return "invalidArguments";
		field_put_str(out, from_c(json_string_value(one)));
	}
	return out->failed ? "requestTooLarge" : NULL;
}

json_t *
jmap_protection_forecast(struct jmap *j, json_t *args)
{
	static const char *const names[] = { "accountId", "addresses", NULL };
	json_t *list = json_object_get(args, "addresses"), *one, *clear;
	struct msg_read_contacts m = { .after = STR("") };
	struct reading a;
	struct buf asked;
	const char *wrong;
	bool ok;
	size_t i;

	if (!jmap_account(j, args) || !jmap_only(j, args, names))
		return NULL;
	buf_init(&asked, CONTACTS_ASK_MAX);
	wrong = pack(list, &asked);
	ok = wrong == NULL;
	if (!ok)
		(void)jmap_fail(j, wrong, "addresses");
	m.addresses = buf_str(&asked);
	/* of nobody, all would be told */
	if (ok && asked.len == 0) {
		buf_free(&asked);
		return json_pack("{s:s, s:[]}", "accountId", j->account,
		    "clear");
	}
	ok = ok && jmap_ask(j, READ_CONTACTS, &m, &a);
	buf_free(&asked);
	if (!ok)
		return NULL;
	clear = json_array();
	json_array_foreach(list, i, one)
		if (!is_known(a.data, json_string_value(one)))
			json_array_append(clear, one);
	reading_end(&a);
	return json_pack("{s:s, s:o}", "accountId", j->account, "clear",
	    clear);
}

static void
append(json_t *list, const struct contact *c)
{
	json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o}",
	    "address", jmap_text(c->address), "fingerprint",
	    jmap_text(c->fingerprint), "how", jmap_text(c->how), "since",
	    jmap_date_json(c->since)));
}

json_t *
jmap_protection_get(struct jmap *j, json_t *args)
{
	static const char *const names[] = { "accountId", NULL };
	struct msg_read_contacts m = { STR(""), STR("") };
	char last[ADDRESS_TEXT_MAX];
	json_t *list;
	bool more = true;

	if (!jmap_account(j, args) || !jmap_only(j, args, names))
		return NULL;
	list = json_array();
	while (more) {
		struct contact c = { .address = STR("") };
		struct reading a;

		if (!jmap_ask(j, READ_CONTACTS, &m, &a)) {
			json_decref(list);
			return NULL;
		}
		while (take(&a.data, &c))
			append(list, &c);
		more = a.more && c.address.len < sizeof(last);
		if (more)
			memcpy(last, c.address.ptr, c.address.len);
		m.after = (struct str){ last, c.address.len };
		reading_end(&a);
	}
	return json_pack("{s:s, s:o}", "accountId", j->account, "list", list);
}
