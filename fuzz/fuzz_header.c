/* fuzz_header.c - fields cover the header without gap; pieces agree. */

#include "fuzz/fuzz.h"
#include "mail/header.h"

static size_t
end_in_pieces(struct str in)
{
	struct str rest = in;
	size_t seen = 0, len;

	while (rest.len > 0) {
		struct str have;
		bool ends;

		fuzz_piece(&rest);
		have = str_before(in, rest);
		have.ptr = pieces_exact(have);
		ends = header_end(have, &seen, &len);
		fuzz_free(have);
		if (ends)
			return len;
	}
	return header_len(in);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size);
	size_t len = header_len(in), sum = 0;
	struct header h;
	struct header_field f;
	struct buf b;

	assert(len <= in.len);
	assert(end_in_pieces(in) == len);
	buf_init(&b, 1 << 20);
	header_begin(&h, (struct str){ in.ptr, len });
	while (header_next(&h, &f)) {
		fuzz_inside(f.whole, f.name);
		fuzz_inside(f.whole, f.value);
		assert(f.whole.ptr == in.ptr + sum);
		sum += f.whole.len;
		header_unfold(f.value, &b);
	}
	assert(memchr(b.len > 0 ? b.ptr : "", '\n', b.len) == NULL);
	assert(sum <= len && len - sum <= 2);
	assert(header_is_closed((struct str){ in.ptr, len }) == (sum < len));
	buf_free(&b);
	fuzz_free(in);
	return 0;
}
