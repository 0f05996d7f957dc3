/*
 * heap.c - libc's heap, put in order before children are born.
 *
 * It calls malloc, for it is about nothing else.
 */

#include "os/heap.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
	LARGE = 64 * 1024,
	LARGEST_HOLE = 32 * 1024,
	SMALL = 1040,		/* up to here each size has a list of its own */
	STEP = 16,
	PAGE = 4096,
	STACK = 64 * 1024,	/* of it, looked at by heap_rest */
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

/* Pages of the stack that deeper calls have left behind. */
static void
rest_stack(void)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	uintptr_t end = (here - PAGE) / PAGE * PAGE;

	(void)madvise((void *)(end - STACK), STACK, MADV_DONTNEED);
}

void
heap_rest(void)
{
	malloc_trim(0);
#ifdef PLI_SANITIZED
	(void)rest_stack;
#else
	rest_stack();
#endif
}
