/* smtp_path_test.c - addresses, and where they stop. */

#include "proto/smtp_path.h"

#include "tests/check.h"

static const struct {
	struct str in, local, domain, rest;
} good[] = {
#define GOOD(in, local, domain, rest) \
	{ STR_INIT(in), STR_INIT(local), STR_INIT(domain), STR_INIT(rest) }
	GOOD("<>",			"", "", ""),
	GOOD("<a@b> SIZE=1",		"a", "b", " SIZE=1"),
	GOOD("<a>",			"a", "", ""),
	GOOD("<a@b>>",			"a", "b", ">"),
	GOOD("<o'neil+x@b-c.d>",	"o'neil+x", "b-c.d", ""),
	GOOD("<\"a b\"@c>",		"\"a b\"", "c", ""),
	GOOD("<\"\"@c>",		"\"\"", "c", ""),
	GOOD("<a@[IPv6:2001:db8::1]>",	"a", "[IPv6:2001:db8::1]", ""),
	GOOD("<@x,@[192.0.2.1]:a@b>",	"a", "b", ""),
};

static const struct str bad[] = {
	STR_INIT(""), STR_INIT("<"), STR_INIT("a@b"), STR_INIT("<a@b"),
	STR_INIT("<@>"), STR_INIT("<a@>"), STR_INIT("<@b>"), STR_INIT("< a@b>"),
	STR_INIT("<a@b >"), STR_INIT("<a@b@c>"), STR_INIT("<a.@b>"),
	STR_INIT("<a@b..c>"), STR_INIT("<a@b_c>"), STR_INIT("<a@[b>"),
	STR_INIT("<a@[[]>"), STR_INIT("<\"a@b>"), STR_INIT("<\"a\\\"@b>"),
	STR_INIT("<\"a\tb\"@c>"), STR_INIT("<\"a\"b@c>"), STR_INIT("<a\0@b>"),
	STR_INIT("<@x:>"), STR_INIT("<@x,:a@b>"), STR_INIT("<@x a@b>"),
};

TEST(takes_and_refuses_as_listed)
{
	struct smtp_path path;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct str in = good[i].in;

		CHECK(smtp_path_take(&in, &path), "%s", good[i].in.ptr);
		CHECK(str_eq(path.local, good[i].local), "%s", good[i].in.ptr);
		CHECK(str_eq(path.domain, good[i].domain), "%s", good[i].in.ptr);
		CHECK(str_eq(in, good[i].rest), "%s", good[i].in.ptr);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct str in = bad[i];

		CHECK(!smtp_path_take(&in, &path), "%s", bad[i].ptr);
		CHECK(in.ptr == bad[i].ptr && in.len == bad[i].len,
		    "%s moved", bad[i].ptr);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(takes_and_refuses_as_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
