/* utf8.c - RFC 3629. */

#include "codec/utf8.h"

#include <assert.h>

/* How many octets follow this first one; what it says; the least code that
 * may be written so. */
static const struct lead {
	unsigned char from, to, follow, bits;
	uint32_t least;
} leads[] = {
	{ 0x00, 0x7f, 0, 0x7f, 0 },
	{ 0xc2, 0xdf, 1, 0x1f, 0x80 },
	{ 0xe0, 0xef, 2, 0x0f, 0x800 },
	{ 0xf0, 0xf4, 3, 0x07, 0x10000 },
};

static const struct lead *
lead_of(unsigned char c)
{
	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
		if (c >= leads[i].from && c <= leads[i].to)
			return &leads[i];
	return NULL;
}

bool
utf8_take(struct str *in, uint32_t *code)
{
	const unsigned char *p = (const unsigned char *)in->ptr;
	const struct lead *lead = in->len > 0 ? lead_of(p[0]) : NULL;
	uint32_t c;

	if (lead == NULL || in->len <= lead->follow)
		return false;
	c = p[0] & lead->bits;
	for (size_t i = 1; i <= lead->follow; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return false;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < lead->least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return false;
	in->ptr += lead->follow + 1;
	in->len -= lead->follow + 1U;
	*code = c;
	return true;
}

bool
utf8_valid(struct str s)
{
	uint32_t code;

	while (s.len > 0)
		if (!utf8_take(&s, &code))
			return false;
	return true;
}

void
utf8_put(struct buf *b, uint32_t code)
{
	assert(code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff));
	if (code < 0x80) {
		buf_byte(b, (char)code);
		return;
	}
	if (code < 0x800) {
		buf_byte(b, (char)(0xc0 | code >> 6));
	} else {
		if (code < 0x10000) {
			buf_byte(b, (char)(0xe0 | code >> 12));
		} else {
			buf_byte(b, (char)(0xf0 | code >> 18));
			buf_byte(b, (char)(0x80 | (code >> 12 & 0x3f)));
		}
		buf_byte(b, (char)(0x80 | (code >> 6 & 0x3f)));
	}
	buf_byte(b, (char)(0x80 | (code & 0x3f)));
}

bool
utf8_is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) ||
	    (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	    c == 0x2028 || c == 0x2029;
}

void
utf8_clean(struct buf *b, struct str s)
{
	while (s.len > 0) {
		struct str before = s;
		uint32_t code;

		if (utf8_take(&s, &code)) {
			buf_add(b, str_before(before, s));
			continue;
		}
		utf8_put(b, 0xfffd);
		s.ptr++;
		s.len--;
	}
}

void
utf8_plain(struct buf *out, struct str text)
{
	while (text.len > 0) {
		struct str before = text;
		uint32_t c;

		if (!utf8_take(&text, &c)) {
			text.ptr++;
			text.len--;
			buf_byte(out, '?');
		} else if (c != '\n' && utf8_is_control(c)) {
			buf_byte(out, '?');
		} else {
			buf_add(out, str_before(before, text));
		}
	}
}
