/* buf_test.c - growth, limits, numbers. */

#include "base/buf.h"

#include "tests/check.h"

TEST(adds_what_it_is_given)
{
	struct buf b;

	TEST_BEGIN;
	buf_init(&b, 1000);
	buf_add_c(&b, "a");
	buf_add(&b, STR("b\0c"));
	buf_byte(&b, ' ');
	buf_add_u64(&b, 0);
	buf_byte(&b, ' ');
	buf_add_u64(&b, UINT64_MAX);
	buf_add_hex(&b, STR(" \xff"));
	CHECK(str_eq(buf_str(&b), STR("ab\0c 0 1844674407370955161520ff")),
	    "%.*s", (int)b.len, b.ptr);
	buf_drop(&b, 4);
	CHECK(str_eq(buf_str(&b), STR(" 0 1844674407370955161520ff")), "drop");
	CHECK(!b.failed, "failed");
	buf_free(&b);
}

TEST(stops_at_its_limit)
{
	struct buf b;
	char *room;

	TEST_BEGIN;
	buf_init(&b, 300);
	for (int i = 0; i < 300; i++)
		buf_byte(&b, 'x');
	CHECK(!b.failed && b.len == 300, "len %zu", b.len);
	buf_byte(&b, 'y');
	CHECK(b.failed && b.len == 300, "took more");
	buf_clear(&b);
	CHECK(!b.failed && b.len == 0, "clear");
	room = buf_room(&b, 300);
	CHECK(room != NULL, "room");
	memset(room, 'z', 300);
	buf_grow(&b, 300);
	CHECK(buf_room(&b, 1) == NULL && b.failed, "too much room");
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(adds_what_it_is_given),
		RUN(stops_at_its_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
