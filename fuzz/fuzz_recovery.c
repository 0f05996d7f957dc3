/* fuzz_recovery.c - what was typed from a sheet. */

#include <sodium.h>

#include "agent/recovery.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size);
	unsigned char secret[WORDS_SECRET];
	struct buf out, again;
	unsigned bad;

	buf_init(&out, RECOVERY_SEALED_MAX);
	buf_init(&again, WORDS_TEXT_MAX);
	if (words_take(in, secret, &bad)) {
		unsigned char same[WORDS_SECRET];

		words_put(&again, secret);
		assert(words_take(buf_str(&again), same, &bad) &&
		    memcmp(same, secret, sizeof(same)) == 0);
	}
	assert(bad <= WORDS);
	memset(secret, 0, sizeof(secret));
	(void)recovery_take(in, secret, &out);
	buf_free(&again);
	buf_free(&out);
	fuzz_free(in);
	return 0;
}
