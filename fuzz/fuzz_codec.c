/* fuzz_codec.c - codecs: there and back, and the same in pieces. */

#include "codec/base64.h"
#include "codec/crc24.h"
#include "codec/qp.h"
#include "codec/utf8.h"
#include "fuzz/fuzz.h"

static void
base64(struct str in)
{
	char *out = malloc(base64_encoded_len(in.len) + 1);
	char *back = malloc(base64_decoded_max(base64_encoded_len(in.len)));
	size_t n = base64_encode(out, in), m;

	assert(n == base64_encoded_len(in.len));
	assert(base64_decode(back, &m, (struct str){ out, n }));
	assert(str_eq((struct str){ back, m }, in));
	free(out);
	free(back);
}

static void
base64_lenient(struct str in)
{
	char *out = malloc(base64_decoded_max(in.len));
	char *strict = malloc(base64_decoded_max(in.len));
	struct base64_dec d = { 0 }, whole = { 0 };
	struct pieces p = fuzz_pieces(in);
	struct str piece;
	size_t n = 0, m;

	while (pieces_next(&p, &piece))
		n += base64_dec_feed(&d, out + n, piece);
	n += base64_dec_end(&d, out + n);
	assert(n <= base64_decoded_max(in.len));
	m = base64_dec_feed(&whole, strict, in);
	m += base64_dec_end(&whole, strict + m);
	assert(m == n && memcmp(out, strict, n) == 0);
	assert(whole.strange == d.strange);
	if (base64_decode(strict, &m, in)) {
		assert(!d.strange && m == n);
		assert(memcmp(out, strict, n) == 0);
	}
	free(out);
	free(strict);
}

static void
qp(struct str in)
{
	char *whole = malloc(qp_decoded_max(in.len));
	char *out = malloc(qp_decoded_max(in.len));
	struct qp_dec a = { 0 }, b = { 0 };
	struct pieces p = fuzz_pieces(in);
	struct str piece;
	size_t n, m = 0;

	n = qp_dec_feed(&a, whole, in);
	n += qp_dec_end(&a, whole + n);
	while (pieces_next(&p, &piece))
		m += qp_dec_feed(&b, out + m, piece);
	m += qp_dec_end(&b, out + m);
	assert(n == m && memcmp(whole, out, n) == 0);
	free(whole);
	free(out);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size), piece;
	struct pieces p = fuzz_pieces(in);
	uint32_t crc = CRC24_INIT;
	struct buf b;

	base64(in);
	base64_lenient(in);
	qp(in);
	while (pieces_next(&p, &piece))
		crc = crc24(crc, piece);
	assert(crc == crc24(CRC24_INIT, in) && crc < 1 << 24);
	buf_init(&b, 1 << 22);
	utf8_clean(&b, in);
	assert(utf8_valid(buf_str(&b)));
	assert(!utf8_valid(in) || str_eq(in, buf_str(&b)));
	buf_free(&b);
	fuzz_free(in);
	return 0;
}
