/* scan.c - how deep does it go?  And its text, where no tree is to be had. */

#include "html/scan.h"

#include <string.h>

#include "base/ascii.h"
#include "html/html.h"
#include "html/names.h"

/* A tag is looked at from its name to its end, which may be far: in an honest
 * text no octet comes up more than twice. */
enum { LOOKS_PER_OCTET = 16 };

static bool
is_name_octet(unsigned char c)
{
	return is_alpha(c) || is_digit(c);
}

static bool
is_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
ends_name(unsigned char c)
{
	return is_space(c) || c == '/' || c == '>' || c == '=';
}

static bool
is_in_name(unsigned char c)
{
	return !ends_name(c);
}

static bool
is_in_value(unsigned char c)
{
	return !is_space(c) && c != '>';
}

static bool
is_before_name(unsigned char c)
{
	return is_space(c) || c == '/';
}

static void
skip_value(struct str *in)
{
	struct str before = *in;
	char quote;

	str_take_while(in, is_space);
	if (!str_take_byte(in, '=')) {
		*in = before;
		return;
	}
	str_take_while(in, is_space);
	quote = (char)str_peek(*in);
	if (quote != '"' && quote != '\'') {
		str_take_while(in, is_in_value);
		return;
	}
	(void)str_take_byte(in, quote);
	while (in->len > 0 && !str_take_byte(in, quote)) {
		in->ptr++;
		in->len--;
	}
}

/* The states of HTML 5, 13.2.5.32 to 13.2.5.40. */
size_t
html_skip_tag(struct str *in)
{
	size_t n = 0;

	for (;;) {
		str_take_while(in, is_before_name);
		if (in->len == 0 || str_take_byte(in, '>'))
			return n;
		n++;
		(void)str_take_byte(in, '=');	/* belongs to the name here */
		str_take_while(in, is_in_name);
		skip_value(in);
	}
}

bool
html_take_tag(struct str *in, struct html_tag *tag)
{
	struct str rest = *in;

	if (!str_take_byte(&rest, '<'))
		return false;
	tag->end = str_take_byte(&rest, '/');
	tag->name = rest;
	if (str_peek(rest) < 0 || !is_alpha((unsigned char)*rest.ptr))
		return false;
	tag->name = str_take_while(&rest, is_name_octet);
	*in = rest;
	return true;
}

/* These have no end tag, or one that is mostly left out, and another of them
 * ends it. */
static bool
nests(struct str name)
{
	static const char *const flat[] = { "area", "base", "br", "col", "dd",
	    "dt", "embed", "hr", "img", "input", "li", "link", "meta",
	    "option", "p", "param", "source", "tbody", "td", "th", "thead",
	    "tr", "track", "wbr" };

	for (size_t i = 0; i < sizeof(flat) / sizeof(*flat); i++)
		if (str_eq_nocase(name, from_c(flat[i])))
			return false;
	return true;
}

/* An end tag counts only for the element that was opened last: whatever else it
 * may close, too much is counted rather than too little. */
enum html_status
html_scan(struct str in)
{
	struct str open[HTML_DEPTH_MAX];
	size_t depth = 0, looks = 0, most = in.len * LOOKS_PER_OCTET;
	struct html_tag tag;

	if (in.len > HTML_MAX)
		return HTML_TOO_BIG;
	while (in.len > 0) {
		struct str inside;

		if (!html_take_tag(&in, &tag)) {
			in.ptr++;
			in.len--;
			continue;
		}
		/* not past it: what looks like a quote may be none */
		inside = in;
		if (html_skip_tag(&inside) > HTML_ATTRIBUTES_MAX)
			return HTML_TOO_DEEP;
		looks += in.len - inside.len;
		if (looks > most)
			return HTML_TOO_DEEP;
		if (!nests(tag.name))
			continue;
		if (tag.end) {
			if (depth > 0 &&
			    str_eq_nocase(open[depth - 1], tag.name))
				depth--;
		} else if (depth == HTML_DEPTH_MAX) {
			return HTML_TOO_DEEP;
		} else {
			open[depth++] = tag.name;
		}
	}
	return HTML_OK;
}
