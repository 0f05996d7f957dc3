/* jmap_window.c - a part of a list of ids: RFC 8620, 5.5. */

#include <string.h>

#include "jmap.h"

static bool
find_anchor(struct jmap *j, json_t *anchor, json_t *ids, int64_t *at)
{
	json_t *one;
	size_t i;

	json_array_foreach(ids, i, one)
		if (json_equal(one, anchor)) {
			*at = (int64_t)i;
			return true;
		}
	jmap_fail(j, json_is_string(anchor) ? "anchorNotFound" :
	    "invalidArguments", "anchor");
	return false;
}

static bool
find_start(struct jmap *j, json_t *args, json_t *ids, int64_t *at)
{
	int64_t total = (int64_t)json_array_size(ids), offset = 0;
	json_t *anchor = json_object_get(args, "anchor");

	*at = 0;
	if (!jmap_int(j, args, "position", -total - ((int64_t)1 << 52), at) ||
	    !jmap_int(j, args, "anchorOffset", -((int64_t)1 << 52), &offset))
		return false;
	if (anchor != NULL && !json_is_null(anchor)) {
		if (!find_anchor(j, anchor, ids, at))
			return false;
		*at += offset;
	} else if (*at < 0) {
		*at += total;
	}
	if (*at < 0)
		*at = 0;
	if (*at > total)
		*at = total;
	return true;
}

json_t *
jmap_window(struct jmap *j, json_t *args, json_t *ids, uint64_t state)
{
	int64_t total = (int64_t)json_array_size(ids), from, limit = total;
	json_t *some = json_array(), *r = NULL;
	bool want_total = false;

	if (find_start(j, args, ids, &from) &&
	    jmap_int(j, args, "limit", 0, &limit) &&
	    jmap_bool(j, args, "calculateTotal", &want_total)) {
		for (int64_t i = from; i < total && i - from < limit; i++)
			json_array_append(some, json_array_get(ids,
			    (size_t)i));
		r = json_pack("{s:s, s:o, s:b, s:I, s:O}", "accountId",
		    j->account, "queryState", jmap_state_json(state),
		    "canCalculateChanges", 0, "position", (json_int_t)from,
		    "ids", some);
		if (want_total)
			json_object_set_new(r, "total", json_integer(total));
	}
	json_decref(some);
	json_decref(ids);
	return r;
}
