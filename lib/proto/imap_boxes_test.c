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

static struct str
from_c(const char *s)
{
	return (struct str){ s, strlen(s) };
}

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(creates_as_listed), RUN(renames),
	};
	int bad;

	arena_init(&arena, 1 << 16);
	bad = cmocka_run_group_tests(tests, NULL, NULL);
	arena_reset(&arena);
	return bad;
}
