/* match.c - what someone types into a search box, as an expression for FTS5. */

#include "codec/match.h"

#include "codec/utf8.h"

static bool
is_gap(char c)
{
	return (unsigned char)c <= ' ' || c == 0x7f;
}

/* A string of FTS5's: it has no quotes inside, and no control characters. */
static void
put_string(struct buf *out, struct str s, bool begins)
{
	buf_byte(out, '"');
	for (size_t i = 0; i < s.len; i++)
		buf_byte(out, is_gap(s.ptr[i]) ? ' ' : s.ptr[i]);
	buf_byte(out, '"');
	if (begins)
		buf_byte(out, '*');
}

/* Takes up to the next quote, or, of a word, up to the next gap. */
static struct str
take(struct str *in, bool phrase)
{
	struct str s = { in->ptr, 0 };

	while (s.len < in->len && s.ptr[s.len] != '"' &&
	    (phrase || !is_gap(s.ptr[s.len])))
		s.len++;
	in->ptr += s.len;
	in->len -= s.len;
	return s;
}

static bool
is_blank(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_gap(s.ptr[i]))
			return false;
	return true;
}

bool
match_put(struct buf *out, struct str in)
{
	bool phrase = false;
	size_t words = 0;

	if (!utf8_valid(in))
		return false;
	while (in.len > 0 && words < MATCH_WORDS_MAX) {
		struct str s = take(&in, phrase);

		if (!is_blank(s)) {
			if (words++ > 0)
				buf_byte(out, ' ');
			put_string(out, s, !phrase);
		}
		/* a quote, or the gap after a word */
		if (in.len > 0) {
			phrase ^= in.ptr[0] == '"';
			in.ptr++;
			in.len--;
		}
	}
	return words > 0;
}
