/*
 * fuzz_smtp_bdat.c - a stream of chunks: every octet is text of one chunk or
 * the start of what follows, whatever it looks like.
 */

#include "fuzz/fuzz.h"
#include "proto/smtp_bdat.h"

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = { (const char *)data, size };
	struct smtp_bdat b;
	uint64_t total = 0;

	smtp_bdat_begin(&b);
	/* octet: size of the next chunk; its highest bit: the last one */
	while (in.len > 0 && !b.last) {
		unsigned char head = (unsigned char)in.ptr[0];
		struct str mine, exact;

		in.ptr++;
		in.len--;
		smtp_bdat_chunk(&b, head & 127, (head & 128) != 0);
		while (b.left > 0 && in.len > 0) {
			uint64_t left = b.left;

			mine = in;
			if (mine.len > head % 7 + 1U)
				mine.len = head % 7 + 1U;
			in.ptr += mine.len;
			in.len -= mine.len;
			mine.ptr = pieces_exact(mine);
			exact = mine;
			while (mine.len > 0 && b.left > 0)
				total += smtp_bdat_take(&b, &mine).len;
			in.ptr -= mine.len;
			in.len += mine.len;
			fuzz_free(exact);
			assert(b.left < left);
		}
		assert(b.left == 0 || in.len == 0);
	}
	assert(b.text.octets == total && !b.text.done);
	assert(smtp_bdat_is_whole(&b) == (b.last && b.left == 0));
	return 0;
}
