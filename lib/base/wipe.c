/* wipe.c - overwrite memory that held mail or a secret. */

#include "base/wipe.h"

#include <string.h>

void
wipe(void *mem, size_t n)
{
	if (n > 0)
		memset(mem, 0, n);
	/* the compiler must believe that somebody looks at mem now */
	__asm__ volatile("" : : "r"(mem) : "memory");
}
