/* fuzz_container.c - a file of keys, and the record list in it. */

#include <sodium.h>

#include "agent/container.h"
#include "fuzz/fuzz.h"

static void
try_file(struct str in)
{
	struct container c;

	if (container_parse(&c, in) != CONTAINER_OK)
		return;
	fuzz_inside(in, c.salt);
	fuzz_inside(in, c.nonce);
	fuzz_inside(in, c.sealed);
	assert(c.head.len == CONTAINER_HEAD && c.sealed.len >= CONTAINER_TAG);
}

/* With a right sum, so that the rest is reached. */
static void
try_summed(struct str in)
{
	unsigned char *copy = malloc(in.len + CONTAINER_SUM);

	memcpy(copy, in.ptr, in.len);
	crypto_generichash(copy + in.len, CONTAINER_SUM, copy, in.len, NULL,
	    0);
	try_file((struct str){ (char *)copy, in.len + CONTAINER_SUM });
	free(copy);
}

static void
try_records(struct str in)
{
	struct str list = in, value;
	unsigned kind;
	struct buf again;

	buf_init(&again, in.len);
	while (record_take(&list, &kind, &value)) {
		fuzz_inside(in, value);
		record_put(&again, (enum record_kind)kind, value);
	}
	assert(str_eq(buf_str(&again), str_before(in, list)));
	buf_free(&again);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size);

	try_file(in);
	try_summed(in);
	try_records(in);
	fuzz_free(in);
	return 0;
}
