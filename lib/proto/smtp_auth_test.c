/* smtp_auth_test.c - mechanism and first message. */

#include "proto/smtp_auth.h"

#include "tests/check.h"

static const struct { struct str in, mech, initial; bool ok; } cases[] = {
	{ STR_INIT("PLAIN"), STR_INIT("PLAIN"), STR_INIT(""), true },
	{ STR_INIT("PLAIN AGEAYg=="), STR_INIT("PLAIN"),
	    STR_INIT("AGEAYg=="), true },
	{ STR_INIT("SCRAM-SHA-256-PLUS ="), STR_INIT("SCRAM-SHA-256-PLUS"),
	    STR_INIT("="), true },
	{ STR_INIT(""), STR_INIT(""), STR_INIT(""), false },
	{ STR_INIT(" PLAIN"), STR_INIT(""), STR_INIT(""), false },
	{ STR_INIT("PLAIN "), STR_INIT(""), STR_INIT(""), false },
	{ STR_INIT("PLAIN  AGEA"), STR_INIT(""), STR_INIT(""), false },
	{ STR_INIT("PLAIN AGEA x"), STR_INIT(""), STR_INIT(""), false },
	{ STR_INIT("PLAIN *"), STR_INIT(""), STR_INIT(""), false },
	{ STR_INIT("PL@IN"), STR_INIT(""), STR_INIT(""), false },
	{ STR_INIT("MECHANISM-OF-21-CHARS"), STR_INIT(""), STR_INIT(""),
	    false },
};

TEST(parses_as_listed)
{
	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct smtp_auth a;
		bool ok = smtp_auth_parse(&a, cases[i].in);

		CHECK(ok == cases[i].ok, "%zu", i);
		if (!ok)
			continue;
		CHECK(str_eq(a.mech, cases[i].mech), "%zu", i);
		CHECK(str_eq(a.initial, cases[i].initial), "%zu", i);
		CHECK((a.initial.ptr == NULL) == (cases[i].initial.len == 0),
		    "%zu", i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { RUN(parses_as_listed) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
