/* legacy_test.c - what is repeated in the text for other readers. */

#include "mail/legacy.h"

#include "tests/check.h"

static void
marked(const char *message, bool want)
{
	struct arena a;
	struct mime m;

	arena_init(&a, 1 << 20);
	assert_true(mime_parse(&m, from_c(message), &a));
	CHECK(legacy_is_marked(m.root, m.root->child != NULL ? m.root->child :
	    m.root, &a) == want, "%s", message);
	arena_reset(&a);
}

TEST(marks)
{
	TEST_BEGIN;
	marked("Content-Type: text/plain; hp-legacy-display=\"1\";\r\n"
	    " hp=\"cipher\"\r\n\r\nx", true);
	marked("Content-Type: text/plain; hp-legacy-display=1; hp=CLEAR\r\n"
	    "\r\nx", true);
	marked("Content-Type: text/plain; hp=\"cipher\"\r\n\r\nx", false);
	marked("Content-Type: text/plain; hp-legacy-display=1\r\n\r\nx",
	    false);
	marked("Content-Type: text/plain; hp-legacy-display=0; hp=cipher\r\n"
	    "\r\nx", false);
	marked("Content-Type: multipart/mixed; boundary=b; hp=cipher\r\n\r\n"
	    "--b\r\nContent-Type: text/html; hp-legacy-display=1\r\n\r\nx\r\n"
	    "--b--\r\n", true);
	/* the part cannot say it of itself */
	marked("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
	    "Content-Type: text/html; hp=cipher; hp-legacy-display=1\r\n\r\n"
	    "x\r\n--b--\r\n", false);
}

TEST(skips)
{
	static const char *const cases[][2] = {
		{ "Subject: a\r\n\r\nb\r\n\r\nc", "b\r\n\r\nc" },
		{ "Subject: a\nTo: b\n \t\nc\n", "c\n" },
		{ "\nc", "c" },
		{ "no blank line\n", "no blank line\n" },
		{ "", "" },
		{ "a\n\n", "" },
	};

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK(str_eq(legacy_skip(from_c(cases[i][0])),
		    from_c(cases[i][1])), "%s", cases[i][0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(marks), RUN(skips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
