/*
 * cmd_fetch.c - FETCH and UID FETCH.  RFC 3501, 6.4.5.
 */

#include <string.h>

#include "base/verdict.h"
#include "fetch.h"
#include "index.h"

enum {
	UID_BYTES = 4,
	PARTS_ARENA_MAX = 16 << 20,
	SCRATCH_MAX = 2 << 20,
};

static bool
write_seen(struct imap *s, struct str uids)
{
	while (uids.len > 0) {
		struct msg_write_flags m = { s->box.id, FLAGS_ADD, FLAG_SEEN,
		    STR(""), 0, uids };
		struct msg_write_done done;

		if (m.uids.len > UIDS_MAX * UID_BYTES)
			m.uids.len = UIDS_MAX * UID_BYTES;
		if (!ask_write(s, WRITE_FLAGS, &m, &done) ||
		    done.verdict != VERDICT_YES)
			return false;
		if (done.modseq > s->box.target)
			s->box.target = done.modseq;
		uids.ptr += m.uids.len;
		uids.len -= m.uids.len;
	}
	return true;
}

/* Reading a body is seeing it: all in one go, told with the bodies.  What
 * became of them the store knows: somebody else may have been faster. */
static bool
see(struct fetch *f)
{
	struct mailbox *box = &f->s->box;
	struct buf uids;
	bool ok;

	/* somebody may have made one unseen since */
	if (!mailbox_catch_up(f->s))
		return false;
	buf_init(&uids, (mailbox_count(box) + 1) * UID_BYTES);
	for (size_t i = 0; i < f->places.n; i++)
		for (size_t k = f->places.range[i].from;
		    k < f->places.range[i].to; k++)
			if (!(mailbox_mail(box, k)->flags & FLAG_SEEN))
				field_put_u32(&uids,
				    mailbox_mail(box, k)->uid);
	ok = !uids.failed && write_seen(f->s, buf_str(&uids));
	if (ok && uids.len > 0)
		ok = index_pull(f->s) && mailbox_learn(f->s);
	buf_free(&uids);
	return ok;
}

static void
put_known(struct fetch *f)
{
	for (size_t i = 0; i < f->places.n && !f->s->mute; i++)
		for (size_t k = f->places.range[i].from;
		    k < f->places.range[i].to && !f->s->mute; k++)
			fetch_put(f, k, NULL);
}

/* The place after *at with that uid; places and records both ascend. */
static bool
find(const struct fetch *f, uint32_t uid, size_t *at)
{
	size_t n = mailbox_count(&f->s->box);

	while (*at < n && mailbox_mail(&f->s->box, *at)->uid < uid)
		++*at;
	return *at < n && mailbox_mail(&f->s->box, *at)->uid == uid;
}

static const char *
put_asked(struct fetch *f, bool uid)
{
	static const uint32_t what[] = {
		[FETCH_META] = READ_META, [FETCH_HEAD] = READ_HEAD,
		[FETCH_BODY] = READ_BODY,
	};
	size_t at = f->places.range[0].from, given = 0, wanted;
	struct msgs msgs;
	struct msg m;
	struct buf uids;
	bool failed;

	buf_init(&uids, (mailbox_count(&f->s->box) + 1) * UID_BYTES);
	mailbox_pack(&uids, &f->s->box, &f->places);
	wanted = uids.len / UID_BYTES;
	msgs_begin(&msgs, f->s, what[f->needs], f->offset, f->length,
	    buf_str(&uids));
	while (!f->s->mute && f->s->stream.failed == STREAM_OK &&
	    msgs_next(&msgs, &m)) {
		if (find(f, m.uid, &at))
			fetch_put(f, at, &m);
		given++;
	}
	failed = msgs.failed;
	msgs_end(&msgs);
	buf_free(&uids);
	if (failed)
		return reply_unavailable;
	return given == wanted || uid ? f->no :
	    "NO [EXPUNGEISSUED] Some messages are no more";
}

static const char *
fetch(struct fetch *f, bool uid)
{
	const char *no = NULL;

	if (f->sees && f->s->state == IMAP_AT_SELECTED && !see(f))
		return reply_unavailable;
	arena_init(&f->arena, PARTS_ARENA_MAX);
	buf_init(&f->scratch, SCRATCH_MAX);
	if (f->needs == FETCH_INDEX)
		put_known(f);
	else
		no = put_asked(f, uid);
	buf_free(&f->scratch);
	return no != NULL ? no : "OK Done";
}

/* "*" means another thing where nothing is left. */
static struct imap_set
copy_set(struct arena *a, const struct imap_set *set)
{
	struct imap_set copy = *set;

	copy.range = arena_alloc(a, set->n, sizeof(*copy.range));
	if (copy.range != NULL)
		memcpy(copy.range, set->range, set->n * sizeof(*copy.range));
	return copy;
}

static bool
put_earlier(struct fetch *f, struct imap_set *asked)
{
	imap_set_resolve(asked, UINT32_MAX);
	return mailbox_put_earlier(f->s, f->args.changed_since, asked);
}

/* The next run, from *at on, of messages that have changed; false: none. */
static bool
next_changed(struct fetch *f, const struct imap_range *in, size_t *at,
    struct imap_range *out)
{
	const struct mailbox *box = &f->s->box;
	uint64_t since = f->args.changed_since;

	while (*at < in->to && mailbox_mail(box, *at)->modseq <= since)
		++*at;
	out->from = (uint32_t)*at;
	while (*at < in->to && mailbox_mail(box, *at)->modseq > since)
		++*at;
	out->to = (uint32_t)*at;
	return out->from < out->to;
}

/* CHANGEDSINCE: RFC 7162, 3.1.4.1. */
static bool
only_changed(struct fetch *f)
{
	struct places all = f->places;
	struct imap_range r;
	size_t n = 0;

	for (size_t i = 0; i < all.n; i++)
		for (size_t at = all.range[i].from; next_changed(f,
		    &all.range[i], &at, &r); )
			n++;
	f->places.range = arena_alloc(&f->s->arena, n, sizeof(r));
	f->places.n = 0;
	if (f->places.range == NULL)
		return false;
	for (size_t i = 0; i < all.n; i++)
		for (size_t at = all.range[i].from; next_changed(f,
		    &all.range[i], &at, &r); )
			f->places.range[f->places.n++] = r;
	return true;
}

const char *
cmd_fetch(struct imap *s, const struct imap_cmd *cmd)
{
	bool uid = cmd->verb == IMAP_UID_FETCH;
	struct fetch f = { .s = s, .with_uid = uid || s->qresync };
	struct imap_set asked;

	if (!imap_fetch_parse(cmd->args, &s->arena, &f.args))
		return reply_syntax;
	if (f.args.vanished && (!uid || !s->qresync))
		return "BAD VANISHED wants UID FETCH, and QRESYNC enabled";
	asked = copy_set(&s->arena, &f.args.set);
	if (asked.range == NULL || !mailbox_places(s, &f.args.set, uid,
	    &f.places))
		return reply_no_message;
	fetch_plan(&f);
	s->condstore |= f.args.conditional || f.with_modseq;
	if (f.args.conditional && !only_changed(&f))
		return reply_unavailable;
	if (f.args.vanished && !put_earlier(&f, &asked))
		return reply_unavailable;
	if (f.places.n == 0)
		return "OK Nothing to do";
	return fetch(&f, uid);
}
