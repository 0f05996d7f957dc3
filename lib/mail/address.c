/* address.c - the mailboxes and groups of From, To, Cc and their kin. */

#include "mail/address.h"

#include "base/ascii.h"
#include "mail/param.h"

static bool
is_blank(unsigned char c)
{
	return is_wsp(c) || c == '\r' || c == '\n';
}

static void
skip(struct str *in)
{
	in->ptr++;
	in->len--;
}

/* A quoted string, a literal or an octet, whole. */
static void
skip_unit(struct str *in)
{
	char end = in->ptr[0] == '"' ? '"' : in->ptr[0] == '[' ? ']' : '\0';

	skip(in);
	if (end == '\0')
		return;
	while (in->len > 0 && in->ptr[0] != end) {
		if (in->ptr[0] == '\\' && in->len > 1)
			skip(in);
		skip(in);
	}
	if (in->len > 0)
		skip(in);
}

/* Blanks and comments; *comment: the inside of the last one. */
static void
skip_cfws(struct str *in, struct str *comment)
{
	for (;;) {
		struct str start;

		str_take_while(in, is_blank);
		if (str_peek(*in) != '(')
			return;
		start = *in;
		param_skip_comment(in);
		start = str_before(start, *in);
		start.ptr++;
		start.len--;
		if (start.len > 0 && start.ptr[start.len - 1] == ')')
			start.len--;
		*comment = start;
	}
}

/* What stands between here and one of the stops. */
struct run {
	struct str all;		/* with comments */
	struct str last_at;	/* from the last "@" on; empty: none */
	size_t words;		/* runs of text that blanks separate */
	struct str comment;
};

static bool
is_stop(int c, const char *stops)
{
	for (; *stops != '\0'; stops++)
		if (c == *stops)
			return true;
	return false;
}

static struct run
take_run(struct str *in, const char *stops)
{
	struct run r = { .all = *in };
	struct str end = *in;
	bool apart = true;

	while (in->len > 0) {
		struct str before = *in;

		skip_cfws(in, &r.comment);
		apart |= in->len != before.len;
		if (in->len == 0 || is_stop(str_peek(*in), stops))
			break;
		if (in->ptr[0] == '@') {
			r.last_at = *in;
			apart = false;
		} else if (apart && (r.last_at.ptr == NULL ||
		    r.last_at.len - in->len > 1)) {
			r.words++;
			apart = false;
		}
		if (is_ldh((unsigned char)in->ptr[0]))
			str_take_while(in, is_ldh);
		else
			skip_unit(in);
		end = *in;
	}
	r.all = str_before(r.all, end);
	if (r.last_at.ptr != NULL)
		r.last_at = str_before(r.last_at, end);
	return r;
}

/* local@domain, or local alone. */
static void
split(const struct run *r, struct address *a)
{
	a->local = r->all;
	if (r->last_at.ptr == NULL)
		return;
	a->local = str_before(r->all, r->last_at);
	a->domain = r->last_at;
	skip(&a->domain);
}

/* in->ptr is after "<". */
static void
take_angle(struct str *in, struct address *a, struct str *comment)
{
	struct run r;

	skip_cfws(in, comment);
	if (str_peek(*in) == '@') {		/* 4.4: a route */
		struct str before = *in;

		/* not past the next "<", or it would take quadratic time */
		r = take_run(in, ":><;");
		if (str_peek(*in) == ':') {
			a->route = r.all;
			skip(in);
		} else {
			*in = before;
		}
	}
	r = take_run(in, ">,;");
	split(&r, a);
	if (r.comment.ptr != NULL)
		*comment = r.comment;
	if (str_peek(*in) == '>')
		skip(in);
	/* junk before the comma is dropped */
	r = take_run(in, ",;");
	if (r.comment.ptr != NULL)
		*comment = r.comment;
}

void
address_begin(struct address_list *l, struct str value)
{
	*l = (struct address_list){ .rest = value };
}

/* Commas without anything, and ends of groups; *comment: the last before. */
static bool
take_end(struct address_list *l, struct str *comment)
{
	for (;;) {
		skip_cfws(&l->rest, comment);
		if (str_peek(l->rest) == ';') {
			skip(&l->rest);
			if (l->in_group)
				return true;
		} else if (str_peek(l->rest) == ',') {
			skip(&l->rest);
		} else {
			return l->rest.len == 0 && l->in_group;
		}
	}
}

/* "a@b: c" begins no group: all of it is a name, up to the comma. */
static void
take_colon(struct str *in, struct run *r)
{
	struct run more = take_run(in, ",;");

	r->all.len = (size_t)(more.all.ptr + more.all.len - r->all.ptr);
	r->last_at.ptr = NULL;
	r->words = 2;
}

bool
address_next(struct address_list *l, struct address *a)
{
	struct run r;
	struct str comment = { NULL, 0 };

	*a = (struct address){ 0 };
	if (take_end(l, &comment)) {
		l->in_group = false;
		a->kind = ADDRESS_GROUP_END;
		return true;
	}
	if (l->rest.len == 0 || l->given++ >= ADDRESSES_MAX)
		return false;
	r = take_run(&l->rest, l->in_group ? "<,;" : "<,;:");
	if (r.comment.ptr != NULL)
		comment = r.comment;
	if (str_peek(l->rest) == ':' && r.last_at.ptr == NULL) {
		skip(&l->rest);
		a->kind = ADDRESS_GROUP;
		a->name = r.all;
		l->in_group = true;
		return true;
	}
	if (str_peek(l->rest) == ':')
		take_colon(&l->rest, &r);
	if (str_peek(l->rest) == '<') {
		skip(&l->rest);
		a->name = r.all;
		take_angle(&l->rest, a, &comment);
	} else if (r.words > 1 && r.last_at.ptr == NULL) {
		a->name = r.all;		/* no address at all */
		return true;
	} else {
		split(&r, a);
	}
	if (a->name.len == 0 && comment.ptr != NULL) {
		a->name = comment;
		a->is_comment = true;
	}
	return true;
}

static void
put_quoted(struct buf *b, struct str *in)
{
	for (skip(in); in->len > 0 && in->ptr[0] != '"'; skip(in)) {
		if (in->ptr[0] == '\\' && in->len > 1)
			skip(in);
		else if (in->ptr[0] == '\r' || in->ptr[0] == '\n')
			continue;
		buf_byte(b, in->ptr[0]);
	}
	if (in->len > 0)
		skip(in);
}

/* The commonest: one word, in which nothing is to be left out. */
static bool
is_plain(struct str in)
{
	for (size_t i = 0; i < in.len; i++)
		if (!is_ldh((unsigned char)in.ptr[i]) && in.ptr[i] != '.')
			return false;
	return true;
}

/* Words, with `between` where blanks or comments part them. */
static void
put_words(struct buf *b, struct str in, struct str between)
{
	bool some = false;

	if (is_plain(in)) {
		buf_add(b, in);
		return;
	}
	while (in.len > 0) {
		size_t before = in.len;

		param_skip_cfws(&in);
		if (in.len == 0)
			return;
		if (some && in.len != before)
			buf_add(b, between);
		some = true;
		if (in.ptr[0] == '"') {
			put_quoted(b, &in);
			continue;
		}
		if (in.ptr[0] == '\\' && in.len > 1)
			skip(&in);
		buf_byte(b, in.ptr[0]);
		skip(&in);
	}
}

void
address_put_name(struct buf *b, const struct address *a)
{
	struct str in = a->name;

	if (!a->is_comment) {
		put_words(b, in, STR(" "));
		return;
	}
	for (; in.len > 0; skip(&in)) {
		if (in.ptr[0] == '\\' && in.len > 1)
			skip(&in);
		else if (in.ptr[0] == '\r' || in.ptr[0] == '\n')
			continue;
		buf_byte(b, in.ptr[0]);
	}
}

void
address_put_route(struct buf *b, const struct address *a)
{
	put_words(b, a->route, STR(""));
}

void
address_put_local(struct buf *b, const struct address *a)
{
	put_words(b, a->local, STR(""));
}

void
address_put_domain(struct buf *b, const struct address *a)
{
	put_words(b, a->domain, STR(""));
}

static bool
is_dot_atom(struct str s)
{
	bool dot = true;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c == '.' ? dot : !is_atext(c) && c < 0x80)
			return false;
		dot = c == '.';
	}
	return !dot;
}

static void
put_in_quotes(struct buf *b, struct str s)
{
	buf_byte(b, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '"' || s.ptr[i] == '\\')
			buf_byte(b, '\\');
		buf_byte(b, s.ptr[i]);
	}
	buf_byte(b, '"');
}

void
address_put_path(struct buf *b, const struct address *a)
{
	struct buf local;

	buf_init(&local, a->local.len);
	address_put_local(&local, a);
	if (is_dot_atom(buf_str(&local)))
		buf_add(b, buf_str(&local));
	else
		put_in_quotes(b, buf_str(&local));
	buf_free(&local);
	if (a->domain.len == 0)
		return;
	buf_byte(b, '@');
	address_put_domain(b, a);
}
