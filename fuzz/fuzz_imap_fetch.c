/*
 * fuzz_imap_fetch.c - what FETCH asks for: the names that the answer gives
 * parse again, to the same.
 */

#include "base/buf.h"
#include "fuzz/fuzz.h"
#include "proto/imap_fetch.h"

static void
put_all(struct buf *out, const struct imap_fetch *f)
{
	buf_add(out, STR("1 ("));
	for (const struct imap_item *i = f->items; i != NULL; i = i->next) {
		imap_item_put(out, i);
		if (i->partial) {
			out->len--;
			buf_byte(out, '.');
			buf_add_u64(out, i->length);
			buf_byte(out, '>');
		}
		if (i->next != NULL)
			buf_byte(out, ' ');
	}
	buf_byte(out, ')');
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size);
	struct imap_fetch f, again;
	struct buf once, twice;
	struct arena a;

	arena_init(&a, 4 << 20);
	buf_init(&once, 4 << 20);
	buf_init(&twice, 4 << 20);
	if (imap_fetch_parse(in, &a, &f)) {
		assert(f.n > 0 && f.n <= IMAP_ITEMS_MAX &&
		    (f.set.n > 0 || f.set.saved));
		put_all(&once, &f);
		/* a field name with octets past ASCII is put as a literal */
		if (imap_fetch_parse(buf_str(&once), &a, &again)) {
			put_all(&twice, &again);
			assert(str_eq(buf_str(&once), buf_str(&twice)));
		} else {
			assert(arena_alloc(&a, 1 << 20, 1) == NULL);
		}
	}
	buf_free(&once);
	buf_free(&twice);
	arena_reset(&a);
	fuzz_free(in);
	return 0;
}
