/*
 * heap.c - libc's heap, put in order before children are born.
 *
 * It calls malloc, for it is about nothing else.
 */

#include "os/heap.h"

#include <malloc.h>
#include <stdlib.h>

enum {
	LARGE = 64 * 1024,
	LARGEST_HOLE = 32 * 1024,
	SMALL = 1040,		/* up to here each size has a list of its own */
	STEP = 16,
};

void
heap_begin(void)
{
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_MMAP_THRESHOLD, LARGE);
	mallopt(M_TRIM_THRESHOLD, LARGE);
}

/* Blocks of that size until one comes from the end of the heap; none is ever
 * freed. */
static void
fill(size_t size)
{
	size_t end;

	do
		end = mallinfo2().keepcost;
	while (malloc(size) != NULL && mallinfo2().keepcost == end);
}

/* Under a sanitizer the heap is not libc's. */
void
heap_settle(void)
{
#ifdef PLI_SANITIZED
	(void)fill;
#else
	malloc_trim(0);
	for (size_t size = LARGEST_HOLE; size > SMALL; size /= 2)
		fill(size);
	for (size_t size = SMALL; size > STEP; size -= STEP)
		fill(size - STEP / 2);
#endif
}

void
heap_rest(void)
{
	malloc_trim(0);
}
