/*
 * addr_spec.c - is this one address, and how good a one?
 *
 * One function per rule.  Each takes what it can off s->in and raises s->worst;
 * ADDR_BAD ends everything, so nobody need look before the end.
 */

#include "mail/addr_spec.h"

#include "base/ascii.h"

enum {
	LOCAL_MAX = 64, LABEL_MAX = 63, DOMAIN_MAX = 253, ADDRESS_MAX = 254,
	COMMENT_DEPTH_MAX = 100,
	GROUPS = 8,		/* of an IPv6 address */
};

struct spec {
	struct str in;
	size_t local, domain;	/* octets, CFWS not counted */
	enum addr_level worst;
};

static void
raise(struct spec *s, enum addr_level level)
{
	if (level > s->worst)
		s->worst = level;
}

static bool
next_is(const struct spec *s, char c)
{
	return str_peek(s->in) == (unsigned char)c;
}

/* Any octet, at the end -1. */
static int
take_any(struct spec *s)
{
	int c = str_peek(s->in);

	if (c >= 0) {
		s->in.ptr++;
		s->in.len--;
	}
	return c;
}

/* Blanks, and CRLF if a blank follows; was there anything? */
static bool
take_fws(struct spec *s)
{
	struct str start = s->in;
	unsigned folds = 0;

	for (;;) {
		bool blank = str_take_while(&s->in, is_wsp).len > 0;

		if (!next_is(s, '\r') && !next_is(s, '\n')) {
			if (folds > 0 && !blank)
				raise(s, ADDR_BAD);
			break;
		}
		/* a fold after a fold is obsolete, without a blank wrong */
		if (folds > 0)
			raise(s, blank ? ADDR_OBSOLETE : ADDR_BAD);
		if (!str_take_word(&s->in, STR("\r\n"))) {
			raise(s, ADDR_BAD);
			break;
		}
		folds++;
	}
	if (s->in.len == start.len)
		return false;
	raise(s, ADDR_CFWS);
	return true;
}

/* What stands in quotes and parentheses: controls are obsolete there. */
static void
take_text(struct spec *s)
{
	int c = take_any(s);

	if (c == '\\') {
		c = take_any(s);
		if (c < 0 || c >= 0x80)
			raise(s, ADDR_BAD);
		else if (!is_print((unsigned char)c) && c != '\t')
			raise(s, ADDR_OBSOLETE);
		return;
	}
	if (c <= 0 || c >= 0x80)
		raise(s, ADDR_BAD);
	else if (!is_print((unsigned char)c))
		raise(s, ADDR_OBSOLETE);
}

static void
take_comment(struct spec *s)
{
	unsigned depth = 0;

	do {
		if (next_is(s, '(')) {
			take_any(s);
			depth++;
		} else if (next_is(s, ')')) {
			take_any(s);
			depth--;
		} else if (!take_fws(s)) {
			take_text(s);
		}
		if (depth > COMMENT_DEPTH_MAX)
			raise(s, ADDR_BAD);
	} while (depth > 0 && s->worst < ADDR_BAD);
	raise(s, ADDR_CFWS);
}

static bool
take_cfws(struct spec *s)
{
	bool some = false;

	while (s->worst < ADDR_BAD) {
		if (next_is(s, '('))
			take_comment(s);
		else if (!take_fws(s))
			break;
		some = true;
	}
	return some;
}

static void
take_quoted(struct spec *s)
{
	take_any(s);
	while (!next_is(s, '"') && s->worst < ADDR_BAD) {
		if (next_is(s, '\r') || next_is(s, '\n'))
			take_fws(s);
		else if (!str_take_one(&s->in, is_wsp))
			take_text(s);
	}
	take_any(s);
	raise(s, ADDR_RARE);
}

/* One word of a local part with what is around it; is it a quoted string? */
static bool
take_word(struct spec *s, bool *before, bool *after)
{
	struct str start;
	bool quoted;

	*before = take_cfws(s);
	start = s->in;
	quoted = next_is(s, '"');
	if (quoted)
		take_quoted(s);
	else if (str_take_while(&s->in, is_atext).len == 0)
		raise(s, ADDR_BAD);
	s->local += str_before(start, s->in).len;
	*after = take_cfws(s);
	return quoted;
}

static void
take_local(struct spec *s)
{
	bool before, after, quoted;

	quoted = take_word(s, &before, &after);
	while (str_take_byte(&s->in, '.') && s->worst < ADDR_BAD) {
		bool was = after;

		s->local++;
		quoted |= take_word(s, &before, &after);
		/* words in quotes, or anything round a dot: 4.4 */
		if (quoted || was || before)
			raise(s, ADDR_OBSOLETE);
	}
	if (after)			/* beside the "@": 3.4.1 */
		raise(s, ADDR_OBSOLETE);
	if (s->local > LOCAL_MAX)
		raise(s, ADDR_UNUSABLE);
}

static bool
is_hex(unsigned char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool
take_ipv4(struct str *in)
{
	for (int i = 0; i < 4; i++) {
		struct str before = *in;
		uint64_t n;

		if (i > 0 && !str_take_byte(in, '.'))
			return false;
		before = *in;
		if (!str_take_u64(in, &n) || n > 255 ||
		    before.len - in->len > 3)
			return false;
	}
	return true;
}

/* RFC 5321, 4.1.3: eight groups, "::" for two or more of them. */
static enum addr_level
ipv6_level(struct str in)
{
	unsigned groups = 0;
	bool gap = str_take_word(&in, STR("::"));

	while (in.len > 0) {
		struct str four = in;
		size_t n;

		if (groups <= GROUPS - 2 && take_ipv4(&four) &&
		    four.len == 0) {
			groups += 2;
			break;
		}
		n = str_take_while(&in, is_hex).len;
		if (n == 0 || n > 4 || ++groups > GROUPS)
			return ADDR_UNUSABLE;
		if (in.len == 0)
			break;
		if (str_take_word(&in, STR("::"))) {
			if (gap)
				return ADDR_UNUSABLE;
			gap = true;
		} else if (!str_take_byte(&in, ':') || in.len == 0) {
			return ADDR_UNUSABLE;
		}
	}
	/* "::" for one group should not be, but it is allowed */
	return gap ? groups < GROUPS ? ADDR_RARE : ADDR_UNUSABLE
	    : groups == GROUPS ? ADDR_RARE : ADDR_UNUSABLE;
}

static enum addr_level
literal_level(struct str in)
{
	struct str four = in;

	if (str_take_word(&in, STR("IPv6:")))
		return ipv6_level(in);
	return take_ipv4(&four) && four.len == 0 ? ADDR_RARE : ADDR_UNUSABLE;
}

/* Whatever stands in brackets; controls and escapes are obsolete. */
static void
take_literal(struct spec *s)
{
	struct str start;

	take_any(s);
	start = s->in;
	while (!next_is(s, ']') && s->worst < ADDR_BAD) {
		if (take_fws(s))
			continue;
		if (next_is(s, '['))
			raise(s, ADDR_BAD);
		take_text(s);
	}
	raise(s, literal_level(str_before(start, s->in)));
	s->domain = str_before(start, s->in).len + 2;
	take_any(s);
}

/* One label; is it of digits alone? */
static bool
take_label(struct spec *s)
{
	struct str label = str_take_while(&s->in, is_atext), rest = label;

	s->domain += label.len;
	if (label.len == 0 || label.ptr[0] == '-' ||
	    label.ptr[label.len - 1] == '-') {
		raise(s, ADDR_BAD);
		return false;
	}
	if (label.len > LABEL_MAX ||
	    str_take_while(&rest, is_ldh).len < label.len)
		raise(s, ADDR_UNUSABLE);
	rest = label;
	return str_take_while(&rest, is_digit).len == label.len;
}

static void
take_name(struct spec *s)
{
	unsigned labels = 0;
	bool digits, after = false, before = false;

	do {
		if (labels > 0)
			before = take_cfws(s);
		if (after || before)
			raise(s, ADDR_OBSOLETE);
		digits = take_label(s);
		after = take_cfws(s);
		labels++;
	} while (s->worst < ADDR_BAD && str_take_byte(&s->in, '.'));
	s->domain += labels - 1;
	if (labels == 1 || digits)
		raise(s, ADDR_RARE);
	if (s->domain > DOMAIN_MAX)
		raise(s, ADDR_UNUSABLE);
}

enum addr_level
addr_spec_check(struct str in)
{
	struct spec s = { .in = in, .worst = ADDR_PLAIN };

	take_local(&s);
	if (!str_take_byte(&s.in, '@'))
		raise(&s, ADDR_BAD);
	if (s.worst < ADDR_BAD && take_cfws(&s))
		raise(&s, ADDR_OBSOLETE);
	if (s.worst < ADDR_BAD) {
		if (next_is(&s, '['))
			take_literal(&s);
		else
			take_name(&s);
		take_cfws(&s);
	}
	if (s.in.len > 0)
		raise(&s, ADDR_BAD);
	if (s.local + 1 + s.domain > ADDRESS_MAX)
		raise(&s, ADDR_UNUSABLE);
	return s.worst;
}
