/* arena.c - memory that is given back all at once. */

#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

enum {
	ALIGN = alignof(max_align_t),
	CHUNK = 4096 - 64,	/* with its header and malloc's, about a page */
};

struct arena_chunk {
	struct arena_chunk *next;
	size_t size;
	size_t used;
	alignas(max_align_t) unsigned char bytes[];
};

static struct arena_chunk *
chunk_new(size_t need, struct arena_chunk *next)
{
	size_t size = need > CHUNK ? need : CHUNK;
	struct arena_chunk *c = calloc(1, sizeof(*c) + size);

	if (c == NULL)
		return NULL;
	c->next = next;
	c->size = size;
	return c;
}

void
arena_init(struct arena *a, size_t limit)
{
	assert(limit <= SIZE_MAX / 2);
	*a = (struct arena){ .left = limit, .limit = limit };
}

void
arena_reset(struct arena *a)
{
	struct arena_chunk *next;

	for (struct arena_chunk *c = a->chunks; c != NULL; c = next) {
		next = c->next;
		wipe(c->bytes, c->used);
		free(c);
	}
	arena_init(a, a->limit);
}

void *
arena_alloc(struct arena *a, size_t count, size_t size)
{
	struct arena_chunk *c = a->chunks;
	size_t n;
	void *mem;

	/* left is at most SIZE_MAX / 2, so past this line n cannot overflow */
	if (size != 0 && count > a->left / size)
		return NULL;
	n = count * size;
	n = n == 0 ? ALIGN : (n + ALIGN - 1) / ALIGN * ALIGN;
	if (n > a->left)
		return NULL;

	if (c == NULL || n > c->size - c->used) {
		c = chunk_new(n, a->chunks);
		if (c == NULL)
			return NULL;
		a->chunks = c;
	}
	mem = c->bytes + c->used;
	c->used += n;
	a->left -= n;
	return mem;
}

struct str
arena_str(struct arena *a, struct str s)
{
	char *copy = arena_alloc(a, s.len, 1);

	if (copy == NULL)
		return (struct str){ NULL, 0 };
	if (s.len > 0)
		memcpy(copy, s.ptr, s.len);
	return (struct str){ copy, s.len };
}
