/* fold_test.c */

#include "codec/fold.h"

#include <string.h>

#include "tests/check.h"

static bool
finds(const char *needle, const char *hay)
{
	struct fold_needle n;
	struct buf text, folded;
	bool found;

	buf_init(&text, 4096);
	buf_init(&folded, 4096);
	fold_text(&text, from_c(needle));
	fold_text(&folded, from_c(hay));
	fold_needle(&n, buf_str(&text));
	found = fold_find(&n, buf_str(&folded));
	if (n.ascii)
		CHECK(fold_find(&n, from_c(hay)) == found, "%s %s", needle,
		    hay);
	buf_free(&text);
	buf_free(&folded);
	return found;
}

TEST(found)
{
	static const struct {
		const char *needle, *hay;
		bool is;
	} t[] = {
		{ "", "", true }, { "", "x", true }, { "x", "", false },
		{ "abc", "xxABCxx", true }, { "ABC", "abc", true },
		{ "abc", "ab", false }, { "aab", "aaaab", true },
		{ "abab", "abaabab", true }, { "c", "abc", true },
		{ "hello world", "say Hello World!", true },
		{ "@", "`", false }, { "[", "{", false },
		{ "\xc3\xbc", "F\xc3\x9cR", true },
		{ "STRA\xc3\x9f" "E", "stra\xc3\x9f" "e", true },
		{ "\xd0\xbf\xd1\x80\xd0\xb8", "\xd0\x9f\xd0\xa0\xd0\x98",
		    true },
		{ "\xce\xa3\xce\x91\xce\xa3", "\xcf\x83\xce\xb1\xcf\x82",
		    true },
		{ "\xc4\x80", "\xc4\x81", true },
		{ "\xc4\x81", "\xc4\x82", false },
		{ "\xe1\xba\x9e", "\xc3\x9f", true },
		{ "a\xff", "A\xff", true }, { "\xff", "\xfe", false },
	};

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		CHECK(finds(t[i].needle, t[i].hay) == t[i].is, "%s in %s",
		    t[i].needle, t[i].hay);
}

/* Against the plainest search there is. */
TEST(as_a_plain_one)
{
	static const char hay[] = "abaababaabaababaababaabaABAABABAx";
	char needle[8];

	TEST_BEGIN;
	for (unsigned bits = 0; bits < 256; bits++) {
		bool there = false;

		for (int i = 0; i < 7; i++)
			needle[i] = bits & 1u << i ? 'a' : 'b';
		needle[bits >> 7 ? 7 : 4] = '\0';
		needle[7] = '\0';
		for (size_t i = 0; i < sizeof(hay); i++)
			there |= strncasecmp(hay + i, needle,
			    strlen(needle)) == 0;
		CHECK(finds(needle, hay) == there, "%s", needle);
	}
}

/* A long needle does not run past the end of the table's numbers. */
TEST(long_needle)
{
	static char hay[200001], text[100001];
	struct fold_needle n;

	TEST_BEGIN;
	memset(hay, 'a', sizeof(hay) - 1);
	memset(text, 'a', sizeof(text) - 1);
	fold_needle(&n, from_c(text));
	assert_true(fold_find(&n, from_c(hay)));
	text[0] = 'b';
	fold_needle(&n, from_c(text));
	assert_false(fold_find(&n, from_c(hay)));
	hay[70000] = 'b';
	assert_true(fold_find(&n, from_c(hay)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(found), RUN(as_a_plain_one), RUN(long_needle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
