/* protect_test.c - what goes outside, what is marked, and the way back. */

#include "mail/protect.h"

#include <stdlib.h>
#include <string.h>

#include "mail/header.h"
#include "tests/check.h"

static struct buf outer, inner, back;

#define MARKS	"; hp=\"cipher\"; protected-headers=\"v1\""

static void
protect(struct str message)
{
	struct protect_in in = {
		.header = { message.ptr, header_len(message) },
		.return_path = STR("Return-Path: <x@y>\r\n"),
		.received = STR("Received: by z;\r\n\tnow\r\n"),
	};

	buf_clear(&outer);
	buf_clear(&inner);
	buf_clear(&back);
	CHECK(protect_header(&in, &outer, &inner), "failed");
	CHECK(outer.len <= PROTECT_OUTER_MAX, "%zu outside", outer.len);
	buf_add_mem(&inner, message.ptr + in.header.len,
	    message.len - in.header.len);
	CHECK(protect_restore(buf_str(&inner), &back), "no way back:\n%.*s",
	    (int)inner.len, inner.ptr);
	CHECK(str_eq(buf_str(&back), message), "came back as:\n%.*s",
	    (int)back.len, back.ptr);
}

/* What follows the trace. */
static void
inside(struct str message, const char *want)
{
	static const struct str trace =
	    STR_INIT("Return-Path: <x@y>\r\nReceived: by z;\r\n\tnow\r\n");
	struct str got;

	protect(message);
	got = buf_str(&inner);
	CHECK(str_take_word(&got, trace), "trace");
	CHECK(str_eq(got, (struct str){ want, strlen(want) }), "%.*s",
	    (int)got.len, got.ptr);
}

static void
outside(struct str message, const char *want)
{
	protect(message);
	CHECK(str_eq(buf_str(&outer), (struct str){ want, strlen(want) }),
	    "%.*s", (int)outer.len, outer.ptr);
}

TEST(marks_and_restores)
{
	TEST_BEGIN;
	inside(STR("From: a@b\r\nSubject: hi\r\n"
	    "Content-Type: text/html; charset=utf-8\r\n\r\nbody"),
	    "HP-Outer: From: a@b\r\nHP-Outer: Subject: [...]\r\n"
	    "Pli-Edit: 47+37\r\n"
	    "From: a@b\r\nSubject: hi\r\n"
	    "Content-Type: text/html" MARKS "; charset=utf-8\r\n\r\nbody");
	inside(STR("Subject: hi\r\n\r\nbody"),
	    "MIME-Version: 1.0\r\nContent-Type: text/plain" MARKS "\r\n"
	    "HP-Outer: Subject: [...]\r\nPli-Edit: none\r\n"
	    "Subject: hi\r\n\r\nbody");
}

TEST(copes_with_broken_types)
{
	TEST_BEGIN;
	inside(STR("Content-type:\r\n multipart/mixed (\r\n c) ;\r\n"
	    "\tboundary=\"x\r\nMIME-Version: 1.0\r\n\r\n"),
	    "HP-Outer: Subject: [...]\r\nPli-Edit: 31+37\r\n"
	    "Content-type:\r\n multipart/mixed" MARKS " (\r\n c) ;\r\n"
	    "\tboundary=\"x\r\nMIME-Version: 1.0\r\n\r\n");
	inside(STR("Content-Type: text\r\nMIME-Version: 1.0\r\n\r\n"),
	    "Content-Type: text/plain" MARKS "\r\n"
	    "HP-Outer: Subject: [...]\r\nPli-Edit: 0+2\r\n"
	    "X-Content-Type: text\r\nMIME-Version: 1.0\r\n\r\n");
	inside(STR("Content-Type: text/plain charset=x\r\n\r\n"),
	    "HP-Outer: Subject: [...]\r\nPli-Edit: 24+38\r\n"
	    "Content-Type: text/plain" MARKS "; charset=x\r\n\r\n");
}

TEST(believes_no_sender)
{
	TEST_BEGIN;
	inside(STR("HP-Outer: Subject: x\r\nPli-Edit: 0+9\r\npli-x: y\r\n"
	    "Content-Type: a/b; HP=clear; h=\"hp=1\"; hp*0*=x;\r\n"
	    " protected-headers=v1\r\n\r\n"),
	    "HP-Outer: Subject: [...]\r\nPli-Edit: 0+2, 24+2, 41+2, 70+37, "
	    "109+2,\r\n 131+2, 144+2\r\n"
	    "X-HP-Outer: Subject: x\r\nX-Pli-Edit: 0+9\r\nX-pli-x: y\r\n"
	    "Content-Type: a/b" MARKS "; X-HP=clear; h=\"hp=1\"; "
	    "X-hp*0*=x;\r\n X-protected-headers=v1\r\n\r\n");
}

TEST(closes_open_headers)
{
	static const struct str preamble = STR_INIT("MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain" MARKS "\r\n"
	    "HP-Outer: Subject: [...]\r\n");
	static const struct { struct str in; const char *out; } cases[] = {
		{ STR_INIT(""), "Pli-Edit: 0+2\r\n\r\n" },
		{ STR_INIT("hi\r\n"), "Pli-Edit: 0+2\r\n\r\nhi\r\n" },
		{ STR_INIT(" x: y\r\n"), "Pli-Edit: 0+2\r\n\r\n x: y\r\n" },
		{ STR_INIT("a: b"), "Pli-Edit: 4+4\r\na: b\r\n\r\n" },
		{ STR_INIT("a: b\r\n"), "Pli-Edit: 6+2\r\na: b\r\n\r\n" },
		{ STR_INIT("a: b\r\nhi\r\n\r\n"),
		    "Pli-Edit: 6+2\r\na: b\r\n\r\nhi\r\n\r\n" },
		{ STR_INIT("From x\r\n\r\n"), "Pli-Edit: 0+16\r\n"
		    "X-Mailbox-Line: From x\r\n\r\n" },
		{ STR_INIT("\r\n"), "Pli-Edit: none\r\n\r\n" },
	};

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char want[512];

		snprintf(want, sizeof(want), "%.*s%s", (int)preamble.len,
		    preamble.ptr, cases[i].out);
		inside(cases[i].in, want);
	}
}

TEST(shows_only_what_it_must)
{
	TEST_BEGIN;
	outside(STR("Received: x\r\nDATE: d\r\nFrom: a\r\nfrom: b\r\n"
	    "To: c,\r\n d\r\nTo: e\r\nCc: f\r\nBcc: g\r\nSubject: s\r\n"
	    "Message-ID: <m>\r\nIn-Reply-To: <r>\r\nReferences: <r>\r\n"
	    "Reply-To: h\r\nX: y\r\n\r\n"),
	    "DATE: d\r\nFrom: a\r\nTo: c,\r\n d\r\nTo: e\r\nCc: f\r\n"
	    "Message-ID: <m>\r\nIn-Reply-To: <r>\r\nReferences: <r>\r\n"
	    "Subject: [...]\r\n");
	outside(STR("From : \xc3\xa9@b\r\nTo: a\r\n \r\n b\r\n"
	    "Cc: x\0y\r\nDate: a\rb\r\n\r\n"),
	    "From: \xc3\xa9@b\r\nTo: a  b\r\nSubject: [...]\r\n");
	outside(STR("From: a"), "From: a\r\nSubject: [...]\r\n");
	outside(STR(""), "Subject: [...]\r\n");
}

TEST(leaves_out_what_is_too_long)
{
	char *text = malloc(100000);
	int n = snprintf(text, 100, "To: ");

	TEST_BEGIN;
	memset(text + n, 'x', 40000);
	n += 40000;
	n += snprintf(text + n, 100, "\r\nFrom: a\r\nCc: b\r\nCc: ");
	memset(text + n, 'y', 32000);
	n += 32000;
	n += snprintf(text + n, 100, "\r\n\r\n");
	protect((struct str){ text, (size_t)n });
	CHECK(str_take_word(&(struct str){ outer.ptr, outer.len },
	    STR("From: a\r\nCc: b\r\nCc: yyy")), "%.*s", 40, outer.ptr);
	free(text);
}

TEST(takes_no_wrong_way_back)
{
	static const struct str bad[] = {
		STR_INIT(""), STR_INIT("A: b\r\n\r\n"),
		STR_INIT("Pli-Edit: \r\n\r\n"),
		STR_INIT("Pli-Edit: 0\r\n\r\n"),
		STR_INIT("Pli-Edit: 0+\r\n\r\n"),
		STR_INIT("Pli-Edit: 0+3\r\n\r\n"),
		STR_INIT("Pli-Edit: 3+0\r\n\r\n"),
		STR_INIT("Pli-Edit: 1+1, 0+1\r\n\r\n"),
		STR_INIT("Pli-Edit: 0+2, 1+1\r\n\r\n"),
		STR_INIT("Pli-Edit: 0+1,\r\n\r\n"),
		STR_INIT("Pli-Edit: 0+1 x\r\n\r\n"),
		STR_INIT("Pli-Edit: 1+18446744073709551615\r\n\r\n"),
		STR_INIT("Pli-Edit: 18446744073709551615+1\r\n\r\n"),
	};

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		buf_clear(&back);
		CHECK(!protect_restore(bad[i], &back), "took %zu", i);
	}
}

TEST(knows_what_is_announced)
{
#define PGP	"Content-Type: multipart/encrypted; boundary=x;\r\n" \
		" protocol=\"application/pgp-encrypted\"\r\n"
	TEST_BEGIN;
	CHECK(protect_is_announced(STR("A: b\r\n" PGP "\r\n")), "PGP");
	CHECK(!protect_is_announced(STR(PGP PGP "\r\n")), "twice");
	CHECK(!protect_is_announced(STR("A: b\r\n\r\n" PGP)), "body");
	CHECK(!protect_is_announced(STR("Content-Type: multipart/encrypted;"
	    "protocol=x; protocol=application/pgp-encrypted\r\n\r\n")),
	    "two protocols");
	CHECK(!protect_is_announced(STR("Content-Type: multipart/mixed;"
	    "protocol=application/pgp-encrypted\r\n\r\n")), "mixed");
	CHECK(!protect_is_announced(STR("")), "empty");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(marks_and_restores),
		RUN(copes_with_broken_types),
		RUN(believes_no_sender),
		RUN(closes_open_headers),
		RUN(shows_only_what_it_must),
		RUN(leaves_out_what_is_too_long),
		RUN(takes_no_wrong_way_back),
		RUN(knows_what_is_announced),
	};
	int failed;

	buf_init(&outer, PROTECT_INNER_MAX);
	buf_init(&inner, PROTECT_INNER_MAX);
	buf_init(&back, PROTECT_INNER_MAX);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_free(&outer);
	buf_free(&inner);
	buf_free(&back);
	return failed;
}
