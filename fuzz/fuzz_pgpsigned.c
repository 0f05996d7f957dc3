/* fuzz_pgpsigned.c - what was signed lies in the text, and is as long. */

#include "fuzz/fuzz.h"
#include "mail/pgpsigned.h"

enum { ROOM = 1 << 20 };

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size), part;
	struct buf over, signature;
	struct arena arena;
	bool found, taken;

	arena_init(&arena, ROOM);
	buf_init(&over, 2 * size + 1);
	buf_init(&signature, size + 1);
	found = pgpsigned_find(in, &arena, &part);
	assert(part.len <= in.len && (part.len == 0 || (part.ptr >= in.ptr &&
	    part.ptr + part.len <= in.ptr + in.len)));
	arena_reset(&arena);
	taken = pgpsigned_take(in, &arena, &over, &signature);
	assert(taken == found);
	assert(!taken || over.len >= part.len);
	buf_free(&over);
	buf_free(&signature);
	arena_reset(&arena);
	fuzz_free(in);
	return 0;
}
