/* imap_match_test.c - patterns and names. */

#include "proto/imap_match.h"

#include <string.h>

#include "tests/check.h"

static const struct {
	const char *pattern, *name;
	bool is;
} cases[] = {
	{ "*", "INBOX", true },
	{ "*", "", true },
	{ "%", "a", true },
	{ "%", "a/b", false },
	{ "%/%", "a/b", true },
	{ "%/%", "a/b/c", false },
	{ "*/c", "a/b/c", true },
	{ "a*c", "a/b/c", true },
	{ "a%c", "a/b/c", false },
	{ "a%c", "abc", true },
	{ "", "a", false },
	{ "a", "a", true },
	{ "a", "A", false },
	{ "inbox", "INBOX", true },
	{ "inBox/%", "INBOX/x", true },
	{ "inBox/X", "INBOX/x", false },
	{ "I%", "INBOX", true },
	{ "inboxes", "INBOXes", false },
	{ "%%**%%", "a", true },
	{ "*%", "a/", true },
	{ "*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false },
};

TEST(matches_as_listed)
{
	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str p = { cases[i].pattern, strlen(cases[i].pattern) };
		struct str n = { cases[i].name, strlen(cases[i].name) };

		CHECK(imap_match(p, n) == cases[i].is, "%s %s",
		    cases[i].pattern, cases[i].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { RUN(matches_as_listed) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
