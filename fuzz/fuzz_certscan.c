/* fuzz_certscan.c - keys are counted without reading past them. */

#include "fuzz/fuzz.h"
#include "pgp/certscan.h"

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size);
	struct certscan s;

	if (certscan(in, &s)) {
		assert(s.primaries + s.secrets > 0);
		assert(s.primaries + s.subkeys + s.secrets <=
		    CERTSCAN_KEYS_MAX);
		assert(in.len >= 3);
	}
	fuzz_free(in);
	return 0;
}
