/* sync.c - what is new in the selected mailbox, told to the client. */

#include <string.h>

#include "ask.h"
#include "index.h"
#include "proto/imap_runs.h"

/* One that the client knew is no more: at this number now. */
static void
put_gone(struct imap *s, struct imap_runs *runs, size_t number, uint32_t uid)
{
	s->box.told--;
	if (s->qresync) {
		imap_runs_add(runs, &s->out, uid);
		return;
	}
	buf_add(&s->out, STR("* "));
	buf_add_u64(&s->out, number);
	buf_add(&s->out, STR(" EXPUNGE\r\n"));
	imap_put_more(s);
}

/* Those that are no more leave the list: one pass over it. */
static bool
drop_gone(struct imap *s)
{
	struct imap_runs runs = { .before = "* VANISHED " };
	struct mailbox *box = &s->box;
	size_t n = mailbox_count(box), kept = 0, from = 0;
	struct vanished v = vanished_since(s, box->gone);

	while (vanished_next(&v)) {
		size_t at = mailbox_place(box, v.uid);

		if (at == n || at < from ||
		    mailbox_mail(box, at)->uid != v.uid)
			continue;
		/* mailbox_place looks only past what has been moved: `from` */
		memmove(mailbox_mail(box, kept), mailbox_mail(box, from),
		    (at - from) * sizeof(struct mail));
		kept += at - from;
		from = at + 1;
		if (kept < box->told)	/* else it was never told of */
			put_gone(s, &runs, kept + 1, v.uid);
	}
	(void)imap_runs_end(&runs, &s->out, "\r\n");
	if (n > from)
		memmove(mailbox_mail(box, kept), mailbox_mail(box, from),
		    (n - from) * sizeof(struct mail));
	kept += n - from;
	box->mails.len = kept * sizeof(struct mail);
	box->gone = box->target;
	return !v.failed;
}

/* What the client believes to be there is told of in its turn. */
static bool
is_there(const struct mailbox *box, uint32_t uid)
{
	size_t at = mailbox_place(box, uid);

	return at < mailbox_count(box) && mailbox_mail(box, at)->uid == uid;
}

bool
mailbox_put_earlier(struct imap *s, uint64_t since,
    const struct imap_set *only)
{
	struct imap_runs runs = { .before = "* VANISHED (EARLIER) " };
	struct vanished v = vanished_since(s, since);

	while (vanished_next(&v))
		if ((only == NULL || imap_set_has(only, v.uid)) &&
		    !is_there(&s->box, v.uid))
			imap_runs_add(&runs, &s->out, v.uid);
	(void)imap_runs_end(&runs, &s->out, "\r\n");
	imap_put_more(s);
	return !v.failed;
}

void
mailbox_put_modseq(struct imap *s)
{
	uint64_t known = s->box.seen < s->box.gone ? s->box.seen :
	    s->box.gone;

	buf_add(&s->out, STR("* OK [HIGHESTMODSEQ "));
	buf_add_u64(&s->out, known);
	buf_add(&s->out, STR("] The newest change\r\n"));
}

void
mailbox_put_mail(struct imap *s, size_t place, bool flags, bool with_uid)
{
	struct mail *m = mailbox_mail(&s->box, place);

	buf_add(&s->out, STR("* "));
	buf_add_u64(&s->out, place + 1);
	buf_add(&s->out, STR(" FETCH ("));
	if (with_uid || s->qresync) {
		buf_add(&s->out, STR("UID "));
		buf_add_u64(&s->out, m->uid);
		buf_byte(&s->out, ' ');
	}
	if (flags) {
		buf_add(&s->out, STR("FLAGS ("));
		mailbox_put_flags_of(&s->out, &s->box, m);
		buf_byte(&s->out, ')');
	}
	if (flags && s->condstore)
		buf_byte(&s->out, ' ');
	if (s->condstore) {
		buf_add(&s->out, STR("MODSEQ ("));
		buf_add_u64(&s->out, m->modseq);
		buf_byte(&s->out, ')');
	}
	buf_add(&s->out, STR(")\r\n"));
	imap_put_more(s);
}

void
mailbox_put_count(struct imap *s, size_t n, size_t recent, uint32_t claim)
{
	buf_add(&s->out, STR("* "));
	buf_add_u64(&s->out, n);
	buf_add(&s->out, STR(" EXISTS\r\n* "));
	buf_add_u64(&s->out, recent);
	buf_add(&s->out, STR(" RECENT\r\n"));
	if (claim > 0 && recent > 0)
		(void)ask_recent(s, claim);
}

static void
put_news(struct imap *s, bool with_uid)
{
	struct mailbox *box = &s->box;
	size_t n = mailbox_count(box);

	if (n > box->told) {
		mailbox_put_count(s, n, n - mailbox_place(box, box->recent),
		    s->state != IMAP_AT_SELECTED ? 0 :
		    mailbox_mail(box, n - 1)->uid + 1);
		box->told = n;
	}
	for (size_t i = 0; i < n; i++) {
		struct mail *m = mailbox_mail(box, i);
		bool flags = (m->tell & TELL_FLAGS) != 0;

		/* a number alone is no news to who does not ask for any */
		if (flags || (m->tell != 0 && s->condstore))
			mailbox_put_mail(s, i, flags, with_uid);
		m->tell = 0;
	}
}

/* Nothing can be told any more. */
static bool
give_up(struct imap *s)
{
	if (s->bye == NULL)
		s->bye = s->box.deleted ?
		    "The mailbox that was open has been deleted" :
		    "[UNAVAILABLE] The mailbox cannot be read";
	return false;
}

static bool
is_behind(const struct mailbox *box)
{
	return box->target > box->seen || box->ask;
}

static bool
pull(struct imap *s)
{
	return (s->box.read || index_read(s)) &&
	    (!is_behind(&s->box) || index_pull(s)) && mailbox_learn(s);
}

bool
mailbox_catch_up(struct imap *s)
{
	return ask_changes(s) && (!is_behind(&s->box) || pull(s));
}

static bool
look(struct imap *s, bool expunge)
{
	struct mailbox *box = &s->box;

	if (!ask_changes(s) || (box->ask && !box->read && !index_peek(s)))
		return false;
	if (is_behind(box) && !pull(s))
		return false;
	if (expunge && (box->target > box->gone || box->ask) &&
	    !drop_gone(s))
		return false;
	box->ask = false;
	if (box->armed)
		return true;
	box->armed = true;
	return ask_watch(s, box->id, box->target);
}

static void
tell(struct imap *s, bool with_uid)
{
	if (s->box.news)
		put_news(s, with_uid);
	s->box.news = false;
}

bool
mailbox_need(struct imap *s, bool with_uid)
{
	if (s->box.read)
		return true;
	if (!pull(s)) {
		index_drop(s);
		return s->box.deleted && give_up(s);
	}
	tell(s, with_uid);
	return true;
}

bool
mailbox_sync(struct imap *s, bool expunge, bool with_uid)
{
	if (!look(s, expunge))
		return give_up(s);
	tell(s, with_uid);
	return true;
}
