/* word2047.c - encoded words to UTF-8. */

#include "codec/word2047.h"

#include <string.h>

#include "base/ascii.h"
#include "codec/base64.h"
#include "codec/qp.h"
#include "codec/utf8.h"

enum { CHARSET_MAX = 80 };

/* Windows-1252, 0x80 to 0x9f; the WHATWG's choice for the holes. */
static const uint16_t cp1252[32] = {
	0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f,
	0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178,
};

/* ISO-8859-15 where it differs from ISO-8859-1. */
static const struct { unsigned char c; uint16_t code; } latin9[] = {
	{ 0xa4, 0x20ac }, { 0xa6, 0x160 }, { 0xa8, 0x161 }, { 0xb4, 0x17d },
	{ 0xb8, 0x17e }, { 0xbc, 0x152 }, { 0xbd, 0x153 }, { 0xbe, 0x178 },
};

static uint32_t
from_latin1(unsigned char c)
{
	return c;
}

static uint32_t
from_latin9(unsigned char c)
{
	for (size_t i = 0; i < sizeof(latin9) / sizeof(latin9[0]); i++)
		if (latin9[i].c == c)
			return latin9[i].code;
	return c;
}

static uint32_t
from_cp1252(unsigned char c)
{
	return c >= 0x80 && c <= 0x9f ? cp1252[c - 0x80] : c;
}

static const struct charset {
	struct str name;
	uint32_t (*from)(unsigned char);	/* NULL: UTF-8 */
} charsets[] = {
	{ STR_INIT("utf-8"), NULL },
	{ STR_INIT("utf8"), NULL },
	{ STR_INIT("us-ascii"), NULL },
	{ STR_INIT("ascii"), NULL },
	{ STR_INIT("iso-8859-1"), from_latin1 },
	{ STR_INIT("latin1"), from_latin1 },
	{ STR_INIT("iso-8859-15"), from_latin9 },
	{ STR_INIT("windows-1252"), from_cp1252 },
	{ STR_INIT("cp1252"), from_cp1252 },
};

bool
word2047_charset(struct str charset, struct str octets, struct buf *out)
{
	for (size_t i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++) {
		if (!str_eq_nocase(charset, charsets[i].name))
			continue;
		if (charsets[i].from == NULL) {
			utf8_clean(out, octets);
			return true;
		}
		for (size_t k = 0; k < octets.len; k++)
			utf8_put(out, charsets[i].from(
			    (unsigned char)octets.ptr[k]));
		return true;
	}
	return false;
}

static bool
is_blank(unsigned char c)
{
	return is_wsp(c) || c == '\r' || c == '\n';
}

static bool
is_charset(unsigned char c)
{
	return is_vchar(c) && c != '?' && c != '*' && c != '=';
}

static bool
is_language(unsigned char c)
{
	return is_vchar(c) && c != '?';
}

static bool
is_no_mark(unsigned char c)
{
	return c != '?';
}

struct word {
	struct str charset;
	char encoding;		/* 'q' or 'b' */
	struct str text;
};

/* Takes "=?charset*language?q?text?=" off *in. */
static bool
take_word(struct str *in, struct word *w)
{
	struct str rest = *in, start;

	if (!str_take_word(&rest, STR("=?")))
		return false;
	w->charset = str_take_while(&rest, is_charset);
	if (str_take_byte(&rest, '*'))
		str_take_while(&rest, is_language);
	if (w->charset.len == 0 || w->charset.len > CHARSET_MAX ||
	    !str_take_byte(&rest, '?'))
		return false;
	w->encoding = str_take_word(&rest, STR("q?")) ? 'q'
	    : str_take_word(&rest, STR("b?")) ? 'b' : '\0';
	if (w->encoding == '\0')
		return false;
	start = rest;
	str_take_while(&rest, is_no_mark);
	w->text = str_before(start, rest);
	if (!str_take_word(&rest, STR("?=")))
		return false;
	*in = rest;
	return true;
}

static size_t
decode_q(char *out, struct str in)
{
	size_t n = 0;

	for (size_t i = 0; i < in.len; i++) {
		char c = in.ptr[i];

		if (c == '\r' || c == '\n') {
			/* a fold, with the blanks that made it */
			while (i + 1 < in.len &&
			    is_blank((unsigned char)in.ptr[i + 1]))
				i++;
		} else if (c == '=' && in.len - i > 2 &&
		    qp_hex(in.ptr[i + 1]) >= 0 &&
		    qp_hex(in.ptr[i + 2]) >= 0) {
			out[n++] = (char)(qp_hex(in.ptr[i + 1]) << 4 |
			    qp_hex(in.ptr[i + 2]));
			i += 2;
		} else {
			out[n++] = c == '_' ? ' ' : c;
		}
	}
	return n;
}

/* The octets of words in one charset that follow one another, so that a
 * character may be split between them (against the RFC, but it is done). */
struct pending {
	struct buf octets;
	struct str charset;
};

static void
flush(struct pending *p, struct buf *out)
{
	if (p->octets.len > 0)
		word2047_charset(p->charset, buf_str(&p->octets), out);
	out->failed |= p->octets.failed;
	buf_clear(&p->octets);
}

static bool
add_word(struct pending *p, const struct word *w, struct buf *out)
{
	struct base64_dec d = { 0 };
	char *room;
	size_t n;

	if (!word2047_charset(w->charset, STR(""), out))
		return false;
	if (!str_eq_nocase(w->charset, p->charset))
		flush(p, out);
	p->charset = w->charset;
	room = buf_room(&p->octets, base64_decoded_max(w->text.len) +
	    w->text.len + 2);
	if (room == NULL)
		return true;
	if (w->encoding == 'q') {
		n = decode_q(room, w->text);
	} else {
		n = base64_dec_feed(&d, room, w->text);
		n += base64_dec_end(&d, room + n);
	}
	buf_grow(&p->octets, n);
	return true;
}

/* Plain text up to the next "=?" or blank, folds gone. */
static void
put_text(struct str *in, struct buf *out)
{
	struct str start = *in;

	do {
		in->ptr++;
		in->len--;
	} while (in->len > 0 && !is_blank((unsigned char)in->ptr[0]) &&
	    !(in->ptr[0] == '=' && in->len > 1 && in->ptr[1] == '?'));
	utf8_clean(out, str_before(start, *in));
}

static bool
is_no_eol(unsigned char c)
{
	return c != '\r' && c != '\n';
}

static void
put_unfolded(struct str s, struct buf *out)
{
	while (s.len > 0) {
		utf8_clean(out, str_take_while(&s, is_no_eol));
		if (s.len > 0)
			str_take_byte(&s, s.ptr[0]);
	}
}

static void
put_blanks(struct str blanks, struct buf *out)
{
	for (size_t i = 0; i < blanks.len; i++)
		if (is_wsp((unsigned char)blanks.ptr[i]))
			buf_byte(out, blanks.ptr[i]);
}

void
word2047_decode(struct str text, struct buf *out)
{
	struct pending p = { .charset = STR("") };
	bool after_word = false;

	buf_init(&p.octets, out->limit);
	while (text.len > 0) {
		struct str blanks = str_take_while(&text, is_blank);
		struct str before = text;
		struct word w;

		if (take_word(&text, &w)) {
			/* between two words blanks mean nothing (6.2) */
			if (!after_word) {
				flush(&p, out);
				put_blanks(blanks, out);
			}
			after_word = add_word(&p, &w, out);
			if (after_word)
				continue;
			flush(&p, out);
			put_unfolded(str_before(before, text), out);
			continue;
		}
		flush(&p, out);
		put_blanks(blanks, out);
		after_word = false;
		if (text.len > 0)
			put_text(&text, out);
	}
	flush(&p, out);
	buf_free(&p.octets);
}
