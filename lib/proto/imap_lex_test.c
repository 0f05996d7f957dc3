/* imap_lex_test.c - words that are words, and bytes that are not. */

#include "proto/imap_lex.h"

#include <string.h>

#include "tests/check.h"

static const struct {
	struct str in;
	bool ok;
	struct str out, rest;
} astrings[] = {
	{ STR_INIT("abc def"), true, STR_INIT("abc"), STR_INIT(" def") },
	{ STR_INIT("a]b"), true, STR_INIT("a]b"), STR_INIT("") },
	{ STR_INIT("\"\" x"), true, STR_INIT(""), STR_INIT(" x") },
	{ STR_INIT("\"a \\\"\\\\b\"z"), true, STR_INIT("a \"\\b"),
	    STR_INIT("z") },
	{ STR_INIT("\"caf\xc3\xa9\""), true, STR_INIT("caf\xc3\xa9"),
	    STR_INIT("") },
	{ STR_INIT("{3}\r\na\nb!"), true, STR_INIT("a\nb"), STR_INIT("!") },
	{ STR_INIT("{0}\r\n"), true, STR_INIT(""), STR_INIT("") },
	{ STR_INIT("{2+}\r\nab"), true, STR_INIT("ab"), STR_INIT("") },
	{ STR_INIT(""), false, { 0 }, { 0 } },
	{ STR_INIT("("), false, { 0 }, { 0 } },
	{ STR_INIT("\xc3\xa9"), false, { 0 }, { 0 } },
	{ STR_INIT("\"abc"), false, { 0 }, { 0 } },
	{ STR_INIT("\"a\\b\""), false, { 0 }, { 0 } },
	{ STR_INIT("\"a\r\nb\""), false, { 0 }, { 0 } },
	{ STR_INIT("\"a\0b\""), false, { 0 }, { 0 } },
	{ STR_INIT("{3}\r\nab"), false, { 0 }, { 0 } },
	{ STR_INIT("{3}\r\na\0b"), false, { 0 }, { 0 } },
	{ STR_INIT("{3}\nabc"), false, { 0 }, { 0 } },
	{ STR_INIT("{}\r\nabc"), false, { 0 }, { 0 } },
	{ STR_INIT("{-1}\r\nabc"), false, { 0 }, { 0 } },
	{ STR_INIT("{18446744073709551616}\r\nabc"), false, { 0 }, { 0 } },
	{ STR_INIT("{18446744073709551615}\r\nabc"), false, { 0 }, { 0 } },
};

TEST(astrings_as_listed)
{
	struct arena a;

	TEST_BEGIN;
	arena_init(&a, 4096);
	for (size_t i = 0; i < sizeof(astrings) / sizeof(astrings[0]); i++) {
		struct str in = astrings[i].in, out;
		bool ok = imap_take_astring(&in, &a, &out);

		CHECK(ok == astrings[i].ok, "%zu", i);
		if (ok) {
			CHECK(str_eq(out, astrings[i].out), "%zu", i);
			CHECK(str_eq(in, astrings[i].rest), "%zu", i);
		} else {
			CHECK(in.len == astrings[i].in.len, "%zu moved", i);
		}
	}
	arena_reset(&a);
}

TEST(numbers)
{
	struct str in = STR("4294967295x");
	uint32_t n;

	TEST_BEGIN;
	CHECK(imap_take_number(&in, &n) && n == UINT32_MAX, "largest");
	in = STR("4294967296");
	CHECK(!imap_take_number(&in, &n), "too large");
	in = STR("0");
	CHECK(!imap_take_nz_number(&in, &n), "zero");
	in = STR("007");
	CHECK(!imap_take_nz_number(&in, &n), "zeros in front");
	CHECK(imap_take_number(&in, &n) && n == 7, "digits");
}

TEST(literals_at_the_end)
{
	static const struct {
		const char *text;
		bool is;
		uint64_t n;
		bool plus;
	} cases[] = {
		{ "a LOGIN {5}", true, 5, false },
		{ "a LOGIN {5+}", true, 5, true },
		{ "{0}", true, 0, false },
		{ "a {9223372036854775808}", true, 1ull << 63, false },
		{ "a {99999999999999999999}", true, UINT64_MAX, false },
		{ "a {}", false, 0, false },
		{ "a {+}", false, 0, false },
		{ "a 5}", false, 0, false },
		{ "5}", false, 0, false },
		{ "}", false, 0, false },
		{ "a {5} ", false, 0, false },
		{ "", false, 0, false },
	};

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str s = { cases[i].text, strlen(cases[i].text) };
		uint64_t n = 0;
		bool plus = false;

		CHECK(imap_literal_at_end(s, &n, &plus) == cases[i].is, "%s",
		    cases[i].text);
		if (cases[i].is)
			CHECK(n == cases[i].n && plus == cases[i].plus, "%s",
			    cases[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(astrings_as_listed), RUN(numbers),
		RUN(literals_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
