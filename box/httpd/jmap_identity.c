/*
 * jmap_identity.c - who one may be.  RFC 8621, 6.
 *
 * The account's own addresses are there without anybody's doing; what has been
 * set for one is in the store under a hash of the address.  Others can be made,
 * of addresses that the store lets the account send as.  The state is a hash of
 * it all, for aliases come and go by the operator.
 */

#include <string.h>

#include "base/verdict.h"
#include "jmap_submission.h"

static const char *const properties[] = {
	"id", "name", "email", "replyTo", "bcc", "textSignature",
	"htmlSignature", "mayDelete", NULL,
};

/* The first octets of a hash as an id, which SQLite has a sign for. */
static uint64_t
number_of(struct str text)
{
	unsigned char hash[CRYPT_HASH];
	uint64_t n = 0;

	crypt_sha256(hash, text);
	for (int i = 0; i < 8; i++)
		n = n << 8 | hash[i];
	return n >> 1 | 1;
}

static json_t *
object(uint64_t id, struct str address, json_t *set, bool own)
{
	json_t *o = json_pack("{s:o, s:s, s:o, s:n, s:n, s:s, s:s, s:b}",
	    "id", jmap_id_json('i', id), "name", "", "email",
	    jmap_text(address), "replyTo", "bcc", "textSignature", "",
	    "htmlSignature", "", "mayDelete", !own);

	if (set != NULL)
		json_object_update_existing(o, set);
	return o;
}

/* What is set for an address that is the account's no more is not shown. */
static void
add(json_t *all, uint64_t id, struct str address, struct str value)
{
	char key[JMAP_ID_LEN];
	json_t *set;

	if (id == 0) {
		jmap_id(key, 'i', number_of(address));
		json_object_set_new(all, key, object(number_of(address),
		    address, NULL, true));
		return;
	}
	jmap_id(key, 'i', id);
	set = json_loadb(value.ptr, value.len, 0, NULL);
	if (json_object_get(all, key) != NULL)
		json_object_update_existing(json_object_get(all, key), set);
	else if (id != number_of(address))
		json_object_set_new(all, key, object(id, address, set,
		    false));
	json_decref(set);
}

/* By id, in order; a new object, or NULL. */
static json_t *
load(struct jmap *j, uint64_t *state)
{
	json_t *all;
	struct reading a;
	struct str address, value;
	uint64_t id;

	if (!jmap_ask(j, READ_IDENTITIES, NULL, &a))
		return NULL;
	if (a.verdict != VERDICT_YES) {
		reading_end(&a);
		return jmap_fail(j, "serverUnavailable", NULL);
	}
	all = json_object();
	*state = number_of(a.data);
	while (field_take_u64(&a.data, &id) &&
	    field_take_str(&a.data, &address) &&
	    field_take_str(&a.data, &value))
		add(all, id, address, value);
	reading_end(&a);
	return all;
}

static bool
state_of(struct jmap *j, uint64_t *state)
{
	json_t *all = load(j, state);

	json_decref(all);
	return all != NULL;
}

bool
identity_find(struct jmap *j, json_t *value, uint64_t *number,
    json_t **address)
{
	char key[JMAP_ID_LEN];
	json_t *all, *one;
	uint64_t state;

	if (!jmap_id_of(j, value, 'i', number) ||
	    (all = load(j, &state)) == NULL)
		return false;
	jmap_id(key, 'i', *number);
	one = json_object_get(all, key);
	*address = json_incref(json_object_get(one, "email"));
	json_decref(all);
	return *address != NULL;
}

json_t *
jmap_identity_get(struct jmap *j, json_t *args)
{
	uint64_t state;
	json_t *all;

	if (!jmap_get_args(j, args, properties) ||
	    (all = load(j, &state)) == NULL)
		return NULL;
	return jmap_get(j, args, properties, all, state);
}

json_t *
jmap_identity_changes(struct jmap *j, json_t *args)
{
	uint64_t since, state;
	int64_t max;
	json_t *r;

	if (!jmap_since(j, args, &since, &max) || !state_of(j, &state))
		return NULL;
	if (since != state)
		return jmap_fail(j, "cannotCalculateChanges", NULL);
	r = jmap_changes(state, state, false);
	json_object_set_new(r, "accountId", json_string(j->account));
	return r;
}

/* EmailAddress[] or null: RFC 8621, 4.1.2.3. */
static bool
are_addresses(json_t *v)
{
	json_t *one, *name;
	size_t i;

	if (json_is_null(v))
		return true;
	json_array_foreach(v, i, one) {
		name = json_object_get(one, "name");
		if (!json_is_string(json_object_get(one, "email")) ||
		    (name != NULL && !json_is_null(name) &&
		    !json_is_string(name)))
			return false;
	}
	return json_is_array(v);
}

static json_t *
check(json_t *change)
{
	json_t *value;
	const char *key;

	json_object_foreach(change, key, value) {
		bool ok = strcmp(key, "name") == 0 ||
		    strcmp(key, "textSignature") == 0 ||
		    strcmp(key, "htmlSignature") == 0 ?
		    json_is_string(value) : (strcmp(key, "replyTo") == 0 ||
		    strcmp(key, "bcc") == 0) && are_addresses(value);

		if (!ok)
			return jmap_set_error("invalidProperties", NULL, key);
	}
	return NULL;
}

/* drop: set is NULL. */
static json_t *
write(struct jmap *j, uint64_t id, const char *address, json_t *set)
{
	struct msg_write_identity m = { .id = id, .drop = set == NULL,
	    .address = from_c(address) };
	char *text = set == NULL ? NULL : json_dumps(set, JSON_COMPACT);
	union msg_written is;
	json_t *error = NULL;

	m.value = from_c(text);
	if (m.value.len > IDENTITY_VALUE_MAX)
		error = jmap_set_error("tooLarge", NULL, NULL);
	else if (jmap_write(j, WRITE_IDENTITY, &m, -1, &is, NULL) !=
	    WRITE_DONE || is.done.verdict == VERDICT_LATER)
		error = jmap_set_error("serverFail", "try again later", NULL);
	else if (is.done.verdict != VERDICT_YES)
		error = jmap_set_error(set == NULL ? "notFound" : "overQuota",
		    NULL, NULL);
	free(text);
	return error;
}

/* Of an object, what is kept in the store. */
static json_t *
settable(json_t *o)
{
	json_t *set = json_copy(o);

	json_object_del(set, "id");
	json_object_del(set, "email");
	json_object_del(set, "mayDelete");
	return set;
}

static json_t *
update(struct jmap *j, const char *key, json_t *change, json_t **out)
{
	json_t *all, *one, *set, *error;
	uint64_t id, state;

	(void)out;
	if ((all = load(j, &state)) == NULL)
		return jmap_set_error("serverFail", NULL, NULL);
	one = json_object_get(all, key);
	error = one == NULL || !jmap_id_parse(key, 'i', &id) ?
	    jmap_set_error("notFound", NULL, NULL) : check(change);
	if (error == NULL) {
		json_object_update(one, change);
		set = settable(one);
		error = write(j, id, json_string_value(json_object_get(one,
		    "email")), set);
		json_decref(set);
	}
	json_decref(all);
	return error;
}

static json_t *
destroy(struct jmap *j, const char *key, json_t *args)
{
	json_t *all, *one, *error;
	uint64_t id, state;

	(void)args;
	if ((all = load(j, &state)) == NULL)
		return jmap_set_error("serverFail", NULL, NULL);
	one = json_object_get(all, key);
	if (one == NULL || !jmap_id_parse(key, 'i', &id))
		error = jmap_set_error("notFound", NULL, NULL);
	else if (!json_is_true(json_object_get(one, "mayDelete")))
		error = jmap_set_error("forbidden",
		    "an address of the account's own", NULL);
	else
		error = write(j, id, "", NULL);
	json_decref(all);
	return error;
}

static json_t *
create(struct jmap *j, json_t *o, json_t **out)
{
	const char *email = json_string_value(json_object_get(o, "email"));
	json_t *set = settable(o), *error = check(set);
	uint64_t id = 0;

	if (error == NULL && json_object_get(o, "id") != NULL)
		error = jmap_set_error("invalidProperties", NULL, "id");
	if (error == NULL && json_object_get(o, "mayDelete") != NULL)
		error = jmap_set_error("invalidProperties", NULL,
		    "mayDelete");
	if (error == NULL && email == NULL)
		error = jmap_set_error("invalidProperties", NULL, "email");
	if (error == NULL)
		error = letter_may_send(j, email);
	if (error == NULL) {
		crypt_random(&id, sizeof(id));
		id = id >> 1 | 1;
		error = write(j, id, email, set);
	}
	if (error == NULL)
		*out = object(id, from_c(email), set, false);
	json_decref(set);
	return error;
}

json_t *
jmap_identity_set(struct jmap *j, json_t *args)
{
	static const struct jmap_set_ops ops = { .create = create,
	    .update = update, .destroy = destroy, .state = state_of };

	return jmap_set(j, args, &ops);
}
