/* envelope_test.c - headers and their envelopes. */

#include "mail/envelope.h"

#include <string.h>

#include "tests/check.h"

#define A	"((NIL NIL \"a\" \"b\"))"

static const struct {
	const char *header, *want;
} cases[] = {
	{ "\r\n", "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)" },
	{ "", "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)" },
	{ "Date: Thu, 15 Feb 2007 01:02:03 +0200\r\nSubject: a\r\n b\r\n"
	  "From: \"X \\\"Y\" <a@b>\r\nMessage-ID: <m@i>\r\n"
	  "In-Reply-To: <r@i>\r\n\r\n",
	  "(\"Thu, 15 Feb 2007 01:02:03 +0200\" \"a b\" "
	  "((\"X \\\"Y\" NIL \"a\" \"b\")) ((\"X \\\"Y\" NIL \"a\" \"b\")) "
	  "((\"X \\\"Y\" NIL \"a\" \"b\")) NIL NIL NIL \"<r@i>\" \"<m@i>\")" },
	{ "FROM: a@b\r\nSender:\r\nReply-to: c@d\r\n\r\n",
	  "(NIL NIL " A " " A " ((NIL NIL \"c\" \"d\")) NIL NIL NIL NIL NIL)" },
	{ "From: a@b\r\nFrom: c@d\r\n\r\n",
	  "(NIL NIL " A " " A " " A " NIL NIL NIL NIL NIL)" },
	{ "To: a@b\r\nTo: c@d, e@f\r\n\r\n",
	  "(NIL NIL NIL NIL NIL ((NIL NIL \"a\" \"b\")(NIL NIL \"c\" \"d\")"
	  "(NIL NIL \"e\" \"f\")) NIL NIL NIL NIL)" },
	{ "To: g: a@b;, h:;\r\n\r\n",
	  "(NIL NIL NIL NIL NIL ((NIL NIL \"g\" NIL)(NIL NIL \"a\" \"b\")"
	  "(NIL NIL NIL NIL)(NIL NIL \"h\" NIL)(NIL NIL NIL NIL)) "
	  "NIL NIL NIL NIL)" },
	{ "Subject: \xc3\xa9\r\n\r\n",
	  "(NIL {2}\r\n\xc3\xa9 NIL NIL NIL NIL NIL NIL NIL NIL)" },
	{ "Cc: <@r:a@b>\r\n\r\n",
	  "(NIL NIL NIL NIL NIL NIL ((NIL \"@r\" \"a\" \"b\")) NIL NIL NIL)" },
};

TEST(envelopes_as_listed)
{
	struct buf out, scratch;

	TEST_BEGIN;
	buf_init(&out, 65536);
	buf_init(&scratch, 65536);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str h = { cases[i].header, strlen(cases[i].header) };
		struct str want = { cases[i].want, strlen(cases[i].want) };

		buf_clear(&out);
		envelope_put(&out, h, &scratch);
		CHECK(str_eq(buf_str(&out), want), "%zu: %.*s", i,
		    (int)out.len, out.ptr);
	}
	buf_free(&out);
	buf_free(&scratch);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { RUN(envelopes_as_listed) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
