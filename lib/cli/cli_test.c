/* cli_test.c - texts, passwords, JSON, cells. */

#include "cli/cli.h"

#include <string.h>

#include "tests/check.h"

TEST(every_text_in_every_language)
{
	const char *fault = text_fault(cli_texts, cli_texts_count);

	TEST_BEGIN;
	CHECK(fault == NULL, "%s", fault);
}

TEST(made_passwords)
{
	char a[PASSWORD_MAX + 1], b[PASSWORD_MAX + 1];

	TEST_BEGIN;
	password_make(a);
	password_make(b);
	CHECK(strlen(a) == 34 && a[4] == '-' && a[29] == '-', "%s", a);
	CHECK(strspn(a, "0123456789abcdefghjkmnpqrstvwxyz-") == 34, "%s", a);
	CHECK(strcmp(a, b) != 0, "twice the same");
}

TEST(json)
{
	struct buf row, out;

	TEST_BEGIN;
	buf_init(&row, 4096);
	buf_init(&out, 4096);
	admin_put(&row, STR("name"), STR("a\"\\\n\xc3\xa9\xff\0b"));
	admin_put(&row, STR("quota"), STR("0123"));
	admin_put(&row, STR("used"), STR("1x"));
	admin_put(&row, STR("sealed"), STR("1"));
	json_row(&out, buf_str(&row));
	CHECK(str_eq(buf_str(&out), STR("{\"name\":\"a\\\"\\\\\\u000a\xc3\xa9"
	    "\xef\xbf\xbd\\u0000b\",\"quota\":123,\"used\":\"1x\","
	    "\"sealed\":true}")), "%.*s", (int)out.len, out.ptr);
	buf_free(&row);
	buf_free(&out);
}

TEST(for_people)
{
	static const struct text texts[] = { { "unit-days", { "d", "j" } } };
	static const struct program program = { .texts = texts,
	    .texts_count = 1 };
	static struct cli c = { .lang = LANG_FR, .program = &program };
	char text[16], span[32];

	TEST_BEGIN;
	size_text(0, text);
	CHECK(strcmp(text, "0 B") == 0, "%s", text);
	size_text(1536, text);
	CHECK(strcmp(text, "1.5 KB") == 0, "%s", text);
	size_text(UINT64_MAX, text);
	CHECK(strcmp(text, "16777215 TB") == 0, "%s", text);
	date_text(0, text);
	CHECK(strcmp(text, "1970-01-01") == 0, "%s", text);
	date_text(UINT64_MAX / 2, text);
	CHECK(strcmp(text, "?") == 0, "%s", text);
	span_text(&c, 90000, span);
	CHECK(strcmp(span, "1 j 1 h") == 0, "%s", span);
}

/* Nothing of a stranger's moves the cursor: C1 and marks of direction, too. */
TEST(cells)
{
	FILE *out = tmpfile(), *was = stdout;
	char text[64] = "";

	TEST_BEGIN;
	CHECK(out != NULL, "no file");
	stdout = out;
	put_cell(STR("a\033\302\233b\342\200\256\303\251\377"), 0);
	stdout = was;
	rewind(out);
	CHECK(fgets(text, sizeof(text), out) != NULL, "nothing");
	fclose(out);
	CHECK(strcmp(text, "a??b?\303\251?") == 0, "%s", text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(every_text_in_every_language),
		RUN(made_passwords),
		RUN(json),
		RUN(for_people),
		RUN(cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
