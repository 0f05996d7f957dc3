/* pgpsigned_test.c - what was signed, and by what. */

#include "mail/pgpsigned.h"

#include "tests/check.h"

#define SIGNED "Content-Type: multipart/signed; boundary=b;\r\n" \
	" protocol=\"application/pgp-signature\"\r\n\r\n"
#define PART "Content-Type: text/plain\r\n\r\nhello\r\n"
#define SIGNATURE "Content-Type: application/pgp-signature\r\n\r\nMARK\r\n"

static void
is(const char *text, const char *over, const char *signature)
{
	struct buf o, s;
	struct str part;
	struct arena a;
	bool any;

	arena_init(&a, 1 << 20);
	buf_init(&o, 4096);
	buf_init(&s, 4096);
	any = pgpsigned_take(from_c(text), &a, &o, &s);
	CHECK(any == (over != NULL), "%s", text);
	CHECK(any == pgpsigned_find(from_c(text), &a, &part), "%s", text);
	if (any) {
		CHECK(str_eq(buf_str(&o), from_c(over)), "over %.*s",
		    (int)o.len, o.ptr);
		CHECK(str_eq(buf_str(&s), from_c(signature)), "by %.*s",
		    (int)s.len, s.ptr);
	} else {
		CHECK(str_eq(part, from_c(text)), "%s", text);
	}
	buf_free(&o);
	buf_free(&s);
	arena_reset(&a);
}

TEST(whole)
{
	TEST_BEGIN;
	/* the line end before a boundary is the boundary's */
	is(SIGNED "--b\r\n" PART "--b\r\n" SIGNATURE "--b--\r\n",
	    "Content-Type: text/plain\r\n\r\nhello", "MARK");
	is(SIGNED "--b\r\n" PART "\r\n--b\r\n" SIGNATURE "--b--\r\n", PART,
	    "MARK");
	/* lines as they were signed */
	is(SIGNED "--b\nA: b\n\nx\r\ny\n\n--b\n" SIGNATURE "--b--\n",
	    "A: b\r\n\r\nx\r\ny\r\n", "MARK");
}

TEST(none)
{
	TEST_BEGIN;
	is("", NULL, NULL);
	is(PART, NULL, NULL);
	is(SIGNED "--b\r\n" PART "--b--\r\n", NULL, NULL);
	/* a third part would be signed by nobody */
	is(SIGNED "--b\r\n" PART "--b\r\n" SIGNATURE "--b\r\n" PART
	    "--b--\r\n", NULL, NULL);
	is(SIGNED "--b\r\n" SIGNATURE "--b\r\n" PART "--b--\r\n", NULL, NULL);
	/* deeper, another one's, of something else */
	is("Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n" SIGNED
	    "--b\r\n" PART "--b\r\n" SIGNATURE "--b--\r\n--o--\r\n", NULL,
	    NULL);
	is("Content-Type: multipart/signed; boundary=b;\r\n"
	    " protocol=\"application/pkcs7-signature\"\r\n\r\n--b\r\n" PART
	    "--b\r\n" SIGNATURE "--b--\r\n", NULL, NULL);
	is("Content-Type: multipart/mixed; boundary=b;\r\n"
	    " protocol=\"application/pgp-signature\"\r\n\r\n--b\r\n" PART
	    "--b\r\n" SIGNATURE "--b--\r\n", NULL, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { RUN(whole), RUN(none) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
