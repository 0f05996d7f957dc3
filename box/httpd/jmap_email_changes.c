/* jmap_email_changes.c - Email/changes; Thread/get and changes.  RFC 8621, 4.3
 * and 3. */

#include "base/verdict.h"
#include "jmap.h"

struct change {
	uint64_t id, thread, mailbox, at;
	uint32_t kind, uid;
};

static bool
take(struct str *data, struct change *c)
{
	return field_take_u64(data, &c->id) &&
	    field_take_u64(data, &c->thread) &&
	    field_take_u32(data, &c->kind) &&
	    field_take_u64(data, &c->mailbox) &&
	    field_take_u32(data, &c->uid) && field_take_u64(data, &c->at);
}

struct changed {
	struct change *c;	/* by at */
	size_t n;
	bool more;
	uint64_t now;
};

/* One answer more than `max`, so that it ends between two moments. */
static bool
ask(struct jmap *j, uint64_t since, int64_t max, struct changed *ch)
{
	struct msg_read_changes q = { .since = since };
	struct reading a;
	size_t room = READ_CHUNK / 40;
	bool ok;

	q.limit = max > 0 && max < (int64_t)room ? (uint32_t)max + 1 : 0;
	ch->c = arena_alloc(&j->arena, room, sizeof(struct change));
	if (ch->c == NULL || !jmap_ask(j, READ_CHANGES, &q, &a))
		return false;
	ok = a.verdict == VERDICT_YES && field_take_u64(&a.data, &ch->now);
	for (ch->n = 0; ok && ch->n < room && take(&a.data, &ch->c[ch->n]);
	    ch->n++)
		;
	ch->more = a.more;
	if (!ok)
		jmap_fail(j, a.verdict == VERDICT_LATER ?
		    "serverUnavailable" : "cannotCalculateChanges", NULL);
	reading_end(&a);
	return ok;
}

/* To the end of a moment within max; false: there is none. */
static bool
cut(struct jmap *j, struct changed *ch, int64_t max)
{
	size_t n = max > 0 && (size_t)max < ch->n ? (size_t)max : ch->n;

	if (n == ch->n && !ch->more)
		return true;
	ch->more = true;
	if (n == ch->n)
		n--;
	while (n > 0 && ch->c[n - 1].at == ch->c[n].at)
		n--;
	if (n == 0) {
		jmap_fail(j, "cannotCalculateChanges",
		    "too many at one moment");
		return false;
	}
	ch->n = n;
	ch->now = ch->c[n - 1].at;
	return true;
}

json_t *
jmap_email_changes(struct jmap *j, json_t *args)
{
	static const char *const lists[] = { "", "created", "updated",
	    "destroyed" };
	struct changed ch = { 0 };
	uint64_t since;
	int64_t max;
	json_t *r;

	if (!jmap_since(j, args, &since, &max) ||
	    !ask(j, since, max, &ch) || !cut(j, &ch, max))
		return NULL;
	r = jmap_changes(since, ch.now, ch.more);
	json_object_set_new(r, "accountId", json_string(j->account));
	for (size_t i = 0; i < ch.n; i++)
		if (ch.c[i].kind >= EMAIL_CREATED &&
		    ch.c[i].kind <= EMAIL_DESTROYED)
			json_array_append_new(json_object_get(r,
			    lists[ch.c[i].kind]), jmap_id_json('e',
			    ch.c[i].id));
	return r;
}

/* Threads. */

struct threads {
	uint64_t *id;
	size_t n;
	json_t *emails;		/* thread id: list of email ids */
	uint64_t now;
};

static bool
put_thread(struct threads *t, struct str *data)
{
	json_t *list = json_array();
	char key[JMAP_ID_LEN];
	uint64_t thread, email;
	uint32_t n;
	bool ok;

	ok = field_take_u64(data, &thread) && field_take_u32(data, &n);
	for (; ok && n > 0 && field_take_u64(data, &email); n--)
		json_array_append_new(list, jmap_id_json('e', email));
	jmap_id(key, 't', ok ? thread : 0);
	if (ok && json_array_size(list) > 0)
		json_object_set(t->emails, key, list);
	json_decref(list);
	return ok;
}

static bool
ask_threads(struct jmap *j, struct threads *t)
{
	struct msg_read_emails q = { 0 };
	struct reading a;
	struct buf ids;
	bool ok;

	buf_init(&ids, EMAILS_MAX * 8);
	for (size_t i = 0; i < t->n; i++)
		field_put_u64(&ids, t->id[i]);
	q.ids = buf_str(&ids);
	ok = jmap_ask(j, READ_THREADS, &q, &a);
	buf_free(&ids);
	if (!ok)
		return false;
	ok = a.verdict == VERDICT_YES && field_take_u64(&a.data, &t->now) &&
	    !a.more;
	while (ok && a.data.len > 0 && put_thread(t, &a.data))
		;
	reading_end(&a);
	if (!ok)
		jmap_fail(j, "serverUnavailable", NULL);
	return ok;
}

static bool
begin(struct jmap *j, struct threads *t, size_t room)
{
	*t = (struct threads){ .emails = json_object() };
	t->id = arena_alloc(&j->arena, room + 1, sizeof(*t->id));
	return t->id != NULL;
}

static void
put_found(struct jmap *j, const struct threads *t, json_t *ids, json_t *r)
{
	json_t *one, *list, *seen = json_object();
	const char *id;
	size_t i;

	(void)j;
	json_array_foreach(ids, i, one) {
		id = json_string_value(one);
		list = json_object_get(t->emails, id);
		if (json_object_get(seen, id) != NULL)
			continue;
		json_object_set(seen, id, one);
		if (list != NULL)
			json_array_append_new(json_object_get(r, "list"),
			    json_pack("{s:s, s:O}", "id", id, "emailIds",
			    list));
		else
			json_array_append(json_object_get(r, "notFound"),
			    one);
	}
	json_decref(seen);
}

json_t *
jmap_thread_get(struct jmap *j, json_t *args)
{
	static const char *const names[] = { "ids", "properties", NULL };
	static const char *const known[] = { "id", "emailIds", NULL };
	json_t *ids = json_object_get(args, "ids"), *one, *props, *r = NULL;
	struct threads t;
	size_t i;

	if (!jmap_only(j, args, names) ||
	    !jmap_properties(j, args, known, NULL, &props))
		return NULL;
	if (!json_is_array(ids) || json_array_size(ids) > JMAP_GET_MAX)
		return jmap_fail(j, json_is_array(ids) || json_is_null(ids) ?
		    "requestTooLarge" : "invalidArguments", "ids");
	if (!begin(j, &t, json_array_size(ids)))
		return NULL;
	json_array_foreach(ids, i, one) {
		if (!json_is_string(one))
			jmap_fail(j, "invalidArguments", "ids");
		else if (jmap_id_of(j, one, 't', &t.id[t.n]))
			t.n++;
	}
	if (j->error == NULL && ask_threads(j, &t)) {
		r = json_pack("{s:s, s:o, s:[], s:[]}", "accountId",
		    j->account, "state", jmap_state_json(t.now), "list",
		    "notFound");
		put_found(j, &t, ids, r);
	}
	json_decref(t.emails);
	return r;
}

static bool
has(const struct threads *t, uint64_t thread)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->id[i] == thread)
			return true;
	return false;
}

/* A thread changes when an email comes to it or leaves it.  Whether it was
 * there before is told by an email in it that is older than the change. */
static const char *
kind_of(struct jmap *j, json_t *list, uint64_t since)
{
	uint64_t email;
	json_t *one;
	size_t i;

	if (list == NULL)
		return "destroyed";
	json_array_foreach(list, i, one)
		if (jmap_id_of(j, one, 'e', &email) &&
		    EMAIL_BORN(email) <= since)
			return "updated";
	return "created";
}

json_t *
jmap_thread_changes(struct jmap *j, json_t *args)
{
	struct changed ch = { 0 };
	struct threads t;
	uint64_t since;
	int64_t max;
	json_t *r = NULL;

	if (!jmap_since(j, args, &since, &max))
		return NULL;
	if (max == 0 || max > EMAILS_MAX)
		max = EMAILS_MAX;
	if (!ask(j, since, max, &ch) || !cut(j, &ch, max) ||
	    !begin(j, &t, ch.n))
		return NULL;
	for (size_t i = 0; i < ch.n; i++)
		if (ch.c[i].kind != EMAIL_UPDATED && !has(&t, ch.c[i].thread))
			t.id[t.n++] = ch.c[i].thread;
	if (t.n == 0 || ask_threads(j, &t)) {
		r = jmap_changes(since, ch.now, ch.more);
		json_object_set_new(r, "accountId", json_string(j->account));
	}
	for (size_t i = 0; r != NULL && i < t.n; i++) {
		char key[JMAP_ID_LEN];

		jmap_id(key, 't', t.id[i]);
		json_array_append_new(json_object_get(r, kind_of(j,
		    json_object_get(t.emails, key), since)),
		    json_string(key));
	}
	json_decref(t.emails);
	return r;
}
