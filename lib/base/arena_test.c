/* arena_test.c - limits, alignment, overflow, reuse. */

#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "tests/check.h"

TEST(respects_its_limit)
{
	struct arena a;
	size_t got = 0;

	TEST_BEGIN;
	arena_init(&a, 10000);
	while (arena_alloc(&a, 1, 100) != NULL)
		got += 100;
	CHECK(got > 8000 && got <= 10000, "got %zu", got);
	arena_reset(&a);
	CHECK(arena_alloc(&a, 1, 10000) != NULL, "not as good as new");
	CHECK(arena_alloc(&a, 1, 1) == NULL, "gave more than its limit");
	CHECK(arena_str(&a, STR("late")).ptr == NULL, "copied past its limit");
	arena_reset(&a);

	arena_init(&a, alignof(max_align_t) + 1);
	CHECK(arena_alloc(&a, 1, 1) != NULL, "refused what fits");
	CHECK(arena_alloc(&a, 1, 1) == NULL, "rounded past its limit");
	arena_reset(&a);
}

TEST(cannot_be_overflowed)
{
	struct arena a;

	TEST_BEGIN;
	arena_init(&a, SIZE_MAX / 2);
	CHECK(arena_alloc(&a, SIZE_MAX, 2) == NULL, "wrapped");
	CHECK(arena_alloc(&a, SIZE_MAX / 2, 3) == NULL, "wrapped");
	CHECK(arena_alloc(&a, 2, SIZE_MAX / 2 + 1) == NULL, "wrapped");
	CHECK(a.chunks == NULL && a.left == a.limit, "took something");
}

TEST(gives_aligned_zeroed_memory)
{
	struct arena a;

	TEST_BEGIN;
	arena_init(&a, 4 << 20);
	for (size_t n = 0; n < 5000; n += 7) {
		unsigned char *p = arena_alloc(&a, n, 1);
		size_t dirty = 0;

		CHECK(p != NULL, "size %zu", n);
		CHECK((uintptr_t)p % alignof(max_align_t) == 0, "size %zu", n);
		for (size_t i = 0; i < n; i++)
			dirty += p[i] != 0;
		CHECK(dirty == 0, "size %zu", n);
		memset(p, 0xff, n);
	}
	arena_reset(&a);
}

TEST(copies_strings)
{
	struct arena a;
	struct str copy, empty;

	TEST_BEGIN;
	arena_init(&a, 64);
	copy = arena_str(&a, STR("hello"));
	empty = arena_str(&a, STR(""));
	CHECK(str_eq(copy, STR("hello")), "copy differs");
	CHECK(empty.ptr != NULL && empty.len == 0, "empty is not failure");
	arena_reset(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(respects_its_limit),
		RUN(cannot_be_overflowed),
		RUN(gives_aligned_zeroed_memory),
		RUN(copies_strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
