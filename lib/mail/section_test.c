/* section_test.c - parts by number, as the example of RFC 3501, 6.4.5. */

#include "mail/section.h"

#include <string.h>

#include "mail/bodystructure.h"
#include "mail/header.h"
#include "tests/check.h"

static const char message[] =
    "From: a@b\r\nSubject: top\r\nContent-Type: multipart/mixed; boundary=x\r\n"
    "\r\n"
    "--x\r\n\r\nfirst\r\n"
    "--x\r\nContent-Type: application/octet-stream; name=\"n m\"\r\n"
    "Content-Transfer-Encoding: base64\r\nContent-ID: <i@d>\r\n"
    "Content-Disposition: attachment; filename=f\r\n\r\nAAAA\r\n"
    "--x\r\nContent-Type: message/rfc822\r\n\r\n"
    "Subject: in\r\nTo: c@d\r\n\r\ninner\r\ntext\r\n"
    "--x\r\nContent-Type: multipart/alternative; boundary=y\r\n"
    "Content-Language: en, fr\r\n\r\n"
    "--y\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>\r\n"
    "--y\r\nContent-Type: message/rfc822\r\n\r\n"
    "Content-Type: multipart/mixed; boundary=z\r\n\r\n"
    "--z\r\n\r\ndeep\r\n--z--\r\n"
    "--y--\r\n"
    "--x--\r\n";

static const struct {
	const char *section, *want;	/* NULL: NIL */
} cases[] = {
	{ "HEADER.FIELDS (subject)", "Subject: top\r\n\r\n" },
	{ "HEADER.FIELDS (x)", "\r\n" },
	{ "HEADER.FIELDS.NOT (Content-Type From)", "Subject: top\r\n\r\n" },
	{ "1", "first" },
	{ "1.MIME", "\r\n" },
	{ "1.1", NULL },
	{ "1.TEXT", NULL },
	{ "1.HEADER", NULL },
	{ "2", "AAAA" },
	{ "3", "Subject: in\r\nTo: c@d\r\n\r\ninner\r\ntext" },
	{ "3.HEADER", "Subject: in\r\nTo: c@d\r\n\r\n" },
	{ "3.HEADER.FIELDS (To)", "To: c@d\r\n\r\n" },
	{ "3.TEXT", "inner\r\ntext" },
	{ "3.1", "inner\r\ntext" },
	{ "3.2", NULL },
	{ "3.1.1", NULL },
	{ "3.MIME", "Content-Type: message/rfc822\r\n\r\n" },
	{ "4.1", "<p>" },
	{ "4.1.MIME", "Content-Type: text/html; charset=utf-8\r\n\r\n" },
	{ "4.2.1", "deep" },
	{ "4.2.1.MIME", "\r\n" },
	{ "4.2.TEXT", "--z\r\n\r\ndeep\r\n--z--" },
	{ "4.3", NULL },
	{ "5", NULL },
	{ "4294967295", NULL },
};

static void
check_section(const char *section, const char *want, struct mime *m,
    struct arena *a)
{
	struct buf args, made;
	struct imap_fetch f;
	struct str got = STR("");
	bool there = true;

	buf_init(&args, 4096);
	buf_init(&made, 4096);
	buf_add(&args, STR("1 BODY["));
	buf_add_c(&args, section);
	buf_byte(&args, ']');
	CHECK(imap_fetch_parse(buf_str(&args), a, &f), "%s", section);
	if (f.items->section.parts == 0)
		got = section_top(&f.items->section, from_c(message),
		    header_len(from_c(message)), &made);
	else
		there = section_part(&f.items->section, m->root, &made, &got);
	CHECK(there == (want != NULL), "%s", section);
	if (there)
		CHECK(str_eq(got, from_c(want)), "%s: %.*s", section,
		    (int)got.len, got.ptr);
	buf_free(&args);
	buf_free(&made);
}

TEST(sections_as_listed)
{
	struct arena a;
	struct mime m;

	TEST_BEGIN;
	arena_init(&a, 1 << 20);
	CHECK(mime_parse(&m, from_c(message), &a), "parses");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_section(cases[i].section, cases[i].want, &m, &a);
	check_section("", message, &m, &a);
	check_section("TEXT", strstr(message, "--x"), &m, &a);
	arena_reset(&a);
}

#define LEAF	"(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL " \
		"\"7bit\" "
#define EXT	" NIL NIL NIL NIL)"

static void
check_structure(const char *text, bool extended, const char *want)
{
	struct buf out, scratch;
	struct arena a;
	struct mime m;

	arena_init(&a, 1 << 20);
	buf_init(&out, 65536);
	buf_init(&scratch, 65536);
	CHECK(mime_parse(&m, from_c(text), &a), "parses");
	CHECK(bodystructure_put(&out, m.root, extended, &a, &scratch), "puts");
	CHECK(str_eq(buf_str(&out), from_c(want)), "%.*s", (int)out.len,
	    out.ptr);
	buf_free(&out);
	buf_free(&scratch);
	arena_reset(&a);
}

TEST(structures)
{
	TEST_BEGIN;
	check_structure("\r\na\r\n", false, LEAF "3 1)");
	check_structure("\r\na\r\n", true, LEAF "3 1" EXT);
	check_structure("Content-Type: multipart/mixed; boundary=q\r\n\r\n",
	    false, "((\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0) \"mixed\")");
	check_structure(message, true, "("
	    LEAF "5 0" EXT
	    "(\"application\" \"octet-stream\" (\"name\" \"n m\") \"<i@d>\" "
	    "NIL \"base64\" 4 NIL (\"attachment\" (\"filename\" \"f\")) NIL "
	    "NIL)"
	    "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 35 (NIL \"in\" NIL "
	    "NIL NIL ((NIL NIL \"c\" \"d\")) NIL NIL NIL NIL) "
	    LEAF "11 1" EXT " 4" EXT
	    "((\"text\" \"html\" (\"charset\" \"utf-8\") NIL NIL \"7bit\" 3 0"
	    EXT
	    "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 63 (NIL NIL NIL NIL "
	    "NIL NIL NIL NIL NIL NIL) (" LEAF "4 0" EXT
	    " \"mixed\" (\"boundary\" \"z\") NIL NIL NIL) 5" EXT
	    " \"alternative\" (\"boundary\" \"y\") NIL (\"en\" \"fr\") NIL)"
	    " \"mixed\" (\"boundary\" \"x\") NIL NIL NIL)");
}

TEST(partials)
{
	TEST_BEGIN;
	CHECK(str_eq(section_partial(STR("abc"), 0, 2), STR("ab")), "0.2");
	CHECK(str_eq(section_partial(STR("abc"), 2, 9), STR("c")), "2.9");
	CHECK(str_eq(section_partial(STR("abc"), 3, 1), STR("")), "3.1");
	CHECK(str_eq(section_partial(STR("abc"), UINT32_MAX, UINT32_MAX),
	    STR("")), "far");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(sections_as_listed), RUN(structures), RUN(partials),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
