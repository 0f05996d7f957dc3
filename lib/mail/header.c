/* header.c - the header of a message or of a MIME part, field by field. */

#include "mail/header.h"

#include <string.h>

#include "base/ascii.h"

/* RFC 5322, 3.6.8: printable ASCII but the colon.  A loop of its own: every
 * header is gone through several times. */
static struct str
take_name(struct str *in)
{
	struct str whole = *in;
	size_t n = 0;

	while (n < in->len && is_vchar((unsigned char)in->ptr[n]) &&
	    in->ptr[n] != ':')
		n++;
	in->ptr += n;
	in->len -= n;
	return str_before(whole, *in);
}

static bool
is_blank_or_eol(unsigned char c)
{
	return is_wsp(c) || c == '\r' || c == '\n';
}

/* One line off *in, with its line end; *ended: it has one. */
static struct str
take_line(struct str *in, bool *ended)
{
	const char *lf = in->len > 0 ? memchr(in->ptr, '\n', in->len) : NULL;
	size_t n = lf != NULL ? (size_t)(lf - in->ptr) + 1 : in->len;
	struct str line = { in->ptr, n };

	*ended = lf != NULL;
	in->ptr += n;
	in->len -= n;
	return line;
}

static struct str
without_eol(struct str line)
{
	if (line.len > 0 && line.ptr[line.len - 1] == '\n')
		line.len--;
	else
		return line;
	if (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	return line;
}

enum header_line
header_line(struct str line, bool first)
{
	struct str rest = line;

	if (str_peek(line) == '\n' || (str_peek(line) == '\r' &&
	    without_eol(line).len == 0))
		return HEADER_EMPTY;
	if (line.len > 0 && is_wsp((unsigned char)line.ptr[0]))
		return first ? HEADER_NOT : HEADER_CONTINUED;
	if (first && (str_take_word(&rest, STR("From ")) ||
	    str_take_word(&rest, STR(">From "))))
		return HEADER_FIELD;
	if (take_name(&rest).len == 0)
		return HEADER_NOT;
	str_take_while(&rest, is_wsp);		/* obsolete, 4.5 */
	return str_take_byte(&rest, ':') ? HEADER_FIELD : HEADER_NOT;
}

void
header_begin(struct header *h, struct str block)
{
	*h = (struct header){ .rest = block, .start = block.ptr };
}

/* Name and value out of the whole field. */
static void
split(struct header_field *f)
{
	struct str rest = without_eol(f->whole);

	f->name = take_name(&rest);
	str_take_while(&rest, is_wsp);
	f->value = rest;
	if (str_take_byte(&f->value, ':'))
		return;
	f->name.len = 0;			/* "From x …" */
	f->value = without_eol(f->whole);
}

bool
header_next(struct header *h, struct header_field *out)
{
	struct str rest = h->rest;
	bool first = rest.ptr == h->start, ended;
	struct str line;

	if (rest.len == 0)
		return false;
	line = take_line(&rest, &ended);
	if (header_line(line, first) != HEADER_FIELD)
		return false;
	for (struct str more = rest; more.len > 0; rest = more) {
		line = take_line(&more, &ended);
		if (header_line(line, false) != HEADER_CONTINUED)
			break;
	}
	out->whole = str_before(h->rest, rest);
	split(out);
	h->rest = rest;
	return true;
}

bool
header_find(struct str block, struct str name, struct header_field *out)
{
	struct header h;

	header_begin(&h, block);
	while (header_next(&h, out))
		if (str_eq_nocase(out->name, name))
			return true;
	return false;
}

bool
header_end(struct str data, size_t *seen, size_t *len)
{
	struct str rest = data;

	if (data.len == 0)
		return false;
	rest.ptr += *seen;
	rest.len -= *seen;
	while (rest.len > 0) {
		struct str before = rest;
		bool ended;
		struct str line = take_line(&rest, &ended);

		if (!ended) {
			rest = before;
			break;
		}
		switch (header_line(line, before.ptr == data.ptr)) {
		case HEADER_EMPTY:
			*len = data.len - rest.len;
			return true;
		case HEADER_NOT:
			*len = data.len - before.len;
			return true;
		default:
			break;
		}
	}
	*seen = data.len - rest.len;
	return false;
}

size_t
header_len(struct str message)
{
	size_t seen = 0, len = 0;
	struct str last;

	if (header_end(message, &seen, &len))
		return len;
	if (seen == message.len)
		return message.len;
	/* the last line has no end: is it of the header? */
	last = (struct str){ message.ptr + seen, message.len - seen };
	return header_line(last, seen == 0) == HEADER_NOT ? seen : message.len;
}

bool
header_is_closed(struct str block)
{
	size_t n = block.len;

	if (n == 0 || block.ptr[n - 1] != '\n')
		return false;
	n -= n > 1 && block.ptr[n - 2] == '\r' ? 2 : 1;
	return n == 0 || block.ptr[n - 1] == '\n';
}

void
header_skip_fws(struct str *in)
{
	str_take_while(in, is_blank_or_eol);
}

void
header_unfold(struct str value, struct buf *out)
{
	header_skip_fws(&value);
	value = str_trim_end(value, is_blank_or_eol);
	while (value.len > 0) {
		bool ended;

		buf_add(out, without_eol(take_line(&value, &ended)));
	}
}
