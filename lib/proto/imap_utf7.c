/* imap_utf7.c - mailbox names: modified UTF-7 outside, UTF-8 inside. */

#include "proto/imap_utf7.h"

#include "base/ascii.h"
#include "codec/utf8.h"

enum { REPLACEMENT = 0xfffd, FIRST_HIGH = 0xd800, FIRST_LOW = 0xdc00,
    LAST_LOW = 0xdfff, FIRST_PAIR = 0x10000 };

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static int
value_of(int c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == ',' ? 63 : -1;
}

/* UTF-16 on its way to UTF-8. */
struct units {
	struct buf *out;
	uint32_t high;		/* a surrogate that waits for its other half */
};

static bool
put_unit(struct units *u, uint32_t unit)
{
	if (u->high != 0) {
		if (unit < FIRST_LOW || unit > LAST_LOW)
			return false;
		utf8_put(u->out, FIRST_PAIR + ((u->high - FIRST_HIGH) << 10) +
		    (unit - FIRST_LOW));
		u->high = 0;
		return true;
	}
	if (unit >= FIRST_HIGH && unit < FIRST_LOW) {
		u->high = unit;
		return true;
	}
	/* ASCII stands for itself, "&" is "&-"; controls do not belong */
	if ((unit >= FIRST_LOW && unit <= LAST_LOW) || unit <= 0x7f)
		return false;
	utf8_put(u->out, unit);
	return true;
}

/* After the "&": up to and with "-". */
static bool
take_shifted(struct str *in, struct buf *out)
{
	struct units u = { .out = out };
	uint32_t bits = 0;
	unsigned have = 0, sextets = 0;
	int v;

	for (; (v = value_of(str_peek(*in))) >= 0; sextets++) {
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		in->ptr++;
		in->len--;
		if (have < 16)
			continue;
		have -= 16;
		if (!put_unit(&u, bits >> have & 0xffff))
			return false;
		bits &= (1u << have) - 1;
	}
	/* padding: less than a digit, and zero */
	return sextets > 0 && have < 6 && bits == 0 && u.high == 0 &&
	    str_take_byte(in, '-');
}

static bool
is_direct(unsigned char c)
{
	return is_print(c) && c != '&';
}

bool
imap_utf7_decode(struct buf *out, struct str name)
{
	bool just_shifted = false;

	while (name.len > 0) {
		struct str direct = str_take_while(&name, is_direct);

		buf_add(out, direct);
		if (name.len == 0)
			break;
		if (!str_take_byte(&name, '&'))
			return false;
		if (str_take_byte(&name, '-')) {
			buf_byte(out, '&');
			just_shifted = false;
			continue;
		}
		/* "&AAA-&AAA-" should have been one: 5.1.3 */
		if ((just_shifted && direct.len == 0) ||
		    !take_shifted(&name, out))
			return false;
		just_shifted = true;
	}
	return !out->failed;
}

struct shift {
	struct buf *out;
	bool on;
	uint32_t bits;
	unsigned have;
};

static void
shift_out(struct shift *s)
{
	if (!s->on)
		return;
	if (s->have > 0)
		buf_byte(s->out, digits[s->bits << (6 - s->have) & 63]);
	buf_byte(s->out, '-');
	*s = (struct shift){ .out = s->out };
}

static void
shift_unit(struct shift *s, uint32_t unit)
{
	if (!s->on)
		buf_byte(s->out, '&');
	s->on = true;
	s->bits = s->bits << 16 | unit;
	for (s->have += 16; s->have >= 6; ) {
		s->have -= 6;
		buf_byte(s->out, digits[s->bits >> s->have & 63]);
	}
	s->bits &= (1u << s->have) - 1;
}

void
imap_utf7_encode(struct buf *out, struct str utf8)
{
	struct shift s = { .out = out };

	while (utf8.len > 0) {
		uint32_t c;

		if (!utf8_take(&utf8, &c)) {
			utf8.ptr++;
			utf8.len--;
			c = REPLACEMENT;
		}
		if (c < 0x7f && is_print((unsigned char)c)) {
			shift_out(&s);
			buf_byte(out, (char)c);
			if (c == '&')
				buf_byte(out, '-');
		} else if (c >= FIRST_PAIR) {
			c -= FIRST_PAIR;
			shift_unit(&s, FIRST_HIGH + (c >> 10));
			shift_unit(&s, FIRST_LOW + (c & 0x3ff));
		} else {
			shift_unit(&s, c);
		}
	}
	shift_out(&s);
}
