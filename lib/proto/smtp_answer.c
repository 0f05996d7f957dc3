/* smtp_answer.c - what another server says. */

#include "proto/smtp_answer.h"

#include <string.h>

#include "base/ascii.h"
#include "codec/utf8.h"

void
smtp_answer_begin(struct smtp_answer *a)
{
	a->code = 0;
	a->lines = a->octets = a->status_len = a->text_len = 0;
}

static bool
is_not_blank(unsigned char c)
{
	return !is_wsp(c);
}

static bool
take_number(struct str *in, size_t digits)
{
	struct str n = str_take_while(in, is_digit);

	return n.len > 0 && n.len <= digits;
}

/* class "." subject "." detail, at the front (RFC 3463, 2). */
static struct str
status_of(struct str rest, unsigned code)
{
	struct str in = rest, none = { rest.ptr, 0 }, got;

	if (in.len == 0 || (unsigned)(in.ptr[0] - '0') != code / 100 ||
	    !take_number(&in, 1) || !str_take_byte(&in, '.') ||
	    !take_number(&in, 3) || !str_take_byte(&in, '.') ||
	    !take_number(&in, 3))
		return none;
	got = str_before(rest, in);
	return in.len == 0 || is_wsp((unsigned char)in.ptr[0]) ? got : none;
}

static void
keep(struct smtp_answer *a, struct str text)
{
	size_t room = SMTP_ANSWER_KEPT - a->text_len;

	if (a->text_len > 0 && room > 1 && text.len > 0) {
		a->text[a->text_len++] = ' ';
		room--;
	}
	if (text.len > room)
		text.len = room;
	if (text.len > 0)
		memcpy(a->text + a->text_len, text.ptr, text.len);
	a->text_len += text.len;
}

static void
keep_line(struct smtp_answer *a, struct str rest)
{
	struct str status = status_of(rest, a->code);

	if (status.len > 0 && a->status_len == 0) {
		memcpy(a->status, status.ptr, status.len);
		a->status_len = status.len;
	}
	if (status.len > 0) {
		rest.ptr += status.len;
		rest.len -= status.len;
		str_take_while(&rest, is_wsp);
	}
	keep(a, rest);
}

/* Three digits, the first 2 to 5; 0 if not. */
static unsigned
take_code(struct str *in)
{
	unsigned code = 0;

	if (in->len < 3)
		return 0;
	for (int i = 0; i < 3; i++) {
		if (!is_digit((unsigned char)in->ptr[i]))
			return 0;
		code = code * 10 + (unsigned)(in->ptr[i] - '0');
	}
	in->ptr += 3;
	in->len -= 3;
	return code >= 200 && code < 600 ? code : 0;
}

enum smtp_answer_is
smtp_answer_line(struct smtp_answer *a, struct str line, struct str *rest)
{
	struct str in = line;
	unsigned code;
	bool more;

	a->octets += line.len;
	if (line.len > SMTP_ANSWER_LINE || ++a->lines > SMTP_ANSWER_LINES ||
	    a->octets > SMTP_ANSWER_OCTETS)
		return SMTP_ANSWER_BAD;
	if (in.len > 0 && in.ptr[in.len - 1] == '\n')
		in.len--;
	if (in.len > 0 && in.ptr[in.len - 1] == '\r')
		in.len--;
	code = take_code(&in);
	if (code == 0 || (a->lines > 1 && code != a->code))
		return SMTP_ANSWER_BAD;
	a->code = code;
	more = str_take_byte(&in, '-');
	if (!more && in.len > 0 && !str_take_one(&in, is_wsp))
		return SMTP_ANSWER_BAD;
	if (rest != NULL)
		*rest = in;
	keep_line(a, in);
	return more ? SMTP_ANSWER_MORE : SMTP_ANSWER_DONE;
}

void
smtp_answer_clean(struct str raw, struct buf *out)
{
	enum { LONGEST = 4 };		/* octets of a character */

	while (raw.len > 0 && out->limit - out->len >= LONGEST) {
		uint32_t c = '?';

		if (!utf8_take(&raw, &c)) {
			raw.ptr++;
			raw.len--;
			c = 0xfffd;
		}
		utf8_put(out, utf8_is_control(c) ? '?' : c);
	}
}

void
smtp_answer_text(const struct smtp_answer *a, struct buf *out)
{
	struct str text = { a->text, a->text_len };

	buf_add_u64(out, a->code);
	if (a->status_len > 0) {
		buf_byte(out, ' ');
		buf_add_mem(out, a->status, a->status_len);
	}
	if (text.len > 0)
		buf_byte(out, ' ');
	smtp_answer_clean(text, out);
}

struct str
smtp_answer_status(const struct smtp_answer *a)
{
	return (struct str){ a->status, a->status_len };
}

static bool
is_separator(unsigned char c)
{
	return is_wsp(c) || c == '=';
}

static void
offer_auth(struct smtp_offer *o, struct str in)
{
	struct str word;

	for (;;) {
		str_take_while(&in, is_separator);
		word = str_take_while(&in, is_not_blank);
		if (word.len == 0)
			return;
		o->auth_plain |= str_eq_nocase(word, STR("PLAIN"));
		o->auth_login |= str_eq_nocase(word, STR("LOGIN"));
	}
}

static void
offer_size(struct smtp_offer *o, struct str in)
{
	o->has_size = true;
	str_take_while(&in, is_wsp);
	if (!str_take_u64(&in, &o->size))
		o->size = 0;
}

void
smtp_offer_line(struct smtp_offer *o, struct str rest)
{
	const struct { struct str name; bool *flag; } flags[] = {
		{ STR("PIPELINING"), &o->pipelining },
		{ STR("8BITMIME"), &o->eightbit },
		{ STR("SMTPUTF8"), &o->utf8 },
		{ STR("DSN"), &o->dsn },
		{ STR("CHUNKING"), &o->chunking },
		{ STR("STARTTLS"), &o->starttls },
		{ STR("REQUIRETLS"), &o->requiretls },
	};
	struct str word, in = rest;

	word = str_take_while(&in, is_not_blank);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (str_eq_nocase(word, flags[i].name))
			*flags[i].flag = true;
	if (str_eq_nocase(word, STR("SIZE")))
		offer_size(o, in);
	else if (str_eq_nocase(word, STR("AUTH")))
		offer_auth(o, in);
	else if (word.len > 5 && str_take_word(&rest, STR("AUTH=")))
		offer_auth(o, rest);
}
