/* text.c - what one would read. */

#include "html/html.h"

#include <string.h>

#include "base/ascii.h"
#include "codec/utf8.h"
#include "html/names.h"
#include "html/scan.h"
#include "html/tree.h"

enum { UTF8_OCTETS = 4 };

/* Blanks come to one, blocks begin lines, <pre> stays. */
struct text {
	struct buf *out;
	bool legacy;
	bool begun, blank;	/* anything; a blank is due */
	unsigned lines;		/* line ends are due */
	unsigned pre;		/* depth */
};

static bool
is_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void
put_due(struct text *t)
{
	if (t->begun && t->lines > 0)
		buf_add(t->out, (struct str){ "\n\n", t->lines });
	else if (t->begun && t->blank)
		buf_byte(t->out, ' ');
	t->begun = true;
	t->blank = false;
	t->lines = 0;
}

static void
put_text(void *ctx, struct str s)
{
	struct text *t = ctx;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (is_space(c) && t->pre == 0) {
			t->blank = true;
			continue;
		}
		if (c < ' ' && !is_space(c))
			continue;
		put_due(t);
		buf_byte(t->out, (char)c);
	}
}

static void
put_block(struct text *t, struct str name)
{
	unsigned lines = str_eq(name, STR("p")) ||
	    str_eq(name, STR("blockquote")) ? 2 : 1;

	/* each <br> counts */
	if (str_eq(name, STR("br")))
		lines = t->lines == 0 ? 1 : 2;
	if (t->lines < lines)
		t->lines = lines;
	t->blank = false;
}

static bool
enter(void *ctx, const GumboNode *n)
{
	struct text *t = ctx;
	struct str name = tree_name(n);
	const GumboAttribute *alt;

	if (n->v.element.tag_namespace != GUMBO_NAMESPACE_HTML ||
	    html_element(name) == ELEMENT_DROP || t->out->failed ||
	    (t->legacy && tree_is_legacy(n)))
		return false;
	if (html_is_block(name))
		put_block(t, name);
	if (str_eq(name, STR("td")) || str_eq(name, STR("th")))
		t->blank = true;
	if (str_eq(name, STR("li")))
		put_text(t, STR("- "));
	if (str_eq(name, STR("pre")))
		t->pre++;
	if (str_eq(name, STR("img"))) {
		alt = gumbo_get_attribute(&n->v.element.attributes, "alt");
		if (alt != NULL)
			put_text(t, from_c(alt->value));
	}
	return true;
}

static void
leave(void *ctx, const GumboNode *n)
{
	struct text *t = ctx;
	struct str name = tree_name(n);

	if (str_eq(name, STR("pre")))
		t->pre--;
	if (html_is_block(name) && !str_eq(name, STR("br")))
		put_block(t, name);
}

/* &amp; and its kin; *in is behind the "&". */
static uint32_t
take_entity(struct str *in)
{
	static const struct { struct str name; uint32_t code; } known[] = {
		{ STR_INIT("amp;"), '&' }, { STR_INIT("lt;"), '<' },
		{ STR_INIT("gt;"), '>' }, { STR_INIT("quot;"), '"' },
		{ STR_INIT("apos;"), '\'' }, { STR_INIT("nbsp;"), ' ' },
	};
	struct str rest = *in;
	uint64_t code;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (str_take_word(in, known[i].name))
			return known[i].code;
	if (!str_take_byte(&rest, '#') || !str_take_u64(&rest, &code) ||
	    !str_take_byte(&rest, ';') || code == 0 || code > 0x10ffff ||
	    (code >= 0xd800 && code < 0xe000))
		return '&';
	*in = rest;
	return (uint32_t)code;
}

static void
put_entity(struct text *t, struct str *in)
{
	struct buf b;

	buf_init(&b, UTF8_OCTETS);
	utf8_put(&b, take_entity(in));
	put_text(t, buf_str(&b));
	buf_free(&b);
}

/* Of <script> and <style>: up to the end tag of the name. */
static void
skip_raw(struct str *in, struct str name)
{
	struct html_tag tag;

	while (in->len > 0) {
		if (html_take_tag(in, &tag)) {
			if (tag.end && str_eq_nocase(tag.name, name))
				break;
			continue;
		}
		in->ptr++;
		in->len--;
	}
	(void)html_skip_tag(in);
}

static bool
is_raw(struct str name)
{
	return str_eq_nocase(name, STR("script")) ||
	    str_eq_nocase(name, STR("style")) ||
	    str_eq_nocase(name, STR("title"));
}

static bool
is_plain(unsigned char c)
{
	return c != '<' && c != '&';
}

static void
strip(struct text *t, struct str in)
{
	struct html_tag tag;
	char lower[16];

	while (in.len > 0 && !t->out->failed) {
		put_text(t, str_take_while(&in, is_plain));
		if (html_take_tag(&in, &tag)) {
			(void)html_skip_tag(&in);
			if (!tag.end && is_raw(tag.name))
				skip_raw(&in, tag.name);
			if (tag.name.len > sizeof(lower))
				continue;
			for (size_t i = 0; i < tag.name.len; i++)
				lower[i] = ascii_lower(tag.name.ptr[i]);
			tag.name.ptr = lower;
			if (html_is_block(tag.name))
				put_block(t, tag.name);
		} else if (str_take_byte(&in, '&')) {
			put_entity(t, &in);
		} else if (str_take_byte(&in, '<')) {
			/* a comment, a declaration, or just that */
			if (str_peek(in) == '!' || str_peek(in) == '?')
				(void)html_skip_tag(&in);
			else
				put_text(t, STR("<"));
		}
	}
}

/* false: a tree does not go into memory. */
static bool
read_tree(struct text *t, struct str in)
{
	struct arena arena;
	GumboOutput *tree;

	arena_init(&arena, TREE_MEMORY_MAX);
	tree = tree_parse(in, &arena);
	if (tree != NULL)
		tree_walk(tree->root, &(struct tree_visitor){ enter, leave,
		    put_text, t });
	arena_reset(&arena);
	return tree != NULL;
}

enum html_status
html_text(struct str in, bool legacy, struct buf *out)
{
	struct text t = { .out = out, .legacy = legacy };

	if (html_scan(in) != HTML_OK || !read_tree(&t, in))
		strip(&t, in);
	if (t.begun)
		buf_byte(out, '\n');
	return out->failed ? HTML_NO_ROOM : HTML_OK;
}
