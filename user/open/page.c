/*
 * page.c - a message as a page for a sandboxed frame.
 *
 * Nothing in it runs, nothing in it is fetched but remote images when they were
 * asked for: its own policy says so once more.
 */

#include "codec/base64.h"
#include "html/html.h"
#include "open.h"

enum { IMAGE_MAX = 4 << 20 };

static const char before[] =
    "<!doctype html>\n<html><head><meta charset=\"utf-8\">"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
    "'none'; style-src 'unsafe-inline'; img-src data:";
static const char behind[] =
    "\">\n<meta name=\"referrer\" content=\"no-referrer\">"
    "<meta name=\"viewport\" content=\"width=device-width\">"
    "<base target=\"_blank\">\n<style>"
    "body{font:15px/1.5 Inter,system-ui,sans-serif;margin:0;color:#1d2125;"
    "background:#fff;overflow-wrap:break-word}"
    "img{max-width:100%;height:auto}"
    /* left out: what it would show, if it says so */
    "img:not([src]){color:#57606a;font-size:13px}"
    "img[alt=\"\"]:not([src]),img:not([src],[alt]){visibility:hidden}"
    "table{max-width:100%}"
    "pre{white-space:pre-wrap}"
    ".plain{white-space:pre-wrap}"
    "blockquote{margin:0 0 0 .2em;padding-left:.8em;"
    "border-left:3px solid #c9d1d9;color:#57606a}"
    ".signature{color:#57606a}"
    "a{color:#0b57d0}"
    "</style></head><body>\n";
/* how many remote images there are, for whoever shows the frame */
static const char remote[] = "\n<meta name=\"pli-remote\" content=\"";
static const char end[] = "\">\n</body></html>\n";

static const char *
image_type(const struct mime_part *p)
{
	static const char *const known[] = { "png", "gif", "jpeg", "webp" };

	if (!str_eq_nocase(p->type.type, STR("image")))
		return NULL;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (str_eq_nocase(p->type.subtype, from_c(known[i])))
			return known[i];
	return str_eq_nocase(p->type.subtype, STR("jpg")) ? "jpeg" : NULL;
}

static bool
put_data_url(const struct mime_part *p, struct buf *url)
{
	const char *type = image_type(p);
	struct buf raw;
	char *room;

	if (type == NULL)
		return false;
	buf_init(&raw, IMAGE_MAX);
	bodies_decode(p, &raw);
	buf_add_c(url, "data:image/");
	buf_add_c(url, type);
	buf_add_c(url, ";base64,");
	room = raw.failed ? NULL : buf_room(url, base64_encoded_len(raw.len));
	if (room != NULL)
		buf_grow(url, base64_encode(room, buf_str(&raw)));
	buf_free(&raw);
	return room != NULL;
}

/* "cid:ID" of an image that the message brings. */
static bool
cid(void *ctx, struct str id, struct buf *url)
{
	struct open *o = ctx;

	for (size_t i = 0; i < o->bodies.attached.n; i++) {
		const struct mime_part *p = o->bodies.attached.part[i];

		if (id.len > 0 && str_eq(bodies_cid(p, &o->arena), id))
			return put_data_url(p, url);
	}
	return false;
}

static void
put_html(struct open *o, struct str text, bool legacy)
{
	struct html_options options = { o->images, legacy, cid, o };
	struct html_found found;
	size_t from = o->out.len;
	struct buf plain;

	if (html_clean(text, &options, &o->out, &found) == HTML_OK) {
		o->remote += found.remote;
		return;
	}
	/* too deep, too long: its text is what can be shown */
	o->out.len = from;
	o->out.failed = false;
	buf_init(&plain, OPEN_PART_MAX);
	(void)html_text(text, legacy, &plain);
	plain_html(buf_str(&plain), &o->out);
	buf_free(&plain);
}

static void
put_part(struct open *o, const struct mime_part *p)
{
	bool legacy = open_is_legacy(o, p);
	struct buf text;

	if (image_type(p) != NULL) {
		buf_add_c(&o->out, "<p><img alt=\"\" src=\"");
		(void)put_data_url(p, &o->out);
		buf_add_c(&o->out, "\"></p>");
		return;
	}
	if (!str_eq_nocase(p->type.type, STR("text")))
		return;
	buf_init(&text, OPEN_PART_MAX);
	charset_text(p, &o->arena, &text);
	if (mime_is(p, STR("text"), STR("html")))
		put_html(o, buf_str(&text), legacy);
	else
		plain_html(legacy ? legacy_skip(buf_str(&text)) :
		    buf_str(&text), &o->out);
	buf_free(&text);
}

bool
open_page(struct open *o)
{
	const struct bodies_list *l = &o->bodies.html;

	buf_add_c(&o->out, before);
	if (o->images)
		buf_add_c(&o->out, " https: http:");
	buf_add_c(&o->out, behind);
	for (size_t i = 0; i < l->n; i++)
		put_part(o, l->part[i]);
	buf_add_c(&o->out, remote);
	buf_add_u64(&o->out, o->remote);
	buf_add_c(&o->out, end);
	return !o->out.failed;
}
