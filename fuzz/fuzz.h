/*
 * fuzz.h - what the fuzzers share.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tests/pieces.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* A copy to free, so that one octet too far is seen. */
static inline struct str
fuzz_copy(const unsigned char *data, size_t size)
{
	char *exact = malloc(size > 0 ? size : 1);

	if (size > 0)
		memcpy(exact, data, size);
	return (struct str){ exact, size };
}

static inline void
fuzz_free(struct str s)
{
	union { const char *in; void *out; } p = { .in = s.ptr };

	free(p.out);
}

/* part is empty or lies in whole. */
static inline void
fuzz_inside(struct str whole, struct str part)
{
	if (part.len == 0)
		return;
	assert(part.ptr >= whole.ptr);
	assert(part.len <= whole.len - (size_t)(part.ptr - whole.ptr));
}

/* Pieces of the input whose sizes the input says. */
static inline struct str
fuzz_piece(struct str *rest)
{
	struct str piece = *rest;
	size_t n = rest->len > 0 ? (unsigned char)rest->ptr[0] % 61U + 1 : 0;

	if (piece.len > n)
		piece.len = n;
	rest->ptr += piece.len;
	rest->len -= piece.len;
	return piece;
}

/* The same, each in memory of its own. */
static inline struct pieces
fuzz_pieces(struct str in)
{
	size_t first = 0, step = 1;

	if (in.len > 0) {
		first = (unsigned char)in.ptr[in.len - 1] % in.len;
		step = (unsigned char)in.ptr[0] % 61U + 1;
	}
	return pieces_of(in, first, step);
}

#endif
