/* fuzz_thread.c - keys in their room, none twice, none zero. */

#include "fuzz/fuzz.h"
#include "mail/thread.h"

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size), all;
	struct thread_refs r;

	thread_refs(&r, in);
	all = thread_packed(&r);
	assert(all.len % 8 == 0 && all.len <= THREAD_REFS_MAX * 8);
	for (size_t i = 0; i < all.len; i += 8) {
		struct str one = { all.ptr + i, 8 };

		assert(!str_eq(one, STR("\0\0\0\0\0\0\0\0")));
		for (size_t k = 0; k < i; k += 8)
			assert(!str_eq(one, (struct str){ all.ptr + k, 8 }));
	}
	fuzz_free(in);
	return 0;
}
