/* jmap_submission_get.c - what became of a letter: EmailSubmission/get,
 * changes, query.  RFC 8621, 7. */

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/verdict.h"
#include "ipc/msg_queue.h"
#include "jmap_submission.h"

enum { SORTS_MAX = 4 };

static const char *const properties[] = {
	"id", "identityId", "emailId", "threadId", "envelope", "sendAt",
	"undoStatus", "deliveryStatus", "dsnBlobIds", "mdnBlobIds", NULL,
};

static const char *const undo_words[] = {
	[UNDO_PENDING] = "pending", [UNDO_FINAL] = "final",
	[UNDO_CANCELED] = "canceled", [UNDO_GONE] = "",
};

struct record {
	uint64_t id, email, thread, identity, date, born, changed;
	uint32_t undo;
	struct str envelope, rcpts;
};

static bool
take(struct str *data, struct record *r)
{
	return field_take_u64(data, &r->id) &&
	    field_take_u64(data, &r->email) &&
	    field_take_u64(data, &r->thread) &&
	    field_take_u64(data, &r->identity) &&
	    field_take_u64(data, &r->date) &&
	    field_take_u64(data, &r->born) &&
	    field_take_u64(data, &r->changed) &&
	    field_take_u32(data, &r->undo) && r->undo <= UNDO_GONE &&
	    field_take_str(data, &r->envelope) &&
	    field_take_str(data, &r->rcpts);
}

/* Every one that changed after since; false from f: that is enough. */
static bool
each(struct jmap *j, uint64_t since, bool all,
    bool (*f)(void *ctx, const struct record *), void *ctx)
{
	struct msg_read_submissions m = { .since = since, .all = all };
	struct record r = { 0 };
	bool more = true, go_on = true, ok;

	while (more && go_on) {
		struct reading a;

		if (!jmap_ask(j, READ_SUBMISSIONS, &m, &a))
			return false;
		ok = a.verdict == VERDICT_YES;
		more = a.more;
		while (go_on && take(&a.data, &r))
			go_on = f(ctx, &r);
		reading_end(&a);
		if (!ok) {
			jmap_fail(j, "serverUnavailable", NULL);
			return false;
		}
		m.since = r.changed;
		m.after = r.id;
	}
	return true;
}

struct fate {
	uint32_t state;
	struct str local, domain, status, reply;
};

static bool
take_fate(struct str *data, struct fate *f)
{
	return field_take_u32(data, &f->state) &&
	    field_take_str(data, &f->local) &&
	    field_take_str(data, &f->domain) &&
	    field_take_str(data, &f->status) &&
	    field_take_str(data, &f->reply);
}

/* One of those elsewhere; false: it was delivered here, at once. */
static bool
find_fate(struct str rcpts, json_t *address, struct fate *f)
{
	struct smtp_cmd cmd;
	char name[IDN_MAX];
	struct buf line;
	bool found = false;
	size_t len;

	buf_init(&line, SMTP_COMMAND_MAX);
	if (envelope_command(address, false, &line, &cmd) &&
	    idn_fold(name, &len, cmd.path.domain))
		while (!found && take_fate(&rcpts, f))
			found = str_eq(f->local, cmd.path.local) &&
			    str_eq(f->domain, (struct str){ name, len });
	buf_free(&line);
	return found;
}

/* A sentence of our own becomes a reply. */
static json_t *
reply_of(const struct fate *f)
{
	json_t *value;
	struct buf b;

	if (f->reply.len == 0 || is_digit((unsigned char)f->reply.ptr[0]))
		return jmap_text(f->reply);
	buf_init(&b, 32 + QUEUE_REPLY_MAX);
	buf_add_c(&b, f->status.len > 0 && f->status.ptr[0] == '4' ? "451 " :
	    "554 ");
	buf_add(&b, f->status);
	buf_byte(&b, ' ');
	buf_add(&b, f->reply);
	value = jmap_text(buf_str(&b));
	buf_free(&b);
	return value;
}

static json_t *
status_of(struct str rcpts, json_t *address)
{
	static const char *const delivered[QUEUE_STATES] = {
		[QUEUE_WAITS] = "queued", [QUEUE_IS_HELD] = "queued",
		[QUEUE_IS_LOST] = "no", [QUEUE_SENT_ON] = "unknown",
		[QUEUE_GIVEN_UP] = "no",
	};
	struct fate f;

	if (!find_fate(rcpts, address, &f) || f.state >= QUEUE_STATES)
		return json_pack("{s:s, s:s, s:s}", "smtpReply",
		    "250 2.1.5 Delivered", "delivered", "yes", "displayed",
		    "unknown");
	return json_pack("{s:o, s:s, s:s}", "smtpReply", reply_of(&f),
	    "delivered", delivered[f.state], "displayed", "unknown");
}

static json_t *
object(const struct record *r)
{
	json_t *envelope = json_loadb(r->envelope.ptr, r->envelope.len, 0,
	    NULL), *status = json_object(), *one, *o;
	size_t i;

	json_array_foreach(json_object_get(envelope, "rcptTo"), i, one)
		json_object_set_new(status, json_string_value(json_object_get(
		    one, "email")), status_of(r->rcpts, one));
	o = json_pack("{s:o, s:o, s:o, s:o, s:o?, s:o, s:s, s:o, s:[], s:[]}",
	    "id", jmap_id_json('x', r->id),
	    "identityId", jmap_id_json('i', r->identity),
	    "emailId", r->email == 0 ? json_null() :
	    jmap_id_json('e', r->email),
	    "threadId", r->email == 0 ? json_null() :
	    jmap_id_json('t', r->thread),
	    "envelope", envelope, "sendAt", jmap_date_json(r->date),
	    "undoStatus", undo_words[r->undo], "deliveryStatus", status,
	    "dsnBlobIds", "mdnBlobIds");
	return o;
}

struct search {
	uint64_t id;
	json_t *found;
};

static bool
is_it(void *ctx, const struct record *r)
{
	struct search *s = ctx;

	if (r->id == s->id)
		s->found = object(r);
	return s->found == NULL;
}

json_t *
submission_object(struct jmap *j, uint64_t id)
{
	struct search s = { id, NULL };

	if (!each(j, 0, false, is_it, &s)) {
		json_decref(s.found);
		return NULL;
	}
	return s.found;
}

/* A list of all, or of what passes a filter. */
struct listing {
	struct jmap *j;
	json_t *list, *filter;
};

static bool
passes_one(struct jmap *j, const void *what, const char *key, json_t *want)
{
	static const struct {
		const char *key, *property;
	} lists[] = {
		{ "identityIds", "identityId" }, { "emailIds", "emailId" },
		{ "threadIds", "threadId" },
	};
	const json_t *o = what;
	const char *at = json_string_value(json_object_get(o, "sendAt"));
	json_t *one;
	size_t i;

	for (size_t k = 0; k < sizeof(lists) / sizeof(lists[0]); k++)
		if (strcmp(key, lists[k].key) == 0 && json_is_array(want)) {
			json_array_foreach(want, i, one)
				if (json_equal(one, json_object_get(o,
				    lists[k].property)))
					return true;
			return false;
		}
	if (strcmp(key, "undoStatus") == 0 && json_is_string(want))
		return json_equal(want, json_object_get(o, "undoStatus"));
	/* dates of this form are in the order of their text */
	if (strcmp(key, "before") == 0 && json_is_string(want))
		return strcmp(at, json_string_value(want)) < 0;
	if (strcmp(key, "after") == 0 && json_is_string(want))
		return strcmp(at, json_string_value(want)) >= 0;
	jmap_fail(j, "unsupportedFilter", key);
	return false;
}

static bool
add(void *ctx, const struct record *r)
{
	struct listing *l = ctx;
	json_t *o = object(r);

	if (o != NULL && jmap_passes(l->j, l->filter, passes_one, o))
		json_array_append(l->list, o);
	json_decref(o);
	return l->j->error == NULL;
}

/* A new list, or NULL. */
static json_t *
all(struct jmap *j, json_t *filter)
{
	struct listing l = { j, json_array(), filter };

	if (each(j, 0, false, add, &l) && j->error == NULL)
		return l.list;
	json_decref(l.list);
	return NULL;
}

json_t *
jmap_submission_get(struct jmap *j, json_t *args)
{
	json_t *list, *by_id, *o;
	uint64_t state;
	size_t i;

	if (!jmap_get_args(j, args, properties) || !jmap_state(j, &state) ||
	    (list = all(j, NULL)) == NULL)
		return NULL;
	by_id = json_object();
	json_array_foreach(list, i, o)
		json_object_set(by_id, json_string_value(json_object_get(o,
		    "id")), o);
	json_decref(list);
	return jmap_get(j, args, properties, by_id, state);
}

struct changed {
	json_t *r;
	uint64_t since;
	size_t n, max;			/* max 0: any number */
	uint64_t upto;
	bool more;
};

/* In the order of their changes, of which no two are one. */
static bool
note(void *ctx, const struct record *r)
{
	struct changed *c = ctx;
	const char *list = r->born > c->since ? "created" : "updated";

	if (c->max > 0 && c->n == c->max) {
		c->more = true;
		return false;
	}
	if (r->undo == UNDO_GONE)
		list = r->born > c->since ? NULL : "destroyed";
	if (list != NULL) {
		json_array_append_new(json_object_get(c->r, list),
		    jmap_id_json('x', r->id));
		c->n++;
	}
	c->upto = r->changed;
	return true;
}

json_t *
jmap_submission_changes(struct jmap *j, json_t *args)
{
	struct changed c = { 0 };
	uint64_t now;
	int64_t max;

	if (!jmap_since(j, args, &c.since, &max) || !jmap_state(j, &now))
		return NULL;
	if (c.since > now)
		return jmap_fail(j, "cannotCalculateChanges", NULL);
	c.max = (size_t)max;
	c.r = jmap_changes(c.since, now, false);
	if (!each(j, c.since, true, note, &c)) {
		json_decref(c.r);
		return NULL;
	}
	if (c.more || c.upto > now)
		json_object_set_new(c.r, "newState", jmap_state_json(c.upto));
	json_object_set_new(c.r, "hasMoreChanges", json_boolean(c.more));
	json_object_set_new(c.r, "accountId", json_string(j->account));
	return c.r;
}

struct sort {
	const char *property;
	bool descending;
};

static bool
take_sort(struct jmap *j, json_t *args, struct sort s[SORTS_MAX], size_t *n)
{
	static const struct {
		const char *name, *property;
	} known[] = { { "emailId", "emailId" }, { "threadId", "threadId" },
	    { "sentAt", "sendAt" } };
	json_t *one;
	size_t i;

	*n = 0;
	json_array_foreach(json_object_get(args, "sort"), i, one) {
		const char *by = json_string_value(json_object_get(one,
		    "property"));
		bool up = true;
		size_t k = 0;

		if (!jmap_bool(j, one, "isAscending", &up))
			return false;
		while (k < 3 && (by == NULL || strcmp(known[k].name, by) != 0))
			k++;
		if (k == 3 || *n == SORTS_MAX) {
			jmap_fail(j, "unsupportedSort", by);
			return false;
		}
		s[(*n)++] = (struct sort){ known[k].property, !up };
	}
	return true;
}

/* As texts; what is null comes first. */
static int
compare(json_t *a, json_t *b, const struct sort *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *x = json_string_value(json_object_get(a,
		    s[i].property));
		const char *y = json_string_value(json_object_get(b,
		    s[i].property));
		int c = x == NULL || y == NULL ? (x != NULL) - (y != NULL) :
		    strcmp(x, y);

		if (c != 0)
			return s[i].descending ? -c : c;
	}
	return 0;
}

/* By insertion: they are in the order of their last change already. */
static json_t *
sorted_ids(json_t *list, const struct sort *s, size_t n)
{
	json_t *sorted = json_array(), *ids = json_array(), *o;
	size_t i, at;

	json_array_foreach(list, i, o) {
		at = json_array_size(sorted);
		while (at > 0 && compare(json_array_get(sorted, at - 1), o, s,
		    n) > 0)
			at--;
		json_array_insert(sorted, at, o);
	}
	json_array_foreach(sorted, i, o)
		json_array_append(ids, json_object_get(o, "id"));
	json_decref(sorted);
	return ids;
}

json_t *
jmap_submission_query(struct jmap *j, json_t *args)
{
	static const char *const names[] = { "filter", "sort", "position",
	    "anchor", "anchorOffset", "limit", "calculateTotal", NULL };
	struct sort sort[SORTS_MAX];
	json_t *list, *ids;
	uint64_t state;
	size_t n;

	if (!jmap_only(j, args, names) || !take_sort(j, args, sort, &n) ||
	    !jmap_state(j, &state) ||
	    (list = all(j, json_object_get(args, "filter"))) == NULL)
		return NULL;
	ids = sorted_ids(list, sort, n);
	json_decref(list);
	return jmap_window(j, args, ids, state);
}

json_t *
jmap_submission_query_changes(struct jmap *j, json_t *args)
{
	return jmap_account(j, args) ? jmap_fail(j, "cannotCalculateChanges",
	    "ask EmailSubmission/query again") : NULL;
}
