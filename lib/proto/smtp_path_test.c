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
	GOOD("<a@[IPv6:::ffff:192.0.2.1]>", "a", "[IPv6:::ffff:192.0.2.1]", ""),
	GOOD("<a@[IPv6:::]>",		"a", "[IPv6:::]", ""),
	GOOD("<a@[X25:123]>",		"a", "[X25:123]", ""),
	GOOD("<\xc3\xa9ve@\xc3\xa9.fr>", "\xc3\xa9ve", "\xc3\xa9.fr", ""),
	GOOD("<\"\xe6\x97\xa5 \"@b>",	"\"\xe6\x97\xa5 \"", "b", ""),
};

static const struct str bad[] = {
	STR_INIT(""), STR_INIT("<"), STR_INIT("a@b"), STR_INIT("<a@b"),
	STR_INIT("<@>"), STR_INIT("<a@>"), STR_INIT("<@b>"), STR_INIT("< a@b>"),
	STR_INIT("<a@b >"), STR_INIT("<a@b@c>"), STR_INIT("<a.@b>"),
	STR_INIT("<a@b..c>"), STR_INIT("<a@b_c>"), STR_INIT("<a@[b>"),
	STR_INIT("<a@[[]>"), STR_INIT("<\"a@b>"), STR_INIT("<\"a\\\"@b>"),
	STR_INIT("<\"a\tb\"@c>"), STR_INIT("<\"a\"b@c>"), STR_INIT("<a\0@b>"),
	STR_INIT("<a@[192.0.2.256]>"), STR_INIT("<a@[1.2.3]>"),
	STR_INIT("<a@[0001.2.3.4]>"), STR_INIT("<a@[IPv6:1::2::3]>"),
	STR_INIT("<a@[IPv6:1:2:3:4:5:6:7]>"), STR_INIT("<a@[IPv6:12345::]>"),
	STR_INIT("<a@[stuff>"), STR_INIT("<a@[\"stuff]>"), STR_INIT("<a@[]>"),
	STR_INIT("<a@[IPv6:1:2:3:4:5:6:7:8:9]>"), STR_INIT("<a@[IPv6::1]>"),
	STR_INIT("<\xc3@b>"), STR_INIT("<\xed\xa0\x80@b>"),
	STR_INIT("<\xc2\x85@b>"), STR_INIT("<a@b\xe3\x80\x82" "c>"),
	STR_INIT("<a\xe2\x80\xa8@b>"),
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
		CHECK(str_eq(path.domain, good[i].domain), "%s",
		    good[i].in.ptr);
		CHECK(str_eq(in, good[i].rest), "%s", good[i].in.ptr);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct str in = bad[i];

		CHECK(!smtp_path_take(&in, &path), "%s", bad[i].ptr);
		CHECK(in.ptr == bad[i].ptr && in.len == bad[i].len,
		    "%s moved", bad[i].ptr);
	}
}

TEST(says_what_a_local_part_means)
{
	struct buf out;

	TEST_BEGIN;
	buf_init(&out, 1024);
	smtp_path_unquote(STR("\"a \\\"b\\\\\""), &out);
	smtp_path_unquote(STR("c.d"), &out);
	smtp_path_unquote(STR("\"\""), &out);
	smtp_path_fold(STR("@EXAMPLE.\xc3\x89.Org"), &out);
	CHECK(str_eq(buf_str(&out), STR("a \"b\\c.d@example.\xc3\x89.org")),
	    "%.*s", (int)out.len, out.ptr);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(takes_and_refuses_as_listed),
		RUN(says_what_a_local_part_means),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
