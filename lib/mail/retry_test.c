/* retry_test.c - pauses grow, have an end, and scatter. */

#include "mail/retry.h"

#include "tests/check.h"

static void
grows(void **unused)
{
	(void)unused;
	assert_int_equal(retry_pause(0, 0), RETRY_FIRST);
	assert_int_equal(retry_pause(1, 0), RETRY_FIRST);
	assert_int_equal(retry_pause(2, 0), 2 * RETRY_FIRST);
	assert_int_equal(retry_pause(5, 0), 16 * RETRY_FIRST);
	assert_int_equal(retry_pause(100, 0), RETRY_LONGEST);
	assert_int_equal(retry_pause(UINT32_MAX, 0), RETRY_LONGEST);
}

static void
scatters(void **unused)
{
	(void)unused;
	for (uint32_t r = 0; r < 100000; r += 7) {
		uint32_t p = retry_pause(3, r * 2654435761u);

		assert_in_range(p, 4 * RETRY_FIRST, 5 * RETRY_FIRST);
	}
	assert_int_not_equal(retry_pause(3, 1), retry_pause(3, 2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows),
		cmocka_unit_test(scatters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
