/* fuzz_pliseal.c - what parses comes back the same when it is made anew. */

#include "fuzz/fuzz.h"
#include "mail/pliseal.h"

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const size_t name = sizeof("Pli-Seal:") - 1;
	static struct pliseal a, b;
	struct str in = fuzz_copy(data, size);
	struct buf out;
	struct str value;

	if (pliseal_parse(&a, in)) {
		struct str stamp = { a.stamp, a.stamp_len };

		buf_init(&out, PLISEAL_FIELD_MAX);
		pliseal_put(&out, stamp, a.hash, a.signature);
		assert(!out.failed && out.len > name);
		value = (struct str){ out.ptr + name, out.len - name };
		assert(pliseal_parse(&b, value));
		assert(memcmp(&a, &b, sizeof(a)) == 0);
		if (pliseal_item(stamp, STR("from"), &value))
			fuzz_inside(stamp, value);
		buf_free(&out);
	}
	fuzz_free(in);
	return 0;
}
