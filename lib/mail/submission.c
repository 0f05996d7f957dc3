/* submission.c - the header of a message that one of our users sends. */

#include "mail/submission.h"

#include "base/ascii.h"
#include "mail/date.h"
#include "mail/header.h"

static bool
is_in_id(unsigned char c)
{
	return c > ' ' && c != 0x7f && c != '<' && c != '>';
}

static bool
is_before_id(unsigned char c)
{
	return c != '<';
}

/* "<…>", without blanks; "": it has none. */
static struct str
id_of(struct str value)
{
	struct str start;

	str_take_while(&value, is_before_id);
	start = value;
	if (!str_take_byte(&value, '<') ||
	    str_take_while(&value, is_in_id).len == 0 ||
	    !str_take_byte(&value, '>'))
		return STR("");
	return str_before(start, value);
}

/* RFC 5322, 3.6; RFC 2045, 3 */
static const struct str once[] = {
	STR_INIT("From"), STR_INIT("Sender"), STR_INIT("Reply-To"),
	STR_INIT("To"), STR_INIT("Cc"), STR_INIT("Subject"), STR_INIT("Date"),
	STR_INIT("Message-ID"), STR_INIT("In-Reply-To"),
	STR_INIT("References"), STR_INIT("MIME-Version"),
	STR_INIT("Content-Type"), STR_INIT("Content-Transfer-Encoding"),
};

/* false: it has been seen before. */
static bool
is_first(struct str name, unsigned *seen)
{
	for (size_t i = 0; i < sizeof(once) / sizeof(once[0]); i++)
		if (str_eq_nocase(name, once[i])) {
			bool first = (*seen & 1u << i) == 0;

			*seen |= 1u << i;
			return first;
		}
	return true;
}

static void
look_at(struct submission *s, const struct header_field *f)
{
	if (str_eq_nocase(f->name, STR("From")))
		s->from = f->value;
	else if (str_eq_nocase(f->name, STR("Sender")))
		s->sender = f->value;
	else if (str_eq_nocase(f->name, STR("Message-ID")))
		s->message_id = id_of(f->value);
	else if (str_eq_nocase(f->name, STR("Date")))
		s->date = true;
	else if (str_eq_nocase(f->name, STR("Bcc")))
		s->bcc = true;
}

enum submission_fault
submission_look(struct submission *s, struct str header)
{
	unsigned seen = 0;
	struct header h;
	struct header_field f;

	*s = (struct submission){ .message_id = STR("") };
	s->wide = !str_is_ascii(header);
	header_begin(&h, header);
	while (header_next(&h, &f)) {
		if (!is_first(f.name, &seen))
			return SUBMISSION_TWICE;
		look_at(s, &f);
	}
	return s->from.ptr != NULL ? SUBMISSION_OK : SUBMISSION_NO_FROM;
}

/* What a box, or the owner's side, has said of a draft. */
static bool
is_ours(struct str name)
{
	return str_take_word(&name, STR("Pli-"));
}

/* A Message-ID that is no good is replaced. */
static bool
goes(const struct header_field *f, const struct submission *s,
    const struct submission_put *p)
{
	if (f->name.len == 0 || is_ours(f->name) ||
	    str_eq_nocase(f->name, STR("Return-Path")))
		return false;
	if (str_eq_nocase(f->name, STR("Message-ID")))
		return s->message_id.len > 0;
	return p->bcc || (!str_eq_nocase(f->name, STR("Bcc")) &&
	    !str_eq_nocase(f->name, STR("Resent-Bcc")));
}

void
submission_put(struct buf *out, struct str header, const struct submission *s,
    const struct submission_put *p)
{
	struct header h;
	struct header_field f;

	header_begin(&h, header);
	while (header_next(&h, &f)) {
		if (!goes(&f, s, p))
			continue;
		buf_add(out, f.whole);
		if (f.whole.ptr[f.whole.len - 1] != '\n')
			buf_add(out, STR("\r\n"));
	}
	if (!s->date) {
		struct date date = date_of(p->time, 0);

		buf_add(out, STR("Date: "));
		date_put(out, &date);
		buf_add(out, STR("\r\n"));
	}
	if (s->message_id.len == 0) {
		buf_add(out, STR("Message-ID: "));
		buf_add(out, p->message_id);
		buf_add(out, STR("\r\n"));
	}
	buf_add(out, STR("\r\n"));
}
