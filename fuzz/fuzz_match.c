/* fuzz_match.c - strings, stars and blanks, and nothing else outside them. */

#include "codec/match.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size);
	bool inside = false, any;
	struct buf b;

	buf_init(&b, 3 * size + 200);
	any = match_put(&b, in);
	assert(!b.failed && any == (b.len > 0));
	for (size_t i = 0; i < b.len; i++) {
		unsigned char c = (unsigned char)b.ptr[i];

		assert(c >= ' ' && c != 0x7f);
		if (c == '"')
			inside = !inside;
		else
			assert(inside || c == ' ' || c == '*');
	}
	assert(!inside);
	buf_free(&b);
	fuzz_free(in);
	return 0;
}
