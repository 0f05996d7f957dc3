/* jmap_set.c - what all /set methods do: RFC 8620, 5.3. */

#include <string.h>

#include "jmap.h"

json_t *
jmap_set_error(const char *type, const char *why, const char *property)
{
	json_t *e = json_pack("{s:s}", "type", type);

	if (why != NULL)
		json_object_set_new(e, "description", json_string(why));
	if (property != NULL)
		json_object_set_new(e, "properties", json_pack("[s]",
		    property));
	return e;
}

static bool
is_known(const struct jmap_set_ops *ops, const char *key)
{
	static const char *const names[] = { "accountId", "ifInState",
	    "create", "update", "destroy" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(key, names[i]) == 0)
			return true;
	for (size_t i = 0; ops->args != NULL && ops->args[i] != NULL; i++)
		if (strcmp(key, ops->args[i]) == 0)
			return true;
	return false;
}

static bool
is_map(json_t *v)
{
	return v == NULL || json_is_null(v) || json_is_object(v);
}

static bool
check(struct jmap *j, json_t *args, const struct jmap_set_ops *ops)
{
	json_t *create = json_object_get(args, "create"), *value;
	json_t *update = json_object_get(args, "update");
	json_t *destroy = json_object_get(args, "destroy");
	const char *key;
	size_t i;

	if (!jmap_account(j, args))
		return false;
	json_object_foreach(args, key, value)
		if (!is_known(ops, key))
			jmap_fail(j, "invalidArguments",
			    "an argument that is not known");
	if (!is_map(create) || !is_map(update) || (destroy != NULL &&
	    !json_is_null(destroy) && !json_is_array(destroy)))
		jmap_fail(j, "invalidArguments", NULL);
	json_array_foreach(destroy, i, value)
		if (!json_is_string(value))
			jmap_fail(j, "invalidArguments", "destroy");
	if (json_object_size(create) + json_object_size(update) +
	    json_array_size(destroy) > JMAP_SET_MAX)
		jmap_fail(j, "requestTooLarge", "maxObjectsInSet");
	return j->error == NULL;
}

static bool
state_of(struct jmap *j, const struct jmap_set_ops *ops, uint64_t *state)
{
	return ops->state != NULL ? ops->state(j, state) :
	    jmap_state(j, state);
}

/* Unlike jmap_state this is where others may have been first. */
static bool
is_in_state(struct jmap *j, json_t *args, const struct jmap_set_ops *ops,
    uint64_t *old)
{
	json_t *want = json_object_get(args, "ifInState");
	uint64_t state;

	if (!state_of(j, ops, old))
		return false;
	if (want == NULL || json_is_null(want) ||
	    (jmap_state_parse(want, &state) && state == *old))
		return true;
	jmap_fail(j, "stateMismatch", NULL);
	return false;
}

static void
put(json_t *r, const char *list, const char *key, json_t *value)
{
	if (!json_is_object(json_object_get(r, list)))
		json_object_set_new(r, list, json_object());
	json_object_set_new(json_object_get(r, list), key, value);
}

static void
create_all(struct jmap *j, json_t *r, json_t *args,
    const struct jmap_set_ops *ops)
{
	json_t *value, *out, *error;
	const char *key;

	json_object_foreach(json_object_get(args, "create"), key, value) {
		out = NULL;
		error = !json_is_object(value) ?
		    jmap_set_error("invalidProperties", NULL, NULL) :
		    ops->create(j, value, &out);
		if (error != NULL) {
			put(r, "notCreated", key, error);
			continue;
		}
		json_object_set(j->created, key, json_object_get(out, "id"));
		put(r, "created", key, out);
	}
}

static const char *
real_id(struct jmap *j, const char *id)
{
	const char *made = id[0] == '#' ? json_string_value(
	    json_object_get(j->created, id + 1)) : NULL;

	return made != NULL ? made : id;
}

static void
update_all(struct jmap *j, json_t *r, json_t *args,
    const struct jmap_set_ops *ops)
{
	json_t *value, *out, *error;
	const char *key;

	json_object_foreach(json_object_get(args, "update"), key, value) {
		out = NULL;
		error = !json_is_object(value) ?
		    jmap_set_error("invalidPatch", NULL, NULL) :
		    ops->update(j, real_id(j, key), value, &out);
		if (error != NULL)
			put(r, "notUpdated", key, error);
		else
			put(r, "updated", key, out != NULL ? out :
			    json_null());
	}
}

static void
destroy_all(struct jmap *j, json_t *r, json_t *args,
    const struct jmap_set_ops *ops)
{
	json_t *done = json_array(), *value, *error;
	size_t i;

	json_array_foreach(json_object_get(args, "destroy"), i, value) {
		const char *id = real_id(j, json_string_value(value));

		error = ops->destroy(j, id, args);
		if (error != NULL)
			put(r, "notDestroyed", id, error);
		else
			json_array_append_new(done, json_string(id));
	}
	if (json_array_size(done) > 0)
		json_object_set(r, "destroyed", done);
	json_decref(done);
}

json_t *
jmap_set(struct jmap *j, json_t *args, const struct jmap_set_ops *ops)
{
	static const char *const lists[] = { "created", "updated",
	    "destroyed", "notCreated", "notUpdated", "notDestroyed" };
	uint64_t old, now;
	json_t *r;

	http_used(j->h);
	if (!check(j, args, ops) || !is_in_state(j, args, ops, &old) ||
	    (ops->begin != NULL && !ops->begin(j, args)))
		return NULL;
	r = json_pack("{s:s, s:o}", "accountId", j->account, "oldState",
	    jmap_state_json(old));
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		json_object_set_new(r, lists[i], json_null());
	create_all(j, r, args, ops);
	update_all(j, r, args, ops);
	destroy_all(j, r, args, ops);
	if (!state_of(j, ops, &now)) {
		json_decref(r);
		return NULL;
	}
	json_object_set_new(r, "newState", jmap_state_json(now));
	return r;
}
