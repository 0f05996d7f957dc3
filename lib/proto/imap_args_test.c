/* imap_args_test.c - arguments that are taken, and that are not. */

#include "proto/imap_args.h"

#include <string.h>

#include "tests/check.h"

static struct arena arena;

TEST(logins)
{
	struct imap_login l;

	TEST_BEGIN;
	CHECK(imap_args_login(STR("a@b \"p w\""), &arena, &l) &&
	    str_eq(l.user, STR("a@b")) && str_eq(l.password, STR("p w")),
	    "quoted");
	CHECK(imap_args_login(STR("{1}\r\na {2}\r\nbc"), &arena, &l) &&
	    str_eq(l.password, STR("bc")), "literals");
	CHECK(!imap_args_login(STR("a"), &arena, &l), "one");
	CHECK(!imap_args_login(STR("a b c"), &arena, &l), "three");
	CHECK(!imap_args_login(STR("a  b"), &arena, &l), "two blanks");
}

TEST(mechanisms)
{
	struct imap_authenticate m;

	TEST_BEGIN;
	CHECK(imap_args_authenticate(STR("PLAIN"), &m) && !m.has_initial,
	    "none");
	CHECK(imap_args_authenticate(STR("PLAIN ="), &m) && m.has_initial &&
	    str_eq(m.initial, STR("=")), "empty");
	CHECK(imap_args_authenticate(STR("SCRAM-SHA-256-PLUS cCw+/Q=="), &m) &&
	    str_eq(m.mech, STR("SCRAM-SHA-256-PLUS")), "some");
	CHECK(!imap_args_authenticate(STR("PLAIN "), &m), "blank");
	CHECK(!imap_args_authenticate(STR(""), &m), "nothing");
	CHECK(!imap_args_authenticate(STR("PLAIN a b"), &m), "two");
}

static const struct {
	const char *args;
	bool ok;
	enum imap_store_op op;
	bool silent;
	unsigned flags;
	size_t keywords;
} stores[] = {
	{ "1 FLAGS (\\Seen)", true, IMAP_STORE_SET, false, 1, 0 },
	{ "1 FLAGS ()", true, IMAP_STORE_SET, false, 0, 0 },
	{ "1:* +FLAGS.SILENT \\Deleted", true, IMAP_STORE_ADD, true, 8, 0 },
	{ "1 -flags \\seen \\Draft $Forwarded", true, IMAP_STORE_REMOVE, false,
	    17, 1 },
	{ "1 FLAGS (a b c)", true, IMAP_STORE_SET, false, 0, 3 },
	{ "1 (UNCHANGEDSINCE 7) FLAGS.SILENT (a)", true, IMAP_STORE_SET, true,
	    0, 1 },
	{ "1 (unchangedsince 9223372036854775807) +FLAGS \\Seen", true,
	    IMAP_STORE_ADD, false, 1, 0 },
	{ "1 (UNCHANGEDSINCE 9223372036854775808) FLAGS a", false, 0, 0, 0,
	    0 },
	{ "1 (UNCHANGEDSINCE) FLAGS a", false, 0, 0, 0, 0 },
	{ "1 (CHANGEDSINCE 1) FLAGS a", false, 0, 0, 0, 0 },
	{ "1 FLAGS", false, 0, 0, 0, 0 },
	{ "1 FLAGS (\\Recent)", false, 0, 0, 0, 0 },
	{ "1 FLAGS (\\Seen", false, 0, 0, 0, 0 },
	{ "1 FLAGS \\Seen)", false, 0, 0, 0, 0 },
	{ "1 ++FLAGS \\Seen", false, 0, 0, 0, 0 },
	{ "1 FLAGS.LOUD \\Seen", false, 0, 0, 0, 0 },
	{ "x FLAGS \\Seen", false, 0, 0, 0, 0 },
	{ "1 FLAGS (\"a\")", false, 0, 0, 0, 0 },
};

TEST(stores_as_listed)
{
	struct imap_store s;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]); i++) {
		bool ok = imap_args_store(from_c(stores[i].args), &arena, &s);

		CHECK(ok == stores[i].ok, "%s", stores[i].args);
		if (ok)
			CHECK(s.op == stores[i].op && s.flags ==
			    stores[i].flags && s.silent == stores[i].silent &&
			    s.keywords == stores[i].keywords, "%s",
			    stores[i].args);
	}
}

TEST(enables)
{
	unsigned what;

	TEST_BEGIN;
	CHECK(imap_args_enable(STR("qresync X-Y UTF8=ACCEPT"), &what) &&
	    what == (IMAP_ENABLE_QRESYNC | IMAP_ENABLE_UTF8), "two");
	CHECK(imap_args_enable(STR("IMAP4rev2"), &what) && what == 0,
	    "unknown");
	CHECK(!imap_args_enable(STR(""), &what), "none");
	CHECK(!imap_args_enable(STR("CONDSTORE "), &what), "blank");
	CHECK(!imap_args_enable(STR("(CONDSTORE)"), &what), "list");
}

TEST(ids)
{
	TEST_BEGIN;
	CHECK(imap_args_id(STR("NIL"), &arena), "nil");
	CHECK(imap_args_id(STR("()"), &arena), "empty");
	CHECK(imap_args_id(STR("(\"name\" \"x\" \"version\" nil)"), &arena),
	    "two");
	CHECK(!imap_args_id(STR("(\"name\")"), &arena), "half");
	CHECK(!imap_args_id(STR("(\"name\" x)"), &arena), "atom");
	CHECK(!imap_args_id(STR(""), &arena), "nothing");
	CHECK(!imap_args_id(STR("NIL NIL"), &arena), "two nils");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(logins), RUN(mechanisms), RUN(stores_as_listed), RUN(ids),
		RUN(enables),
	};
	int bad;

	arena_init(&arena, 1 << 16);
	bad = cmocka_run_group_tests(tests, NULL, NULL);
	arena_reset(&arena);
	return bad;
}
