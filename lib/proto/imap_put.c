/* imap_put.c - strings as IMAP's answers have them. */

#include "proto/imap_put.h"

#include <string.h>

#include "base/ascii.h"
#include "proto/imap_lex.h"
#include "proto/imap_utf7.h"

enum { QUOTED_MAX = 1000, NO_NUL = 0x80 };

enum form { PLAIN, ESCAPED, LITERAL };

static enum form
form_of(struct str s)
{
	enum form form = PLAIN;

	if (s.len > QUOTED_MAX)
		return LITERAL;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if ((c < ' ' && c != '\t') || c > '~')
			return LITERAL;
		if (c == '"' || c == '\\')
			form = ESCAPED;
	}
	return form;
}

void
imap_put_literal(struct buf *out, uint64_t n)
{
	buf_byte(out, '{');
	buf_add_u64(out, n);
	buf_add(out, STR("}\r\n"));
}

void
imap_put_range(struct buf *out, uint32_t from, uint32_t to)
{
	buf_add_u64(out, from);
	if (to == from)
		return;
	buf_byte(out, ':');
	buf_add_u64(out, to);
}

void
imap_put_octets(struct buf *out, struct str s)
{
	char *room, *nul;

	if (s.len == 0)
		return;
	room = buf_room(out, s.len);
	if (room == NULL)
		return;
	memcpy(room, s.ptr, s.len);
	buf_grow(out, s.len);
	while ((nul = memchr(room, '\0', s.len)) != NULL) {
		*nul = (char)NO_NUL;
		s.len -= (size_t)(nul + 1 - room);
		room = nul + 1;
	}
}

static void
put_escaped(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '"' || s.ptr[i] == '\\')
			buf_byte(out, '\\');
		buf_byte(out, s.ptr[i]);
	}
}

void
imap_put_string(struct buf *out, struct str s)
{
	enum form form = form_of(s);

	if (form == LITERAL) {
		imap_put_literal(out, s.len);
		imap_put_octets(out, s);
		return;
	}
	buf_byte(out, '"');
	if (form == PLAIN)
		buf_add(out, s);
	else
		put_escaped(out, s);
	buf_byte(out, '"');
}

void
imap_put_nstring(struct buf *out, struct str s)
{
	if (s.len == 0)
		buf_add(out, STR("NIL"));
	else
		imap_put_string(out, s);
}

void
imap_put_astring(struct buf *out, struct str s)
{
	struct str rest = s;

	str_take_while(&rest, imap_is_atom_char);
	if (s.len > 0 && rest.len == 0 && !str_eq_nocase(s, STR("NIL")))
		buf_add(out, s);
	else
		imap_put_string(out, s);
}

void
imap_put_mailbox(struct buf *out, struct str utf8)
{
	struct buf name;

	buf_init(&name, 8 * utf8.len + 8);
	imap_utf7_encode(&name, utf8);
	imap_put_string(out, buf_str(&name));
	buf_free(&name);
}

void
imap_put_utf8(struct buf *out, struct str utf8)
{
	buf_byte(out, '"');
	put_escaped(out, utf8);
	buf_byte(out, '"');
}

void
imap_put_system_flags(struct buf *out, uint32_t flags)
{
	static const char *const names[] = { "\\Seen", "\\Answered",
	    "\\Flagged", "\\Deleted", "\\Draft" };
	bool first = true;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (flags & 1u << i) {
			if (!first)
				buf_byte(out, ' ');
			first = false;
			buf_add_c(out, names[i]);
		}
}
