/* word2047_test.c - the RFC's examples, and what senders make of them. */

#include "codec/word2047.h"

#include <string.h>

#include "tests/check.h"

static void
is(struct str in, const char *want)
{
	struct buf b;

	buf_init(&b, 1000);
	word2047_decode(in, &b);
	CHECK(str_eq(buf_str(&b), (struct str){ want, strlen(want) }),
	    "%.*s, not %s", (int)b.len, b.ptr, want);
	CHECK(!b.failed, "failed");
	buf_free(&b);
}

TEST(decodes_what_the_rfc_shows)
{
	TEST_BEGIN;
	is(STR("(=?ISO-8859-1?Q?a?=)"), "(a)");
	is(STR("(=?ISO-8859-1?Q?a?= b)"), "(a b)");
	is(STR("(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)"), "(ab)");
	is(STR("(=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=)"), "(ab)");
	is(STR("(=?ISO-8859-1?Q?a_b?=)"), "(a b)");
	is(STR("=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?="),
	    "If you can read this yo");
	is(STR("Keld =?iso-8859-1*da?q?J=F8rn?= x"), "Keld J\xc3\xb8rn x");
}

TEST(decodes_what_comes)
{
	TEST_BEGIN;
	is(STR("plain \r\n text"), "plain  text");
	is(STR("a=?utf-8?q?b?=c"), "abc");
	is(STR("=?utf-8?q?=E2=82?= =?UTF-8?b?rA==?="), "\xe2\x82\xac");
	is(STR("=?windows-1252?q?=80=93?="), "\xe2\x82\xac\xe2\x80\x9c");
	is(STR("=?iso-8859-15?q?=A4=E9?="), "\xe2\x82\xac\xc3\xa9");
	is(STR("=?utf-8?q?a b\r\n  c?="), "a bc");
	is(STR("=?utf-8?q?=FF?= \xff"), "\xef\xbf\xbd \xef\xbf\xbd");
	is(STR("x =?koi8-r?q?=C1?= =?utf-8?q?a?="),
	    "x =?koi8-r?q?=C1?= a");
	is(STR("=?utf-8?x?a?= =?utf-8?q?a =? =?=?utf-8?q?b?="),
	    "=?utf-8?x?a?= =?utf-8?q?a =? =?b");
	is(STR("=?utf-8?q?" "?="), "");
	is(STR("=?"), "=?");
	is(STR("="), "=");
	is(STR(""), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(decodes_what_the_rfc_shows),
		RUN(decodes_what_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
