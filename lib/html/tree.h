/*
 * tree.h - gumbo's tree, in document order and without recursion.
 */
#ifndef HTML_TREE_H
#define HTML_TREE_H

#include <gumbo.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

enum { TREE_MEMORY_MAX = 64 << 20 };

#define TREE_LEGACY_CLASS	"header-protection-legacy-display"

/* What gumbo allocates lies in the arena, and ends with it: it leaks, and does
 * not ask whether there was room.  NULL: there was none. */
GumboOutput *tree_parse(struct str in, struct arena *);

/* The element's name in lower case; "" for what is none of HTML's. */
struct str tree_name(const GumboNode *);

/* The first element of the body, if it is a <div> of that class. */
bool tree_is_legacy(const GumboNode *);

struct tree_visitor {
	/* false: what is in it is not visited, nor left */
	bool (*enter)(void *ctx, const GumboNode *);
	void (*leave)(void *ctx, const GumboNode *);
	void (*text)(void *ctx, struct str);
	void *ctx;
};

void tree_walk(const GumboNode *root, const struct tree_visitor *);

#endif
