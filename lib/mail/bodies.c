/* bodies.c - which parts are text, which are attached; names of parts. */

#include "mail/bodies.h"

#include <string.h>

#include "base/ascii.h"
#include "codec/base64.h"
#include "codec/qp.h"
#include "codec/utf8.h"
#include "codec/word2047.h"
#include "mail/header.h"

enum { DECODE_SLICE = 4096, NAME_MAX_ = 200, NAME_ROOM = 4096 };

/* A NULL list is one that does not take part any more. */
struct walk {
	struct bodies_list *text, *html, *attached;
	bool alternative;	/* somewhere above */
	struct arena *arena;
};

static void
push(struct bodies_list *l, const struct mime_part *p)
{
	if (l != NULL && l->n < MIME_PARTS_MAX)
		l->part[l->n++] = p;
}

/* Image, audio, video: shown within the text. */
static bool
is_medium(const struct mime_part *p)
{
	return str_eq_nocase(p->type.type, STR("image")) ||
	    str_eq_nocase(p->type.type, STR("audio")) ||
	    str_eq_nocase(p->type.type, STR("video"));
}

static bool
is_shown(const struct mime_part *p, bool first, bool related,
    struct arena *arena)
{
	bool text = mime_is(p, STR("text"), STR("plain")) ||
	    mime_is(p, STR("text"), STR("html"));

	if ((!text && !is_medium(p)) || bodies_is_attached(p, arena))
		return false;
	/* a text with a name that is not the first is a file */
	return first || (!related && (is_medium(p) ||
	    bodies_name(p, arena).len == 0));
}

static void
take_shown(struct walk *w, const struct mime_part *p, bool choice)
{
	bool plain = mime_is(p, STR("text"), STR("plain"));
	bool html = mime_is(p, STR("text"), STR("html"));

	if (choice) {
		push(plain ? w->text : html ? w->html : w->attached, p);
		return;
	}
	if (w->alternative && plain)
		w->html = NULL;
	if (w->alternative && html)
		w->text = NULL;
	push(w->text, p);
	push(w->html, p);
	if ((w->text == NULL || w->html == NULL) && is_medium(p))
		push(w->attached, p);
}

/* Only one of both was offered: it stands in for the other. */
static void
share(const struct walk *w, size_t texts, size_t htmls)
{
	if (w->text == NULL || w->html == NULL)
		return;
	if (w->text->n == texts)
		for (size_t i = htmls; i < w->html->n; i++)
			push(w->text, w->html->part[i]);
	else if (w->html->n == htmls)
		for (size_t i = texts; i < w->text->n; i++)
			push(w->html, w->text->part[i]);
}

/* p and those after it, of a multipart of that kind. */
static void
walk_parts(struct walk w, const struct mime_part *p, struct str kind)
{
	bool choice = str_eq_nocase(kind, STR("alternative"));
	bool related = str_eq_nocase(kind, STR("related"));
	size_t texts = w.text == NULL ? 0 : w.text->n;
	size_t htmls = w.html == NULL ? 0 : w.html->n;

	for (bool first = true; p != NULL; p = p->next, first = false) {
		if (p->kind == MIME_MULTIPART) {
			struct walk in = w;

			in.alternative = w.alternative || mime_is(p,
			    STR("multipart"), STR("alternative"));
			walk_parts(in, p->child, p->type.subtype);
		} else if (is_shown(p, first, related, w.arena)) {
			take_shown(&w, p, choice);
		} else {
			push(w.attached, p);
		}
	}
	if (choice)
		share(&w, texts, htmls);
}

void
bodies_find(struct bodies *b, const struct mime_part *root,
    struct arena *arena)
{
	b->text.n = b->html.n = b->attached.n = 0;
	walk_parts((struct walk){ &b->text, &b->html, &b->attached, false,
	    arena }, root, STR("mixed"));
}

static bool
disposition(const struct mime_part *p, struct arena *a, struct param_field *d)
{
	struct header_field f;
	bool full = false;

	return header_find(p->header, STR("Content-Disposition"), &f) &&
	    param_field_parse(d, f.value, false, a, &full);
}

/* Said to be shown where it stands, or a picture that the text refers to. */
static bool
is_in_place(const struct mime_part *p, struct arena *a)
{
	struct param_field d;

	return (disposition(p, a, &d) &&
	    str_eq_nocase(d.type, STR("inline"))) ||
	    (is_medium(p) && !bodies_is_attached(p, a) &&
	    bodies_cid(p, a).len > 0);
}

bool
bodies_has_attached(struct str message, struct arena *a)
{
	struct bodies *b = arena_alloc(a, 1, sizeof(*b));
	struct mime *m = arena_alloc(a, 1, sizeof(*m));

	if (b == NULL || m == NULL || !mime_parse(m, message, a))
		return false;
	bodies_find(b, m->root, a);
	for (size_t i = 0; i < b->attached.n; i++)
		if (!is_in_place(b->attached.part[i], a))
			return true;
	return false;
}

bool
bodies_is_attached(const struct mime_part *p, struct arena *a)
{
	struct param_field d;

	return disposition(p, a, &d) &&
	    str_eq_nocase(d.type, STR("attachment"));
}

/* In its charset, or with the words of RFC 2047 that do not belong there. */
static struct str
decoded(struct str value, struct str charset, struct arena *a)
{
	struct buf b;
	struct str out;

	buf_init(&b, NAME_ROOM);
	if (charset.len == 0 || !word2047_charset(charset, value, &b)) {
		buf_clear(&b);
		word2047_decode(value, &b);
	}
	out = b.failed ? STR("") : arena_str(a, buf_str(&b));
	buf_free(&b);
	return out.ptr == NULL ? STR("") : out;
}

struct str
bodies_name(const struct mime_part *p, struct arena *a)
{
	struct param_field d;
	struct str value, charset;

	if ((disposition(p, a, &d) &&
	    param_get(&d, STR("filename"), a, &value, &charset)) ||
	    param_get(&p->type, STR("name"), a, &value, &charset))
		return decoded(value, charset, a);
	return STR("");
}

/* Of some system's paths, shells or names of devices. */
static bool
is_reserved(uint32_t c)
{
	return utf8_is_control(c) || c == 0xfffd || c == 0x200e ||
	    c == 0x200f || c == 0x061c || c == 0xfeff ||
	    (c < 0x80 && strchr("/\\:*?\"<>|", (int)c) != NULL);
}

void
bodies_safe_name(struct str name, struct buf *out)
{
	size_t from = out->len;

	/* what precedes the last separator is a path of the sender's */
	for (size_t i = name.len; i > 0; i--)
		if (name.ptr[i - 1] == '/' || name.ptr[i - 1] == '\\') {
			name = (struct str){ name.ptr + i, name.len - i };
			break;
		}
	while (name.len > 0 && out->len - from < NAME_MAX_) {
		uint32_t c;

		if (!utf8_take(&name, &c)) {
			name.ptr++;
			name.len--;
			continue;
		}
		/* no hidden file, nothing like an option */
		if (is_reserved(c) || (out->len == from &&
		    (c == '.' || c == '-' || c == ' ')))
			continue;
		utf8_put(out, c);
	}
	if (out->len == from)
		buf_add_c(out, "attachment");
}

static void
decode_base64(struct str in, struct buf *out)
{
	struct base64_dec dec = { 0 };
	char room[DECODE_SLICE];
	size_t n;

	while (in.len > 0 && !out->failed) {
		struct str some = { in.ptr, in.len < sizeof(room) ? in.len :
		    sizeof(room) };

		n = base64_dec_feed(&dec, room, some);
		buf_add_mem(out, room, n);
		in.ptr += some.len;
		in.len -= some.len;
	}
	n = base64_dec_end(&dec, room);
	buf_add_mem(out, room, n);
}

static void
decode_qp(struct str in, struct buf *out)
{
	struct qp_dec dec = { 0 };
	char room[DECODE_SLICE + QP_HELD_MAX + 3];
	size_t n;

	while (in.len > 0 && !out->failed) {
		struct str some = { in.ptr, in.len < DECODE_SLICE ? in.len :
		    DECODE_SLICE };

		n = qp_dec_feed(&dec, room, some);
		buf_add_mem(out, room, n);
		in.ptr += some.len;
		in.len -= some.len;
	}
	n = qp_dec_end(&dec, room);
	buf_add_mem(out, room, n);
}

void
bodies_decode(const struct mime_part *p, struct buf *out)
{
	if (str_eq_nocase(p->encoding, STR("base64")))
		decode_base64(p->body, out);
	else if (str_eq_nocase(p->encoding, STR("quoted-printable")))
		decode_qp(p->body, out);
	else
		buf_add(out, p->body);
}

struct str
bodies_cid(const struct mime_part *p, struct arena *a)
{
	struct header_field f;
	struct buf b;
	struct str id;

	if (!header_find(p->header, STR("Content-ID"), &f))
		return STR("");
	buf_init(&b, NAME_ROOM);
	header_unfold(f.value, &b);
	id = b.failed ? STR("") : arena_str(a, buf_str(&b));
	buf_free(&b);
	if (id.ptr == NULL)
		return STR("");
	if (str_take_byte(&id, '<') && id.len > 0 &&
	    id.ptr[id.len - 1] == '>')
		id.len--;
	return id;
}
