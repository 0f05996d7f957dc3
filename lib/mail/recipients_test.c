/* recipients_test.c - To, Cc and Bcc, and what a path makes of them. */

#include "mail/recipients.h"

#include <string.h>

#include "tests/check.h"

static void
is(const char *header, const char *want)
{
	struct recipients r;
	struct address a;
	struct buf b;

	buf_init(&b, 10000);
	recipients_begin(&r, (struct str){ header, strlen(header) });
	while (recipients_next(&r, &a)) {
		if (b.len > 0)
			buf_byte(&b, '|');
		address_put_path(&b, &a);
	}
	CHECK(str_eq(buf_str(&b), (struct str){ want, strlen(want) }),
	    "%.*s, not %s", (int)b.len, b.ptr, want);
	buf_free(&b);
}

static void
test_fields(void **state)
{
	(void)state;
	is("From: x@x.example\r\n\r\nTo: body@x.example\r\n", "");
	is("To: a@a.example\r\nCC: B <b@b.example>,\r\n c@c.example\r\n"
	    "Bcc: d@d.example\r\nReply-To: e@e.example\r\n\r\n",
	    "a@a.example|b@b.example|c@c.example|d@d.example");
	is("To: team: a@a.example, b@b.example; , c@c.example\r\n"
	    "To: undisclosed:;\r\n\r\n",
	    "a@a.example|b@b.example|c@c.example");
	is("Bcc:\r\nTo: (nobody)\r\nCc: a@a.example\r\n\r\n",
	    "a@a.example");
}

static void
test_paths(void **state)
{
	(void)state;
	is("To: \"john doe\"@a.example, \"jane\"@a.example,"
	    " \"a\\\"b\"@[192.0.2.1]\r\n\r\n",
	    "\"john doe\"@a.example|jane@a.example|\"a\\\"b\"@[192.0.2.1]");
	is("To: nobody, a.b@c.example, \"a..b\"@c.example, "
	    "\"\"@c.example\r\n\r\n",
	    "nobody|a.b@c.example|\"a..b\"@c.example|\"\"@c.example");
	is("To: ren\xc3\xa9@\xc3\xa9.example\r\n\r\n",
	    "ren\xc3\xa9@\xc3\xa9.example");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
