/* value.c - styles and URLs. */

#include "html/value.h"

#include <string.h>

#include "base/ascii.h"
#include "html/html.h"
#include "html/names.h"

enum { PROPERTY_MAX = 40, FUNCTION_MAX = 8 };

static bool
is_css_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Of a value.  No escape, no quote, no comment, nothing that ends the
 * attribute or begins a rule. */
static bool
is_css_octet(unsigned char c)
{
	return is_ldh(c) || is_css_space(c) ||
	    (c != '\0' && strchr("#%.,()!+'", c) != NULL);
}

/* rgb(1, 2, 3): the only functions; none of them takes a URL. */
static bool
has_known_functions(struct str v)
{
	static const char *const known[] = { "rgb", "rgba", "hsl", "hsla" };

	for (size_t i = 0; i < v.len; i++) {
		size_t from = i;
		bool found = false;

		if (v.ptr[i] != '(')
			continue;
		while (from > 0 && is_ldh((unsigned char)v.ptr[from - 1]))
			from--;
		for (size_t k = 0; k < sizeof(known) / sizeof(*known); k++)
			found = found || str_eq_nocase(from_c(known[k]),
			    (struct str){ v.ptr + from, i - from });
		if (!found)
			return false;
	}
	return true;
}

static bool
is_harmless(struct str v)
{
	if (v.len == 0)
		return false;
	for (size_t i = 0; i < v.len; i++)
		if (!is_css_octet((unsigned char)v.ptr[i]))
			return false;
	return has_known_functions(v);
}

static void
put_declaration(struct str name, struct str value, struct buf *out)
{
	char lower[PROPERTY_MAX];

	if (name.len > sizeof(lower))
		return;
	for (size_t i = 0; i < name.len; i++)
		lower[i] = ascii_lower(name.ptr[i]);
	name.ptr = lower;
	if (!html_property(name) || !is_harmless(value))
		return;
	if (out->len > 0)
		buf_byte(out, ';');
	buf_add(out, name);
	buf_byte(out, ':');
	/* font names come in double quotes, which end the attribute */
	for (size_t i = 0; i < value.len; i++)
		buf_byte(out, is_css_space((unsigned char)value.ptr[i]) ? ' ' :
		    value.ptr[i]);
}

/* Up to `end`, outside of quotes and parentheses; moves *in behind it. */
static struct str
take_until(struct str *in, char end)
{
	const char *from = in->ptr;
	size_t n, depth = 0;
	char quote = '\0';

	for (n = 0; n < in->len; n++) {
		char c = in->ptr[n];

		if (quote != '\0') {
			if (c == quote)
				quote = '\0';
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (c == '(') {
			depth++;
		} else if (c == ')' && depth > 0) {
			depth--;
		} else if (c == end && depth == 0) {
			break;
		}
	}
	in->ptr += n < in->len ? n + 1 : n;
	in->len -= n < in->len ? n + 1 : n;
	return (struct str){ from, n };
}

static struct str
trim(struct str s)
{
	str_take_while(&s, is_css_space);
	return str_trim_end(s, is_css_space);
}

/* In place of what double quotes hold: the same in single ones. */
static struct str
single_quoted(struct str v, char *room, size_t n)
{
	if (v.len > n)
		return STR("");
	for (size_t i = 0; i < v.len; i++)
		room[i] = v.ptr[i] == '"' ? '\'' : v.ptr[i];
	return (struct str){ room, v.len };
}

void
html_style(struct str in, struct buf *out)
{
	char room[512];

	while (in.len > 0) {
		struct str declaration = take_until(&in, ';');
		struct str name = trim(take_until(&declaration, ':'));

		put_declaration(name, single_quoted(trim(declaration), room,
		    sizeof(room)), out);
	}
}

static bool
starts_with(struct str s, struct str word)
{
	return s.len >= word.len &&
	    str_eq_nocase((struct str){ s.ptr, word.len }, word);
}

static bool
is_image(struct str url)
{
	static const struct str kinds[] = {
		STR_INIT("data:image/png;base64,"),
		STR_INIT("data:image/gif;base64,"),
		STR_INIT("data:image/jpeg;base64,"),
		STR_INIT("data:image/jpg;base64,"),
		STR_INIT("data:image/webp;base64,"),
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (starts_with(url, kinds[i]))
			return true;
	return false;
}

/* The WHATWG's URL parser drops these at the ends, and TAB, CR, LF anywhere. */
static bool
is_c0_or_space(unsigned char c)
{
	return c <= ' ';
}

enum url_kind
html_url(struct str in, struct buf *url)
{
	struct str s;

	str_take_while(&in, is_c0_or_space);
	in = str_trim_end(in, is_c0_or_space);
	for (size_t i = 0; i < in.len; i++) {
		unsigned char c = (unsigned char)in.ptr[i];

		if (c == '\t' || c == '\r' || c == '\n')
			continue;
		if (c < ' ' || c == 0x7f)
			return URL_BAD;
		buf_byte(url, (char)c);
	}
	s = buf_str(url);
	if (url->failed)
		return URL_BAD;
	if (starts_with(s, STR("http://")) || starts_with(s, STR("https://")))
		return URL_WEB;
	if (starts_with(s, STR("mailto:")))
		return URL_MAIL;
	if (starts_with(s, STR("cid:")))
		return URL_CID;
	return is_image(s) ? URL_DATA_IMAGE : URL_BAD;
}
