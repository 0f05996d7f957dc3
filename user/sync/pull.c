/*
 * pull.c - what the box has, and what changed in it.
 *
 * The note "=state" is the box's state of Email up to which all is here.
 * Without it every email is walked through, newest first, page by page from
 * the last one seen; what changes meanwhile comes by Email/changes from the
 * state of before the walk.
 */

#include "sync/sync.h"

#include <stdlib.h>
#include <string.h>

#include "os/log.h"

enum { IDS_AT_ONCE = 200, IDS_OCTETS = IPC_MAX / 2, WALKS_MAX = 5 };

/* An answer is overwritten by the next: what is known of these ids. */
static bool
look_up(struct sync *s, const struct jmap_email *e, size_t n,
    struct buf *known)
{
	struct msg_read_remotes m = { .what = REMOTES_OF };
	struct buf ids;
	bool more, ok;

	buf_init(&ids, IPC_MAX);
	for (size_t i = 0; i < n; i++)
		field_put_str(&ids, e[i].id);
	m.ids = buf_str(&ids);
	ok = mirror_remotes(s, &m, &more) && !more;
	buf_free(&ids);
	buf_clear(known);
	buf_add(known, buf_str(&s->answer));
	return ok && !known->failed;
}

static bool
find(struct str known, struct str id, struct remote *r)
{
	while (remote_take(&known, r))
		if (str_eq(r->id, id))
			return true;
	return false;
}

/* What is known is merged, what is new is brought. */
static enum plan_event
take_some(struct sync *s, const struct jmap_email *e, size_t n)
{
	static struct jmap_email new[IDS_AT_ONCE];
	enum plan_event how = PLAN_DONE;
	struct remote r;
	struct buf known;
	size_t news = 0;

	buf_init(&known, 2 * READ_CHUNK);
	if (!look_up(s, e, n, &known))
		how = PLAN_LATER;
	for (size_t i = 0; how == PLAN_DONE && i < n; i++)
		if (find(buf_str(&known), e[i].id, &r))
			how = merge(s, &e[i], &r);
		else
			new[news++] = e[i];
	buf_free(&known);
	return how == PLAN_DONE ? flow_bring(s, new, news) : how;
}

static enum plan_event
get_some(struct sync *s, json_t *ids)
{
	static struct jmap_email emails[IDS_AT_ONCE];
	struct jmap_lie l = { NULL };
	const json_t *args;
	struct str state;
	enum plan_event how;
	json_t *kept;
	size_t n;

	how = ask(s, "Email/get", json_pack("{s:O, s:[s,s,s,s,s,s]}", "ids",
	    ids, "properties", "id", "blobId", "mailboxIds", "keywords",
	    "size", "receivedAt"), &args);
	if (how == PLAN_DONE)
		how = ask_said(s, jmap_emails_read(args, ids, emails, &n,
		    &state, &l), &l);
	if (how != PLAN_DONE)
		return how;
	kept = json_incref(s->reply_json);
	how = take_some(s, emails, n);
	json_decref(kept);
	return how;
}

enum plan_event
pull_emails(struct sync *s, const json_t *ids)
{
	size_t all = json_array_size(ids), at = 0, most = IDS_AT_ONCE;
	enum plan_event how = PLAN_DONE;

	if (s->session.limits.get < most)
		most = s->session.limits.get;
	while (how == PLAN_DONE && at < all) {
		json_t *some = json_array(), *id;
		size_t octets = 0;

		for (size_t i = 0; i < most && at < all &&
		    octets < IDS_OCTETS; i++) {
			id = json_array_get(ids, at++);
			octets += json_string_length(id);
			json_array_append(some, id);
		}
		how = get_some(s, some);
		json_decref(some);
		if (all > most)
			log_event("sync-progress", "of=%zu done=%zu", all, at);
	}
	return how;
}

static bool
known_of(struct sync *s, struct str id, struct remote *r, struct buf *known)
{
	struct jmap_email e = { .id = id };

	r->email = 0;
	return look_up(s, &e, 1, known) && (find(buf_str(known), id, r) ||
	    true);
}

static enum plan_event
destroy_all(struct sync *s, const json_t *ids)
{
	enum plan_event how = PLAN_DONE;
	struct remote r;
	struct buf known;

	buf_init(&known, READ_CHUNK);
	for (size_t i = 0; how == PLAN_DONE && i < json_array_size(ids); i++) {
		struct str id = from_c(json_string_value(json_array_get(ids,
		    i)));

		if (!known_of(s, id, &r, &known))
			how = PLAN_LATER;
		else if (r.email != 0)
			how = destroy_here(s, &r);
	}
	buf_free(&known);
	return how;
}

/* Up to there all is here. */
static enum plan_event
note_state(struct sync *s, struct str state)
{
	if (s->bad != PLAN_DONE) {
		s->why = s->bad_why;
		return s->bad;
	}
	return mirror_keep(s, STR("=state"), 0, state) ? PLAN_DONE :
	    PLAN_LATER;
}

static enum plan_event
take_changes(struct sync *s, const struct jmap_changes *c)
{
	enum plan_event how = pull_emails(s, c->created);

	if (how == PLAN_DONE)
		how = pull_emails(s, c->updated);
	if (how == PLAN_DONE)
		how = destroy_all(s, c->destroyed);
	if (how == PLAN_DONE)
		how = note_state(s, c->now);
	return how != PLAN_DONE ? how : c->more ? PLAN_MORE : PLAN_DONE;
}

enum plan_event
changes_step(struct sync *s)
{
	struct jmap_changes c;
	struct jmap_lie l = { NULL };
	const json_t *args;
	enum plan_event how;
	struct buf state;
	json_t *kept = NULL;

	buf_init(&state, JMAP_STATE_MAX);
	how = !mirror_note(s, "=state", &state) ? PLAN_LATER :
	    state.len == 0 ? PLAN_NO_STATE : PLAN_DONE;
	if (how == PLAN_DONE)
		how = ask(s, "Email/changes", json_pack("{s:o, s:i}",
		    "sinceState", ask_text(buf_str(&state)), "maxChanges",
		    CHANGES_LIMIT), &args);
	if (how == PLAN_DONE) {
		kept = json_incref(s->reply_json);
		how = ask_said(s, jmap_changes_read(args, buf_str(&state), &c,
		    &l), &l);
	}
	if (how == PLAN_DONE)
		how = take_changes(s, &c);
	json_decref(kept);
	buf_free(&state);
	return how;
}

/* The state of before the walk. */
static enum plan_event
begin_walk(struct sync *s)
{
	struct jmap_lie l = { NULL };
	json_t *none = json_array();
	const json_t *args;
	struct str state;
	size_t n;
	enum plan_event how = ++s->walks > WALKS_MAX ? PLAN_LATER :
	    ask(s, "Email/get", json_pack("{s:[]}", "ids"), &args);

	if (how == PLAN_DONE)
		how = ask_said(s, jmap_emails_read(args, none, NULL, &n,
		    &state, &l), &l);
	json_decref(none);
	if (how != PLAN_DONE)
		return how;
	memcpy(s->walk_state, state.ptr, state.len);
	s->walk_state[state.len] = '\0';
	s->anchor[0] = '\0';
	json_decref(s->seen);
	s->seen = json_object();
	return s->seen != NULL ? PLAN_DONE : PLAN_LATER;
}

static json_t *
page_asked(const struct sync *s)
{
	json_t *asked = json_pack("{s:[{s:s, s:b}], s:i}", "sort", "property",
	    "receivedAt", "isAscending", 0, "limit", WALK_LIMIT);

	if (s->anchor[0] == '\0')
		json_object_set_new(asked, "position", json_integer(0));
	else {
		json_object_set_new(asked, "anchor", json_string(s->anchor));
		json_object_set_new(asked, "anchorOffset", json_integer(1));
	}
	return asked;
}

/* false: a page of before comes again. */
static bool
note_seen(struct sync *s, const json_t *ids)
{
	bool any = json_array_size(ids) == 0;

	for (size_t i = 0; i < json_array_size(ids); i++) {
		const char *id = json_string_value(json_array_get(ids, i));

		any |= json_object_get(s->seen, id) == NULL;
		json_object_set_new(s->seen, id, json_true());
		snprintf(s->anchor, sizeof(s->anchor), "%s", id);
	}
	return any;
}

enum plan_event
walk_step(struct sync *s)
{
	struct jmap_lie l = { "query-stuck" };
	struct jmap_query q;
	const json_t *args;
	enum plan_event how = s->seen == NULL ? begin_walk(s) : PLAN_DONE;
	json_t *kept;

	if (how == PLAN_DONE)
		how = ask(s, "Email/query", page_asked(s), &args);
	if (how == PLAN_TOO_OLD) {	/* the anchor is gone: from the start */
		json_decref(s->seen);
		s->seen = NULL;
	}
	if (how != PLAN_DONE)
		return how;
	kept = json_incref(s->reply_json);
	how = ask_said(s, jmap_query_read(args, from_c(s->anchor), WALK_LIMIT,
	    &q, &l), &l);
	if (how == PLAN_DONE && !note_seen(s, q.ids))
		how = ask_said(s, JMAP_LIE, &l);
	if (how == PLAN_DONE)
		how = pull_emails(s, q.ids);
	if (how == PLAN_DONE && json_array_size(q.ids) > 0)
		how = PLAN_MORE;
	json_decref(kept);
	return how;
}

/* What the mirror has of the box and the walk has not seen is asked for by its
 * id: only what the box says is not found goes. */
static enum plan_event
still_there(struct sync *s, json_t *ids)
{
	static struct jmap_email emails[IDS_AT_ONCE];
	struct jmap_lie l = { NULL };
	const json_t *args;
	struct str state;
	size_t n;
	json_t *gone;
	enum plan_event how = ask(s, "Email/get", json_pack(
	    "{s:O, s:[s,s,s,s,s,s]}", "ids", ids, "properties", "id",
	    "blobId", "mailboxIds", "keywords", "size", "receivedAt"), &args);

	if (how == PLAN_DONE)
		how = ask_said(s, jmap_emails_read(args, ids, emails, &n,
		    &state, &l), &l);
	if (how != PLAN_DONE)
		return how;
	gone = json_incref(json_object_get(args, "notFound"));
	how = destroy_all(s, gone);
	json_decref(gone);
	return how;
}

static enum plan_event
sweep_some(struct sync *s, uint64_t *after, bool *more)
{
	struct msg_read_remotes m = { .what = REMOTES_ALL, .after = *after };
	json_t *ids = json_array();
	enum plan_event how = PLAN_DONE;
	struct remote r;
	struct str in;

	if (!mirror_remotes(s, &m, more)) {
		json_decref(ids);
		return PLAN_LATER;
	}
	in = buf_str(&s->answer);
	while (remote_take(&in, &r)) {
		json_t *id = ask_text(r.id);

		if (json_array_size(ids) == IDS_AT_ONCE ||
		    json_array_size(ids) == s->session.limits.get) {
			*more = true;
			json_decref(id);
			break;
		}
		if (json_object_get(s->seen, json_string_value(id)) == NULL)
			json_array_append(ids, id);
		json_decref(id);
		*after = r.email;
	}
	if (json_array_size(ids) > 0)
		how = still_there(s, ids);
	json_decref(ids);
	return how;
}

enum plan_event
sweep_step(struct sync *s)
{
	enum plan_event how = PLAN_DONE;
	uint64_t after = 0;
	bool more = true;

	while (how == PLAN_DONE && more)
		how = sweep_some(s, &after, &more);
	if (how == PLAN_DONE)
		how = note_state(s, from_c(s->walk_state));
	json_decref(s->seen);
	s->seen = NULL;
	return how;
}
