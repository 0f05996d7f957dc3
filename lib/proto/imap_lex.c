/* imap_lex.c - the words that IMAP commands are made of. */

#include "proto/imap_lex.h"

#include <string.h>

#include "base/ascii.h"

/* RFC 3501, 9: CTL is not printable, and 8-bit octets are no ASTRING-CHAR. */
bool
imap_is_atom_char(unsigned char c)
{
	return is_vchar(c) && strchr("(){%*\"\\]", c) == NULL;
}

bool
imap_is_astring_char(unsigned char c)
{
	return imap_is_atom_char(c) || c == ']';
}

bool
imap_is_tag_char(unsigned char c)
{
	return imap_is_astring_char(c) && c != '+';
}

bool
imap_is_list_char(unsigned char c)
{
	return imap_is_astring_char(c) || c == '%' || c == '*';
}

static bool
is_text(unsigned char c)
{
	return c != '\0' && c != '\r' && c != '\n';
}

static bool
is_plain(unsigned char c)
{
	return is_text(c) && c != '"' && c != '\\';
}

bool
imap_take_atom(struct str *in, struct str *out)
{
	*out = str_take_while(in, imap_is_atom_char);
	return out->len > 0;
}

static bool
is_special(unsigned char c)
{
	return c == '"' || c == '\\';
}

/* With its escapes still in. */
static bool
take_quoted_raw(struct str *in, struct str *raw, bool *escaped)
{
	struct str rest = *in, whole;

	*escaped = false;
	if (!str_take_byte(&rest, '"'))
		return false;
	whole = rest;
	for (;;) {
		str_take_while(&rest, is_plain);
		if (!str_take_byte(&rest, '\\'))
			break;
		if (!str_take_one(&rest, is_special))
			return false;
		*escaped = true;
	}
	*raw = str_before(whole, rest);
	if (!str_take_byte(&rest, '"'))
		return false;
	*in = rest;
	return true;
}

static bool
unescape(struct arena *a, struct str raw, struct str *out)
{
	char *copy = arena_alloc(a, raw.len, 1);
	size_t n = 0;

	if (copy == NULL)
		return false;
	for (size_t i = 0; i < raw.len; i++) {
		if (raw.ptr[i] == '\\')
			i++;
		copy[n++] = raw.ptr[i];
	}
	*out = (struct str){ copy, n };
	return true;
}

static bool
take_literal(struct str *in, struct str *out)
{
	struct str rest = *in;
	uint64_t n;

	if (!str_take_byte(&rest, '{') || !str_take_u64(&rest, &n))
		return false;
	str_take_byte(&rest, '+');
	if (!str_take_word(&rest, STR("}\r\n")) || n > rest.len)
		return false;
	if (n > 0 && memchr(rest.ptr, '\0', n) != NULL)
		return false;
	*out = (struct str){ rest.ptr, (size_t)n };
	rest.ptr += n;
	rest.len -= (size_t)n;
	*in = rest;
	return true;
}

bool
imap_take_string(struct str *in, struct arena *a, struct str *out)
{
	struct str rest = *in, raw;
	bool escaped;

	if (str_peek(rest) == '{')
		return take_literal(in, out);
	if (!take_quoted_raw(&rest, &raw, &escaped))
		return false;
	if (escaped && !unescape(a, raw, out))
		return false;
	if (!escaped)
		*out = raw;
	*in = rest;
	return true;
}

static bool
take_word_or_string(struct str *in, struct arena *a, struct str *out,
    str_class *is)
{
	if (str_peek(*in) == '"' || str_peek(*in) == '{')
		return imap_take_string(in, a, out);
	*out = str_take_while(in, is);
	return out->len > 0;
}

bool
imap_take_astring(struct str *in, struct arena *a, struct str *out)
{
	return take_word_or_string(in, a, out, imap_is_astring_char);
}

bool
imap_take_list_mailbox(struct str *in, struct arena *a, struct str *out)
{
	return take_word_or_string(in, a, out, imap_is_list_char);
}

bool
imap_take_number(struct str *in, uint32_t *out)
{
	struct str rest = *in;
	uint64_t n;

	if (!str_take_u64(&rest, &n) || n > UINT32_MAX)
		return false;
	*in = rest;
	*out = (uint32_t)n;
	return true;
}

bool
imap_take_nz_number(struct str *in, uint32_t *out)
{
	return str_peek(*in) != '0' && imap_take_number(in, out);
}

bool
imap_take_modseq(struct str *in, uint64_t *out)
{
	struct str rest = *in;

	if (!str_take_u64(&rest, out) || *out > INT64_MAX)
		return false;
	*in = rest;
	return true;
}

bool
imap_literal_at_end(struct str text, uint64_t *n, bool *plus)
{
	size_t at = text.len, end;
	struct str digits;

	if (at == 0 || text.ptr[--at] != '}')
		return false;
	*plus = at > 0 && text.ptr[at - 1] == '+';
	if (*plus)
		at--;
	end = at;
	while (at > 0 && is_digit((unsigned char)text.ptr[at - 1]))
		at--;
	if (at == end || at == 0 || text.ptr[at - 1] != '{')
		return false;
	digits = (struct str){ text.ptr + at, end - at };
	if (!str_take_u64(&digits, n))
		*n = UINT64_MAX;
	return true;
}
