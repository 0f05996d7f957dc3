/* markup_test.c - four octets, and no others. */

#include "codec/markup.h"

#include "tests/check.h"

TEST(all_octets)
{
	struct buf b;

	TEST_BEGIN;
	buf_init(&b, 64);
	for (int c = 0; c < 256; c++)
		(void)markup_put(&b, (char)c);
	assert_true(str_eq(buf_str(&b), STR("&quot;&amp;&lt;&gt;")));
	assert_false(markup_put(&b, '\''));
	assert_true(markup_put(&b, '<'));
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { RUN(all_octets) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
