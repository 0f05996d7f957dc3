/* wipe_test.c - nothing is left. */

#include "base/wipe.h"

#include "tests/check.h"

TEST(wipes_all_and_no_more)
{
	unsigned char mem[64];

	TEST_BEGIN;
	memset(mem, 0xa5, sizeof(mem));
	wipe(mem + 1, sizeof(mem) - 2);
	CHECK(mem[0] == 0xa5 && mem[63] == 0xa5, "wrote outside");
	for (size_t i = 1; i < 63; i++)
		CHECK(mem[i] == 0, "byte %zu", i);
	wipe(NULL, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { RUN(wipes_all_and_no_more) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
