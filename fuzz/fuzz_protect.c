/*
 * fuzz_protect.c - every message comes back to the octet, and no field of the
 * sender's passes for ours.
 */

#include "fuzz/fuzz.h"
#include "mail/header.h"
#include "mail/outer.h"
#include "mail/protect.h"
#include "mail/received.h"

static const struct str TRACE = STR_INIT("Received: x\r\n");

static void
check_inner(struct str inner)
{
	struct header h;
	struct header_field f;
	bool ours = true;

	assert(header_is_closed((struct str){ inner.ptr,
	    header_len(inner) }));
	header_begin(&h, inner);
	while (header_next(&h, &f)) {
		struct str name = f.name;

		assert(ours || !str_take_word(&name, STR("Pli-")));
		assert(ours || !str_eq_nocase(f.name, STR("HP-Outer")));
		if (ours && str_eq_nocase(f.name, STR("Pli-Edit")))
			ours = false;
	}
	assert(!ours);
}

static void
check_outer(struct str outer)
{
	struct header h;
	struct header_field f;

	assert(outer.len <= PROTECT_OUTER_MAX);
	header_begin(&h, outer);
	while (header_next(&h, &f))
		assert(f.name.len > 0);
	assert(h.rest.len == 0);
	assert(outer_is_sound(outer));	/* or seal would refuse it */
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size);
	size_t len = header_len(in);
	struct protect_in p = { .header = { in.ptr, len }, .received = TRACE };
	struct buf outer, inner, back;

	buf_init(&outer, PROTECT_INNER_MAX);
	buf_init(&inner, PROTECT_INNER_MAX);
	buf_init(&back, PROTECT_INNER_MAX);
	protect_is_announced(p.header);
	received_count(p.header);
	assert(protect_header(&p, &outer, &inner));
	check_inner(buf_str(&inner));
	check_outer(buf_str(&outer));
	buf_add_mem(&inner, in.ptr + len, in.len - len);
	assert(protect_restore(buf_str(&inner), &back));
	assert(str_eq(buf_str(&back), in));
	buf_clear(&back);
	(void)protect_restore(in, &back);
	buf_free(&outer);
	buf_free(&inner);
	buf_free(&back);
	fuzz_free(in);
	return 0;
}
