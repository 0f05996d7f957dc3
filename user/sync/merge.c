/*
 * merge.c - an email that both have, and that changed there.
 *
 * What the box and we last agreed on is kept with its id.  Where the box's
 * differs from that, the box's is taken; where only ours does, ours stays and
 * is pushed later.  First the mirror is changed, then the agreement: who dies
 * between the two pushes once more what the box has.
 */

#include "sync/sync.h"

#include <string.h>

static bool
is_not_blank(unsigned char c)
{
	return c != ' ';
}

void
value_put(struct buf *out, struct str box, const struct words *w)
{
	buf_add(out, box);
	buf_byte(out, ' ');
	words_put(w, out);
}

void
value_take(struct str value, struct str *box, struct words *w)
{
	*box = str_take_while(&value, is_not_blank);
	(void)str_take_byte(&value, ' ');
	words_of_text(w, value);
}

void
value_of(struct buf *out, const struct jmap_email *e)
{
	struct words words = { 0 };

	for (size_t i = 0; i < e->keywords; i++)
		words_add(&words, e->keyword[i]);
	value_put(out, e->box, &words);
}

static bool
set_flags(struct sync *s, const struct remote *r, uint32_t op,
    const struct words *w)
{
	struct msg_write_flags m = { .mailbox = r->mailbox, .op = op };
	union msg_written done;
	struct buf packed, uid;
	bool ok;

	if (w->n == 0)
		return true;
	buf_init(&packed, WORDS_MAX * (WORD_MAX + 4));
	buf_init(&uid, 8);
	field_put_u32(&uid, r->uid);
	m.flags = words_flags(w, &packed);
	m.keywords = buf_str(&packed);
	m.uids = buf_str(&uid);
	ok = mirror_write(s, WRITE_FLAGS, &m, -1, WRITE_DONE, &done) &&
	    done.done.verdict == VERDICT_YES;
	buf_free(&packed);
	buf_free(&uid);
	return ok;
}

/* What ours has and is not to have goes, and the other way round. */
static bool
apply_words(struct sync *s, const struct remote *r, const struct words *ours,
    const struct words *next)
{
	struct words off = { 0 }, on = { 0 };

	for (size_t i = 0; i < ours->n; i++)
		if (!words_has(next, from_c(ours->w[i])))
			words_add(&off, from_c(ours->w[i]));
	for (size_t i = 0; i < next->n; i++)
		if (!words_has(ours, from_c(next->w[i])))
			words_add(&on, from_c(next->w[i]));
	if (off.n + on.n > 0)
		s->changed++;
	return set_flags(s, r, FLAGS_REMOVE, &off) &&
	    set_flags(s, r, FLAGS_ADD, &on);
}

static bool
move(struct sync *s, const struct remote *r, uint64_t target)
{
	struct msg_write_copy m = { .mailbox = r->mailbox, .target = target,
	    .move = 1 };
	union msg_written w;
	struct buf range;
	bool ok;

	if (r->mailbox == target)
		return true;
	buf_init(&range, 8);
	field_put_u32(&range, r->uid);
	field_put_u32(&range, r->uid);
	m.uids = buf_str(&range);
	ok = mirror_write(s, WRITE_COPY, &m, -1, WRITE_COPIED, &w) &&
	    w.copied.verdict == VERDICT_YES;
	buf_free(&range);
	s->changed++;
	return ok;
}

static bool
agree(struct sync *s, const struct remote *r, struct str box,
    const struct words *w)
{
	struct buf value;
	bool ok;

	buf_init(&value, REMOTE_VALUE_MAX);
	value_put(&value, box, w);
	ok = !value.failed && (str_eq(buf_str(&value), r->value) ||
	    mirror_keep(s, r->id, r->email, buf_str(&value)));
	buf_free(&value);
	return ok;
}

enum plan_event
merge(struct sync *s, const struct jmap_email *e, const struct remote *r)
{
	static struct words base, ours, theirs, next;
	uint64_t target = box_mirror(s, e->box);
	struct str box;

	/* deleted here: that is to be pushed */
	if (r->mailbox == 0)
		return PLAN_DONE;
	if (target == 0)
		return PLAN_LATER;	/* a mailbox that is new */
	value_take(r->value, &box, &base);
	words_of_flags(&ours, r->flags, r->keywords);
	theirs.n = 0;
	for (size_t i = 0; i < e->keywords; i++)
		words_add(&theirs, e->keyword[i]);
	words_merge(&base, &ours, &theirs, &next);
	if (!apply_words(s, r, &ours, &next))
		return PLAN_LATER;
	/* with its new keywords: a move keeps them */
	if (!str_eq(box, e->box) && !move(s, r, target))
		return PLAN_LATER;
	return agree(s, r, e->box, &theirs) ? PLAN_DONE : PLAN_LATER;
}

enum plan_event
destroy_here(struct sync *s, const struct remote *r)
{
	struct msg_write_expunge m = { .mailbox = r->mailbox, .any = 1 };
	union msg_written w;
	struct buf uid;
	bool ok;

	buf_init(&uid, 8);
	field_put_u32(&uid, r->uid);
	m.uids = buf_str(&uid);
	ok = r->mailbox == 0 || (mirror_write(s, WRITE_EXPUNGE, &m, -1,
	    WRITE_DONE, &w) && w.done.verdict == VERDICT_YES);
	buf_free(&uid);
	s->destroyed++;
	return ok && mirror_forget(s, r->id) ? PLAN_DONE : PLAN_LATER;
}
