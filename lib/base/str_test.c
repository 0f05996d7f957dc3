/* str_test.c - what is taken, and that a failed take takes nothing. */

#include "base/str.h"

#include "base/ascii.h"
#include "tests/check.h"

TEST(takes_from_the_front)
{
	struct str in = STR("MAIL from:42rest");
	uint64_t n = 0;

	TEST_BEGIN;
	CHECK(str_eq(str_take_while(&in, is_alpha), STR("MAIL")), "verb");
	CHECK(str_take_word(&in, STR(" FROM:")), "word in another case");
	CHECK(str_take_u64(&in, &n) && n == 42, "%llu", (unsigned long long)n);
	CHECK(str_peek(in) == 'r' && str_take_byte(&in, 'r'), "byte");
	CHECK(str_take_one(&in, is_alpha), "one of a class");
	CHECK(str_eq(in, STR("st")), "rest");
}

TEST(knows_ascii)
{
	TEST_BEGIN;
	CHECK(str_is_ascii(STR("")), "empty");
	CHECK(str_is_ascii(STR("a\0\x7f~")), "all of it");
	CHECK(!str_is_ascii(STR("\x80")), "the first that is not");
	CHECK(!str_is_ascii(STR("abc\xff" "def")), "in the middle");
	CHECK(str_eq(from_c(NULL), STR("")), "no text");
	CHECK(str_eq(from_c("ab"), STR("ab")), "a C text");
}

TEST(leaves_what_it_refuses)
{
	static const struct str inputs[] = {
		STR_INIT(""), STR_INIT("x"), STR_INIT("ab\0c"), STR_INIT("AB"),
		STR_INIT("18446744073709551616"), { NULL, 0 },
	};
	uint64_t n = 7;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
		struct str in = inputs[i];

		CHECK(!str_take_byte(&in, 'y'), "input %zu", i);
		CHECK(!str_take_one(&in, is_wsp), "input %zu", i);
		CHECK(!str_take_word(&in, STR("abc")), "input %zu", i);
		CHECK(!str_take_u64(&in, &n) && n == 7, "input %zu", i);
		CHECK(in.ptr == inputs[i].ptr && in.len == inputs[i].len,
		    "input %zu moved", i);
	}
}

TEST(compares_and_cuts)
{
	struct str line = STR("a b \t "), rest = STR("b \t ");

	TEST_BEGIN;
	CHECK(str_eq(STR(""), (struct str){ NULL, 0 }), "nothing is nothing");
	CHECK(!str_eq(STR("a\0b"), STR("a\0c")), "NUL is a byte like others");
	CHECK(str_eq_nocase(STR("@Az["), STR("@aZ[")), "letters fold");
	CHECK(!str_eq_nocase(STR("@["), STR("`{")), "only letters fold");
	CHECK(str_eq(str_trim_end(line, is_wsp), STR("a b")), "trim");
	CHECK(str_eq(str_before(line, rest), STR("a ")), "before");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(takes_from_the_front), RUN(knows_ascii),
		RUN(leaves_what_it_refuses), RUN(compares_and_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
