/* jmap_mailbox_get.c - Mailbox/get, Mailbox/changes.  RFC 8621, 2. */

#include <string.h>

#include "base/verdict.h"
#include "jmap.h"

static const char *const properties[] = {
	"id", "name", "parentId", "role", "sortOrder", "totalEmails",
	"unreadEmails", "totalThreads", "unreadThreads", "myRights",
	"isSubscribed", NULL,
};

static json_t *
rights(const struct jmap_box *b)
{
	bool inbox = str_eq(b->name, STR("INBOX"));

	return json_pack("{s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:b}",
	    "mayReadItems", 1, "mayAddItems", 1, "mayRemoveItems", 1,
	    "maySetSeen", 1, "maySetKeywords", 1, "mayCreateChild", 1,
	    "mayRename", !inbox, "mayDelete", !inbox, "maySubmit", 1);
}

/* How many threads have a message in it, or an unread one. */
static bool
count_threads(struct jmap *j, const struct jmap_box *b, bool unread,
    uint64_t *total)
{
	struct msg_read_query q = { .collapse = 1, .limit = 1 };
	struct reading a;
	uint64_t modseq;
	struct buf filter;
	uint32_t found;
	bool ok;

	buf_init(&filter, FILTER_MAX);
	field_put_u32(&filter, COND_IN);
	field_put_u64(&filter, b->id);
	if (unread) {
		field_put_u32(&filter, COND_FLAGS);
		field_put_u32(&filter, FLAG_SEEN);
		field_put_u32(&filter, COND_NOR);
		field_put_u32(&filter, 1);
		field_put_u32(&filter, COND_AND);
		field_put_u32(&filter, 2);
	}
	q.filter = buf_str(&filter);
	ok = jmap_ask(j, READ_QUERY, &q, &a);
	buf_free(&filter);
	if (!ok)
		return false;
	ok = a.verdict == VERDICT_YES && field_take_u64(&a.data, &modseq) &&
	    field_take_u32(&a.data, &found) &&
	    field_take_u64(&a.data, total);
	reading_end(&a);
	if (!ok)
		jmap_fail(j, "serverUnavailable", NULL);
	return ok;
}

static bool
put_threads(struct jmap *j, json_t *o, const struct jmap_box *b,
    json_t *props)
{
	uint64_t n;

	if (jmap_wants(props, "totalThreads")) {
		if (!count_threads(j, b, false, &n))
			return false;
		json_object_set_new(o, "totalThreads",
		    json_integer((json_int_t)n));
	}
	if (jmap_wants(props, "unreadThreads")) {
		if (!count_threads(j, b, true, &n))
			return false;
		json_object_set_new(o, "unreadThreads",
		    json_integer((json_int_t)n));
	}
	return true;
}

/* NULL: the store is gone. */
static json_t *
object(struct jmap *j, const struct jmap_box *b, json_t *props)
{
	const char *role = jmap_role(b);
	json_t *o = json_object();

	json_object_set_new(o, "id", jmap_id_json('m', b->id));
	json_object_set_new(o, "name", str_eq(b->name, STR("INBOX")) ?
	    json_string("Inbox") : jmap_text(b->own));
	json_object_set_new(o, "parentId", b->parent == NULL ? json_null() :
	    jmap_id_json('m', b->parent->id));
	json_object_set_new(o, "role", role == NULL ? json_null() :
	    json_string(role));
	json_object_set_new(o, "sortOrder", json_integer(jmap_order(b)));
	json_object_set_new(o, "totalEmails", json_integer(b->messages));
	json_object_set_new(o, "unreadEmails", json_integer(b->unseen));
	json_object_set_new(o, "myRights", rights(b));
	json_object_set_new(o, "isSubscribed", json_boolean(b->subscribed));
	for (size_t i = 1; properties[i] != NULL; i++)
		if (!jmap_wants(props, properties[i]))
			json_object_del(o, properties[i]);
	if (put_threads(j, o, b, props))
		return o;
	json_decref(o);
	return NULL;
}

static void
put_one(struct jmap *j, json_t *list, const struct jmap_box *b, json_t *props)
{
	json_t *o = object(j, b, props);

	if (o != NULL)
		json_array_append_new(list, o);
}

static void
put_ids(struct jmap *j, json_t *r, json_t *ids, json_t *props,
    const struct jmap_boxes *all)
{
	json_t *list = json_object_get(r, "list"), *one, *seen;
	json_t *missing = json_object_get(r, "notFound");
	const struct jmap_box *b;
	uint64_t id;
	size_t i;

	if (ids == NULL || json_is_null(ids)) {
		for (i = 0; i < all->n && j->error == NULL; i++)
			put_one(j, list, &all->box[i], props);
		return;
	}
	seen = json_object();
	json_array_foreach(ids, i, one) {
		if (!json_is_string(one) || j->error != NULL) {
			jmap_fail(j, "invalidArguments", "ids");
			break;
		}
		if (json_object_get(seen, json_string_value(one)) != NULL)
			continue;
		json_object_set(seen, json_string_value(one), one);
		b = jmap_id_of(j, one, 'm', &id) ? jmap_box(all, id) : NULL;
		if (b == NULL)
			json_array_append(missing, one);
		else
			put_one(j, list, b, props);
	}
	json_decref(seen);
}

json_t *
jmap_mailbox_get(struct jmap *j, json_t *args)
{
	static const char *const names[] = { "ids", "properties", NULL };
	json_t *ids = json_object_get(args, "ids"), *props, *r;
	struct jmap_boxes all;
	uint64_t state;

	if (!jmap_only(j, args, names) ||
	    !jmap_properties(j, args, properties, NULL, &props))
		return NULL;
	if (ids != NULL && !json_is_null(ids) && !json_is_array(ids))
		return jmap_fail(j, "invalidArguments", "ids");
	if (json_array_size(ids) > JMAP_GET_MAX)
		return jmap_fail(j, "requestTooLarge", "maxObjectsInGet");
	if (!jmap_state(j, &state) || !jmap_boxes(j, &all))
		return NULL;
	r = json_pack("{s:s, s:o, s:[], s:[]}", "accountId", j->account,
	    "state", jmap_state_json(state), "list", "notFound");
	put_ids(j, r, ids, props, &all);
	return r;
}

/* Mailbox/changes. */

struct event {
	uint64_t at, id;
	const char *list;
	bool counts;		/* nothing but its messages */
};

struct events {
	struct event *event;
	size_t n, room;
};

static void
add(struct events *all, struct event e)
{
	size_t at = all->n;

	if (all->n == all->room)
		return;
	all->n++;
	for (; at > 0 && all->event[at - 1].at > e.at; at--)
		all->event[at] = all->event[at - 1];
	all->event[at] = e;
}

static uint64_t
latest(const struct jmap_box *b)
{
	return b->modseq > b->changed ? b->modseq : b->changed;
}

static void
add_boxes(struct events *ev, const struct jmap_boxes *all, uint64_t since)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct jmap_box *b = &all->box[i];

		if (b->born > since)
			add(ev, (struct event){ b->born, b->id, "created",
			    false });
		else if (latest(b) > since)
			add(ev, (struct event){ latest(b), b->id, "updated",
			    b->changed <= since });
	}
}

static bool
add_buried(struct jmap *j, struct events *ev, uint64_t since, uint64_t *state)
{
	struct msg_read_changes q = { .since = since };
	struct reading a;
	struct event e = { .list = "destroyed" };
	bool ok;

	if (!jmap_ask(j, READ_BURIED, &q, &a))
		return false;
	ok = a.verdict == VERDICT_YES && field_take_u64(&a.data, state);
	while (ok && field_take_u64(&a.data, &e.id) &&
	    field_take_u64(&a.data, &e.at))
		add(ev, e);
	if (!ok || a.more) {
		jmap_fail(j, a.verdict == VERDICT_LATER ?
		    "serverUnavailable" : "cannotCalculateChanges", NULL);
		ok = false;
	}
	reading_end(&a);
	return ok;
}

static json_t *
told(struct jmap *j, const struct events *ev, uint64_t since, uint64_t now,
    size_t max)
{
	size_t n = ev->n;
	bool more = max > 0 && n > max, counts = true;
	json_t *r;

	if (more) {	/* between two moments, never within one */
		for (n = max; n > 0 && ev->event[n - 1].at ==
		    ev->event[n].at; n--)
			;
		if (n == 0)
			return jmap_fail(j, "cannotCalculateChanges",
			    "more at once than maxChanges");
		now = ev->event[n - 1].at;
	}
	r = jmap_changes(since, now, more);
	for (size_t i = 0; i < n; i++) {
		const struct event *e = &ev->event[i];

		json_array_append_new(json_object_get(r, e->list),
		    jmap_id_json('m', e->id));
		if (strcmp(e->list, "updated") == 0)
			counts = counts && e->counts;
	}
	json_object_set_new(r, "accountId", json_string(j->account));
	json_object_set_new(r, "updatedProperties", !counts ||
	    json_array_size(json_object_get(r, "updated")) == 0 ?
	    json_null() : json_pack("[s, s, s, s]", "totalEmails",
	    "unreadEmails", "totalThreads", "unreadThreads"));
	return r;
}

json_t *
jmap_mailbox_changes(struct jmap *j, json_t *args)
{
	struct events ev = { .room = 2 * JMAP_BOXES_MAX };
	struct jmap_boxes all;
	uint64_t since, now;
	int64_t max;

	if (!jmap_since(j, args, &since, &max))
		return NULL;
	ev.event = arena_alloc(&j->arena, ev.room, sizeof(struct event));
	if (ev.event == NULL)
		return NULL;
	/* the state first: what comes between the two is told again */
	if (!add_buried(j, &ev, since, &now) || !jmap_boxes(j, &all))
		return NULL;
	add_boxes(&ev, &all, since);
	return told(j, &ev, since, now, (size_t)max);
}
