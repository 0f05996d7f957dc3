/* msg_admin_test.c - packed pairs. */

#include "ipc/msg_admin.h"

#include "tests/check.h"

TEST(there_and_back)
{
	struct str in, key, value;
	struct buf b;

	TEST_BEGIN;
	buf_init(&b, 1024);
	admin_put(&b, STR("name"), STR("alice"));
	admin_put(&b, STR("target"), STR("a\0b"));
	admin_put(&b, STR("target"), STR(""));
	admin_put_u64(&b, STR("n"), UINT64_MAX);
	in = buf_str(&b);
	assert_true(admin_take(&in, &key, &value));
	CHECK(str_eq(key, STR("name")) && str_eq(value, STR("alice")), "1");
	assert_true(admin_get(in, STR("target"), &value));
	CHECK(str_eq(value, STR("a\0b")), "2");
	assert_true(admin_get(in, STR("n"), &value));
	CHECK(str_eq(value, STR("18446744073709551615")), "3");
	assert_false(admin_get(in, STR("name"), &value));
	buf_free(&b);
}

TEST(malformed)
{
	static const struct str t[] = {
		STR_INIT("\1"), STR_INIT("\1\0\0\0"),
		STR_INIT("\1\0\0\0a\xff\xff\xff\xff"),
		STR_INIT("\xff\xff\xff\xff" "a\1\0\0\0b"),
		STR_INIT("\1\0\0\0a\2\0\0\0b"),
	};
	struct str in, key, value;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		in = t[i];
		CHECK(!admin_take(&in, &key, &value), "%zu", i);
		CHECK(in.ptr == t[i].ptr && in.len == t[i].len, "%zu", i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(there_and_back), RUN(malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
