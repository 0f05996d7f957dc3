/* search_test.c */

#include "mail/search.h"

#include <string.h>

#include "mail/header.h"
#include "tests/check.h"

static struct search_room room;

static void
make(struct fold_needle *n, struct buf *text, const char *words)
{
	buf_init(text, 1 << 20);
	fold_text(text, from_c(words));
	fold_needle(n, buf_str(text));
}

static const char head[] =
    "From: \"A. B\" <a.b@example.net>\r\n"
    "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= aus\r\n K=?iso-8859-1?q?=F6?=ln\r\n"
    "X-Long: one\r\n two\r\n"
    "Date: Thu, 26 Nov 2026 23:30:00 -0800\r\n"
    "X-Empty:\r\n"
    "\r\n";

TEST(heads)
{
	static const struct {
		const char *name, *words;
		bool is;
	} t[] = {
		{ "from", "A.B@EXAMPLE", true }, { "From", "nobody", false },
		{ "To", "a", false }, { "To", "", false },
		{ "X-Empty", "", true }, { "Subject", "gr\xc3\xbc\xc3\x9f" "e",
		    true },
		{ "Subject", "GR\xc3\x9c", true }, { "Subject", "aus K",
		    true },
		{ "X-Long", "ONE TWO", true }, { "X-Long", "long", false },
		{ "", "x-long: one two", true }, { "", "nov 2026", true },
		{ "", "nowhere", false }, { "Subject", "utf-8", false },
	};

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct fold_needle n;
		struct buf text;

		make(&n, &text, t[i].words);
		CHECK(search_head(from_c(head), from_c(t[i].name), &n, &room)
		    == t[i].is, "%s in %s", t[i].words, t[i].name);
		buf_free(&text);
	}
}

static bool
in_text(const char *message, size_t len, const char *words)
{
	struct fold_needle n;
	struct arena arena;
	struct mime mime;
	struct buf text;
	bool found;

	arena_init(&arena, 1 << 20);
	make(&n, &text, words);
	assert_true(mime_parse(&mime, (struct str){ message, len }, &arena));
	found = search_text(mime.root, &n, &room, &arena);
	arena_reset(&arena);
	buf_free(&text);
	return found;
}

static const char message[] =
    "Subject: outside\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    "preamble\r\n--x\r\n\r\nplain one\r\n--x\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    "long li=\r\nne Gr=C3=BC=C3=9Fe\r\n--x\r\n"
    "Content-Type: text/plain; charset=iso-8859-1\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\n"
    "S/ZsbiBhbSBS\r\naGVpbg==\r\n--x\r\n"
    "Content-Type: application/pdf; name=\"letter.pdf\"\r\n\r\n"
    "plain binary\r\n--x\r\n"
    "Content-Type: message/rfc822\r\n\r\n"
    "Subject: within\r\n\r\ninner text\r\n--x--\r\nepilogue\r\n";

TEST(texts)
{
	static const struct {
		const char *words;
		bool is;
	} t[] = {
		{ "PLAIN ONE", true }, { "long line", true },
		{ "gr\xc3\x9c\xc3\x9f" "E", true },
		{ "k\xc3\xb6ln am rhein", true }, { "am rhein", true },
		{ "plain binary", false }, { "letter.pdf", true },
		{ "within", true }, { "INNER", true }, { "outside", false },
		{ "nowhere", false },
	};

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		CHECK(in_text(message, sizeof(message) - 1, t[i].words) ==
		    t[i].is, "%s", t[i].words);
}

/* Wherever a slice ends, in words and in characters. */
TEST(slices)
{
	static const char start[] = "Content-Type: text/plain;"
	    " charset=utf-8\r\n\r\n";
	enum { N = 70000 };
	static char text[sizeof(start) + N + 16];

	TEST_BEGIN;
	for (size_t at = 32740; at < 32780; at++) {
		memcpy(text, start, sizeof(start) - 1);
		memset(text + sizeof(start) - 1, 'x', N);
		memcpy(text + sizeof(start) - 1 + at, "\xc3\x96" "de", 4);
		CHECK(in_text(text, sizeof(start) - 1 + N, "\xc3\xb6" "DE"),
		    "at %zu", at);
		CHECK(in_text(text, sizeof(start) - 1 + N, "DEx"), "at %zu",
		    at);
	}
}

TEST(sent)
{
	int64_t day;

	TEST_BEGIN;
	assert_true(search_sent(from_c(head), &day));
	assert_int_equal(day, 20783);	/* 26 Nov, where it was sent */
	assert_false(search_sent(STR("Date: soon\r\n\r\n"), &day));
	assert_false(search_sent(STR("\r\n"), &day));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(heads), RUN(texts), RUN(slices), RUN(sent),
	};

	buf_init(&room.text, SEARCH_ROOM_MAX);
	buf_init(&room.folded, SEARCH_ROOM_MAX);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
