/* match_test.c - nothing that is typed becomes syntax. */

#include "codec/match.h"
#include "tests/check.h"

static const struct {
	struct str typed, is;	/* is "": no word in it */
} t[] = {
	{ STR_INIT("hello"), STR_INIT("\"hello\"*") },
	{ STR_INIT("  a  b "), STR_INIT("\"a\"* \"b\"*") },
	{ STR_INIT("\"a b\" c"), STR_INIT("\"a b\" \"c\"*") },
	{ STR_INIT("\"open end"), STR_INIT("\"open end\"") },
	{ STR_INIT("a\"b\"c"), STR_INIT("\"a\"* \"b\" \"c\"*") },
	{ STR_INIT("NOT (a OR b) NEAR x:y ^z -w *"), STR_INIT("\"NOT\"* "
	    "\"(a\"* \"OR\"* \"b)\"* \"NEAR\"* \"x:y\"* \"^z\"* \"-w\"* "
	    "\"*\"*") },
	{ STR_INIT("\"a\tb\r\n\""), STR_INIT("\"a b  \"") },
	{ STR_INIT("a\0b"), STR_INIT("\"a\"* \"b\"*") },
	{ STR_INIT("\xc3\xa9t\xc3\xa9"), STR_INIT("\"\xc3\xa9t\xc3\xa9\"*") },
	{ STR_INIT("\xff"), STR_INIT("") },
	{ STR_INIT(""), STR_INIT("") },
	{ STR_INIT(" \" \" \"\""), STR_INIT("") },
};

TEST(becomes)
{
	struct buf out;

	TEST_BEGIN;
	buf_init(&out, 1000);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		buf_clear(&out);
		assert_int_equal(match_put(&out, t[i].typed),
		    t[i].is.len > 0);
		CHECK(str_eq(buf_str(&out), t[i].is), "%zu: %.*s", i,
		    (int)out.len, out.ptr);
	}
	buf_free(&out);
}

TEST(has_an_end)
{
	char many[200];
	struct buf out;
	size_t quotes = 0;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(many); i++)
		many[i] = i % 2 == 0 ? 'x' : ' ';
	buf_init(&out, 1000);
	assert_true(match_put(&out, (struct str){ many, sizeof(many) }));
	for (size_t i = 0; i < out.len; i++)
		quotes += out.ptr[i] == '"';
	assert_int_equal(quotes, 2 * MATCH_WORDS_MAX);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { RUN(becomes), RUN(has_an_end) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
