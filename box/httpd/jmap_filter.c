/* jmap_filter.c - FilterOperator, around the conditions of a type: RFC 8620,
 * 5.5. */

#include <string.h>

#include "jmap.h"

struct filter {
	struct jmap *j;
	jmap_condition *one;
	const void *what;
};

static bool passes(const struct filter *, json_t *, unsigned depth);

static bool
combine(const struct filter *f, json_t *filter, unsigned depth)
{
	const char *op = json_string_value(json_object_get(filter,
	    "operator"));
	json_t *list = json_object_get(filter, "conditions"), *one;
	size_t yes = 0, i;

	if (op == NULL || !json_is_array(list)) {
		jmap_fail(f->j, "invalidArguments", "filter");
		return false;
	}
	json_array_foreach(list, i, one)
		yes += passes(f, one, depth + 1);
	if (strcmp(op, "AND") == 0)
		return yes == json_array_size(list);
	if (strcmp(op, "OR") == 0)
		return yes > 0;
	if (strcmp(op, "NOT") == 0)
		return yes == 0;
	jmap_fail(f->j, "invalidArguments", "filter");
	return false;
}

static bool
passes(const struct filter *f, json_t *filter, unsigned depth)
{
	const char *key;
	json_t *want;
	bool ok = true;

	if (filter == NULL || json_is_null(filter))
		return true;
	if (!json_is_object(filter) || depth > JMAP_DEPTH_MAX) {
		jmap_fail(f->j, "invalidArguments", "filter");
		return false;
	}
	if (json_object_get(filter, "operator") != NULL)
		return combine(f, filter, depth);
	json_object_foreach(filter, key, want)
		ok = f->one(f->j, f->what, key, want) && ok;
	return ok;
}

bool
jmap_passes(struct jmap *j, json_t *filter, jmap_condition *one,
    const void *what)
{
	return passes(&(struct filter){ j, one, what }, filter, 0);
}
