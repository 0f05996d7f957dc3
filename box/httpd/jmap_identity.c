/* jmap_identity.c - Identity/get: who one may be.  RFC 8621, 6.
 *
 * One, the account's own address; nothing of it can be set.
 */

#include <string.h>

#include "jmap.h"

#define ID	"i0"

static const char *const properties[] = {
	"id", "name", "email", "replyTo", "bcc", "textSignature",
	"htmlSignature", "mayDelete", NULL,
};

static json_t *
object(struct jmap *j, json_t *props)
{
	json_t *o = json_pack("{s:s, s:s, s:o, s:n, s:n, s:s, s:s, s:b}",
	    "id", ID, "name", "", "email", jmap_text(j->h->user), "replyTo",
	    "bcc", "textSignature", "", "htmlSignature", "", "mayDelete", 0);

	for (size_t i = 1; properties[i] != NULL; i++)
		if (!jmap_wants(props, properties[i]))
			json_object_del(o, properties[i]);
	return o;
}

json_t *
jmap_identity_get(struct jmap *j, json_t *args)
{
	static const char *const names[] = { "ids", "properties", NULL };
	json_t *ids = json_object_get(args, "ids"), *props, *one, *r;
	bool wanted = ids == NULL || json_is_null(ids);
	size_t i;

	if (!jmap_only(j, args, names) ||
	    !jmap_properties(j, args, properties, NULL, &props))
		return NULL;
	if (!wanted && !json_is_array(ids))
		return jmap_fail(j, "invalidArguments", "ids");
	if (json_array_size(ids) > JMAP_GET_MAX)
		return jmap_fail(j, "requestTooLarge", "maxObjectsInGet");
	r = json_pack("{s:s, s:o, s:[], s:[]}", "accountId", j->account,
	    "state", jmap_state_json(0), "list", "notFound");
	json_array_foreach(ids, i, one) {
		const char *id = json_string_value(one);

		if (id == NULL)
			jmap_fail(j, "invalidArguments", "ids");
		else if (strcmp(id, ID) == 0)
			wanted = true;
		else
			json_array_append(json_object_get(r, "notFound"),
			    one);
	}
	if (wanted)
		json_array_append_new(json_object_get(r, "list"), object(j,
		    props));
	return r;
}

json_t *
jmap_identity_changes(struct jmap *j, json_t *args)
{
	uint64_t since;
	int64_t max;
	json_t *r;

	if (!jmap_since(j, args, &since, &max))
		return NULL;
	if (since != 0)
		return jmap_fail(j, "cannotCalculateChanges", NULL);
	r = jmap_changes(0, 0, false);
	json_object_set_new(r, "accountId", json_string(j->account));
	return r;
}
