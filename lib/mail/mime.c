/*
 * mime.c - the parts of a message and exactly where they are.
 *
 * Line by line.  The stack holds the multiparts that are open, outermost
 * first; cur is the part whose header or text the line is in.
 */

#include "mail/mime.h"

#include <string.h>

#include "base/ascii.h"
#include "mail/header.h"

struct level {
	struct mime_part *part;
	struct str boundary;
	uint64_t hash;		/* so that a line is compared with few */
};

struct walk {
	struct mime *m;
	struct arena *arena;
	struct str msg;
	struct level open[MIME_DEPTH_MAX + 1];
	size_t levels;
	struct mime_part *cur;
	bool in_header;
	size_t line;		/* lines before the one looked at */
	bool full;		/* the arena is */
};

/* A new part, the last of its parent, whose header begins at `at`. */
static struct mime_part *
part_new(struct walk *w, struct mime_part *parent, const char *at)
{
	struct mime_part *p = ARENA_NEW(w->arena, struct mime_part);

	if (p == NULL) {
		w->full = true;
		return NULL;
	}
	w->m->parts++;
	p->header.ptr = at;
	p->first_line = w->line;
	p->parent = parent;
	if (parent != NULL) {
		p->depth = parent->depth + 1;
		if (parent->last == NULL)
			parent->child = p;
		else
			parent->last->next = p;
		parent->last = p;
		parent->children++;
	}
	w->cur = p;
	w->in_header = true;
	return p;
}

/* RFC 2045, 5.2; RFC 2046, 5.1.5 */
static void
imply_type(struct mime_part *p, bool there)
{
	bool digest = !there && p->parent != NULL &&
	    mime_is(p->parent, STR("multipart"), STR("digest"));

	p->type = (struct param_field){ 0 };
	p->type.type = digest ? STR("message") : STR("text");
	p->type.subtype = digest ? STR("rfc822") : STR("plain");
	p->type_implied = true;
}

static void
read_header(struct walk *w, struct mime_part *p)
{
	struct header h;
	struct header_field f;
	bool there = false, taken = false, full = false;
	struct str rest;

	header_begin(&h, p->header);
	while (header_next(&h, &f)) {
		if (!there && str_eq_nocase(f.name, STR("Content-Type"))) {
			there = true;
			taken = param_field_parse(&p->type, f.value, true,
			    w->arena, &full);
			w->full |= full;
		} else if (p->encoding.len == 0 && str_eq_nocase(f.name,
		    STR("Content-Transfer-Encoding"))) {
			rest = f.value;
			param_take_type(&rest, &p->encoding, NULL);
		}
	}
	if (!taken)
		imply_type(p, there);
}

static bool
is_encoded(const struct mime_part *p)
{
	return str_eq_nocase(p->encoding, STR("base64")) ||
	    str_eq_nocase(p->encoding, STR("quoted-printable"));
}

static uint64_t
hash_of(const char *p, size_t n)
{
	uint64_t h = n;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * 0x9e3779b97f4a7c15 ^ h >> 29;
	return h;
}

static void
open_multipart(struct walk *w, struct mime_part *p)
{
	struct str boundary, charset;

	p->kind = MIME_MULTIPART;
	p->preamble = (struct str){ p->body.ptr, 0 };
	if (!param_get(&p->type, STR("boundary"), w->arena, &boundary,
	    &charset))
		return;
	boundary = str_trim_end(boundary, is_wsp);
	if (boundary.len > 0 && boundary.len <= MIME_BOUNDARY_MAX)
		w->open[w->levels++] = (struct level){ p, boundary,
		    hash_of(boundary.ptr, boundary.len) };
}

/* The header of cur ends, its body begins. */
static void
begin_body(struct walk *w, const char *at)
{
	struct mime_part *p = w->cur;
	bool message;

	p->header.len = (size_t)(at - p->header.ptr);
	p->header_lines = w->line - p->first_line;
	p->first_line = w->line;
	p->body = (struct str){ at, 0 };
	w->in_header = false;
	read_header(w, p);

	message = (mime_is(p, STR("message"), STR("rfc822")) ||
	    mime_is(p, STR("message"), STR("global"))) && !is_encoded(p);
	if (!message && !str_eq_nocase(p->type.type, STR("multipart")))
		return;
	if (p->depth >= MIME_DEPTH_MAX || w->m->parts >= MIME_PARTS_MAX) {
		w->m->limited = true;
		return;
	}
	if (!message) {
		open_multipart(w, p);
		return;
	}
	p->kind = MIME_MESSAGE;
	part_new(w, p, at);
}

static void
end_header(struct walk *w, const char *at)
{
	while (w->in_header && !w->full)
		begin_body(w, at);
}

/*
 * All parts from cur up to, not including, `up` end: at `at`, or, what a
 * boundary there has of them, `eol` octets before it.  A header keeps its
 * line end, so a part may end later than that, and then so does its parent.
 */
static void
end_parts(struct walk *w, const struct mime_part *up, const char *at,
    size_t eol)
{
	const char *end = at - eol;

	for (; w->cur != up; w->cur = w->cur->parent) {
		struct mime_part *p = w->cur;

		if (end < p->body.ptr)
			end = p->body.ptr;
		p->body.len = (size_t)(end - p->body.ptr);
		p->lines = p->body.len == 0 ? 0
		    : w->line - p->first_line - (end < at);
		if (p->kind != MIME_MULTIPART)
			continue;
		if (p->closed && p->epilogue.ptr <= end)
			p->epilogue.len = (size_t)(end - p->epilogue.ptr);
		else if (!p->closed && p->child == NULL)
			p->preamble.len = p->body.len;
	}
}

/* The innermost level whose boundary s is, or -1. */
static int
find_level(const struct walk *w, struct str s)
{
	uint64_t hash = hash_of(s.ptr, s.len);

	for (size_t i = w->levels; i-- > 0; )
		if (w->open[i].hash == hash &&
		    str_eq(w->open[i].boundary, s))
			return (int)i;
	return -1;
}

/* The level of which this line, after its "--", is a boundary, or -1; *last:
 * its last one. */
static int
match(const struct walk *w, struct str s, bool *last)
{
	int whole, cut = -1;

	if (s.len == 0 || s.len > MIME_BOUNDARY_MAX + 2)
		return -1;
	whole = find_level(w, s);
	if (s.len > 2 && memcmp(s.ptr + s.len - 2, "--", 2) == 0)
		cut = find_level(w, (struct str){ s.ptr, s.len - 2 });
	*last = cut > whole;
	return *last ? cut : whole;
}

static size_t
eol_before(const struct walk *w, const char *at)
{
	size_t n = (size_t)(at - w->msg.ptr);

	if (n == 0 || at[-1] != '\n')
		return 0;
	return n > 1 && at[-2] == '\r' ? 2 : 1;
}

static bool
is_trailing(unsigned char c)
{
	return is_wsp(c) || c == '\r' || c == '\n';
}

/* Is the line a boundary?  next is the line after it. */
static bool
take_boundary(struct walk *w, struct str line, const char *next)
{
	struct mime_part *p;
	struct str text;
	bool last;
	int i;

	if (w->levels == 0 || line.len < 3 || line.ptr[0] != '-' ||
	    line.ptr[1] != '-')
		return false;
	line = str_trim_end(line, is_trailing);
	text = (struct str){ line.ptr + 2, line.len - 2 };
	i = line.len > 2 ? match(w, text, &last) : -1;
	if (i < 0)
		return false;
	if (!last && w->m->parts >= MIME_PARTS_MAX) {
		w->m->limited = true;
		w->levels = 0;
		return false;
	}
	end_header(w, line.ptr);
	/* that may have opened a level, which ends right here */
	p = w->open[i].part;
	if (p->child == NULL) {
		size_t eol = eol_before(w, line.ptr);
		size_t n = (size_t)(line.ptr - p->body.ptr);

		p->preamble.len = n > eol ? n - eol : 0;
	}
	end_parts(w, p, line.ptr, eol_before(w, line.ptr));
	w->levels = (size_t)i + 1;
	w->line++;
	if (last) {
		w->levels--;
		p->closed = true;
		p->epilogue = (struct str){ next, 0 };
	} else {
		part_new(w, p, next);
	}
	return true;
}

/* A line that is no boundary. */
static void
take_text(struct walk *w, struct str line)
{
	while (w->in_header && !w->full) {
		switch (header_line(line,
		    line.ptr == w->cur->header.ptr)) {
		case HEADER_EMPTY:
			w->line++;
			begin_body(w, line.ptr + line.len);
			return;
		case HEADER_NOT:
			/* now it may be a boundary of the multipart that
			 * begins here, or the header of a message/rfc822 */
			begin_body(w, line.ptr);
			if (take_boundary(w, line, line.ptr + line.len))
				return;
			continue;
		default:
			w->line++;
			return;
		}
	}
	w->line++;
}

bool
mime_parse(struct mime *m, struct str msg, struct arena *arena)
{
	struct walk w = { .m = m, .arena = arena, .msg = msg };
	const char *at, *end;

	*m = (struct mime){ 0 };
	if (msg.ptr == NULL)
		w.msg = msg = STR("");
	at = msg.ptr;
	end = at + msg.len;
	m->root = part_new(&w, NULL, at);
	while (at < end && !w.full) {
		const char *lf = memchr(at, '\n', (size_t)(end - at));
		const char *next = lf != NULL ? lf + 1 : end;
		struct str line = { at, (size_t)(next - at) };

		if (!take_boundary(&w, line, next))
			take_text(&w, line);
		at = next;
	}
	if (!w.full)
		end_header(&w, end);
	if (w.full)
		return false;
	/* a last line without an end is not counted */
	if (msg.len > 0 && end[-1] != '\n')
		w.line--;
	end_parts(&w, NULL, end, 0);
	return true;
}

bool
mime_is(const struct mime_part *p, struct str type, struct str subtype)
{
	return str_eq_nocase(p->type.type, type) &&
	    str_eq_nocase(p->type.subtype, subtype);
}

struct mime_part *
mime_child(const struct mime_part *p, size_t n)
{
	struct mime_part *child = p->child;

	if (n == 0)
		return NULL;
	for (; child != NULL && n > 1; n--)
		child = child->next;
	return child;
}
