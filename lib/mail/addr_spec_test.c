/* addr_spec_test.c - addresses from good to bad. */

#include "mail/addr_spec.h"

#include "tests/check.h"

static const struct { struct str text; enum addr_level level; } cases[] = {
	{ STR_INIT("a.b+c@example.org"), ADDR_PLAIN },
	{ STR_INIT("a@localhost"), ADDR_RARE },
	{ STR_INIT("a@example.123"), ADDR_RARE },
	{ STR_INIT("\"a b\t\"@example.org"), ADDR_RARE },
	{ STR_INIT("\"a\r\n b\"@example.org"), ADDR_CFWS },
	{ STR_INIT("a@[IPv6:1:2:3:4:5:6::8]"), ADDR_RARE },
	{ STR_INIT("\"a\\\"b\"@example.org"), ADDR_RARE },
	{ STR_INIT("a@[192.0.2.1]"), ADDR_RARE },
	{ STR_INIT("a@[IPv6:2001:db8::1]"), ADDR_RARE },
	{ STR_INIT("a@[IPv6:::192.0.2.1]"), ADDR_RARE },
	{ STR_INIT("a@example.org (Ann)"), ADDR_CFWS },
	{ STR_INIT("a (Ann) @example.org"), ADDR_OBSOLETE },
	{ STR_INIT("a . b@example.org"), ADDR_OBSOLETE },
	{ STR_INIT("a@example . org"), ADDR_OBSOLETE },
	{ STR_INIT("\"a\".b@example.org"), ADDR_OBSOLETE },
	{ STR_INIT("\"\\\1\"@example.org"), ADDR_OBSOLETE },
	{ STR_INIT("a@ex_ample.org"), ADDR_UNUSABLE },
	{ STR_INIT("a@[x]"), ADDR_UNUSABLE },
	{ STR_INIT("a@[IPv6:1:2]"), ADDR_UNUSABLE },
	{ STR_INIT("a@[IPv6:1:2:3:4:5:6:7:8:9]"), ADDR_UNUSABLE },
	{ STR_INIT(""), ADDR_BAD },
	{ STR_INIT("@"), ADDR_BAD },
	{ STR_INIT("a"), ADDR_BAD },
	{ STR_INIT("a@"), ADDR_BAD },
	{ STR_INIT("a..b@example.org"), ADDR_BAD },
	{ STR_INIT(".a@example.org"), ADDR_BAD },
	{ STR_INIT("a@-example.org"), ADDR_BAD },
	{ STR_INIT("a@example.org."), ADDR_BAD },
	{ STR_INIT("a@b@c"), ADDR_BAD },
	{ STR_INIT("\"a@example.org"), ADDR_BAD },
	{ STR_INIT("a@[1.2.3.4"), ADDR_BAD },
	{ STR_INIT("a@example.org (x"), ADDR_BAD },
	{ STR_INIT("a@example.org\r\n"), ADDR_BAD },
	{ STR_INIT("\xc3\xa9@example.org"), ADDR_BAD },
	{ STR_INIT("a\0@example.org"), ADDR_BAD },
};

TEST(tells_good_from_bad)
{
	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK(addr_spec_check(cases[i].text) == cases[i].level,
		    "%.*s: %d", (int)cases[i].text.len, cases[i].text.ptr,
		    addr_spec_check(cases[i].text));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { RUN(tells_good_from_bad) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
