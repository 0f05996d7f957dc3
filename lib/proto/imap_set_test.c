/* imap_set_test.c - sets as sent and what they mean. */

#include "proto/imap_set.h"

#include <string.h>

#include "base/buf.h"
#include "tests/check.h"

static const struct {
	const char *in;
	uint32_t max;
	const char *want;	/* NULL: no set */
} cases[] = {
	{ "1", 9, "1:1" },
	{ "1:*", 9, "1:9" },
	{ "*:1", 9, "1:9" },
	{ "*", 9, "9:9" },
	{ "12:*", 9, "9:12" },
	{ "3,1,2", 9, "1:3" },
	{ "5:3,9,4:6", 9, "3:6,9:9" },
	{ "1,3,5,7", 9, "1:1,3:3,5:5,7:7" },
	{ "4294967295,1:4294967295", 9, "1:4294967295" },
	{ "*,1", 0, "1:1" },
	{ "1:*", 0, "" },
	{ "", 9, NULL },
	{ "0", 9, NULL },
	{ "1,", 9, NULL },
	{ ",1", 9, NULL },
	{ "1:", 9, NULL },
	{ "1:2:3", 9, NULL },
	{ "4294967296", 9, NULL },
	{ "-1", 9, NULL },
	{ "a", 9, NULL },
};

TEST(sets_as_listed)
{
	struct arena a;

	TEST_BEGIN;
	arena_init(&a, 65536);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str in = { cases[i].in, strlen(cases[i].in) };
		struct imap_set set;
		bool ok = imap_set_take(&in, &a, &set) && in.len == 0;
		char got[256] = "";

		CHECK(ok == (cases[i].want != NULL), "%s", cases[i].in);
		if (!ok)
			continue;
		imap_set_resolve(&set, cases[i].max);
		for (size_t k = 0; k < set.n; k++)
			snprintf(got + strlen(got), sizeof(got) - strlen(got),
			    "%s%u:%u", k ? "," : "", set.range[k].from,
			    set.range[k].to);
		CHECK(strcmp(got, cases[i].want) == 0, "%s: %s", cases[i].in,
		    got);
	}
	arena_reset(&a);
}

TEST(sorts_many)
{
	struct buf text;
	struct arena a;
	struct imap_set set;
	struct str in;

	TEST_BEGIN;
	buf_init(&text, 1 << 20);
	arena_init(&a, 1 << 20);
	for (uint32_t i = 0; i < 5000; i++) {
		if (i > 0)
			buf_byte(&text, ',');
		buf_add_u64(&text, 1 + i * 7919 % 10007 * 2);
	}
	in = buf_str(&text);
	CHECK(imap_set_take(&in, &a, &set), "a set");
	imap_set_resolve(&set, 1);
	CHECK(set.n == 5000, "%zu", set.n);
	for (size_t i = 1; i < set.n; i++)
		CHECK(set.range[i - 1].to < set.range[i].from, "%zu", i);
	arena_reset(&a);
	buf_free(&text);
}

TEST(members)
{
	struct arena a;
	struct str in = STR("9,2:4,20:*");
	struct imap_set set;

	TEST_BEGIN;
	arena_init(&a, 1 << 16);
	assert_true(imap_set_take(&in, &a, &set));
	imap_set_resolve(&set, UINT32_MAX);
	for (uint32_t n = 1; n < 30; n++)
		CHECK(imap_set_has(&set, n) == ((n >= 2 && n <= 4) ||
		    n == 9 || n >= 20), "%u", n);
	assert_true(imap_set_has(&set, UINT32_MAX));
	set.n = 0;
	assert_false(imap_set_has(&set, 2));
	arena_reset(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(sets_as_listed), RUN(sorts_many),
		RUN(members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
