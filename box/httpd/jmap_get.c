/* jmap_get.c - /get of a type that has few objects, all of them at hand: RFC
 * 8620, 5.1. */

#include "jmap.h"

bool
jmap_get_args(struct jmap *j, json_t *args, const char *const *properties)
{
	static const char *const names[] = { "ids", "properties", NULL };
	json_t *ids = json_object_get(args, "ids"), *wanted;

	if (!jmap_only(j, args, names) ||
	    !jmap_properties(j, args, properties, NULL, &wanted))
		return false;
	if (ids != NULL && !json_is_null(ids) && !json_is_array(ids))
		jmap_fail(j, "invalidArguments", "ids");
	else if (json_array_size(ids) > JMAP_GET_MAX)
		jmap_fail(j, "requestTooLarge", "maxObjectsInGet");
	return j->error == NULL;
}

/* Each once, however often it is named. */
static void
select_ids(struct jmap *j, json_t *r, json_t *by_id, json_t *ids)
{
	json_t *list = json_object_get(r, "list"), *one, *o;
	const char *key;
	size_t i;

	if (ids == NULL || json_is_null(ids))
		json_object_foreach(by_id, key, o)
			json_array_append(list, o);
	json_array_foreach(ids, i, one) {
		const char *id = json_string_value(one);

		if (id != NULL && id[0] == '#')
			id = json_string_value(json_object_get(j->created,
			    id + 1));
		o = id == NULL ? NULL : json_object_get(by_id, id);
		json_array_append(o != NULL ? list : json_object_get(r,
		    "notFound"), o != NULL ? o : one);
		if (o != NULL)
			json_object_del(by_id, id);
	}
}

json_t *
jmap_get(struct jmap *j, json_t *args, const char *const *properties,
    json_t *by_id, uint64_t state)
{
	json_t *wanted = json_object_get(args, "properties"), *o;
	json_t *r = json_pack("{s:s, s:o, s:[], s:[]}", "accountId",
	    j->account, "state", jmap_state_json(state), "list", "notFound");
	size_t i;

	select_ids(j, r, by_id, json_object_get(args, "ids"));
	json_decref(by_id);
	if (json_is_null(wanted))
		wanted = NULL;
	/* the first is the id, which is always told */
	json_array_foreach(json_object_get(r, "list"), i, o)
		for (size_t k = 1; properties[k] != NULL; k++)
			if (!jmap_wants(wanted, properties[k]))
				json_object_del(o, properties[k]);
	return r;
}
