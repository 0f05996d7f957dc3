/* utf8_test.c - what is UTF-8 and what is not. */

#include "codec/utf8.h"

#include "tests/check.h"

TEST(knows_good_from_bad)
{
	static const struct str good[] = {
		STR_INIT(""), STR_INIT("a\0b"), STR_INIT("\xc2\x80"),
		STR_INIT("\xdf\xbf"), STR_INIT("\xe0\xa0\x80"),
		STR_INIT("\xed\x9f\xbf"), STR_INIT("\xee\x80\x80"),
		STR_INIT("\xef\xbf\xbf"), STR_INIT("\xf0\x90\x80\x80"),
		STR_INIT("\xf4\x8f\xbf\xbf"),
	}, bad[] = {
		STR_INIT("\x80"), STR_INIT("\xc0\x80"), STR_INIT("\xc1\xbf"),
		STR_INIT("\xc2"), STR_INIT("\xc2\x41"),
		STR_INIT("\xe0\x9f\xbf"), STR_INIT("\xed\xa0\x80"),
		STR_INIT("\xed\xbf\xbf"), STR_INIT("\xe2\x82"),
		STR_INIT("\xf0\x8f\xbf\xbf"), STR_INIT("\xf4\x90\x80\x80"),
		STR_INIT("\xf5\x80\x80\x80"), STR_INIT("\xff"),
	};

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CHECK(utf8_valid(good[i]), "good %zu", i);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!utf8_valid(bad[i]), "bad %zu", i);
}

TEST(writes_what_it_reads)
{
	struct buf b;

	TEST_BEGIN;
	buf_init(&b, 16);
	for (uint32_t c = 0; c <= 0x10ffff; c += c < 0x900 ? 1 : 0x97) {
		struct str s;
		uint32_t back;

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		buf_clear(&b);
		utf8_put(&b, c);
		s = buf_str(&b);
		CHECK(utf8_take(&s, &back), "U+%X", c);
		CHECK(back == c && s.len == 0, "U+%X", c);
	}
	buf_clear(&b);
	utf8_clean(&b, STR("a\xc3\xa9\xe2\x82z"));
	CHECK(str_eq(buf_str(&b),
	    STR("a\xc3\xa9\xef\xbf\xbd\xef\xbf\xbdz")), "clean");
	buf_free(&b);
}

TEST(terminals_are_safe)
{
	const struct str in = STR("a\n\x1b[2J \xc2\x9b" "2J \xe2\x80\xae "
	    "\x9b \xc3\xa9\x7f\xc3");
	struct buf b;

	TEST_BEGIN;
	buf_init(&b, 100);
	utf8_plain(&b, in);
	CHECK(str_eq(buf_str(&b), STR("a\n?[2J ?2J ? ? \xc3\xa9??")),
	    "%.*s", (int)b.len, b.ptr);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(terminals_are_safe), RUN(knows_good_from_bad),
		RUN(writes_what_it_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
