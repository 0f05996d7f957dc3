/* mailbox.c - the selected mailbox as the client sees it. */

#include "mailbox.h"

#include <string.h>

#include "ask.h"
#include "base/verdict.h"
#include "imapd.h"
#include "index.h"
#include "proto/imap_put.h"

enum {
	NAMES_MAX = KEYWORDS_MAX * (KEYWORD_MAX + 4),
};

struct mail *
mailbox_mail(const struct mailbox *box, size_t i)
{
	return (struct mail *)(void *)box->mails.ptr + i;
}

size_t
mailbox_count(const struct mailbox *box)
{
	return box->mails.len / sizeof(struct mail);
}

void
mailbox_init(struct mailbox *box)
{
	*box = (struct mailbox){ 0 };
	buf_init(&box->mails, MAILS_MAX * sizeof(struct mail));
	buf_init(&box->names, NAMES_MAX);
	buf_init(&box->saved, MAILS_MAX * sizeof(uint32_t));
}

void
mailbox_leave(struct imap *s)
{
	index_keep(s);
	buf_free(&s->box.mails);
	buf_free(&s->box.names);
	buf_free(&s->box.saved);
	mailbox_init(&s->box);
}

void
mailbox_close(struct imap *s)
{
	if (s->box.id != 0 && s->bye == NULL)
		(void)ask_watch(s, 0, 0);
	mailbox_leave(s);
}

void
mailbox_note(struct mailbox *box, uint64_t modseq)
{
	box->armed = false;
	if (modseq > box->target)
		box->target = modseq;
}

size_t
mailbox_place(const struct mailbox *box, uint32_t uid)
{
	size_t from = 0, to = mailbox_count(box);

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (mailbox_mail(box, mid)->uid < uid)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

/* Names as the store lists them: KEYWORDS. */
static bool
take_keywords(struct mailbox *box, struct str data)
{
	struct str rest, name;

	buf_clear(&box->names);
	box->keywords = 0;
	buf_add(&box->names, data);
	rest = buf_str(&box->names);
	while (box->keywords < KEYWORDS_MAX && field_take_str(&rest, &name))
		box->keyword[box->keywords++] = name;
	return !box->names.failed;
}

static bool
read_keywords(struct imap *s)
{
	struct msg_read_index m = { .mailbox = s->box.id };
	struct reading a;
	bool ok;

	if (!ask(s, READ_KEYWORDS, &m, &a))
		return false;
	ok = take_keywords(&s->box, a.data);
	reading_end(&a);
	return ok;
}

static bool
take_opened(struct str *in, struct opened *o)
{
	return field_take_u64(in, &o->id) &&
	    field_take_u32(in, &o->uidvalidity) &&
	    field_take_u32(in, &o->uidnext) &&
	    field_take_u64(in, &o->modseq) &&
	    field_take_u32(in, &o->messages) &&
	    field_take_u32(in, &o->first_recent) &&
	    field_take_u32(in, &o->recent) &&
	    field_take_u32(in, &o->first_unseen) && o->id != 0;
}

static bool
take_answer(struct mailbox *box, const struct reading *a, struct opened *o)
{
	struct str in = a->data;

	return a->verdict == VERDICT_YES && take_opened(&in, o) &&
	    take_keywords(box, in);
}

enum verdict
mailbox_open(struct imap *s, struct str name, struct opened *o)
{
	struct msg_read_open m = { name };
	struct mailbox *box = &s->box;
	uint64_t watched = box->armed ? box->id : 0;
	struct reading a;
	bool no, ok;

	mailbox_leave(s);
	if (!ask(s, READ_OPEN, &m, &a))
		return VERDICT_LATER;
	no = a.verdict == VERDICT_NO;
	ok = take_answer(box, &a, o);
	reading_end(&a);
	if (!ok)
		return no ? VERDICT_NO : VERDICT_LATER;
	box->id = o->id;
	box->target = box->seen = box->gone = o->modseq;
	box->told = o->messages;
	box->uidnext = o->uidnext;
	box->recent = o->first_recent;
	box->armed = true;
	return watched == o->id || ask_watch(s, o->id, o->modseq) ?
	    VERDICT_YES : VERDICT_LATER;
}

uint32_t
mailbox_keyword(const struct mailbox *box, struct str name)
{
	for (size_t i = 0; i < box->keywords; i++)
		if (str_eq_nocase(box->keyword[i], name))
			return 1u << (FLAG_KEYWORD_SHIFT + i);
	return 0;
}

void
mailbox_put_flags(struct buf *out, const struct mailbox *box, uint32_t flags)
{
	bool first = (flags & 0x1f) == 0;

	imap_put_system_flags(out, flags);
	for (size_t i = 0; i < box->keywords; i++)
		if (flags & 1u << (FLAG_KEYWORD_SHIFT + i)) {
			if (!first)
				buf_byte(out, ' ');
			first = false;
			buf_add(out, box->keyword[i]);
		}
}

void
mailbox_put_flags_of(struct buf *out, const struct mailbox *box,
    const struct mail *m)
{
	if (m->uid >= box->recent)
		buf_add_c(out, m->flags != 0 ? "\\Recent " : "\\Recent");
	mailbox_put_flags(out, box, m->flags);
}

void
mailbox_put_known(struct imap *s, bool read_only)
{
	static const uint32_t all = 0x1f;
	uint32_t known = all;

	for (size_t i = 0; i < s->box.keywords; i++)
		known |= 1u << (FLAG_KEYWORD_SHIFT + i);
	buf_add(&s->out, STR("* FLAGS ("));
	mailbox_put_flags(&s->out, &s->box, known);
	buf_add(&s->out, STR(")\r\n* OK [PERMANENTFLAGS ("));
	if (!read_only) {
		mailbox_put_flags(&s->out, &s->box, known);
		if (s->box.keywords < KEYWORDS_MAX)
			buf_add(&s->out, STR(" \\*"));
	}
	buf_add(&s->out, STR(")] Flags that can be kept\r\n"));
}

/* Keywords that came into use: their names first. */
bool
mailbox_learn(struct imap *s)
{
	uint32_t known = (1u << FLAG_KEYWORD_SHIFT) - 1;
	bool fresh = false;

	for (size_t i = 0; i < s->box.keywords; i++)
		known |= 1u << (FLAG_KEYWORD_SHIFT + i);
	for (size_t i = 0; !fresh && i < mailbox_count(&s->box); i++)
		fresh = (mailbox_mail(&s->box, i)->flags & ~known) != 0;
	if (!fresh)
		return true;
	if (!read_keywords(s))
		return false;
	mailbox_put_known(s, s->state == IMAP_AT_EXAMINED);
	return true;
}

/* The next run of places, of the uids in *in; false: no more. */
static bool
next_saved(const struct mailbox *box, struct str *in, struct imap_range *r)
{
	size_t n = mailbox_count(box);
	struct str rest = *in;
	uint32_t uid, at;

	*r = (struct imap_range){ 0 };
	for (; field_take_u32(&rest, &uid); *in = rest) {
		at = (uint32_t)mailbox_place(box, uid);
		if (at == n || mailbox_mail(box, at)->uid != uid)
			continue;
		if (r->to == 0)
			r->from = at;
		else if (r->to != at)
			break;
		r->to = at + 1;
	}
	return r->to > 0;
}

/* "$": those of the saved ones that are still there. */
static bool
places_saved(struct imap *s, struct places *out)
{
	struct str in = buf_str(&s->box.saved);
	struct imap_range r;

	out->n = 0;
	while (next_saved(&s->box, &in, &r))
		out->n++;
	out->range = arena_alloc(&s->arena, out->n + 1, sizeof(r));
	if (out->range == NULL)
		return false;
	in = buf_str(&s->box.saved);
	for (size_t i = 0; i < out->n; i++)
		(void)next_saved(&s->box, &in, &out->range[i]);
	return true;
}

bool
mailbox_places(struct imap *s, struct imap_set *set, bool uid,
    struct places *out)
{
	size_t n = mailbox_count(&s->box);
	uint32_t max = n == 0 ? 0 : uid ? mailbox_mail(&s->box, n - 1)->uid :
	    (uint32_t)n;

	if (set->saved)
		return places_saved(s, out);
	imap_set_resolve(set, max);
	if (!uid && imap_set_last(set) > n)
		return false;
	out->range = arena_alloc(&s->arena, set->n, sizeof(*out->range));
	out->n = 0;
	if (out->range == NULL)
		return false;
	for (size_t i = 0; i < set->n; i++) {
		struct imap_range r = set->range[i];

		if (uid) {
			r.from = (uint32_t)mailbox_place(&s->box, r.from);
			r.to = r.to >= max ? (uint32_t)n :
			    (uint32_t)mailbox_place(&s->box, r.to + 1);
		} else {
			r.from--;
		}
		if (r.from < r.to)
			out->range[out->n++] = r;
	}
	return true;
}

void
mailbox_pack(struct buf *out, const struct mailbox *box,
    const struct places *p)
{
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = p->range[i].from; k < p->range[i].to; k++)
			field_put_u32(out, mailbox_mail(box, k)->uid);
}
