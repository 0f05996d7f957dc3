/*
 * fuzz_imap_utf7.c - a name that decodes encodes to itself; UTF-8 comes back;
 * matching a pattern ends.
 */

#include "codec/utf8.h"
#include "fuzz/fuzz.h"
#include "proto/imap_match.h"
#include "proto/imap_utf7.h"

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size), rest = in, piece;
	struct buf there, back;

	buf_init(&there, 1 << 20);
	buf_init(&back, 1 << 20);
	if (imap_utf7_decode(&there, in)) {
		assert(utf8_valid(buf_str(&there)));
		imap_utf7_encode(&back, buf_str(&there));
		assert(str_eq(buf_str(&back), in));
	}
	buf_clear(&there);
	buf_clear(&back);
	imap_utf7_encode(&there, in);
	if (utf8_valid(in) && memchr(in.ptr, '\0', in.len) == NULL &&
	    imap_utf7_decode(&back, buf_str(&there)))
		assert(str_eq(buf_str(&back), in));
	piece = fuzz_piece(&rest);
	(void)imap_match(piece, rest);
	if (memchr(piece.ptr, '*', piece.len) == NULL &&
	    memchr(piece.ptr, '%', piece.len) == NULL)
		assert(imap_match(piece, piece));
	assert(imap_match(STR("*"), rest));
	buf_free(&there);
	buf_free(&back);
	fuzz_free(in);
	return 0;
}
