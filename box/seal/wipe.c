/*
 * wipe.c - nothing of a message stays behind in this process.
 *
 * librnp and Botan take and give back memory as they like: so free and
 * realloc of this program overwrite what they give back.  The stack is
 * overwritten as deep as encryption goes.
 */

#include <errno.h>
#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "seal.h"

/* librnp 0.16 goes 176 kB deep; tests/seal/keep_test.c looks whether this is
 * enough. */
enum { STACK_USED = 224 << 10 };

/* gcc would fill it with zeros first, and wipe would do that again */
#if defined(__has_attribute) && __has_attribute(uninitialized)
#define UNINITIALIZED	__attribute__((uninitialized))
#else
#define UNINITIALIZED
#endif

#ifndef PLI_SANITIZED
/* glibc's own, under the names it keeps for this */
void __libc_free(void *);
void *__libc_realloc(void *, size_t);
void free(void *);
void *realloc(void *, size_t);

void
free(void *mem)
{
	int saved = errno;

	if (mem == NULL)
		return;
	wipe(mem, malloc_usable_size(mem));
	__libc_free(mem);
	errno = saved;
}

void *
realloc(void *mem, size_t n)
{
	size_t had;
	void *more;

	if (mem == NULL)
		return malloc(n);
	had = malloc_usable_size(mem);
	if (n <= had && n > 0)
		return mem;
	more = malloc(n);
	if (more == NULL)
		return NULL;
	memcpy(more, mem, had < n ? had : n);
	free(mem);
	return more;
}
#endif

/*
 * Memory that was given back stays with this process, where it is soon used
 * again: without new pages, without system calls.
 */
void
wipe_begin(void)
{
#ifndef PLI_SANITIZED
	mallopt(M_MMAP_THRESHOLD, 4 << 20);
	mallopt(M_TRIM_THRESHOLD, 4 << 20);
	mallopt(M_TOP_PAD, 256 << 10);
#endif
}

__attribute__((noinline))
void
wipe_stack(void)
{
	char below[STACK_USED] UNINITIALIZED;

	wipe(below, sizeof(below));
}
