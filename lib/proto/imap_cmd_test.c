/* imap_cmd_test.c - lines that are commands, and lines that are not. */

#include "proto/imap_cmd.h"

#include <string.h>

#include "tests/check.h"

static const struct {
	const char *line;
	enum imap_parse want;
	enum imap_verb verb;
	const char *tag, *args;
} cases[] = {
	{ "a NOOP", IMAP_PARSE_OK, IMAP_NOOP, "a", "" },
	{ "A1 login x y", IMAP_PARSE_OK, IMAP_LOGIN, "A1", "x y" },
	{ "a uid FETCH 1 UID", IMAP_PARSE_OK, IMAP_UID_FETCH, "a", "1 UID" },
	{ "a UID EXPUNGE 1", IMAP_PARSE_OK, IMAP_UID_EXPUNGE, "a", "1" },
	{ "a UID NOOP", IMAP_PARSE_VERB, 0, "a", 0 },
	{ "a UID", IMAP_PARSE_VERB, 0, "a", 0 },
	{ "a UID  FETCH", IMAP_PARSE_VERB, 0, "a", 0 },
	{ "a NOOP ", IMAP_PARSE_OK, IMAP_NOOP, "a", "" },
	{ "a XYZ", IMAP_PARSE_VERB, 0, "a", 0 },
	{ "a NOOPS", IMAP_PARSE_VERB, 0, "a", 0 },
	{ "a FETCH(1", IMAP_PARSE_VERB, 0, "a", 0 },
	{ "a ", IMAP_PARSE_VERB, 0, "a", 0 },
	{ "a", IMAP_PARSE_TAG, 0, "", 0 },
	{ "", IMAP_PARSE_TAG, 0, "", 0 },
	{ " NOOP", IMAP_PARSE_TAG, 0, "", 0 },
	{ "+ NOOP", IMAP_PARSE_TAG, 0, "", 0 },
	{ "a+b NOOP", IMAP_PARSE_TAG, 0, "", 0 },
	{ "* NOOP", IMAP_PARSE_TAG, 0, "", 0 },
	{ "{1} NOOP", IMAP_PARSE_TAG, 0, "", 0 },
	{ "12345678901234567890123456789012345678901234567890123456789012345"
	    " NOOP", IMAP_PARSE_TAG, 0, "", 0 },
};

TEST(commands_as_listed)
{
	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *line = cases[i].line;
		struct imap_cmd cmd;
		enum imap_parse got = imap_cmd_parse(&cmd, from_c(line));

		CHECK(got == cases[i].want, "%s: %d", line, got);
		CHECK(str_eq(cmd.tag, from_c(cases[i].tag)), "%s", line);
		if (got != IMAP_PARSE_OK)
			continue;
		CHECK(cmd.verb == cases[i].verb, "%s", line);
		CHECK(str_eq(cmd.args, from_c(cases[i].args)), "%s", line);
	}
}

TEST(names_lead_back)
{
	TEST_BEGIN;
	for (int v = 0; v < IMAP_VERBS; v++) {
		char line[64];
		struct imap_cmd cmd;
		struct str name = imap_verb_name((enum imap_verb)v);
		int n = snprintf(line, sizeof(line), "t %.*s", (int)name.len,
		    name.ptr);

		CHECK(imap_cmd_parse(&cmd, (struct str){ line, (size_t)n }) ==
		    IMAP_PARSE_OK && (int)cmd.verb == v, "%s", line);
		CHECK(imap_verb_is_uid(cmd.verb) ==
		    (strncmp(name.ptr, "UID", 3) == 0), "%s", line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(commands_as_listed), RUN(names_lead_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
