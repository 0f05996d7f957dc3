/* clean.c - the tree written anew, of what is known to be harmless. */

#include "html/html.h"

#include <string.h>

#include "base/ascii.h"
#include "codec/markup.h"
#include "codec/utf8.h"
#include "html/names.h"
#include "html/tree.h"
#include "html/value.h"

enum { STYLE_MAX = 8192, DATA_URL_MAX = 4 << 20, REPLACEMENT = 0xfffd };

struct clean {
	const struct html_options *o;
	struct html_found *found;
	struct buf *out;
};

/* gumbo makes what is no UTF-8 of references to numbers that are too great. */
static void
put_character(struct buf *out, struct str *s)
{
	uint32_t code;

	if (!utf8_take(s, &code)) {
		code = REPLACEMENT;
		s->ptr++;
		s->len--;
	}
	if (code >= 0xa0 || (code >= ' ' && code < 0x7f) || code == '\t' ||
	    code == '\n')
		utf8_put(out, code);
}

static void
put_escaped(struct buf *out, struct str s)
{
	while (s.len > 0) {
		if (markup_put(out, *s.ptr)) {
			s.ptr++;
			s.len--;
		} else {
			put_character(out, &s);
		}
	}
}

static void
put_attribute(struct buf *out, struct str name, struct str value)
{
	buf_byte(out, ' ');
	buf_add(out, name);
	buf_add_c(out, "=\"");
	put_escaped(out, value);
	buf_byte(out, '"');
}

static bool
is_word(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (!is_ldh(c) && (c == '\0' || strchr("%#.,_ +", c) == NULL))
			return false;
	}
	return s.len > 0;
}

static void
put_style(struct buf *out, struct str value)
{
	struct buf style;

	buf_init(&style, STYLE_MAX);
	html_style(value, &style);
	if (!style.failed && style.len > 0)
		put_attribute(out, STR("style"), buf_str(&style));
	buf_free(&style);
}

/* Its target is what the title says, whatever the text pretends. */
static void
put_link(struct clean *c, struct str value)
{
	struct buf url;
	enum url_kind kind;

	buf_init(&url, HTML_URL_MAX);
	kind = html_url(value, &url);
	if (kind == URL_WEB || kind == URL_MAIL) {
		c->found->links++;
		put_attribute(c->out, STR("href"), buf_str(&url));
		put_attribute(c->out, STR("title"), buf_str(&url));
		buf_add_c(c->out, " target=\"_blank\""
		    " rel=\"noopener noreferrer nofollow\"");
	}
	buf_free(&url);
}

static void
put_cid(struct clean *c, struct str id)
{
	struct buf data;

	buf_init(&data, DATA_URL_MAX);
	if (c->o->cid != NULL && c->o->cid(c->o->ctx, id, &data) &&
	    !data.failed)
		put_attribute(c->out, STR("src"), buf_str(&data));
	buf_free(&data);
}

static void
put_image(struct clean *c, struct str value)
{
	struct buf url;

	buf_init(&url, DATA_URL_MAX);
	switch (html_url(value, &url)) {
	case URL_WEB:
		c->found->remote++;
		if (c->o->images && url.len <= HTML_URL_MAX) {
			put_attribute(c->out, STR("src"), buf_str(&url));
			buf_add_c(c->out, " referrerpolicy=\"no-referrer\"");
		}
		break;
	case URL_CID:
		put_cid(c, (struct str){ url.ptr + 4, url.len - 4 });
		break;
	case URL_DATA_IMAGE:
		put_attribute(c->out, STR("src"), buf_str(&url));
		break;
	case URL_BAD:
	case URL_MAIL:
		break;
	}
	buf_free(&url);
}

static void
put_any(struct clean *c, struct str element, struct str name, struct str value)
{
	switch (html_attribute(element, name)) {
	case VALUE_TEXT:
		/* of a link it is ours */
		if (!str_eq(element, STR("a")) || !str_eq(name, STR("title")))
			put_attribute(c->out, name, value);
		break;
	case VALUE_WORD:
		if (is_word(value))
			put_attribute(c->out, name, value);
		break;
	case VALUE_STYLE:
		put_style(c->out, value);
		break;
	case VALUE_LINK:
		put_link(c, value);
		break;
	case VALUE_IMAGE:
		put_image(c, value);
		break;
	case VALUE_DROP:
		break;
	}
}

static bool
enter(void *ctx, const GumboNode *n)
{
	struct clean *c = ctx;
	struct str name = tree_name(n);
	const GumboVector *v = &n->v.element.attributes;
	enum html_element is = html_element(name);

	if (n->v.element.tag_namespace != GUMBO_NAMESPACE_HTML ||
	    is == ELEMENT_DROP || c->out->failed ||
	    (c->o->legacy && tree_is_legacy(n)))
		return false;
	if (is == ELEMENT_OPEN)
		return true;
	buf_byte(c->out, '<');
	buf_add(c->out, name);
	for (unsigned i = 0; i < v->length; i++) {
		const GumboAttribute *a = v->data[i];

		if (a->attr_namespace == GUMBO_ATTR_NAMESPACE_NONE)
			put_any(c, name, from_c(a->name), from_c(a->value));
	}
	buf_byte(c->out, '>');
	/* the parser drops one line end here */
	if (str_eq(name, STR("pre")))
		buf_byte(c->out, '\n');
	return is == ELEMENT_KEEP;
}

static void
leave(void *ctx, const GumboNode *n)
{
	struct clean *c = ctx;
	struct str name = tree_name(n);

	if (html_element(name) != ELEMENT_KEEP)
		return;
	buf_add_c(c->out, "</");
	buf_add(c->out, name);
	buf_byte(c->out, '>');
}

static void
text(void *ctx, struct str s)
{
	struct clean *c = ctx;

	put_escaped(c->out, s);
}

enum html_status
html_clean(struct str in, const struct html_options *o, struct buf *out,
    struct html_found *found)
{
	struct clean c = { o, found, out };
	enum html_status status = html_scan(in);
	struct arena arena;
	GumboOutput *tree;

	memset(found, 0, sizeof(*found));
	if (status != HTML_OK)
		return status;
	arena_init(&arena, TREE_MEMORY_MAX);
	tree = tree_parse(in, &arena);
	if (tree != NULL)
		tree_walk(tree->root, &(struct tree_visitor){ enter, leave,
		    text, &c });
	arena_reset(&arena);
	return tree == NULL || out->failed ? HTML_NO_ROOM : HTML_OK;
}
