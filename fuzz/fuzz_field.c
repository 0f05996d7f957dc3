/*
 * fuzz_field.c - no bytes on a channel make a decoder read outside them, and
 * what is taken is exactly what would have been sent.
 *
 * The first octet chooses the edge.
 */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "ipc/tables_for_tests.h"


static void
try(size_t k, struct str wire)
{
	union ipc_any m;
	struct buf again;
	int type = field_get(ipc_tables[k].table, ipc_tables[k].types, wire,
	    &m);

	if (type < 0)
		return;
	assert(type == field_type_of(wire));
	buf_init(&again, IPC_MAX);
	field_put(&again, ipc_tables[k].table, ipc_tables[k].types,
	    (unsigned)type, &m);
	assert(!again.failed && str_eq(buf_str(&again), wire));
	buf_free(&again);
}

static void
try_pairs(struct str in)
{
	struct str key, value, before = in;

	while (admin_take(&in, &key, &value)) {
		assert(in.len < before.len);
		assert(key.len + value.len + 8 == before.len - in.len);
		before = in;
	}
	(void)admin_get(in, STR("name"), &value);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	char *exact;

	if (size < 1 || size > IPC_MAX)
		return 0;
	exact = malloc(size);		/* so that one byte too far is seen */
	memcpy(exact, data + 1, size - 1);
	try(data[0] % IPC_TABLES, (struct str){ exact, size - 1 });
	try_pairs((struct str){ exact, size - 1 });
	free(exact);
	return 0;
}
