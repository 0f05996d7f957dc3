/* fuzz_word2047.c - whatever comes in, UTF-8 without line ends comes out. */

#include "codec/utf8.h"
#include "codec/word2047.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size);
	struct buf b;

	buf_init(&b, 1 << 20);
	word2047_decode(in, &b);
	assert(b.failed || utf8_valid(buf_str(&b)));
	assert(b.len <= 3 * size);
	buf_free(&b);
	fuzz_free(in);
	return 0;
}
