/* index.c - the list of the selected mailbox's messages, from the store. */

#include "index.h"

#include "base/verdict.h"

enum {
	KEEP_MIN = 4096,	/* messages: fewer are read as fast */
	KEEP_MAX = 1 << 18,
};

struct vanished
vanished_since(struct imap *s, uint64_t modseq)
{
	return (struct vanished){ .s = s, .ask = { s->box.id, 1, modseq },
	    .more = true };
}

void
vanished_end(struct vanished *v)
{
	reading_end(&v->now);
	v->rest.len = 0;
	v->more = false;
}

static bool
fail(struct vanished *v)
{
	vanished_end(v);
	v->failed = true;
	return false;
}

static bool
next_answer(struct vanished *v)
{
	struct reading *a = &v->now;

	reading_end(a);
	if (!ask(v->s, READ_VANISHED, &v->ask, a))
		return fail(v);
	v->s->box.deleted |= a->verdict == VERDICT_NO;
	if (a->verdict != VERDICT_YES)
		return fail(v);
	v->rest = a->data;
	v->more = a->more && a->data.len > 0;
	return true;
}

bool
vanished_next(struct vanished *v)
{
	while (v->rest.len == 0)
		if (!v->more) {
			vanished_end(v);
			return false;
		} else if (!next_answer(v)) {
			return false;
		}
	if (!field_take_u32(&v->rest, &v->uid) || v->uid < v->ask.from)
		return fail(v);
	v->ask.from = v->uid + 1;
	return true;
}

void
index_keep(struct imap *s)
{
	struct mailbox *box = &s->box;
	size_t n = mailbox_count(box);

	if (!box->read || box->deleted || n < KEEP_MIN || n > KEEP_MAX ||
	    box->seen != box->target || box->gone != box->seen)
		return;
	buf_free(&s->kept.mails);
	s->kept = (struct mailbox_kept){ box->id, box->seen, box->mails };
	buf_init(&box->mails, 0);
}

/* Is that what the client has been told of? */
static bool
take_kept(struct imap *s)
{
	struct mailbox *box = &s->box;

	if (s->kept.id != box->id)
		return false;
	if (s->kept.seen != box->seen) {
		buf_free(&s->kept.mails);
		s->kept.id = 0;
		return false;
	}
	buf_free(&box->mails);
	box->mails = s->kept.mails;
	s->kept = (struct mailbox_kept){ 0 };
	for (size_t i = 0; i < mailbox_count(box); i++)
		mailbox_mail(box, i)->tell = 0;
	return true;
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

/* Not in the list yet.  What was there when the mailbox was opened is no news,
 * but perhaps its flags are. */
static void
add(struct mailbox *box, struct mail *m, uint64_t modseq)
{
	bool told = m->uid < box->uidnext;

	m->modseq = modseq & MODSEQ_BITS;
	m->tell = told && modseq > box->seen ? TELL_FLAGS : 0;
	box->news |= !told || m->tell != 0;
	buf_add_mem(&box->mails, m, sizeof(*m));
}

static bool
take_rows(struct mailbox *box, struct str data, uint32_t *last)
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
			add(box, &m, modseq);
			continue;
		}
		at = mailbox_place(box, m.uid);
		if (mailbox_mail(box, at)->uid == m.uid)
			renew(box, mailbox_mail(box, at), m.flags, modseq);
	}
	return !box->mails.failed;
}

static bool
nonsense(struct imap *s)
{
	s->bye = "[UNAVAILABLE] The mail store talks nonsense";
	return false;
}

static bool
take_answer(struct imap *s, const struct reading *a, uint32_t *last)
{
	s->box.deleted |= a->verdict == VERDICT_NO;
	return a->verdict == VERDICT_YES &&
	    (take_rows(&s->box, a->data, last) || nonsense(s));
}

/*
 * One answer is of one moment: all that has happened up to the newest change
 * in it is in it.  Of several only what had happened before is sure.
 */
static bool
ask_rows(struct imap *s, uint64_t since)
{
	struct msg_read_index m = { s->box.id, 0, since };
	uint64_t before = s->box.target;
	struct reading a;
	uint32_t last = 0, answers = 0;
	bool more, ok;

	do {
		m.from = last + 1;
		if (!ask(s, READ_INDEX, &m, &a))
			return false;
		more = a.more && a.data.len > 0;
		ok = take_answer(s, &a, &last);
		reading_end(&a);
		answers++;
	} while (ok && more);
	s->box.seen = answers == 1 ? s->box.target : before;
	return ok;
}

bool
index_pull(struct imap *s)
{
	return ask_rows(s, s->box.seen);
}

bool
index_peek(struct imap *s)
{
	static const enum msg_read type[] = { READ_INDEX, READ_VANISHED };
	struct msg_read_index m = { s->box.id, 1, s->box.seen };
	bool ok = true, changed = false;

	for (size_t i = 0; i < 2 && ok && !changed; i++) {
		struct reading a;

		if (!ask(s, type[i], &m, &a))
			return false;
		s->box.deleted |= a.verdict == VERDICT_NO;
		ok = a.verdict == VERDICT_YES;
		changed = a.data.len > 0;
		reading_end(&a);
	}
	s->box.ask = changed;
	return ok;
}

/* The client knows of more than the list has: of what has gone since. */
static bool
add_gone(struct imap *s)
{
	struct mailbox *box = &s->box;
	struct vanished v = vanished_since(s, box->gone);
	struct buf all;
	size_t at = 0, to, n = mailbox_count(box);

	buf_init(&all, box->mails.limit);
	while (vanished_next(&v)) {
		struct mail m = { .uid = v.uid, .flags = FLAG_DELETED };

		to = mailbox_place(box, v.uid);
		if (v.uid >= box->uidnext ||
		    (to < n && mailbox_mail(box, to)->uid == v.uid))
			continue;
		buf_add_mem(&all, mailbox_mail(box, at),
		    (to - at) * sizeof(m));
		buf_add_mem(&all, &m, sizeof(m));
		at = to;
	}
	buf_add_mem(&all, mailbox_mail(box, at), (n - at) * sizeof(struct
	    mail));
	buf_free(&box->mails);
	box->mails = all;
	return !v.failed && !all.failed;
}

static bool
is_as_told(const struct mailbox *box)
{
	return mailbox_place(box, box->uidnext) == box->told;
}

bool
index_read(struct imap *s)
{
	struct mailbox *box = &s->box;

	box->read = true;
	if (take_kept(s))
		return true;
	/* what goes while the rows are read is seen by add_gone, or is there */
	if (!ask_rows(s, 0) || (!is_as_told(box) && !add_gone(s)))
		return false;
	return is_as_told(box) || nonsense(s);
}

void
index_drop(struct imap *s)
{
	buf_clear(&s->box.mails);
	s->box.read = s->box.news = false;
	s->box.seen = s->box.gone;
}
