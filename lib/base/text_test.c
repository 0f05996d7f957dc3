/* text_test.c - languages, keys, arguments. */

#include "base/text.h"

#include "tests/check.h"

TEST(languages)
{
	TEST_BEGIN;
	CHECK(text_lang(STR("fr_FR.UTF-8")) == LANG_FR, "fr_FR");
	CHECK(text_lang(STR("fr")) == LANG_FR, "fr");
	CHECK(text_lang(STR("fr@euro")) == LANG_FR, "fr@euro");
	CHECK(text_lang(STR("frr_DE")) == LANG_EN, "Frisian");
	CHECK(text_lang(STR("C")) == LANG_EN, "C");
	CHECK(text_lang(STR("")) == LANG_EN, "nothing");
}

static const struct text table[] = {
	{ "no-user", { "there is no $1", "il n'y a pas de $1" } },
	{ "price", { "$$5, $2 $1$3", "$1 $2 $3" } },
};

TEST(finds_and_fills)
{
	struct str args[] = { STR_INIT("a"), STR_INIT("b") };
	struct buf b;

	TEST_BEGIN;
	buf_init(&b, 100);
	text_put(&b, text_find(table, 2, STR("no-user"), LANG_FR), args, 2);
	CHECK(str_eq(buf_str(&b), STR("il n'y a pas de a")), "one");
	buf_clear(&b);
	text_put(&b, text_find(table, 2, STR("price"), LANG_EN), args, 2);
	CHECK(str_eq(buf_str(&b), STR("$5, b a")), "in another order");
	buf_clear(&b);
	text_put(&b, "$ $0 $", args, 2);
	CHECK(str_eq(buf_str(&b), STR("$ $0 $")), "a dollar alone");
	CHECK(text_find(table, 2, STR("no-use"), LANG_EN) == NULL, "no key");
	buf_free(&b);
}

TEST(faults)
{
	static const struct text missing[] = { { "a", { "x", NULL } } };
	static const struct text differs[] = { { "b", { "$1", "$2" } } };
	static const struct text twice[] = {
		{ "c", { "", "" } }, { "c", { "", "" } },
	};

	TEST_BEGIN;
	CHECK(text_fault(table, 2) == NULL, "a whole table");
	CHECK(text_fault(missing, 1) != NULL, "a language is missing");
	CHECK(text_fault(differs, 1) != NULL, "arguments differ");
	CHECK(text_fault(twice, 2) != NULL, "a key stands twice");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(languages),
		RUN(finds_and_fills),
		RUN(faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
