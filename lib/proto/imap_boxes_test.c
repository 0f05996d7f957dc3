/* imap_boxes_test.c - arguments that are taken, and that are not. */

#include "proto/imap_boxes.h"

#include <string.h>

#include "tests/check.h"

static struct arena arena;

static const struct {
	const char *args;
	bool ok;
	const char *name, *use;
	size_t uses;
} creates[] = {
	{ "a", true, "a", "", 0 },
	{ "\"a b/\"", true, "a b/", "", 0 },
	{ "{3}\r\na/b", true, "a/b", "", 0 },
	{ "a (USE (\\Drafts))", true, "a", "Drafts", 1 },
	{ "a (use (\\x \\Sent))", true, "a", "x", 2 },
	{ "a (USE ())", true, "a", "", 0 },
	{ "", false, 0, 0, 0 },
	{ "a ", false, 0, 0, 0 },
	{ "a b", false, 0, 0, 0 },
	{ "a ()", false, 0, 0, 0 },
	{ "a (USE (Drafts))", false, 0, 0, 0 },
	{ "a (USE (\\Drafts)", false, 0, 0, 0 },
	{ "a (USE (\\Drafts)) ", false, 0, 0, 0 },
	{ "a (USE (\\Drafts ))", false, 0, 0, 0 },
};

TEST(creates_as_listed)
{
	struct imap_create c;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(creates) / sizeof(creates[0]); i++) {
		const char *args = creates[i].args;
		bool ok = imap_boxes_create(from_c(args), &arena, &c);

		CHECK(ok == creates[i].ok, "%s", args);
		if (ok)
			CHECK(str_eq(c.name, from_c(creates[i].name)) &&
			    str_eq(c.use, from_c(creates[i].use)) &&
			    c.uses == creates[i].uses, "%s", args);
	}
}

TEST(renames)
{
	struct str from, to;

	TEST_BEGIN;
	CHECK(imap_boxes_rename(STR("a \"b c\""), &arena, &from, &to) &&
	    str_eq(from, STR("a")) && str_eq(to, STR("b c")), "two");
	CHECK(!imap_boxes_rename(STR("a"), &arena, &from, &to), "one");
	CHECK(!imap_boxes_rename(STR("a b c"), &arena, &from, &to), "three");
	CHECK(!imap_boxes_rename(STR("a  b"), &arena, &from, &to), "blanks");
}

static const struct {
	const char *args;
	bool ok, condstore, qresync, known;
} selects[] = {
	{ "INBOX", true, false, false, false },
	{ "\"a b\" (CONDSTORE)", true, true, false, false },
	{ "x (QRESYNC (67890007 20050715194045000))", true, false, true,
	    false },
	{ "x (QRESYNC (1 2 41,43:211,214:541))", true, false, true, true },
	{ "x (qresync (1 2 1:5 (1,3 7,9)) condstore)", true, true, true,
	    true },
	{ "x (QRESYNC (1 2 (1,3 7,9)))", true, false, true, false },
	{ "", false, 0, 0, 0 },
	{ "x ()", false, 0, 0, 0 },
	{ "x (WHAT)", false, 0, 0, 0 },
	{ "x CONDSTORE", false, 0, 0, 0 },
	{ "x (CONDSTORE", false, 0, 0, 0 },
	{ "x (QRESYNC)", false, 0, 0, 0 },
	{ "x (QRESYNC (0 2))", false, 0, 0, 0 },
	{ "x (QRESYNC (1 0))", false, 0, 0, 0 },
	{ "x (QRESYNC (1 2 1:*))", false, 0, 0, 0 },
	{ "x (QRESYNC (1 2 1:5 (1,3)))", false, 0, 0, 0 },
	{ "x (QRESYNC (1 2 1:5 (1 2) 3))", false, 0, 0, 0 },
	{ "x (QRESYNC (1 2)", false, 0, 0, 0 },
};

TEST(selects_as_listed)
{
	struct imap_select s;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(selects) / sizeof(selects[0]); i++) {
		const char *args = selects[i].args;
		bool ok = imap_boxes_select(from_c(args), &arena, &s);

		CHECK(ok == selects[i].ok, "%s", args);
		if (ok)
			CHECK(s.condstore == selects[i].condstore &&
			    s.qresync == selects[i].qresync &&
			    s.has_known == selects[i].known, "%s", args);
	}
	CHECK(imap_boxes_select(STR("x (QRESYNC (7 9 3))"), &arena, &s) &&
	    s.uidvalidity == 7 && s.modseq == 9 && s.known.n == 1, "values");
}

TEST(statuses)
{
	struct str name;
	unsigned items;

	TEST_BEGIN;
	CHECK(imap_boxes_status(STR("x (MESSAGES unseen)"), &arena, &name,
	    &items) && items == (IMAP_STATUS_MESSAGES | IMAP_STATUS_UNSEEN),
	    "two");
	CHECK(imap_boxes_status(STR("x (size DELETED-STORAGE APPENDLIMIT)"),
	    &arena, &name, &items) && items == (IMAP_STATUS_SIZE |
	    IMAP_STATUS_APPENDLIMIT | IMAP_STATUS_DELETED_STORAGE), "three");
	CHECK(!imap_boxes_status(STR("x ()"), &arena, &name, &items), "none");
	CHECK(!imap_boxes_status(STR("x MESSAGES"), &arena, &name, &items),
	    "bare");
	CHECK(!imap_boxes_status(STR("x (WHAT)"), &arena, &name, &items),
	    "unknown");
	CHECK(!imap_boxes_status(STR("x(SIZE)"), &arena, &name, &items),
	    "no blank");
}

static const struct {
	const char *args;
	bool ok;
	const char *is;		/* s and p: only these; r, e, a: say */
	size_t patterns;
	unsigned status;
} lists[] = {
	{ "\"\" *", true, "", 1, 0 },
	{ "\"\" \"\"", true, "", 1, 0 },
	{ "(SPECIAL-USE) \"\" (a% \"b\") RETURN (SPECIAL-USE)", true, "pe", 2,
	    0 },
	{ "() \"\" *", true, "e", 1, 0 },
	{ "\"\" (*)", true, "e", 1, 0 },
	{ "\"\" * RETURN ()", true, "e", 1, 0 },
	{ "(remote) \"\" %", true, "e", 1, 0 },
	{ "(SUBSCRIBED) \"\" *", true, "sea", 1, 0 },
	{ "(SUBSCRIBED RECURSIVEMATCH) \"\" *", true, "srea", 1, 0 },
	{ "\"\" * RETURN (CHILDREN SUBSCRIBED)", true, "ea", 1, 0 },
	{ "\"\" * return (status (MESSAGES SIZE) CHILDREN)", true, "e", 1,
	    33 },
	{ "(RECURSIVEMATCH) \"\" *", false, 0, 0, 0 },
	{ "(RECURSIVEMATCH REMOTE) \"\" *", false, 0, 0, 0 },
	{ "(WHAT) \"\" *", false, 0, 0, 0 },
	{ "(SUBSCRIBED)\"\" *", false, 0, 0, 0 },
	{ "\"\" * RETURN (WHAT)", false, 0, 0, 0 },
	{ "\"\" * RETURN (STATUS)", false, 0, 0, 0 },
	{ "\"\" * RETURN (STATUS ())", false, 0, 0, 0 },
	{ "\"\" * RETURN", false, 0, 0, 0 },
	{ "\"\" ()", false, 0, 0, 0 },
	{ "\"\"", false, 0, 0, 0 },
};

TEST(lists_as_listed)
{
	struct imap_list l;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		const char *args = lists[i].args, *is = lists[i].is;
		bool ok = imap_boxes_list(from_c(args), &arena, &l);

		CHECK(ok == lists[i].ok, "%s", args);
		if (!ok)
			continue;
		CHECK(l.subscribed == (strchr(is, 's') != NULL), "%s", args);
		CHECK(l.special == (strchr(is, 'p') != NULL), "%s", args);
		CHECK(l.recursive == (strchr(is, 'r') != NULL), "%s", args);
		CHECK(l.extended == (strchr(is, 'e') != NULL), "%s", args);
		CHECK(l.say_subscribed == (strchr(is, 'a') != NULL), "%s",
		    args);
		CHECK(l.patterns == lists[i].patterns, "%s", args);
		CHECK(l.status == lists[i].status, "%s", args);
	}
	CHECK(!imap_boxes_lsub(STR("\"\" (a b)"), &arena, &l), "two");
	CHECK(imap_boxes_lsub(STR("a/ %"), &arena, &l) && l.subscribed, "%%");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(creates_as_listed), RUN(renames), RUN(statuses),
		RUN(selects_as_listed),
		RUN(lists_as_listed),
	};
	int bad;

	arena_init(&arena, 1 << 16);
	bad = cmocka_run_group_tests(tests, NULL, NULL);
	arena_reset(&arena);
	return bad;
}
