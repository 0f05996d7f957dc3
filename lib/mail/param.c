/* param.c - "type/subtype; name=value; …" of Content-Type and its kin. */

#include "mail/param.h"

#include <string.h>

#include "base/ascii.h"
#include "codec/qp.h"

/* RFC 2045, 5.1: what is neither blank, control nor tspecial. */
static bool
is_token(unsigned char c)
{
	return is_vchar(c) && strchr("()<>@,;:\\\"/[]?=", c) == NULL;
}

static bool
is_blank(unsigned char c)
{
	return is_wsp(c) || c == '\r' || c == '\n';
}

/* Of a value without quotes. */
static bool
is_loose(unsigned char c)
{
	return !is_blank(c) && c != ';';
}

static bool
is_not_semicolon(unsigned char c)
{
	return c != ';';
}

static void
skip_one(struct str *in)
{
	if (in->len > 0) {
		in->ptr++;
		in->len--;
	}
}

/* RFC 5322, 3.2.2.  Depth is a number, not recursion. */
void
param_skip_comment(struct str *in)
{
	size_t depth = 0;

	do {
		switch (str_peek(*in)) {
		case '(':
			depth++;
			break;
		case ')':
			depth--;
			break;
		case '\\':
			skip_one(in);
			break;
		default:
			break;
		}
		skip_one(in);
	} while (depth > 0 && in->len > 0);
}

void
param_skip_cfws(struct str *in)
{
	for (;;) {
		str_take_while(in, is_blank);
		if (str_peek(*in) != '(')
			return;
		param_skip_comment(in);
	}
}

bool
param_take_type(struct str *in, struct str *type, struct str *subtype)
{
	struct str rest = *in;

	param_skip_cfws(&rest);
	*type = str_take_while(&rest, is_token);
	if (type->len == 0)
		return false;
	if (subtype != NULL) {
		param_skip_cfws(&rest);
		if (!str_take_byte(&rest, '/'))
			return false;
		param_skip_cfws(&rest);
		*subtype = str_take_while(&rest, is_token);
		if (subtype->len == 0)
			return false;
	}
	*in = rest;
	return true;
}

/* in->ptr is after the first quote. */
static void
take_quoted(struct str *in, struct param *p)
{
	struct str start = *in;

	while (in->len > 0 && in->ptr[0] != '"') {
		if (in->ptr[0] == '\\') {
			p->escaped = true;
			skip_one(in);
		}
		skip_one(in);
	}
	p->value = str_before(start, *in);
	skip_one(in);
}

/* Is a parameter what follows, its semicolon forgotten? */
static bool
at_param(struct str in)
{
	if (str_take_while(&in, is_token).len == 0)
		return false;
	str_take_while(&in, is_blank);
	return str_peek(in) == '=';
}

/* "a b.txt" without its quotes: up to a semicolon, a comment after a blank,
 * or what looks like the next parameter. */
static void
take_loose(struct str *in, struct param *p)
{
	struct str start = *in;

	do {
		str_take_while(in, is_loose);
		p->value = str_before(start, *in);
		str_take_while(in, is_blank);
	} while (in->len > 0 && in->ptr[0] != ';' && in->ptr[0] != '(' &&
	    !at_param(*in));
}

bool
param_next(struct str *in, struct param *p)
{
	for (;;) {
		param_skip_cfws(in);
		if (in->len == 0)
			return false;
		if (str_take_byte(in, ';'))
			continue;
		*p = (struct param){ 0 };
		p->name = str_take_while(in, is_token);
		param_skip_cfws(in);
		if (p->name.len > 0 && str_take_byte(in, '='))
			break;
		str_take_while(in, is_not_semicolon);
	}
	param_skip_cfws(in);
	if (str_take_byte(in, '"'))
		take_quoted(in, p);
	else
		take_loose(in, p);
	return true;
}

/* The value as meant: escapes and folds (RFC 2822, 3.2.5) gone. */
static bool
unquote(struct param *p, struct arena *a)
{
	struct str in = p->value;
	char *out;
	size_t n = 0;

	if (!p->escaped && (in.len == 0 ||
	    memchr(in.ptr, '\n', in.len) == NULL))
		return true;
	out = arena_alloc(a, in.len, 1);
	if (out == NULL)
		return false;
	for (; in.len > 0; skip_one(&in)) {
		if (in.ptr[0] == '\\' && in.len > 1)
			skip_one(&in);
		else if (in.ptr[0] == '\r' || in.ptr[0] == '\n')
			continue;
		out[n++] = in.ptr[0];
	}
	p->value = (struct str){ out, n };
	p->escaped = false;
	return true;
}

bool
param_field_parse(struct param_field *f, struct str value, bool has_subtype,
    struct arena *a, bool *full)
{
	struct str rest;
	struct param p;
	size_t count = 0;

	*f = (struct param_field){ 0 };
	*full = false;
	if (!param_take_type(&value, &f->type,
	    has_subtype ? &f->subtype : NULL))
		return false;
	for (rest = value; count < PARAMS_MAX && param_next(&rest, &p); )
		count++;
	if (count == 0)
		return true;
	f->param = arena_alloc(a, count, sizeof(p));
	*full = f->param == NULL;
	for (; !*full && f->params < count; f->params++) {
		param_next(&value, &f->param[f->params]);
		*full = !unquote(&f->param[f->params], a);
	}
	return !*full;
}

/*
 * RFC 2231.  Of the parameter `name` the section n, or (n = -1) the one
 * without sections: NULL if it is not there.  *coded: percents are.
 */
static const struct param *
section(const struct param_field *f, struct str name, int n, bool *coded)
{
	for (size_t i = 0; i < f->params; i++) {
		struct str rest = f->param[i].name;
		uint64_t number;

		if (!str_take_word(&rest, name))
			continue;
		if (n >= 0 && !(str_take_byte(&rest, '*') &&
		    str_take_u64(&rest, &number) && number == (uint64_t)n))
			continue;
		*coded = str_take_byte(&rest, '*');
		if (rest.len == 0)
			return &f->param[i];
	}
	return NULL;
}

/* "charset'language'" at the start of the first section. */
static void
take_charset(struct str *in, struct str *charset)
{
	struct str rest = *in, first = *in;

	while (rest.len > 0 && rest.ptr[0] != '\'')
		skip_one(&rest);
	first = str_before(first, rest);
	skip_one(&rest);
	while (rest.len > 0 && rest.ptr[0] != '\'')
		skip_one(&rest);
	if (rest.len == 0)
		return;			/* it has none after all */
	skip_one(&rest);
	*charset = first;
	*in = rest;
}

static size_t
put_section(char *out, struct str in, bool coded)
{
	size_t n = 0;

	for (; in.len > 0; skip_one(&in)) {
		if (coded && in.ptr[0] == '%' && in.len > 2 &&
		    qp_hex(in.ptr[1]) >= 0 && qp_hex(in.ptr[2]) >= 0) {
			out[n++] = (char)(qp_hex(in.ptr[1]) << 4 |
			    qp_hex(in.ptr[2]));
			skip_one(&in);
			skip_one(&in);
			continue;
		}
		out[n++] = in.ptr[0];
	}
	return n;
}

/* All sections from the first one on, into the arena. */
static bool
join(const struct param_field *f, struct str name, struct arena *a,
    struct str *value, struct str *charset)
{
	size_t room = 0, n = 0;
	bool coded;
	char *out;

	for (size_t i = 0; i < f->params; i++)
		room += f->param[i].value.len;
	out = arena_alloc(a, room, 1);
	if (out == NULL)
		return false;
	for (int i = 0; i < PARAM_SECTIONS_MAX; i++) {
		const struct param *p = section(f, name, i, &coded);
		struct str in;

		if (p == NULL)
			break;
		in = p->value;
		if (i == 0 && coded)
			take_charset(&in, charset);
		n += put_section(out + n, in, coded);
	}
	*value = (struct str){ out, n };
	return true;
}

bool
param_get(const struct param_field *f, struct str name, struct arena *a,
    struct str *value, struct str *charset)
{
	bool coded;
	const struct param *p = section(f, name, 0, &coded);
	char *out;

	*charset = (struct str){ NULL, 0 };
	if (p != NULL)
		return join(f, name, a, value, charset);
	p = section(f, name, -1, &coded);
	if (p == NULL)
		return false;
	*value = p->value;
	if (!coded)
		return true;
	take_charset(value, charset);
	out = arena_alloc(a, value->len, 1);
	if (out == NULL)
		return false;
	value->len = put_section(out, *value, true);
	value->ptr = out;
	return true;
}
