/* fuzz_pli_identity.c - what is read as a document is, written, itself. */

#include "fuzz.h"
#include "proto/pli_identity.h"

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str s = fuzz_copy(data, size);
	struct pli_identity d;
	struct buf b;

	if (pli_identity_parse(s, &d)) {
		fuzz_inside(s, d.host);
		fuzz_inside(s, d.text);
		assert(d.text.ptr == s.ptr);
		assert(d.seals > 0 && d.seals <= PLI_SEALS_MAX);
		buf_init(&b, PLI_IDENTITY_MAX);
		pli_identity_put(&b, &d);
		assert(str_eq(buf_str(&b), d.text));
		pli_identity_put_signature(&b, d.signature);
		assert(str_eq(buf_str(&b), s));
		buf_free(&b);
	}
	fuzz_free(s);
	return 0;
}
