/* jmap_mailbox_query.c - Mailbox/query.  RFC 8621, 2.3. */

#include <stdlib.h>
#include <string.h>

#include "jmap.h"

enum { SORTS_MAX = 4 };

struct sort {
	bool by_name, descending;
};

static bool
is_parent(struct jmap *j, const struct jmap_box *b, json_t *want)
{
	uint64_t id;

	if (json_is_null(want))
		return b->parent == NULL;
	return b->parent != NULL && jmap_id_of(j, want, 'm', &id) &&
	    b->parent->id == id;
}

static bool
has_in_name(const struct jmap_box *b, const char *text)
{
	struct str want = from_c(text);

	for (size_t i = 0; i + want.len <= b->own.len; i++)
		if (str_eq_nocase((struct str){ b->own.ptr + i, want.len },
		    want))
			return true;
	return false;
}

static bool
is_role(const struct jmap_box *b, json_t *want)
{
	const char *role = jmap_role(b), *text = json_string_value(want);

	return role == NULL || text == NULL ? role == NULL &&
	    json_is_null(want) : strcmp(role, text) == 0;
}

static bool
passes_one(struct jmap *j, const void *what, const char *key, json_t *want)
{
	const struct jmap_box *b = what;

	if (strcmp(key, "parentId") == 0)
		return is_parent(j, b, want);
	if (strcmp(key, "name") == 0 && json_is_string(want))
		return has_in_name(b, json_string_value(want));
	if (strcmp(key, "role") == 0)
		return is_role(b, want);
	if (strcmp(key, "hasAnyRole") == 0 && json_is_boolean(want))
		return (jmap_role(b) != NULL) == json_is_true(want);
	if (strcmp(key, "isSubscribed") == 0 && json_is_boolean(want))
		return b->subscribed == json_is_true(want);
	jmap_fail(j, "unsupportedFilter", key);
	return false;
}

static bool
take_sort(struct jmap *j, json_t *args, struct sort *s, size_t *n)
{
	json_t *list = json_object_get(args, "sort"), *one;
	bool up;
	size_t i;

	*n = 0;
	json_array_foreach(list, i, one) {
		const char *by = json_string_value(json_object_get(one,
		    "property"));

		up = true;
		if (!jmap_bool(j, one, "isAscending", &up))
			return false;
		if (by == NULL || *n == SORTS_MAX || (strcmp(by, "name") &&
		    strcmp(by, "sortOrder"))) {
			jmap_fail(j, "unsupportedSort", by);
			return false;
		}
		s[(*n)++] = (struct sort){ strcmp(by, "name") == 0, !up };
	}
	return true;
}

static int
compare_names(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n == 0 ? 0 : memcmp(a.ptr, b.ptr, n);

	return c != 0 ? c : (a.len > b.len) - (a.len < b.len);
}

static int
compare(const struct jmap_box *a, const struct jmap_box *b,
    const struct sort *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int c = s[i].by_name ? compare_names(a->own, b->own) :
		    (int)jmap_order(a) - (int)jmap_order(b);

		if (c != 0)
			return s[i].descending ? -c : c;
	}
	return (a->id > b->id) - (a->id < b->id);
}

static const struct jmap_box **
sorted(struct jmap *j, const struct jmap_boxes *all, const struct sort *s,
    size_t n)
{
	const struct jmap_box **list = arena_alloc(&j->arena, all->n + 1,
	    sizeof(*list));

	for (size_t i = 0; list != NULL && i < all->n; i++) {
		size_t at = i;

		for (; at > 0 && compare(list[at - 1], &all->box[i], s, n) >
		    0; at--)
			list[at] = list[at - 1];
		list[at] = &all->box[i];
	}
	return list;
}

static void
add(struct jmap *j, json_t *ids, const struct jmap_box *b, json_t *filter,
    bool as_tree)
{
	const struct jmap_box *up = b;

	for (; up != NULL; up = as_tree ? up->parent : NULL)
		if (!jmap_passes(j, filter, passes_one, up))
			return;
	json_array_append_new(ids, jmap_id_json('m', b->id));
}

/* Parents first, each followed by what is below it. */
static void
walk(struct jmap *j, json_t *ids, const struct jmap_box **list, size_t n,
    const struct jmap_box *above, json_t *filter, bool as_tree)
{
	for (size_t i = 0; i < n; i++)
		if (list[i]->parent == above) {
			add(j, ids, list[i], filter, as_tree);
			walk(j, ids, list, n, list[i], filter, as_tree);
		}
}

json_t *
jmap_mailbox_query(struct jmap *j, json_t *args)
{
	static const char *const names[] = { "filter", "sort", "position",
	    "anchor", "anchorOffset", "limit", "calculateTotal",
	    "sortAsTree", "filterAsTree", NULL };
	json_t *filter = json_object_get(args, "filter"), *ids;
	const struct jmap_box **list;
	struct sort sort[SORTS_MAX];
	bool tree = false, as_tree = false;
	struct jmap_boxes all;
	uint64_t state;
	size_t n;

	if (!jmap_only(j, args, names) ||
	    !jmap_bool(j, args, "sortAsTree", &tree) ||
	    !jmap_bool(j, args, "filterAsTree", &as_tree) ||
	    !take_sort(j, args, sort, &n) || !jmap_state(j, &state) ||
	    !jmap_boxes(j, &all) ||
	    (list = sorted(j, &all, sort, n)) == NULL)
		return NULL;
	ids = json_array();
	if (tree)
		walk(j, ids, list, all.n, NULL, filter, as_tree);
	for (size_t i = 0; !tree && i < all.n; i++)
		add(j, ids, list[i], filter, as_tree);
	return jmap_window(j, args, ids, state);
}

json_t *
jmap_mailbox_query_changes(struct jmap *j, json_t *args)
{
	return jmap_account(j, args) ? jmap_fail(j, "cannotCalculateChanges",
	    "ask Mailbox/query again") : NULL;
}
