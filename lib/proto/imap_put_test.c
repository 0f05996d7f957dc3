/* imap_put_test.c - which strings are quoted, and how. */

#include "proto/imap_put.h"

#include "tests/check.h"

static void
check(void (*put)(struct buf *, struct str), struct str in, struct str want)
{
	struct buf out;

	buf_init(&out, 4096);
	put(&out, in);
	CHECK(str_eq(buf_str(&out), want), "%.*s", (int)out.len,
	    out.len > 0 ? out.ptr : "");
	buf_free(&out);
}

TEST(strings)
{
	TEST_BEGIN;
	check(imap_put_string, STR(""), STR("\"\""));
	check(imap_put_string, STR("a b"), STR("\"a b\""));
	check(imap_put_string, STR("a\"\\"), STR("\"a\\\"\\\\\""));
	check(imap_put_string, STR("a\r\nb"), STR("{4}\r\na\r\nb"));
	check(imap_put_string, STR("\xc3\xa9"), STR("{2}\r\n\xc3\xa9"));
	check(imap_put_string, STR("a\0\0b"), STR("{4}\r\na\x80\x80" "b"));
	check(imap_put_nstring, STR(""), STR("NIL"));
	check(imap_put_astring, STR("Date"), STR("Date"));
	check(imap_put_astring, STR("nil"), STR("\"nil\""));
	check(imap_put_astring, STR(""), STR("\"\""));
	check(imap_put_astring, STR("a b"), STR("\"a b\""));
	check(imap_put_mailbox, STR("Entw\xc3\xbcrfe & x"),
	    STR("\"Entw&APw-rfe &- x\""));
}

TEST(flags)
{
	struct buf out;

	TEST_BEGIN;
	buf_init(&out, 256);
	imap_put_system_flags(&out, 1 | 8 | 256);
	CHECK(str_eq(buf_str(&out), STR("\\Seen \\Deleted")), "flags");
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { RUN(strings), RUN(flags) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
