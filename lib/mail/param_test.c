/* param_test.c - parameters good and sloppy, RFC 2231. */

#include "mail/param.h"

#include <string.h>

#include "tests/check.h"

static struct arena arena;

static void
is(struct str field, const char *want)
{
	struct param_field f;
	char got[512];
	size_t n = 0;
	bool full;

	if (!param_field_parse(&f, field, true, &arena, &full)) {
		CHECK(want == NULL, "refused %.*s", (int)field.len,
		    field.ptr);
		return;
	}
	CHECK(want != NULL, "took %.*s", (int)field.len, field.ptr);
	n += (size_t)snprintf(got, sizeof(got), "%.*s/%.*s",
	    (int)f.type.len, f.type.ptr, (int)f.subtype.len, f.subtype.ptr);
	for (size_t i = 0; i < f.params; i++)
		n += (size_t)snprintf(got + n, sizeof(got) - n, "|%.*s=%.*s",
		    (int)f.param[i].name.len, f.param[i].name.ptr,
		    (int)f.param[i].value.len, f.param[i].value.ptr);
	CHECK(strcmp(got, want) == 0, "%s, not %s", got, want);
	arena_reset(&arena);
}

TEST(reads_fields)
{
	TEST_BEGIN;
	arena_init(&arena, 100000);
	is(STR(" text/plain"), "text/plain");
	is(STR("text / plain (a (b) \\) c); x=y"), "text/plain|x=y");
	is(STR("a/b;\r\n c = d;e=\"f;\\\"g\""), "a/b|c=d|e=f;\"g");
	is(STR("a/b; c=d (e); (f) g=h"), "a/b|c=d|g=h");
	is(STR("a/b; c=\"d\r\n e\""), "a/b|c=d e");
	is(STR("a/b; c=\"\""), "a/b|c=");
}

TEST(takes_sloppy_ones)
{
	TEST_BEGIN;
	is(STR("a/b c=d e=f"), "a/b|c=d|e=f");
	is(STR("a/b;; ;c=d;"), "a/b|c=d");
	is(STR("a/b; c=d e.txt; f=g"), "a/b|c=d e.txt|f=g");
	is(STR("a/b; c=d(1).pdf"), "a/b|c=d(1).pdf");
	is(STR("a/b; c=\"d"), "a/b|c=d");
	is(STR("a/b; c=\"d\\"), "a/b|c=d\\");
	is(STR("a/b; junk; =x; c=d"), "a/b|c=d");
	is(STR("a/b/c; d=e"), "a/b|d=e");
	is(STR("a/b; c="), "a/b|c=");
	is(STR("a/b; c=d; c=e"), "a/b|c=d|c=e");
	is(STR("a/b (open; c=d"), "a/b");
	is(STR("text"), NULL);
	is(STR(""), NULL);
	is(STR("text/"), NULL);
	is(STR("/plain"), NULL);
	is(STR("\"text/plain\""), NULL);
}

static void
get(struct str field, const char *name, const char *want, const char *set)
{
	struct param_field f;
	struct str value, charset;
	bool full;

	CHECK(param_field_parse(&f, field, false, &arena, &full), "parse");
	if (!param_get(&f, (struct str){ name, strlen(name) }, &arena,
	    &value, &charset)) {
		CHECK(want == NULL, "no %s", name);
		return;
	}
	CHECK(want != NULL, "there is %s", name);
	CHECK(str_eq(value, (struct str){ want, strlen(want) }), "%.*s",
	    (int)value.len, value.ptr);
	CHECK(str_eq(charset, (struct str){ set, strlen(set) }), "%.*s",
	    (int)charset.len, charset.ptr);
	arena_reset(&arena);
}

TEST(joins_sections)
{
	TEST_BEGIN;
	get(STR("a; url*0=\"ftp://\"; URL*1=\"x/y\""), "url", "ftp://x/y", "");
	get(STR("a; t*=us-ascii'en-us'This%20is%2"), "t", "This is%2",
	    "us-ascii");
	get(STR("a; t*1*=%20b; t*0*=utf-8''a; t*2=%20; t*4=no"), "t",
	    "a b%20", "utf-8");
	get(STR("a; t*=nocharset"), "t", "nocharset", "");
	get(STR("a; t=old; t*=utf-8''new"), "t", "old", "");
	get(STR("a; tx=b"), "t", NULL, "");
	get(STR("a; t*1=b"), "t", NULL, "");
	get(STR("a; t*99999999999999999999=b"), "t", NULL, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(reads_fields),
		RUN(takes_sloppy_ones),
		RUN(joins_sections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
