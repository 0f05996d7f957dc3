/* imap_append_test.c */

#include "proto/imap_append.h"

#include "tests/check.h"

static struct arena arena;

TEST(first)
{
	static const struct {
		const char *args, *name;
		unsigned flags;
		size_t keywords;
		bool dated, utf8, plus;
		uint64_t octets;
	} t[] = {
		{ "INBOX {12}", "INBOX", 0, 0, false, false, false, 12 },
		{ "INBOX {12+}", "INBOX", 0, 0, false, false, true, 12 },
		{ "\"a b\" (\\Seen $Work \\Draft) {0}", "a b", 17, 1, false,
		    false, false, 0 },
		{ "{3+}\r\na b () \" 1-Feb-1994 21:52:25 -0800\" {7}", "a b",
		    0, 0, true, false, false, 7 },
		{ "x UTF8 (~{9+}", "x", 0, 0, false, true, true, 9 },
		{ "x ~{9}", "x", 0, 0, false, false, false, 9 },
	};

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct imap_append m;
		struct str name;

		CHECK(imap_append_first(from_c(t[i].args), &arena, &name, &m),
		    "%s", t[i].args);
		CHECK(str_eq(name, from_c(t[i].name)), "%s", t[i].args);
		assert_int_equal(m.flags, t[i].flags);
		assert_int_equal(m.keywords, t[i].keywords);
		assert_int_equal(m.dated, t[i].dated);
		assert_int_equal(m.utf8, t[i].utf8);
		assert_int_equal(m.plus, t[i].plus);
		assert_int_equal(m.octets, t[i].octets);
	}
}

TEST(wrong)
{
	static const char *const t[] = {
		"", "INBOX", "INBOX ", "INBOX{3}", "INBOX  {3}",
		"INBOX (\\Recent) {3}", "INBOX (\\Seen {3}",
		"INBOX \"1-Feb-1994 21:52:25 -0800\" {3}",
		"INBOX \"31-Feb-1994 21:52:25 -0800\" {3}",
		"INBOX \"01-Feb-1994 24:52:25 -0800\" {3}",
		"INBOX \"01-Feb-1994 21:52:25 0800\" {3}",
		"INBOX \" 1-Feb-1994 21:52:25 -0800\" (\\Seen) {3}",
		"INBOX UTF8 {3}", "INBOX UTF8 ({3}", "INBOX {3} ",
		"INBOX {99999999999999999999}", "INBOX (a b){3}",
	};

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct imap_append m;
		struct str name;

		CHECK(!imap_append_first(from_c(t[i]), &arena, &name, &m),
		    "%s", t[i]);
	}
}

TEST(next)
{
	struct imap_append m;

	TEST_BEGIN;
	assert_true(imap_append_next(STR(" (\\Seen) {5}"), &m));
	assert_int_equal(m.flags, 1);
	assert_true(imap_append_next(STR(" {5+}"), &m));
	assert_false(imap_append_next(STR("{5}"), &m));
	assert_false(imap_append_next(STR(" x {5}"), &m));
}

TEST(which_literal)
{
	TEST_BEGIN;
	assert_true(imap_append_is_message(STR("INBOX {3}"), &arena));
	assert_true(imap_append_is_message(STR("{1}\r\nx {3}"), &arena));
	assert_false(imap_append_is_message(STR("{3}"), &arena));
	assert_false(imap_append_is_message(STR("{3+}\r\n"), &arena));
}

TEST(dates)
{
	static const struct {
		const char *in;
		bool good;
		unsigned day, month, year;
	} t[] = {
		{ "1-Feb-1994", true, 1, 2, 1994 },
		{ "01-feb-1994", true, 1, 2, 1994 },
		{ "\"29-Feb-2024\"", true, 29, 2, 2024 },
		{ "29-Feb-2023", false, 0, 0, 0 },
		{ "29-Feb-1900", false, 0, 0, 0 },
		{ "0-Feb-2023", false, 0, 0, 0 },
		{ "\"1-Feb-2023", false, 0, 0, 0 },
		{ " 1-Feb-2023", false, 0, 0, 0 },
		{ "1-Foo-2023", false, 0, 0, 0 },
		{ "1-Feb-23", false, 0, 0, 0 },
	};

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct str in = from_c(t[i].in);
		struct imap_date d;

		CHECK(imap_take_date(&in, &d) == t[i].good, "%s", t[i].in);
		if (!t[i].good)
			continue;
		assert_int_equal(d.day, t[i].day);
		assert_int_equal(d.month, t[i].month);
		assert_int_equal(d.year, t[i].year);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(first), RUN(wrong), RUN(next), RUN(which_literal),
		RUN(dates),
	};

	arena_init(&arena, 65536);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
