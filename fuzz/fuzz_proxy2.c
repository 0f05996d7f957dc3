/* fuzz_proxy2.c - a header is taken whole, and never read past its end. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/proxy2.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	char *exact = malloc(size);	/* so that one byte too far is seen */
	struct str in = { exact, size };
	struct proxy2 p, q;

	if (size > 0)
		memcpy(exact, data, size);
	switch (proxy2_parse(in, &p)) {
	case PROXY2_OK:
		assert(proxy2_is_signature(in));
		assert(p.len >= PROXY2_HEAD && p.len <= size);
		/* what follows does not matter, a cut does */
		in.len = p.len;
		assert(proxy2_parse(in, &q) == PROXY2_OK);
		assert(memcmp(&p, &q, sizeof(p)) == 0);
		in.len--;
		assert(proxy2_parse(in, &q) == PROXY2_MORE);
		break;
	case PROXY2_MORE:
		assert(size < PROXY2_MAX);
		break;
	case PROXY2_BAD:
		break;
	}
	free(exact);
	return 0;
}
