/* clock_test.c - it goes forward, in milliseconds. */

#include "os/clock.h"

#include <unistd.h>

#include "tests/check.h"

TEST(goes_forward)
{
	int64_t before = clock_ms(), after;

	TEST_BEGIN;
	CHECK(usleep(20000) == 0, "sleep");
	after = clock_ms();
	CHECK(after >= before + 20, "%d ms", (int)(after - before));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { RUN(goes_forward) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
