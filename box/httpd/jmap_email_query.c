/* jmap_email_query.c - Email/query: its filter becomes the store's.  RFC 8621,
 * 4.4. */

#include <string.h>

#include "base/verdict.h"
#include "jmap_email.h"

struct filter {
	struct jmap *j;
	struct buf out;
};

static void
put2(struct filter *f, uint32_t cond, uint32_t n)
{
	field_put_u32(&f->out, cond);
	field_put_u32(&f->out, n);
}

static bool
bad(struct filter *f, const char *key)
{
	jmap_fail(f->j, "unsupportedFilter", key);
	return false;
}

static bool
put_box(struct filter *f, const char *key, json_t *v)
{
	uint64_t id;

	(void)key;
	field_put_u32(&f->out, COND_IN);
	/* what is no id of ours is no mailbox: none has that number */
	field_put_u64(&f->out, jmap_id_of(f->j, v, 'm', &id) ? id : 0);
	return true;
}

static bool
put_other(struct filter *f, const char *key, json_t *v)
{
	json_t *one;
	size_t i;

	if (!json_is_array(v))
		return bad(f, key);
	json_array_foreach(v, i, one)
		put_box(f, key, one);
	if (i == 0)
		put2(f, COND_FLAGS, 0);
	else
		put2(f, COND_NOR, (uint32_t)i);
	return true;
}

static bool
put_date(struct filter *f, const char *key, json_t *v)
{
	uint64_t at;

	if (!json_is_string(v) || !jmap_date_parse(json_string_value(v),
	    &at)) {
		jmap_fail(f->j, "invalidArguments", key);
		return false;
	}
	field_put_u32(&f->out, key[0] == 'b' ? COND_BEFORE : COND_SINCE);
	field_put_u64(&f->out, at);
	return true;
}

static bool
put_size(struct filter *f, const char *key, json_t *v)
{
	if (!json_is_integer(v) || json_integer_value(v) < 0) {
		jmap_fail(f->j, "invalidArguments", key);
		return false;
	}
	field_put_u32(&f->out, key[1] == 'i' ? COND_LARGER : COND_SMALLER);
	field_put_u64(&f->out, (uint64_t)json_integer_value(v));
	return true;
}

static bool
put_keyword(struct filter *f, const char *key, json_t *v)
{
	struct str name = from_c(json_string_value(v));
	uint32_t flag = email_system_flag(name);

	if (name.len == 0 || name.len > KEYWORD_MAX)
		return bad(f, key);
	if (flag != 0) {
		put2(f, COND_FLAGS, flag);
	} else {
		field_put_u32(&f->out, COND_KEYWORD);
		field_put_str(&f->out, name);
	}
	if (key[0] == 'n')
		put2(f, COND_NOR, 1);
	return true;
}

static bool
put_attached(struct filter *f, const char *key, json_t *v)
{
	if (!json_is_boolean(v)) {
		jmap_fail(f->j, "invalidArguments", key);
		return false;
	}
	put2(f, COND_FLAGS, FLAG_ATTACHED);
	if (json_is_false(v))
		put2(f, COND_NOR, 1);
	return true;
}

static bool
put_text(struct filter *f, const char *key, json_t *v)
{
	static const struct {
		const char *key;
		uint32_t columns;
	} all[] = {
		{ "text", FIND_ALL }, { "from", FIND_FROM }, { "to", FIND_TO },
		{ "cc", FIND_TO }, { "bcc", FIND_TO },
		{ "subject", FIND_SUBJECT }, { "body", FIND_TEXT },
	};
	struct str text = from_c(json_string_value(v));

	if (text.len == 0 || text.len > FIND_WORDS_MAX)
		return bad(f, key);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(key, all[i].key) == 0) {
			put2(f, COND_TEXT, all[i].columns);
			field_put_str(&f->out, text);
			return true;
		}
	return bad(f, key);
}

static const struct {
	const char *key;
	bool (*put)(struct filter *, const char *key, json_t *);
} conditions[] = {
	{ "inMailbox", put_box }, { "inMailboxOtherThan", put_other },
	{ "before", put_date }, { "after", put_date },
	{ "minSize", put_size }, { "maxSize", put_size },
	{ "hasKeyword", put_keyword }, { "notKeyword", put_keyword },
	{ "hasAttachment", put_attached },
	{ "text", put_text }, { "from", put_text }, { "to", put_text },
	{ "cc", put_text }, { "bcc", put_text }, { "subject", put_text },
	{ "body", put_text },
};

static bool
put_one(struct filter *f, const char *key, json_t *v)
{
	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]);
	    i++)
		if (strcmp(key, conditions[i].key) == 0)
			return conditions[i].put(f, key, v);
	return bad(f, key);
}

static bool put_filter(struct filter *, json_t *, unsigned depth);

static bool
put_operator(struct filter *f, json_t *o, unsigned depth)
{
	const char *op = json_string_value(json_object_get(o, "operator"));
	json_t *list = json_object_get(o, "conditions"), *one;
	uint32_t cond;
	size_t i;

	if (op == NULL || !json_is_array(list)) {
		jmap_fail(f->j, "invalidArguments", "filter");
		return false;
	}
	cond = strcmp(op, "AND") == 0 ? COND_AND : strcmp(op, "OR") == 0 ?
	    COND_OR : strcmp(op, "NOT") == 0 ? COND_NOR : 0;
	if (cond == 0 || json_array_size(list) == 0)
		return bad(f, "operator");
	json_array_foreach(list, i, one)
		if (!put_filter(f, one, depth + 1))
			return false;
	put2(f, cond, (uint32_t)json_array_size(list));
	return true;
}

static bool
put_filter(struct filter *f, json_t *o, unsigned depth)
{
	const char *key;
	uint32_t n = 0;
	json_t *v;

	if (!json_is_object(o) || depth > JMAP_DEPTH_MAX) {
		jmap_fail(f->j, "invalidArguments", "filter");
		return false;
	}
	if (json_object_get(o, "operator") != NULL)
		return put_operator(f, o, depth);
	json_object_foreach(o, key, v) {
		if (!put_one(f, key, v))
			return false;
		n++;
	}
	if (n == 0)
		put2(f, COND_FLAGS, 0);	/* all have these */
	else
		put2(f, COND_AND, n);
	return true;
}

static bool
take_sort(struct jmap *j, json_t *args, struct msg_read_query *q)
{
	json_t *list = json_object_get(args, "sort");
	json_t *first = json_array_get(list, 0);
	const char *by = json_string_value(json_object_get(first,
	    "property"));
	bool up = true;

	if (list == NULL || json_is_null(list) || (json_is_array(list) &&
	    json_array_size(list) == 0))
		return true;
	if (!jmap_bool(j, first, "isAscending", &up))
		return false;
	q->ascending = up;
	q->sort = by != NULL && strcmp(by, "size") == 0 ? SORT_SIZE :
	    SORT_DATE;
	if (by != NULL && json_array_size(list) == 1 &&
	    (q->sort == SORT_SIZE || strcmp(by, "receivedAt") == 0))
		return true;
	jmap_fail(j, "unsupportedSort", by);
	return false;
}

static bool
take_window(struct jmap *j, json_t *args, struct msg_read_query *q)
{
	json_t *anchor = json_object_get(args, "anchor");
	int64_t position = 0, offset = 0, limit = 0;
	int64_t far = -((int64_t)1 << 52);

	if (!jmap_int(j, args, "position", far, &position) ||
	    !jmap_int(j, args, "anchorOffset", far, &offset) ||
	    !jmap_int(j, args, "limit", 0, &limit))
		return false;
	q->position = (uint64_t)position;
	q->limit = limit > UINT32_MAX ? UINT32_MAX : (uint32_t)limit;
	if (anchor == NULL || json_is_null(anchor))
		return true;
	q->position = (uint64_t)offset;
	if (jmap_id_of(j, anchor, 'e', &q->anchor) && q->anchor != 0)
		return true;
	jmap_fail(j, "anchorNotFound", NULL);
	return false;
}

static json_t *
told(struct jmap *j, struct reading *a, json_t *args, bool total)
{
	json_t *limit = json_object_get(args, "limit"), *r, *ids;
	uint64_t state, all, position, email, thread;
	uint32_t found;

	if (a->verdict != VERDICT_YES || !field_take_u64(&a->data, &state) ||
	    !field_take_u32(&a->data, &found) ||
	    !field_take_u64(&a->data, &all) ||
	    !field_take_u64(&a->data, &position))
		return jmap_fail(j, "serverUnavailable", NULL);
	if (found != QUERY_OK)
		return jmap_fail(j, found == QUERY_NO_ANCHOR ?
		    "anchorNotFound" : "unsupportedFilter", found ==
		    QUERY_NO_ANCHOR ? NULL : "there is no index of texts");
	ids = json_array();
	/* the store takes 0 for "what fits" */
	while (!(json_is_integer(limit) && json_integer_value(limit) == 0) &&
	    field_take_u64(&a->data, &email) &&
	    field_take_u64(&a->data, &thread))
		json_array_append_new(ids, jmap_id_json('e', email));
	r = json_pack("{s:s, s:o, s:b, s:I, s:o}", "accountId", j->account,
	    "queryState", jmap_state_json(state), "canCalculateChanges", 0,
	    "position", (json_int_t)position, "ids", ids);
	if (total)
		json_object_set_new(r, "total", json_integer(
		    (json_int_t)all));
	if (a->more)
		json_object_set_new(r, "limit", json_integer(
		    (json_int_t)json_array_size(ids)));
	return r;
}

bool
email_filter(struct jmap *j, json_t *filter, struct buf *out)
{
	struct filter f = { .j = j };

	buf_init(&f.out, FILTER_MAX);
	if (filter != NULL && !json_is_null(filter) &&
	    put_filter(&f, filter, 0) && f.out.failed)
		jmap_fail(j, "unsupportedFilter", "too long");
	*out = f.out;
	return j->error == NULL;
}

json_t *
jmap_email_query(struct jmap *j, json_t *args)
{
	static const char *const names[] = { "filter", "sort", "position",
	    "anchor", "anchorOffset", "limit", "calculateTotal",
	    "collapseThreads", NULL };
	struct msg_read_query q = { 0 };
	bool total = false, collapse = false;
	struct buf filter = { .len = 0 };
	struct reading a;
	json_t *r = NULL;

	if (jmap_only(j, args, names) && take_sort(j, args, &q) &&
	    take_window(j, args, &q) &&
	    jmap_bool(j, args, "calculateTotal", &total) &&
	    jmap_bool(j, args, "collapseThreads", &collapse) &&
	    email_filter(j, json_object_get(args, "filter"), &filter)) {
		q.filter = buf_str(&filter);
		q.collapse = collapse;
		if (jmap_ask(j, READ_QUERY, &q, &a)) {
			r = told(j, &a, args, total);
			reading_end(&a);
		}
	}
	buf_free(&filter);
	return r;
}

json_t *
jmap_email_query_changes(struct jmap *j, json_t *args)
{
	return jmap_account(j, args) ? jmap_fail(j, "cannotCalculateChanges",
	    "ask Email/query again") : NULL;
}
