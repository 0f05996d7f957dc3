/* fuzz_pli_code.c - a code that can be read can be written, and is the same. */

#include "fuzz.h"
#include "codec/crc24.h"
#include "proto/pli_code.h"

/* The fuzzer does not guess a checksum: the input as a payload, too. */
static void
with_payload(struct str s)
{
	struct pli_code c, back;
	struct buf b;

	if (s.len < PLI_CODE_HASH + PLI_CODE_TOKEN + 1)
		return;
	memcpy(c.tls, s.ptr, PLI_CODE_HASH);
	memcpy(c.token, s.ptr + PLI_CODE_HASH, PLI_CODE_TOKEN);
	s.ptr += PLI_CODE_HASH + PLI_CODE_TOKEN;
	s.len -= PLI_CODE_HASH + PLI_CODE_TOKEN;
	c.address = (struct str){ s.ptr + 1, (unsigned char)*s.ptr };
	if (c.address.len > s.len - 1)
		return;
	c.host = (struct str){ c.address.ptr + c.address.len,
	    s.len - 1 - c.address.len };
	buf_init(&b, PLI_CODE_TEXT_MAX);
	if (pli_code_encode(&b, &c)) {
		assert(pli_code_decode(buf_str(&b), &back));
		assert(str_eq(c.address, back.address));
		assert(str_eq(c.host, back.host));
	}
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str s = fuzz_copy(data, size);
	struct pli_code c, back;
	struct buf b;

	if (pli_code_decode(s, &c)) {
		buf_init(&b, PLI_CODE_TEXT_MAX);
		assert(pli_code_encode(&b, &c));
		assert(b.len <= s.len);
		assert(pli_code_decode(buf_str(&b), &back));
		assert(str_eq(c.address, back.address));
		buf_free(&b);
	}
	with_payload(s);
	fuzz_free(s);
	return 0;
}
