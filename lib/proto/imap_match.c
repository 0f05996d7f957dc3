/* imap_match.c - LIST's wildcards. */

#include "proto/imap_match.h"

#include <string.h>

#include "base/ascii.h"

bool
imap_is_inbox(struct str name)
{
	return str_eq_nocase(name, STR("INBOX"));
}

/* Does the first level of the name stand for INBOX? */
static bool
begins_inbox(struct str name)
{
	struct str rest = name;

	return str_take_word(&rest, STR("INBOX")) &&
	    (rest.len == 0 || rest.ptr[0] == '/');
}

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c & ~0x20) : c;
}

static bool
is_wildcard(char c)
{
	return c == '*' || c == '%';
}

/*
 * All positions of the pattern at which one may be after the octets of the
 * name so far: no backtracking, len(pattern) * len(name) steps at most.
 */
struct places {
	unsigned char at[IMAP_PATTERN_MAX + 1];
};

/* A wildcard also matches nothing: who stands before it stands behind it. */
static void
slide(struct places *p, struct str pattern)
{
	for (size_t i = 0; i < pattern.len; i++)
		if (p->at[i] && is_wildcard(pattern.ptr[i]))
			p->at[i + 1] = 1;
}

static void
step(struct places *p, struct str pattern, char c, bool fold)
{
	unsigned char from_left = 0;

	for (size_t i = 0; i <= pattern.len; i++) {
		unsigned char here = p->at[i];
		char w = i < pattern.len ? pattern.ptr[i] : '\0';
		bool stays = here && i < pattern.len &&
		    (w == '*' || (w == '%' && c != '/'));
		bool goes = here && i < pattern.len && w != '*' && w != '%' &&
		    (fold ? upper(w) == upper(c) : w == c);

		p->at[i] = stays || from_left;
		from_left = goes;
	}
}

bool
imap_match(struct str pattern, struct str name)
{
	size_t folded = begins_inbox(name) ? sizeof("INBOX") - 1 : 0;
	struct places p;

	if (pattern.len > IMAP_PATTERN_MAX)
		return false;
	memset(p.at, 0, pattern.len + 1);
	p.at[0] = 1;
	slide(&p, pattern);
	for (size_t i = 0; i < name.len; i++) {
		step(&p, pattern, name.ptr[i], i < folded);
		slide(&p, pattern);
	}
	return p.at[pattern.len];
}
