/*
 * pieces.h - a text in pieces, as a socket might bring it.
 *
 * The first piece is of `first` octets, those after it of `step`.  Each lies
 * in memory of its own, of exactly its size, and only until the next one: who
 * looks before, behind or back is seen by ASan.
 *
 *	EACH_SPLIT(p, text)
 *		while (pieces_next(&p, &piece))
 *			…
 */
#ifndef TESTS_PIECES_H
#define TESTS_PIECES_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum { PIECES_STEP_MAX = 16 };

struct pieces {
	struct str rest;
	size_t first, step;
	char *mem;
};

static inline char *
pieces_exact(struct str s)
{
	char *mem = malloc(s.len > 0 ? s.len : 1);

	if (mem == NULL)
		abort();
	if (s.len > 0)
		memcpy(mem, s.ptr, s.len);
	return mem;
}

static inline struct pieces
pieces_of(struct str text, size_t first, size_t step)
{
	return (struct pieces){ text, first, step, NULL };
}

/* False: there are no more, and the last one is freed. */
static inline bool
pieces_next(struct pieces *p, struct str *out)
{
	size_t n = p->mem == NULL && p->first > 0 ? p->first : p->step;

	free(p->mem);
	p->mem = NULL;
	if (p->rest.len == 0)
		return false;
	if (n > p->rest.len)
		n = p->rest.len;
	*out = (struct str){ p->rest.ptr, n };
	p->mem = pieces_exact(*out);
	out->ptr = p->mem;
	p->rest.ptr += n;
	p->rest.len -= n;
	return true;
}

/* No more is wanted. */
static inline void
pieces_drop(struct pieces *p)
{
	free(p->mem);
	p->mem = NULL;
}

/* Two pieces, cut everywhere (the whole first), then many small ones. */
static inline bool
pieces_other(struct pieces *p, struct str text, size_t *nth)
{
	size_t n = (*nth)++, len = text.len > 0 ? text.len : 1;

	if (n < len)
		*p = pieces_of(text, len - n, len);
	else
		*p = pieces_of(text, 0, n - len + 1);
	return n < len || (n < len + PIECES_STEP_MAX && n < 2 * len);
}

#define EACH_SPLIT(p, text)						\
	for (size_t nth_ = 0; pieces_other(&(p), (text), &nth_); )

#endif
