/* fuzz_imap_search.c - SEARCH and APPEND taken apart. */

#include "fuzz/fuzz.h"
#include "proto/imap_append.h"
#include "proto/imap_search.h"

/* Every key has its own number, and no tree is deeper than it may be. */
static size_t
check_keys(const struct imap_key *k, size_t keys, unsigned depth)
{
	size_t n = 0;

	assert(depth <= 2 * IMAP_KEY_DEPTH_MAX);
	for (; k != NULL; k = k->next) {
		assert(k->id < keys && k->is < KEY_KINDS);
		assert(imap_key_needs(k->is) <= NEEDS_BODY);
		n += 1 + check_keys(k->child, keys, depth + 1);
	}
	return n;
}

static void
check_append(struct str in, struct arena *a)
{
	struct imap_append m;
	struct str name;

	if (imap_append_first(in, a, &name, &m)) {
		assert(imap_append_is_message(in, a));
		assert(m.keywords <= IMAP_FLAGS_MAX);
	}
	(void)imap_append_next(in, &m);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size);
	struct imap_search s;
	struct arena arena;

	arena_init(&arena, 1 << 20);
	if (imap_search_parse(in, &arena, &s))
		assert(check_keys(s.root, s.keys, 0) == s.keys);
	check_append(in, &arena);
	arena_reset(&arena);
	fuzz_free(in);
	return 0;
}
