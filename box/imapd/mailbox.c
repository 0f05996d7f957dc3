/* mailbox.c - the selected mailbox as the client sees it. */

#include "mailbox.h"

#include <string.h>

#include "ask.h"
#include "base/verdict.h"
#include "imapd.h"
#include "proto/imap_put.h"

enum {
	MAILS_MAX = 16 << 20,	/* messages in a mailbox that can be opened */
	NAMES_MAX = KEYWORDS_MAX * (KEYWORD_MAX + 4),
	KEEP_MIN = 4096,	/* messages: fewer are read as fast */
	KEEP_MAX = 1 << 18,
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

/* All that is in it is as it was at `seen`: no expunge is left out. */
static void
keep(struct imap *s)
{
	struct mailbox *box = &s->box;
	size_t n = mailbox_count(box);

	if (box->id == 0 || box->deleted || n < KEEP_MIN || n > KEEP_MAX ||
	    box->seen != box->target || box->gone != box->seen)
		return;
	buf_free(&s->kept.mails);
	s->kept = (struct mailbox_kept){ box->id, box->seen, box->mails };
	buf_init(&box->mails, 0);
}

/* Is that its present state? */
static bool
take_kept(struct imap *s, uint64_t modseq)
{
	struct mailbox *box = &s->box;

	if (s->kept.id != box->id)
		return false;
	if (s->kept.seen != modseq) {
		buf_free(&s->kept.mails);
		s->kept.id = 0;
		return false;
	}
	buf_free(&box->mails);
	box->mails = s->kept.mails;
	s->kept = (struct mailbox_kept){ 0 };
	for (size_t i = 0; i < mailbox_count(box); i++)
		mailbox_mail(box, i)->tell = 0;
	box->seen = modseq;
	return true;
}

void
mailbox_close(struct imap *s)
{
	if (s->box.id != 0 && s->bye == NULL)
		(void)ask_watch(s, 0, 0);
	keep(s);
	buf_free(&s->box.mails);
	buf_free(&s->box.names);
	buf_free(&s->box.saved);
	mailbox_init(&s->box);
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

/* What is known of one is not what we thought. */
static void
renew(struct mailbox *box, struct mail *old, uint32_t flags, uint64_t modseq)
{
	if (old->flags != flags)
		old->tell |= TELL_FLAGS;
	else if (old->modseq != modseq)
		old->tell |= TELL_MODSEQ;
	else
		return;
	old->flags = flags;
	old->modseq = modseq & MODSEQ_BITS;
	box->news = true;
}

static bool
take_index(struct mailbox *box, struct str data, uint32_t *last)
{
	size_t n = mailbox_count(box);
	uint32_t newest = n > 0 ? mailbox_mail(box, n - 1)->uid : 0;
	struct mail m = { 0 };
	uint64_t modseq;

	while (data.len > 0) {
		size_t at;

		if (!field_take_u32(&data, &m.uid) ||
		    !field_take_u32(&data, &m.flags) ||
		    !field_take_u64(&data, &modseq) || m.uid <= *last)
			return false;
		*last = m.uid;
		if (modseq > box->target)
			box->target = modseq;
		if (m.uid > newest) {
			newest = m.uid;
			m.modseq = modseq & MODSEQ_BITS;
			buf_add_mem(&box->mails, &m, sizeof(m));
			box->news = true;
			continue;
		}
		at = mailbox_place(box, m.uid);
		if (mailbox_mail(box, at)->uid == m.uid)
			renew(box, mailbox_mail(box, at), m.flags, modseq);
	}
	return !box->mails.failed;
}

/*
 * One answer is of one moment: all that has happened up to the newest change
 * in it is in it.  Of several only what had happened before is sure.
 */
static bool
read_index(struct imap *s, uint64_t since)
{
	struct msg_read_index m = { s->box.id, 0, since };
	uint64_t before = s->box.target;
	struct answer a;
	uint32_t last = 0, answers = 0;
	bool more, ok;

	do {
		m.from = last + 1;
		if (!ask(s, READ_INDEX, &m, &a))
			return false;
		more = a.more && a.data.len > 0;
		s->box.deleted |= a.verdict == VERDICT_NO;
		ok = a.verdict == VERDICT_YES &&
		    take_index(&s->box, a.data, &last);
		ask_forget(&a);
		answers++;
	} while (ok && more);
	s->box.seen = answers == 1 ? s->box.target : before;
	return ok;
}

static bool
read_keywords(struct imap *s)
{
	struct msg_read_index m = { .mailbox = s->box.id };
	struct mailbox *box = &s->box;
	struct str rest, name;
	struct answer a;

	if (!ask(s, READ_KEYWORDS, &m, &a))
		return false;
	buf_clear(&box->names);
	box->keywords = 0;
	buf_add(&box->names, a.data);
	ask_forget(&a);
	rest = buf_str(&box->names);
	while (box->keywords < KEYWORDS_MAX && field_take_str(&rest, &name))
		box->keyword[box->keywords++] = name;
	return !box->names.failed;
}

bool
mailbox_open(struct imap *s, uint64_t id, uint64_t modseq)
{
	struct mailbox *box = &s->box;

	box->id = id;
	box->target = modseq;
	if ((!take_kept(s, modseq) && !read_index(s, 0)) || !read_keywords(s))
		return false;
	box->gone = box->seen;
	box->told = mailbox_count(box);
	box->news = false;
	box->armed = true;
	return ask_watch(s, id, box->target);
}

bool
mailbox_pull(struct imap *s)
{
	return read_index(s, s->box.seen);
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
