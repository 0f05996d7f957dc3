/* search.c - does a message contain these words? */

#include "mail/search.h"

#include <string.h>

#include "codec/base64.h"
#include "codec/qp.h"
#include "codec/word2047.h"
#include "mail/date.h"
#include "mail/header.h"

enum { SLICE = 32768, DAY = 86400 };

static bool
find_folded(const struct fold_needle *n, struct str hay,
    struct search_room *r)
{
	if (n->ascii)
		return fold_find(n, hay);
	buf_clear(&r->folded);
	fold_text(&r->folded, hay);
	return fold_find(n, buf_str(&r->folded));
}

/* Neither folded nor with words in it: most are. */
static bool
is_plain(struct str s)
{
	for (const char *p = s.ptr, *end = s.ptr + s.len; p < end &&
	    (p = memchr(p, '=', (size_t)(end - p))) != NULL; p++)
		if (p + 1 < end && p[1] == '?')
			return false;
	return s.len == 0 || memchr(s.ptr, '\n', s.len) == NULL;
}

static bool
find_value(const struct fold_needle *n, struct str value,
    struct search_room *r)
{
	struct buf unfolded;
	bool found;

	header_skip_fws(&value);
	if (n->ascii && is_plain(value))
		return fold_find(n, value);
	buf_init(&unfolded, SEARCH_ROOM_MAX);
	header_unfold(value, &unfolded);
	buf_clear(&r->text);
	word2047_decode(buf_str(&unfolded), &r->text);
	found = find_folded(n, buf_str(&r->text), r);
	buf_free(&unfolded);
	return found;
}

/* All of a field but its last line end. */
static struct str
with_name(const struct header_field *f)
{
	if (f->name.len == 0)
		return f->whole;
	return (struct str){ f->whole.ptr, (size_t)(f->value.ptr +
	    f->value.len - f->whole.ptr) };
}

static bool
find_any(struct str head, const struct fold_needle *n, struct search_room *r)
{
	struct header_field f;
	struct header h;

	header_begin(&h, head);
	while (header_next(&h, &f))
		if (find_value(n, with_name(&f), r))
			return true;
	return false;
}

/* Lines that do not begin with the name are not looked at any closer: what
 * folds go on with begins with a blank. */
bool
search_head(struct str head, struct str name, const struct fold_needle *n,
    struct search_room *r)
{
	struct header_field f;
	struct header h;
	const char *lf;

	if (name.len == 0)
		return find_any(head, n, r);
	while (head.len > name.len) {
		if (str_eq_nocase((struct str){ head.ptr, name.len }, name)) {
			header_begin(&h, head);
			if (header_next(&h, &f) &&
			    str_eq_nocase(f.name, name) &&
			    find_value(n, f.value, r))
				return true;
		}
		lf = memchr(head.ptr, '\n', head.len);
		if (lf == NULL)
			return false;
		head.len -= (size_t)(lf + 1 - head.ptr);
		head.ptr = lf + 1;
	}
	return false;
}

/* The text of one part, a slice at a time; what may be the beginning of what
 * is looked for is kept for the next. */
struct feed {
	const struct fold_needle *needle;
	struct search_room *room;
	struct str charset;		/* empty: as it stands */
};

static bool
feed(struct feed *f, struct str octets)
{
	struct buf *text = &f->room->text;
	size_t keep = 2 * f->needle->text.len + 4;

	if (f->charset.len == 0 ||
	    !word2047_charset(f->charset, octets, text))
		buf_add(text, octets);
	if (find_folded(f->needle, buf_str(text), f->room))
		return true;
	if (text->len > keep)
		buf_drop(text, text->len - keep);
	return false;
}

static bool
find_base64(struct feed *f, struct str in)
{
	struct base64_dec dec = { 0 };
	char out[SLICE];
	size_t n = 0;
	bool found = false;

	while (!found && in.len > 0) {
		struct str some = in;

		if (some.len > SLICE)
			some.len = SLICE;
		n = base64_dec_feed(&dec, out, some);
		found = feed(f, (struct str){ out, n });
		in.ptr += some.len;
		in.len -= some.len;
	}
	if (!found)
		n = base64_dec_end(&dec, out);
	return found || feed(f, (struct str){ out, n });
}

static bool
find_qp(struct feed *f, struct str in)
{
	struct qp_dec dec = { 0 };
	char out[SLICE + QP_HELD_MAX + 3];
	size_t n = 0;
	bool found = false;

	while (!found && in.len > 0) {
		struct str some = in;

		if (some.len > SLICE)
			some.len = SLICE;
		n = qp_dec_feed(&dec, out, some);
		found = feed(f, (struct str){ out, n });
		in.ptr += some.len;
		in.len -= some.len;
	}
	if (!found)
		n = qp_dec_end(&dec, out);
	return found || feed(f, (struct str){ out, n });
}

static bool
find_plain(struct feed *f, struct str in)
{
	if (f->charset.len == 0 && f->needle->ascii)
		return fold_find(f->needle, in);
	while (in.len > 0) {
		struct str some = in;

		if (some.len > SLICE)
			some.len = SLICE;
		if (feed(f, some))
			return true;
		in.ptr += some.len;
		in.len -= some.len;
	}
	return false;
}

/* UTF-8 is not converted: a slice may end within a character. */
static struct str
charset_of(const struct mime_part *p, struct arena *a)
{
	struct str charset, ignored;

	if (!param_get(&p->type, STR("charset"), a, &charset, &ignored) ||
	    str_eq_nocase(charset, STR("utf-8")) ||
	    str_eq_nocase(charset, STR("us-ascii")))
		return STR("");
	return charset;
}

static bool
find_leaf(const struct mime_part *p, const struct fold_needle *n,
    struct search_room *r, struct arena *a)
{
	struct feed f = { n, r, STR("") };

	if (!str_eq_nocase(p->type.type, STR("text")) &&
	    !str_eq_nocase(p->type.type, STR("message")))
		return false;
	f.charset = charset_of(p, a);
	buf_clear(&r->text);
	if (str_eq_nocase(p->encoding, STR("base64")))
		return find_base64(&f, p->body);
	if (str_eq_nocase(p->encoding, STR("quoted-printable")))
		return find_qp(&f, p->body);
	return find_plain(&f, p->body);
}

static bool
find_part(const struct mime_part *p, const struct fold_needle *n,
    struct search_room *r, struct arena *a)
{
	if (p->parent != NULL && search_head(p->header, STR(""), n, r))
		return true;
	return p->kind == MIME_LEAF && find_leaf(p, n, r, a);
}

/* The part after p, of all below root, parents first. */
static const struct mime_part *
after(const struct mime_part *root, const struct mime_part *p)
{
	if (p->child != NULL)
		return p->child;
	while (p != root && p->next == NULL)
		p = p->parent;
	return p == root ? NULL : p->next;
}

bool
search_text(const struct mime_part *root, const struct fold_needle *n,
    struct search_room *r, struct arena *a)
{
	for (const struct mime_part *p = root; p != NULL; p = after(root, p))
		if (find_part(p, n, r, a))
			return true;
	return false;
}

bool
search_sent(struct str head, int64_t *day)
{
	struct header_field f;
	struct date d;

	if (!header_find(head, STR("Date"), &f) || !date_parse(f.value, &d))
		return false;
	*day = date_seconds(&(struct date){ .year = d.year,
	    .month = d.month, .day = d.day }) / DAY;
	return true;
}
