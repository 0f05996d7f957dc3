/* smtp_cmd_test.c - lines that must parse, and lines that must not. */

#include "proto/smtp_cmd.h"

#include <string.h>

#include "tests/check.h"

#define OK	SMTP_PARSE_OK
#define VERB	SMTP_PARSE_VERB
#define SYNTAX	SMTP_PARSE_SYNTAX
#define PARAM	SMTP_PARSE_PARAM

static const struct {
	const char *line;
	enum smtp_parse want;
	enum smtp_verb verb;
	const char *local_or_arg, *domain;
	uint64_t size;
} cases[] = {
	{ "EHLO mx.example.org",
	    OK, SMTP_EHLO, "mx.example.org", "", 0 },
	{ "helo [192.0.2.1] \t",	OK, SMTP_HELO, "[192.0.2.1]", "", 0 },
	{ "EHLO",			SYNTAX, 0, 0, 0, 0 },
	{ "EHLO two words",		SYNTAX, 0, 0, 0, 0 },
	{ "QUIT",			OK, SMTP_QUIT, "", "", 0 },
	{ "QUIT now",			SYNTAX, 0, 0, 0, 0 },
	{ "DATA ",			OK, SMTP_DATA, "", "", 0 },
	{ "NOOP what ever",		OK, SMTP_NOOP, "what ever", "", 0 },
	{ "AUTH PLAIN AGEAYg==",
	    OK, SMTP_AUTH, "PLAIN AGEAYg==", "", 0 },
	{ "",				VERB, 0, 0, 0, 0 },
	{ ".",				VERB, 0, 0, 0, 0 },
	{ "QUI",			VERB, 0, 0, 0, 0 },
	{ "QUITE",			VERB, 0, 0, 0, 0 },
	{ " QUIT",			VERB, 0, 0, 0, 0 },

	{ "MAIL FROM:<>",		OK, SMTP_MAIL, "", "", 0 },
	{ "mail from:<a@b.c>",		OK, SMTP_MAIL, "a", "b.c", 0 },
	{ "MAIL FROM:<a@b> SIZE=1024",	OK, SMTP_MAIL, "a", "b", 1024 },
	{ "MAIL FROM:<a@b> BODY=8BITMIME AUTH=<> size=7",
					OK, SMTP_MAIL, "a", "b", 7 },
	{ "MAIL FROM:<a.b+c@[192.0.2.1]>",
					OK, SMTP_MAIL, "a.b+c",
	    "[192.0.2.1]", 0 },
	{ "MAIL FROM:<\"a \\\"b\\@\"@c>",
					OK, SMTP_MAIL,
	    "\"a \\\"b\\@\"", "c", 0 },
	{ "RCPT TO:<@x.y,@z:a@b>",	OK, SMTP_RCPT, "a", "b", 0 },
	{ "RCPT TO:<PostMaster>",	OK, SMTP_RCPT, "PostMaster", "", 0 },

	{ "MAIL FROM: <a@b>",		SYNTAX, 0, 0, 0, 0 },
	{ "MAIL FROM:a@b",		SYNTAX, 0, 0, 0, 0 },
	{ "MAIL FROM:<a@b",		SYNTAX, 0, 0, 0, 0 },
	{ "MAIL FROM:<a>",		SYNTAX, 0, 0, 0, 0 },
	{ "MAIL FROM:<postmaster>",	SYNTAX, 0, 0, 0, 0 },
	{ "MAIL FROM:<a..b@c>",		SYNTAX, 0, 0, 0, 0 },
	{ "MAIL FROM:<.a@c>",		SYNTAX, 0, 0, 0, 0 },
	{ "MAIL FROM:<\"a@b>",		SYNTAX, 0, 0, 0, 0 },
	{ "MAIL FROM:<a@b.>",		SYNTAX, 0, 0, 0, 0 },
	{ "MAIL FROM:<a@-b>",		SYNTAX, 0, 0, 0, 0 },
	{ "MAIL FROM:<a@[]>",		SYNTAX, 0, 0, 0, 0 },
	{ "MAIL FROM:<a@b>SIZE=1",	SYNTAX, 0, 0, 0, 0 },
	{ "MAIL FROM:<a@b> SIZE=",	SYNTAX, 0, 0, 0, 0 },
	{ "MAIL FROM:<a@b> SIZE=1x",	SYNTAX, 0, 0, 0, 0 },
	{ "MAIL FROM:<a@b> SIZE=18446744073709551616", SYNTAX, 0, 0, 0, 0 },
	{ "MAIL FROM:<a@b>  SIZE=1",	SYNTAX, 0, 0, 0, 0 },
	{ "MAIL FROM:<a@b> RET=HDRS",	PARAM, 0, 0, 0, 0 },
	{ "RCPT TO:<>",			SYNTAX, 0, 0, 0, 0 },
	{ "RCPT TO:<a@b> SIZE=1",	PARAM, 0, 0, 0, 0 },
	{ "RCPT TO:<a@b\r\nDATA>",	SYNTAX, 0, 0, 0, 0 },
	{ "RCPT TO:<\xc3\xa9@b>",	OK, SMTP_RCPT, "\xc3\xa9", "b", 0 },
	{ "RCPT TO:<\xc3@b>",		SYNTAX, 0, 0, 0, 0 },
	{ "MAIL FROM:<\xc3\xa9@b> SMTPUTF8",
					OK, SMTP_MAIL, "\xc3\xa9", "b", 0 },
	{ "MAIL FROM:<a@b> SMTPUTF8=1",	SYNTAX, 0, 0, 0, 0 },
	{ "MAIL FROM:<a@b> BODY=BINARYMIME", PARAM, 0, 0, 0, 0 },
	{ "MAIL FROM:<a@b> BODY",	PARAM, 0, 0, 0, 0 },
	{ "MAIL FROM:<a@b> SIZE=1 SIZE=1", SYNTAX, 0, 0, 0, 0 },
	{ "MAIL FROM:<a@b> AUTH=a=b+40c", OK, SMTP_MAIL, "a", "b", 0 },
	{ "MAIL FROM:<a@b> AUTH=",	SYNTAX, 0, 0, 0, 0 },
	{ "MAIL FROM:<a@b> ENVID=q",	PARAM, 0, 0, 0, 0 },
	{ "RCPT TO:<a@b> NOTIFY=NEVER",	PARAM, 0, 0, 0, 0 },
	{ "BDAT 0 LAST",		OK, SMTP_BDAT_LAST, "", "", 0 },
	{ "bdat 17",			OK, SMTP_BDAT, "", "", 17 },
	{ "BDAT 17 last ",		OK, SMTP_BDAT_LAST, "", "", 17 },
	{ "BDAT",			SYNTAX, 0, 0, 0, 0 },
	{ "BDAT -1",			SYNTAX, 0, 0, 0, 0 },
	{ "BDAT 1 LASTING",		SYNTAX, 0, 0, 0, 0 },
	{ "BDAT 18446744073709551616",	SYNTAX, 0, 0, 0, 0 },
	{ "BDAT_LAST 1",		SYNTAX, 0, 0, 0, 0 },
	{ "EXPN list",			OK, SMTP_EXPN, "list", "", 0 },
	{ "HELP",			OK, SMTP_HELP, "", "", 0 },
};

TEST(parses_as_listed)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *line = cases[i].line;
		struct smtp_cmd cmd;
		enum smtp_parse got = smtp_cmd_parse(&cmd, from_c(line), 0);

	TEST_BEGIN;
		CHECK(got == cases[i].want, "%s: got %d", line, got);
		if (got != OK || cases[i].want != OK)
			continue;
		CHECK(cmd.verb == cases[i].verb, "%s", line);
		CHECK(cmd.size == cases[i].size, "%s", line);
		CHECK(str_eq(cmd.path.domain, from_c(cases[i].domain)),
		    "%s", line);
		CHECK(str_eq(cmd.verb == SMTP_MAIL || cmd.verb == SMTP_RCPT ?
		    cmd.path.local : cmd.arg, from_c(cases[i].local_or_arg)),
		    "%s", line);
	}
}

static bool
parses(const char *line)
{
	struct smtp_cmd cmd;

	return smtp_cmd_parse(&cmd, from_c(line), 0) == SMTP_PARSE_OK;
}

TEST(keeps_to_lengths)
{
	char line[600];

	TEST_BEGIN;
	for (int n = 250; n < 260; n++) {
		snprintf(line, sizeof(line), "RCPT TO:<%0*d@b>", n, 0);
		CHECK(parses(line) ==
		    (n <= SMTP_LOCAL_MAX), "local part of %d", n);
	}
	for (int n = 60; n < 70; n++) {
		snprintf(line, sizeof(line), "RCPT TO:<a@%0*d>", n, 0);
		CHECK(parses(line) ==
		    (n <= 63), "label of %d", n);
	}
	for (int n = 1; n < 4; n++) {
		snprintf(line, sizeof(line), "RCPT TO:<a@%063d.%063d.%063d."
		    "%061d.%0*d>", 0, 0, 0, 0, n, 0);
		CHECK(parses(line) ==
		    (n == 1), "domain of %d", 254 + n);
	}
}

TEST(takes_dsn_where_it_is_announced)
{
	static const struct {
		const char *line;
		enum smtp_parse want;
		enum smtp_ret ret;
		unsigned notify;
	} dsn[] = {
		{ "MAIL FROM:<a@b> RET=HDRS ENVID=QQ+2B1", OK,
		    SMTP_RET_HDRS, 0 },
		{ "MAIL FROM:<a@b> RET=ALL", SYNTAX, 0, 0 },
		{ "MAIL FROM:<a@b> NOTIFY=NEVER", PARAM, 0, 0 },
		{ "RCPT TO:<a@b> NOTIFY=success,Delay ORCPT=rfc822;a@b", OK,
		    0, SMTP_NOTIFY_SUCCESS | SMTP_NOTIFY_DELAY },
		{ "RCPT TO:<a@b> NOTIFY=NEVER", OK, 0, SMTP_NOTIFY_NEVER },
		{ "RCPT TO:<a@b> NOTIFY=NEVER,DELAY", SYNTAX, 0, 0 },
		{ "RCPT TO:<a@b> NOTIFY=DELAY,DELAY", SYNTAX, 0, 0 },
		{ "RCPT TO:<a@b> NOTIFY=DELAY,", SYNTAX, 0, 0 },
		{ "RCPT TO:<a@b> ORCPT=a@b", SYNTAX, 0, 0 },
		{ "RCPT TO:<a@b> ORCPT=rfc822;", SYNTAX, 0, 0 },
		{ "RCPT TO:<a@b> ORCPT=rfc822;a+4", SYNTAX, 0, 0 },
		{ "RCPT TO:<a@b> ORCPT=utf-8;a\\x{E9}@b", OK, 0, 0 },
		{ "MAIL FROM:<a@b> ENVID=a+2b", SYNTAX, 0, 0 },
		{ "MAIL FROM:<a@b> REQUIRETLS", PARAM, 0, 0 },
	};

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(dsn) / sizeof(dsn[0]); i++) {
		struct smtp_cmd cmd;
		enum smtp_parse got = smtp_cmd_parse(&cmd, from_c(dsn[i].line),
		    SMTP_WITH_DSN);

		CHECK(got == dsn[i].want, "%s: got %d", dsn[i].line, got);
		if (got != OK)
			continue;
		CHECK(cmd.ret == dsn[i].ret, "%s", dsn[i].line);
		CHECK(cmd.notify == dsn[i].notify, "%s", dsn[i].line);
	}
}

TEST(takes_requiretls_where_it_is_announced)
{
	struct smtp_cmd cmd;

	TEST_BEGIN;
	assert_int_equal(smtp_cmd_parse(&cmd,
	    STR("MAIL FROM:<a@b> RET=FULL REQUIRETLS"),
	    SMTP_WITH_DSN | SMTP_WITH_REQUIRETLS), OK);
	assert_true(cmd.requiretls && cmd.ret == SMTP_RET_FULL);
	assert_int_equal(smtp_cmd_parse(&cmd,
	    STR("MAIL FROM:<a@b> REQUIRETLS=1"), SMTP_WITH_REQUIRETLS),
	    SYNTAX);
	assert_int_equal(smtp_cmd_parse(&cmd, STR("MAIL FROM:<a@b> AUTH=<>"),
	    0), OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(parses_as_listed),
		RUN(keeps_to_lengths),
		RUN(takes_dsn_where_it_is_announced),
		RUN(takes_requiretls_where_it_is_announced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
