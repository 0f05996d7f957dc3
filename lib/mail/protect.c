/*
 * protect.c - a message made ready for sealing.
 *
 * The edits are found in one walk over the header that is done twice: first
 * to list them in Pli-Edit, which stands before the text, then to make them.
 */

#include "mail/protect.h"

#include <string.h>

#include "base/ascii.h"
#include "mail/header.h"
#include "mail/param.h"

enum {
	OUTER_FIELDS_MAX = 64,	/* To and Cc may come several times */
	EDITS_PER_LINE = 5,
};

#define MARK	"; hp=\"cipher\"; protected-headers=\"v1\""

/* What stays outside.  Where not all of it fits, the first ones do. */
static const struct { struct str name; bool once; } kinds[] = {
	{ STR_INIT("From"), true },
	{ STR_INIT("Date"), true },
	{ STR_INIT("Message-ID"), true },
	{ STR_INIT("In-Reply-To"), true },
	{ STR_INIT("References"), true },
	{ STR_INIT("To"), false },
	{ STR_INIT("Cc"), false },
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static const struct str SUBJECT = STR_INIT("Subject: [...]\r\n");
static const struct str HP_OUTER = STR_INIT("HP-Outer");
static const struct str PLI_EDIT = STR_INIT("Pli-Edit");

struct candidate {
	struct header_field field;
	size_t kind;
	bool chosen, unfold;
};

static bool
has_name(const struct header_field *f, struct str name)
{
	return str_eq_nocase(f->name, name);
}

/* A line of blanks alone: some readers take it for the end of the header. */
static bool
has_blank_line(struct str value)
{
	while (value.len > 0) {
		const char *lf = memchr(value.ptr, '\n', value.len);
		struct str next = value;

		if (lf == NULL)
			return false;
		next.len -= (size_t)(lf - value.ptr) + 1;
		next.ptr = lf + 1;
		value = next;
		str_take_while(&next, is_wsp);
		if (next.len == 0 || next.ptr[0] == '\r' ||
		    next.ptr[0] == '\n')
			return true;
	}
	return false;
}

/* Line ends are CRLF, and nothing is there that ends a line elsewhere. */
static bool
is_clean(struct str value)
{
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] == '\0' || value.ptr[i] == '\n')
			return false;
		if (value.ptr[i] != '\r')
			continue;
		if (++i == value.len || value.ptr[i] != '\n')
			return false;
	}
	return true;
}

static size_t
find_candidates(struct str block, struct candidate *out)
{
	bool seen[KINDS] = { false };
	struct header h;
	struct header_field f;
	size_t n = 0;

	header_begin(&h, block);
	while (n < OUTER_FIELDS_MAX && header_next(&h, &f)) {
		size_t k = 0;

		while (k < KINDS && !has_name(&f, kinds[k].name))
			k++;
		if (k == KINDS || (seen[k] && kinds[k].once) ||
		    !is_clean(f.value))
			continue;
		seen[k] = true;
		out[n++] = (struct candidate){ f, k, false,
		    has_blank_line(f.value) };
	}
	return n;
}

static void
choose(struct candidate *c, size_t n)
{
	size_t left = PROTECT_OUTER_MAX - SUBJECT.len;

	for (size_t k = 0; k < KINDS; k++) {
		for (size_t i = 0; i < n; i++) {
			/* unfolded it is no longer than this */
			size_t need = c[i].field.name.len +
			    c[i].field.value.len + sizeof(": \r\n");

			if (c[i].kind != k || need > left)
				continue;
			c[i].chosen = true;
			left -= need;
		}
	}
}

static void
put_field(struct buf *b, const struct candidate *c)
{
	buf_add(b, c->field.name);
	buf_byte(b, ':');
	if (c->unfold) {
		buf_byte(b, ' ');
		header_unfold(c->field.value, b);
	} else {
		buf_add(b, c->field.value);
	}
	buf_add(b, STR("\r\n"));
}

/* What the whole header has to say before the walk. */
struct facts {
	bool type;		/* a usable Content-Type */
	bool version;		/* MIME-Version */
};

static bool
is_usable(struct str value)
{
	struct str type, subtype;

	return param_take_type(&value, &type, &subtype);
}

static struct facts
look(struct str block)
{
	struct facts facts = { false, false };
	struct header h;
	struct header_field f;

	header_begin(&h, block);
	while (header_next(&h, &f)) {
		facts.type |= has_name(&f, STR("Content-Type")) &&
		    is_usable(f.value);
		facts.version |= has_name(&f, STR("MIME-Version"));
	}
	return facts;
}

struct editor {
	struct buf *out;
	bool list;		/* write the list of edits, not the text */
	struct str block;	/* the text */
	size_t done;		/* octets of it that are written */
	size_t shift;		/* octets inserted */
	unsigned edits;
};

static void
insert(struct editor *e, const char *where, struct str text)
{
	size_t at = (size_t)(where - e->block.ptr);

	if (e->list) {
		if (e->edits > 0)
			buf_add(e->out, e->edits % EDITS_PER_LINE == 0
			    ? STR(",\r\n ") : STR(", "));
		buf_add_u64(e->out, at + e->shift);
		buf_byte(e->out, '+');
		buf_add_u64(e->out, text.len);
	} else {
		buf_add_mem(e->out, e->block.ptr + e->done, at - e->done);
		buf_add(e->out, text);
		e->done = at;
	}
	e->shift += text.len;
	e->edits++;
}

/* hp, hp*, hp*0* … */
static bool
is_param(struct str name, struct str want)
{
	return str_take_word(&name, want) &&
	    (name.len == 0 || name.ptr[0] == '*');
}

static void
edit_type(struct editor *e, const struct header_field *f)
{
	struct str rest = f->value, after, type, subtype;
	struct param p;

	if (!param_take_type(&rest, &type, &subtype)) {
		insert(e, f->whole.ptr, STR("X-"));
		return;
	}
	after = rest;
	param_skip_cfws(&after);
	insert(e, rest.ptr, after.len == 0 || after.ptr[0] == ';'
	    ? STR(MARK) : STR(MARK ";"));
	while (param_next(&rest, &p))
		if (is_param(p.name, STR("hp")) ||
		    is_param(p.name, STR("protected-headers")))
			insert(e, p.name.ptr, STR("X-"));
}

static void
edit_field(struct editor *e, const struct header_field *f)
{
	struct str name = f->name;

	if (f->name.len == 0)
		insert(e, f->whole.ptr, STR("X-Mailbox-Line: "));
	else if (has_name(f, STR("Content-Type")))
		edit_type(e, f);
	else if (has_name(f, HP_OUTER) || str_take_word(&name, STR("Pli-")))
		insert(e, f->whole.ptr, STR("X-"));
}

/* Once to list the edits, once to make them. */
static void
edit(struct buf *out, struct str block, bool list)
{
	struct editor e = { .out = out, .list = list, .block = block };
	struct header h;
	struct header_field f;
	bool ended = true;

	header_begin(&h, block);
	while (header_next(&h, &f)) {
		edit_field(&e, &f);
		ended = f.whole.ptr[f.whole.len - 1] == '\n';
	}
	if (h.rest.len == 0 || header_line(h.rest, false) != HEADER_EMPTY)
		insert(&e, h.rest.ptr, ended ? STR("\r\n")
		    : STR("\r\n\r\n"));
	if (!list)
		buf_add_mem(out, block.ptr + e.done, block.len - e.done);
	else if (e.edits == 0)
		buf_add(out, STR("none"));
}

bool
protect_header(const struct protect_in *in, struct buf *outer,
    struct buf *inner)
{
	struct candidate c[OUTER_FIELDS_MAX];
	struct str block = in->header.len > 0 ? in->header : STR("");
	size_t n = find_candidates(block, c);
	struct facts facts = look(block);

	choose(c, n);
	buf_add(inner, in->return_path);
	buf_add(inner, in->received);
	if (!facts.type && !facts.version)
		buf_add(inner, STR("MIME-Version: 1.0\r\n"));
	if (!facts.type)
		buf_add(inner, STR("Content-Type: text/plain" MARK "\r\n"));
	for (size_t i = 0; i < n; i++) {
		if (!c[i].chosen)
			continue;
		put_field(outer, &c[i]);
		buf_add(inner, HP_OUTER);
		buf_add(inner, STR(": "));
		put_field(inner, &c[i]);
	}
	buf_add(outer, SUBJECT);
	buf_add(inner, HP_OUTER);
	buf_add(inner, STR(": "));
	buf_add(inner, SUBJECT);
	buf_add(inner, PLI_EDIT);
	buf_add(inner, STR(": "));
	edit(inner, block, true);
	buf_add(inner, STR("\r\n"));
	edit(inner, block, false);
	return !outer->failed && !inner->failed;
}

/* Takes one "offset+length" off *list and copies what is before it. */
static bool
cut(struct str *list, struct str text, size_t *done, struct buf *out)
{
	uint64_t at, len;

	header_skip_fws(list);
	if (!str_take_u64(list, &at) || !str_take_byte(list, '+') ||
	    !str_take_u64(list, &len) || at < *done || at > text.len ||
	    len > text.len - at)
		return false;
	buf_add_mem(out, text.ptr + *done, (size_t)at - *done);
	*done = (size_t)(at + len);
	header_skip_fws(list);
	return true;
}

bool
protect_restore(struct str entity, struct buf *out)
{
	struct header_field f;
	struct str text, list;
	size_t done = 0;

	if (!header_find(entity, PLI_EDIT, &f))
		return false;
	text.ptr = f.whole.ptr + f.whole.len;
	text.len = entity.len - (size_t)(text.ptr - entity.ptr);
	list = f.value;
	header_skip_fws(&list);
	if (!str_eq(list, STR("none"))) {
		do {
			if (!cut(&list, text, &done, out))
				return false;
		} while (str_take_byte(&list, ','));
		if (list.len > 0)
			return false;
	}
	buf_add_mem(out, text.ptr + done, text.len - done);
	return !out->failed;
}

bool
protect_is_announced(struct str block)
{
	struct header h;
	struct header_field f;
	struct str value = { NULL, 0 }, type, subtype;
	struct param p;
	unsigned types = 0, protocols = 0, right = 0;

	header_begin(&h, block);
	while (header_next(&h, &f)) {
		if (has_name(&f, STR("Content-Type"))) {
			types++;
			value = f.value;
		}
	}
	if (types != 1 || !param_take_type(&value, &type, &subtype) ||
	    !str_eq_nocase(type, STR("multipart")) ||
	    !str_eq_nocase(subtype, STR("encrypted")))
		return false;
	while (param_next(&value, &p)) {
		if (!is_param(p.name, STR("protocol")))
			continue;
		protocols++;
		right += str_eq_nocase(p.value,
		    STR("application/pgp-encrypted"));
	}
	return protocols == 1 && right == 1;
}
