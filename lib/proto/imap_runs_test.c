/* imap_runs_test.c - numbers as sets. */

#include "proto/imap_runs.h"

#include <string.h>

#include "tests/check.h"

static const struct {
	uint32_t n[8];		/* up to a 0 */
	const char *want;
} cases[] = {
	{ { 0 }, "" },
	{ { 7 }, "<7>" },
	{ { 1, 2, 3 }, "<1:3>" },
	{ { 1, 3, 4, 9 }, "<1,3:4,9>" },
	{ { 4294967294, 4294967295 }, "<4294967294:4294967295>" },
	{ { 2, 4, 6 }, "<2,4,6>" },
};

TEST(sets_as_listed)
{
	struct buf out;

	TEST_BEGIN;
	buf_init(&out, 1000);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct imap_runs r = { .before = "<" };
		const char *want = cases[i].want;

		buf_clear(&out);
		for (const uint32_t *n = cases[i].n; *n != 0; n++)
			imap_runs_add(&r, &out, *n);
		assert_int_equal(imap_runs_end(&r, &out, ">"), want[0] != 0);
		CHECK(str_eq(buf_str(&out), (struct str){ want,
		    strlen(want) }), "%s", want);
	}
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { RUN(sets_as_listed) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
