/* tree.c - gumbo, wrapped once. */

#include "html/tree.h"

#include <setjmp.h>
#include <stddef.h>

static bool
is_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_no_space(unsigned char c)
{
	return !is_space(c);
}

struct memory {
	struct arena *arena;
	jmp_buf full;
};

static void *
allocate(void *ctx, size_t n)
{
	struct memory *m = ctx;
	void *p = arena_alloc(m->arena, 1, n);

	if (p == NULL)
		longjmp(m->full, 1);
	return p;
}

static void
forget(void *ctx, void *p)
{
	(void)ctx;
	(void)p;
}

GumboOutput *
tree_parse(struct str in, struct arena *arena)
{
	struct memory m = { .arena = arena };
	GumboOptions o = kGumboDefaultOptions;

	o.allocator = allocate;
	o.deallocator = forget;
	o.userdata = &m;
	o.max_errors = 0;
	if (setjmp(m.full) != 0)
		return NULL;
	return gumbo_parse_with_options(&o, in.ptr, in.len);
}

struct str
tree_name(const GumboNode *n)
{
	if (n->type != GUMBO_NODE_ELEMENT ||
	    n->v.element.tag_namespace != GUMBO_NAMESPACE_HTML)
		return STR("");
	return from_c(gumbo_normalized_tagname(n->v.element.tag));
}

static bool
has_class(const GumboNode *n, struct str name)
{
	const GumboAttribute *a = gumbo_get_attribute(
	    &n->v.element.attributes, "class");
	struct str all = from_c(a == NULL ? "" : a->value);

	while (all.len > 0) {
		if (str_eq(str_take_while(&all, is_no_space), name))
			return true;
		(void)str_take_one(&all, is_space);
	}
	return false;
}

bool
tree_is_legacy(const GumboNode *n)
{
	const GumboNode *body = n->parent;
	const GumboVector *v;

	if (!str_eq(tree_name(n), STR("div")) || body == NULL ||
	    !str_eq(tree_name(body), STR("body")) ||
	    !has_class(n, STR(TREE_LEGACY_CLASS)))
		return false;
	v = &body->v.element.children;
	for (unsigned i = 0; i < v->length; i++) {
		const GumboNode *before = v->data[i];

		if (before->type == GUMBO_NODE_ELEMENT)
			return before == n;
	}
	return false;
}

static const GumboNode *
child(const GumboNode *n, size_t i)
{
	const GumboVector *v;

	if (n->type != GUMBO_NODE_ELEMENT && n->type != GUMBO_NODE_DOCUMENT)
		return NULL;
	v = n->type == GUMBO_NODE_ELEMENT ? &n->v.element.children :
	    &n->v.document.children;
	return i < v->length ? v->data[i] : NULL;
}

/* Of n itself: is there something below it to visit? */
static bool
visit(const GumboNode *n, const struct tree_visitor *v)
{
	switch (n->type) {
	case GUMBO_NODE_ELEMENT:
		return v->enter(v->ctx, n);
	case GUMBO_NODE_TEXT:
	case GUMBO_NODE_CDATA:
	case GUMBO_NODE_WHITESPACE:
		v->text(v->ctx, from_c(n->v.text.text));
		return false;
	default:		/* comments, templates */
		return false;
	}
}

void
tree_walk(const GumboNode *root, const struct tree_visitor *v)
{
	const GumboNode *n = root;
	bool down = visit(n, v);

	for (;;) {
		const GumboNode *next = down ? child(n, 0) : NULL;

		if (down && next == NULL)
			v->leave(v->ctx, n);
		while (next == NULL) {
			if (n == root)
				return;
			next = child(n->parent, n->index_within_parent + 1);
			n = n->parent;
			if (next == NULL)
				v->leave(v->ctx, n);
		}
		n = next;
		down = visit(n, v);
	}
}
