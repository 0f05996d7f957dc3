/* bodies_test.c - what is text and what is attached: RFC 8621, 4.1.4. */

#include "mail/bodies.h"

#include "tests/check.h"

static struct bodies found;

/* Content-IDs, one after the other. */
static void
check_list(const struct bodies_list *l, const char *want)
{
	struct arena a;
	struct buf is;

	arena_init(&a, 65536);
	buf_init(&is, 4096);
	for (size_t i = 0; i < l->n; i++)
		buf_add(&is, bodies_cid(l->part[i], &a));
	CHECK(str_eq(buf_str(&is), from_c(want)), "%.*s, not %s", (int)is.len,
	    is.ptr, want);
	buf_free(&is);
	arena_reset(&a);
}

static void
check(const char *message, const char *text, const char *html,
    const char *attached)
{
	struct arena a;
	struct mime m;

	arena_init(&a, 1 << 20);
	assert_true(mime_parse(&m, from_c(message), &a));
	bodies_find(&found, m.root, &a);
	check_list(&found.text, text);
	check_list(&found.html, html);
	check_list(&found.attached, attached);
	arena_reset(&a);
}

#define MULTI(kind, b)							\
	"Content-Type: multipart/" kind "; boundary=" b "\r\n\r\n"
#define PART(b, id, type)						\
	"--" b "\r\nContent-ID: <" id ">\r\nContent-Type: " type "\r\n"
#define TEXT	"\r\nx\r\n"

/* The example of RFC 8621: parts A to K. */
TEST(of_the_rfc)
{
	static const char message[] = MULTI("mixed", "1")
	    PART("1", "A", "text/plain") TEXT
	    "--1\r\n" MULTI("mixed", "2")
	    "--2\r\n" MULTI("alternative", "3")
	    "--3\r\n" MULTI("mixed", "4")
	    PART("4", "B", "text/plain") TEXT
	    PART("4", "C", "image/jpeg") "Content-Disposition: inline\r\n" TEXT
	    PART("4", "D", "text/plain") TEXT
	    "--4--\r\n"
	    "--3\r\n" MULTI("related", "5")
	    PART("5", "E", "text/html") TEXT
	    PART("5", "F", "image/jpeg") TEXT
	    "--5--\r\n--3--\r\n"
	    PART("2", "G", "image/jpeg") "Content-Disposition: attachment\r\n"
	    TEXT
	    PART("2", "H", "application/x-excel") TEXT
	    PART("2", "J", "message/rfc822") "\r\nSubject: s\r\n\r\nx\r\n"
	    "--2--\r\n"
	    PART("1", "K", "text/plain") TEXT
	    "--1--\r\n";

	TEST_BEGIN;
	check(message, "ABCDK", "AEK", "CFGHJ");
}

TEST(alone)
{
	TEST_BEGIN;
	check("Content-ID: <a>\r\n\r\nx", "a", "a", "");
	check("Content-ID: <a>\r\nContent-Type: text/html\r\n\r\nx", "a", "a",
	    "");
	check("Content-ID: <a>\r\nContent-Type: application/pdf\r\n\r\nx", "",
	    "", "a");
	check(MULTI("alternative", "1") PART("1", "h", "text/html") TEXT
	    "--1--\r\n", "h", "h", "");
	check(MULTI("mixed", "1") PART("1", "t", "text/plain") TEXT
	    PART("1", "f", "text/plain; name=f.txt") TEXT "--1--\r\n", "t",
	    "t", "f");
}

static void
safe(const char *name, const char *want)
{
	struct buf b;

	buf_init(&b, 4096);
	bodies_safe_name(from_c(name), &b);
	CHECK(str_eq(buf_str(&b), from_c(want)), "%s: %.*s", name, (int)b.len,
	    b.ptr);
	buf_free(&b);
}

TEST(names)
{
	TEST_BEGIN;
	safe("report.pdf", "report.pdf");
	safe("../../etc/passwd", "passwd");
	safe("C:\\x\\y.exe", "y.exe");
	safe("..", "attachment");
	safe(".bashrc", "bashrc");
	safe("-rf", "rf");
	safe("", "attachment");
	safe("a\r\nb\x1b[31m", "ab[31m");
	safe("gpj.\xe2\x80\xae" "exe", "gpj.exe");
	safe("caf\xc3\xa9.txt", "caf\xc3\xa9.txt");
	safe("a\xff" "b", "ab");
}

static void
named(const char *message, const char *want)
{
	struct arena a;
	struct mime m;

	arena_init(&a, 1 << 20);
	assert_true(mime_parse(&m, from_c(message), &a));
	assert_true(str_eq(bodies_name(m.root, &a), from_c(want)));
	arena_reset(&a);
}

TEST(encoded_names)
{
	TEST_BEGIN;
	named("Content-Type: a/b; name=x\r\n\r\n", "x");
	named("Content-Type: a/b; name=x\r\n"
	    "Content-Disposition: attachment; filename=y\r\n\r\n", "y");
	named("Content-Disposition: a; filename*=iso-8859-1''%e9\r\n\r\n",
	    "\xc3\xa9");
	named("Content-Disposition: a; filename=\"=?utf-8?q?=C3=A9?=\"\r\n"
	    "\r\n", "\xc3\xa9");
	named("\r\n", "");
}

static void
decodes(const char *message, const char *want)
{
	struct arena a;
	struct mime m;
	struct buf b;

	arena_init(&a, 1 << 20);
	buf_init(&b, 4096);
	assert_true(mime_parse(&m, from_c(message), &a));
	bodies_decode(m.root, &b);
	assert_true(str_eq(buf_str(&b), from_c(want)));
	buf_free(&b);
	arena_reset(&a);
}

TEST(content)
{
	TEST_BEGIN;
	decodes("Content-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n",
	    "hello");
	decodes("Content-Transfer-Encoding: Quoted-Printable\r\n\r\na=3Db",
	    "a=b");
	decodes("\r\nas it is", "as it is");
}

static void
saves(const char *message, bool want)
{
	struct arena a;

	arena_init(&a, 1 << 20);
	CHECK(bodies_has_attached(from_c(message), &a) == want, "%s", message);
	arena_reset(&a);
}

TEST(something_to_save)
{
	TEST_BEGIN;
	saves("\r\nx\r\n", false);
	saves("", false);
	saves("Content-Type: application/pdf\r\n\r\nx\r\n", true);
	saves(MULTI("mixed", "1") PART("1", "A", "text/plain") TEXT
	    PART("1", "B", "application/pdf") TEXT "--1--\r\n", true);
	saves(MULTI("mixed", "1") PART("1", "A", "text/plain") TEXT
	    PART("1", "B", "text/plain")
	    "Content-Disposition: attachment\r\n" TEXT "--1--\r\n", true);
	saves(MULTI("related", "1") PART("1", "A", "text/html") TEXT
	    PART("1", "B", "image/png") TEXT "--1--\r\n", false);
	saves(MULTI("related", "1") PART("1", "A", "text/html") TEXT
	    PART("1", "B", "image/png")
	    "Content-Disposition: attachment\r\n" TEXT "--1--\r\n", true);
	saves(MULTI("mixed", "1") PART("1", "A", "text/plain") TEXT
	    PART("1", "B", "application/pdf")
	    "Content-Disposition: inline\r\n" TEXT "--1--\r\n", false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(of_the_rfc), RUN(alone), RUN(names), RUN(encoded_names),
		RUN(content), RUN(something_to_save),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
