/* fuzz_address.c - every part lies in the text; groups open and close. */

#include "fuzz/fuzz.h"
#include "mail/addr_spec.h"
#include "mail/address.h"

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size);
	struct address_list l;
	struct address a;
	struct buf b;
	bool open = false;
	size_t n = 0;

	assert(addr_spec_check(in) <= ADDR_BAD);
	buf_init(&b, 1 << 22);
	address_begin(&l, in);
	while (address_next(&l, &a)) {
		fuzz_inside(in, a.name);
		fuzz_inside(in, a.route);
		fuzz_inside(in, a.local);
		fuzz_inside(in, a.domain);
		address_put_name(&b, &a);
		address_put_route(&b, &a);
		address_put_local(&b, &a);
		address_put_domain(&b, &a);
		assert(open == (a.kind != ADDRESS_GROUP) ||
		    a.kind == ADDRESS_MAILBOX);
		if (a.kind != ADDRESS_MAILBOX)
			open = a.kind == ADDRESS_GROUP;
		assert(++n <= size + 2);
	}
	assert(!open || n >= ADDRESSES_MAX);
	assert(b.len <= 2 * size);
	buf_free(&b);
	fuzz_free(in);
	return 0;
}
