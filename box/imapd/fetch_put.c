/* fetch_put.c - one message as FETCH answers it. */

#include <string.h>

#include "fetch.h"
#include "mail/bodystructure.h"
#include "mail/date.h"
#include "mail/envelope.h"
#include "mail/section.h"
#include "proto/imap_put.h"

enum { LARGE = 32 * 1024 };	/* what goes out without being copied */

static enum fetch_needs
needs_of(const struct imap_item *item, bool *parts)
{
	switch (item->is) {
	case ITEM_UID:
	case ITEM_FLAGS:
	case ITEM_MODSEQ:
		return FETCH_INDEX;
	case ITEM_INTERNALDATE:
	case ITEM_SIZE:
		return FETCH_META;
	case ITEM_ENVELOPE:
		return FETCH_HEAD;
	case ITEM_BODY:
	case ITEM_BODYSTRUCTURE:
		*parts = true;
		return FETCH_BODY;
	default:
		break;
	}
	switch (section_needs(&item->section)) {
	case SECTION_NEEDS_HEAD:
		return FETCH_HEAD;
	case SECTION_NEEDS_PARTS:
		*parts = true;
		return FETCH_BODY;
	default:
		return FETCH_BODY;
	}
}

/* When a piece of each message is all that is asked for, no more is read. */
static void
plan_window(struct fetch *f, const struct imap_item *only, size_t readers)
{
	if (readers != 1 || f->parts || !only->partial ||
	    only->section.text != SECTION_ALL)
		return;
	f->offset = only->offset;
	f->length = only->length;
}

void
fetch_plan(struct fetch *f)
{
	const struct imap_item *only = NULL;
	size_t readers = 0;

	for (const struct imap_item *i = f->args.items; i; i = i->next) {
		enum fetch_needs needs = needs_of(i, &f->parts);

		if (needs > f->needs)
			f->needs = needs;
		if (needs >= FETCH_HEAD) {
			readers++;
			only = i;
		}
		f->with_flags |= i->is == ITEM_FLAGS;
		f->with_modseq |= i->is == ITEM_MODSEQ;
		f->with_uid &= i->is != ITEM_UID;
		f->sees |= !i->peek;
	}
	if (only != NULL)
		plan_window(f, only, readers);
}

static void
put_octets(struct imap *s, struct str octets)
{
	if (octets.len < LARGE || memchr(octets.ptr, '\0', octets.len)) {
		imap_put_octets(&s->out, octets);
		imap_put_more(s);
		return;
	}
	if (s->out.failed || s->mute)
		return;
	stream_put(&s->stream, buf_str(&s->out));
	buf_clear(&s->out);
	stream_put(&s->stream, octets);
}

/* Within a literal there is no way to say that it ends early. */
static void
break_off(struct imap *s)
{
	s->mute = true;
	if (s->bye == NULL)
		s->bye = "";
	buf_clear(&s->out);
}

/* Octets from `from` to `to` of the message: what is there, then pieces. */
static void
put_range(struct fetch *f, const struct msg *m, uint64_t from, uint64_t to)
{
	struct imap *s = f->s;

	imap_put_literal(&s->out, to - from);
	if (from >= m->at && from < m->at + m->data.len && from < to) {
		struct str here = m->data;

		here.ptr += from - m->at;
		here.len -= (size_t)(from - m->at);
		if (here.len > to - from)
			here.len = (size_t)(to - from);
		put_octets(s, here);
		from += here.len;
	}
	while (from < to) {
		struct reading a;
		struct str piece;

		if (!msgs_piece(s, m->uid, from, to - from, &a, &piece)) {
			break_off(s);
			return;
		}
		put_octets(s, piece);
		from += piece.len;
		reading_end(&a);
	}
}

/* All of a message, or all behind its header. */
static void
put_long(struct fetch *f, const struct imap_item *i, const struct msg *m)
{
	uint64_t from = i->section.text == SECTION_TEXT ? m->head_len : 0;
	uint64_t to = m->size;

	if (i->partial) {
		from = i->offset < to - from ? from + i->offset : to;
		if (i->length < to - from)
			to = from + i->length;
	}
	put_range(f, m, from, to);
}

static void
put_section(struct fetch *f, const struct imap_item *i, const struct msg *m)
{
	struct str got = m->data;

	if (i->section.parts == 0) {
		if (got.len > m->head_len)
			got.len = m->head_len;
		got = section_top(&i->section, got, got.len, &f->scratch);
	} else if (!section_part(&i->section, f->mime.root, &f->scratch,
	    &got)) {
		buf_add(&f->s->out, STR("NIL"));
		return;
	}
	if (i->partial)
		got = section_partial(got, i->offset, i->length);
	imap_put_literal(&f->s->out, got.len);
	put_octets(f->s, got);
}

/* "26-Nov-2026 12:19:51 +0000" */
static void
put_date(struct buf *out, uint64_t seconds)
{
	struct date d = date_of((int64_t)seconds, 0);

	buf_byte(out, '"');
	buf_byte(out, d.day < 10 ? ' ' : (char)('0' + d.day / 10));
	buf_byte(out, (char)('0' + d.day % 10));
	buf_byte(out, '-');
	buf_add_c(out, date_month(d.month));
	buf_byte(out, '-');
	date_put_digits(out, (unsigned)d.year, 4);
	buf_byte(out, ' ');
	date_put_digits(out, d.hour, 2);
	buf_byte(out, ':');
	date_put_digits(out, d.minute, 2);
	buf_byte(out, ':');
	date_put_digits(out, d.second, 2);
	buf_add(out, STR(" +0000\""));
}

static void
put_flags(struct fetch *f, const struct mail *mail)
{
	buf_byte(&f->s->out, '(');
	mailbox_put_flags_of(&f->s->out, &f->s->box, mail);
	buf_byte(&f->s->out, ')');
}

static void
put_modseq(struct buf *out, const struct mail *mail)
{
	buf_byte(out, '(');
	buf_add_u64(out, mail->modseq);
	buf_byte(out, ')');
}

/* What is news about it and was not asked for. */
static void
put_unasked(struct fetch *f, struct mail *mail)
{
	struct buf *out = &f->s->out;

	if ((mail->tell & TELL_FLAGS) != 0 && !f->with_flags) {
		buf_add(out, STR("FLAGS "));
		put_flags(f, mail);
		buf_byte(out, ' ');
	}
	if (mail->tell != 0 && f->s->condstore && !f->with_modseq) {
		buf_add(out, STR("MODSEQ "));
		put_modseq(out, mail);
		buf_byte(out, ' ');
	}
	mail->tell = 0;
}

static void
put_item(struct fetch *f, const struct imap_item *i, const struct mail *mail,
    const struct msg *m)
{
	struct buf *out = &f->s->out;

	imap_item_put(out, i);
	buf_byte(out, ' ');
	switch (i->is) {
	case ITEM_UID:
		buf_add_u64(out, mail->uid);
		return;
	case ITEM_FLAGS:
		put_flags(f, mail);
		return;
	case ITEM_MODSEQ:
		put_modseq(out, mail);
		return;
	case ITEM_INTERNALDATE:
		put_date(out, m->date);
		return;
	case ITEM_SIZE:
		buf_add_u64(out, m->size);
		return;
	case ITEM_ENVELOPE:
		envelope_put(out, (struct str){ m->data.ptr, m->data.len <
		    m->head_len ? m->data.len : m->head_len }, &f->scratch);
		return;
	case ITEM_BODY:
	case ITEM_BODYSTRUCTURE:
		if (!bodystructure_put(out, f->mime.root,
		    i->is == ITEM_BODYSTRUCTURE, &f->arena, &f->scratch))
			break_off(f->s);
		return;
	default:
		break;
	}
	if (section_needs(&i->section) == SECTION_NEEDS_ALL)
		put_long(f, i, m);
	else
		put_section(f, i, m);
}

static void
put_items(struct fetch *f, size_t place, const struct msg *m)
{
	struct buf *out = &f->s->out;
	struct mail *mail = mailbox_mail(&f->s->box, place);

	buf_add(out, STR("* "));
	buf_add_u64(out, place + 1);
	buf_add(out, STR(" FETCH ("));
	if (f->with_uid) {
		buf_add(out, STR("UID "));
		buf_add_u64(out, mail->uid);
		buf_byte(out, ' ');
	}
	put_unasked(f, mail);
	for (const struct imap_item *i = f->args.items; i; i = i->next) {
		put_item(f, i, mail, m);
		if (i->next != NULL)
			buf_byte(out, ' ');
	}
	buf_add(out, STR(")\r\n"));
	imap_put_more(f->s);
}

void
fetch_put(struct fetch *f, size_t place, const struct msg *m)
{
	if (!f->parts || fetch_open(f, m))
		put_items(f, place, m);
	if (f->parts)
		fetch_close(f);
}
