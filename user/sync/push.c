/*
 * push.c - what was changed here goes to the box.
 *
 * Whatever differs from what both last agreed on is ours, and the box's own
 * changes are taken before (plan.h): Email/set holds only in the state that we
 * know.  The note "=pushed" is the mirror's modseq up to which there is
 * nothing to push.
 */

#include "sync/sync.h"

#include "os/log.h"

enum { PUSH_MAX = 100 };

struct push {
	json_t *update, *destroy, *agreed;	/* by id: email, value */
	size_t n;
	bool left;		/* something could not be pushed yet */
};

static void
patch_words(json_t *patch, const struct words *from, const struct words *to,
    json_t *(*value)(void))
{
	char key[WORD_MAX * 2 + 16];

	for (size_t i = 0; i < from->n; i++) {
		const char *c = from->w[i];
		size_t n;

		if (words_has(to, from_c(c)))
			continue;
		n = (size_t)snprintf(key, sizeof(key), "keywords/");
		/* a JSON pointer (RFC 6901) */
		for (; *c != '\0'; c++) {
			key[n++] = *c == '/' ? '~' : *c;
			if (*c == '/' || *c == '~')
				key[n++] = *c == '/' ? '1' : '0';
		}
		key[n] = '\0';
		json_object_set_new(patch, key, value());
	}
}

static json_t *
agreed_of(const struct remote *r, struct str box, const struct words *w)
{
	struct buf value;
	json_t *o;

	buf_init(&value, REMOTE_VALUE_MAX);
	value_put(&value, box, w);
	o = json_pack("{s:I, s:o}", "email", (json_int_t)r->email, "value",
	    ask_text(buf_str(&value)));
	buf_free(&value);
	return o;
}

static void
push_one(struct sync *s, struct push *p, const struct remote *r)
{
	static struct words base, ours;
	struct str box, now = box_remote(s, r->mailbox);
	json_t *patch = json_object(), *id = ask_text(r->id);

	value_take(r->value, &box, &base);
	words_of_flags(&ours, r->flags, r->keywords);
	patch_words(patch, &ours, &base, json_true);
	patch_words(patch, &base, &ours, json_null);
	if (now.len == 0)
		p->left = true;
	else if (!str_eq(now, box))
		json_object_set_new(patch, "mailboxIds", json_pack("{s%:b}",
		    now.ptr, now.len, 1));
	if (json_object_size(patch) > 0 && now.len > 0 &&
	    json_object_get(s->refused, json_string_value(id)) == NULL) {
		json_object_set(p->update, json_string_value(id), patch);
		json_object_set_new(p->agreed, json_string_value(id),
		    agreed_of(r, now, &ours));
		p->n++;
	}
	json_decref(patch);
	json_decref(id);
}

static bool
gather(struct sync *s, struct push *p, enum remotes what, uint64_t since,
    size_t most)
{
	struct msg_read_remotes m = { .what = what, .since = since };
	struct remote r;
	bool more = true;

	while (more && p->n < most) {
		struct str in;

		if (!mirror_remotes(s, &m, &more))
			return false;
		in = buf_str(&s->answer);
		while (p->n < most && remote_take(&in, &r)) {
			m.after = r.email;
			if (what == REMOTES_SINCE) {
				push_one(s, p, &r);
				continue;
			}
			json_array_append_new(p->destroy, ask_text(r.id));
			p->n++;
		}
	}
	return true;
}

static enum plan_event
updated(struct sync *s, const json_t *args, const struct push *p)
{
	struct jmap_lie l = { NULL };
	const char *id, *why;
	json_t *o;

	json_object_foreach(p->agreed, id, o) {
		enum plan_event how = ask_said(s, jmap_set_read(args,
		    "updated", "notUpdated", from_c(id), &why, &l), &l);

		if (how != PLAN_DONE)
			return how;
		if (why != NULL) {
			log_event("push-refused", "why=%s", why);
			json_object_set_new(s->refused, id, json_true());
		} else if (!mirror_keep(s, from_c(id),
		    (uint64_t)json_integer_value(json_object_get(o,
		    "email")), from_c(json_string_value(json_object_get(o,
		    "value")))))
			return PLAN_LATER;
	}
	return PLAN_DONE;
}

/* What is not found there is gone there, too. */
static enum plan_event
destroyed(struct sync *s, const json_t *args, const struct push *p)
{
	struct jmap_lie l = { NULL };
	const char *why;

	for (size_t i = 0; i < json_array_size(p->destroy); i++) {
		struct str id = from_c(json_string_value(json_array_get(
		    p->destroy, i)));
		enum plan_event how = ask_said(s, jmap_set_read(args,
		    "destroyed", "notDestroyed", id, &why, &l), &l);

		if (how != PLAN_DONE)
			return how;
		/* refused: it comes back with the next walk */
		if (!mirror_forget(s, id))
			return PLAN_LATER;
	}
	return PLAN_DONE;
}

static enum plan_event
set(struct sync *s, const struct push *p)
{
	enum plan_event how = PLAN_LATER;
	const json_t *args;
	struct buf state;
	json_t *kept;

	buf_init(&state, JMAP_STATE_MAX);
	if (++s->sets <= SETS_MAX && mirror_note(s, "=state", &state))
		how = ask(s, "Email/set", json_pack("{s:o, s:O, s:O}",
		    "ifInState", ask_text(buf_str(&state)), "update",
		    p->update, "destroy", p->destroy), &args);
	buf_free(&state);
	if (how != PLAN_DONE)
		return how;
	kept = json_incref(s->reply_json);
	how = updated(s, args, p);
	if (how == PLAN_DONE)
		how = destroyed(s, args, p);
	json_decref(kept);
	s->pushed += (unsigned)p->n;
	/* our own changes come back, and then there may be more */
	return how == PLAN_DONE ? PLAN_MORE : how;
}

static bool
done(struct sync *s, uint64_t modseq)
{
	struct buf text;
	bool ok;

	buf_init(&text, 32);
	buf_add_u64(&text, modseq);
	ok = mirror_keep(s, STR("=pushed"), 0, buf_str(&text));
	buf_free(&text);
	return ok;
}

bool
push_news(struct sync *s, uint64_t *before, uint64_t *now)
{
	struct buf note;
	struct str in;
	bool ok;

	*before = 0;
	buf_init(&note, 64);
	ok = mirror_note(s, "=pushed", &note) && mirror_state(s, now);
	in = buf_str(&note);
	(void)str_take_u64(&in, before);
	buf_free(&note);
	return ok;
}

enum plan_event
push_step(struct sync *s)
{
	size_t most = s->session.limits.set < PUSH_MAX ?
	    s->session.limits.set : PUSH_MAX;
	struct push p = { json_object(), json_array(), json_object(), 0,
	    s->left };
	enum plan_event how = PLAN_DONE;
	uint64_t now, before;

	if (s->refused == NULL)
		s->refused = json_object();
	if (!push_news(s, &before, &now) || (now != before &&
	    (!gather(s, &p, REMOTES_SINCE, before, most) ||
	    !gather(s, &p, REMOTES_GONE, 0, most))))
		how = PLAN_LATER;
	if (how == PLAN_DONE && p.n > 0)
		how = set(s, &p);
	else if (how == PLAN_DONE && now != before && !p.left)
		how = !done(s, s->gathered) ? PLAN_LATER :
		    s->gathered < now ? PLAN_MORE : PLAN_DONE;
	json_decref(p.update);
	json_decref(p.destroy);
	json_decref(p.agreed);
	return how;
}
