/* received_test.c - the trace, to the octet. */

#include "mail/received.h"

#include "tests/check.h"

static void
is(const struct received *r, struct str want)
{
	struct buf b;

	buf_init(&b, 4096);
	received_put(&b, r);
	CHECK(str_eq(buf_str(&b), want), "%.*s", (int)b.len, b.ptr);
	buf_free(&b);
}

TEST(says_what_happened)
{
	TEST_BEGIN;
	is(&(struct received){ .helo = STR("a.example"),
	    .addr = STR("192.0.2.1"), .by = STR("mx.example.org"),
	    .id = STR("7f3a"), .esmtp = true, .time = 880127706 },
	    STR("Received: from a.example ([192.0.2.1])\r\n"
	    "\tby mx.example.org with ESMTP id 7f3a;\r\n"
	    "\tFri, 21 Nov 1997 15:55:06 +0000\r\n"));
	is(&(struct received){ .helo = STR("x\r\nSubject: (y;"),
	    .addr = STR("2001:db8::1"), .by = STR("mx.example.org"),
	    .esmtp = true, .utf8 = true, .tls = STR("TLSv1.3"),
	    .cipher = STR("TLS_AES_256_GCM_SHA384") },
	    STR("Received: from x??Subject:??y? ([IPv6:2001:db8::1])\r\n"
	    "\tby mx.example.org with UTF8SMTPS\r\n"
	    "\t(TLSv1.3 TLS_AES_256_GCM_SHA384);\r\n"
	    "\tThu, 1 Jan 1970 00:00:00 +0000\r\n"));
	is(&(struct received){ .addr = STR("192.0.2.1"), .by = STR("m") },
	    STR("Received: from unknown ([192.0.2.1])\r\n\tby m with SMTP;"
	    "\r\n\tThu, 1 Jan 1970 00:00:00 +0000\r\n"));
}

TEST(says_where_it_goes_back_to)
{
	struct buf b;

	TEST_BEGIN;
	buf_init(&b, 256);
	received_put_return_path(&b, STR(""));
	received_put_return_path(&b, STR("a\r\n@b"));
	CHECK(str_eq(buf_str(&b),
	    STR("Return-Path: <>\r\nReturn-Path: <a??@b>\r\n")), "%.*s",
	    (int)b.len, b.ptr);
	buf_free(&b);
}

TEST(counts_hops)
{
	TEST_BEGIN;
	CHECK(received_count(STR("Received: a\r\n b\r\nX: y\r\nRECEIVED :c"
	    "\r\nReceived-SPF: x\r\n\r\nReceived: no\r\n")) == 2, "count");
	CHECK(received_count(STR("")) == 0, "empty");
}

/* The trace of submission. */
TEST(tells_nothing_of_the_client)
{
	struct received r = { .by = STR("mail.example.org"), .id = STR("1"),
	    .helo = STR("laptop.lan"), .tls = STR("TLSv1.3"), .esmtp = true,
	    .auth = true };
	struct buf b;

	TEST_BEGIN;
	buf_init(&b, 1024);
	received_put(&b, &r);
	CHECK(str_eq(buf_str(&b), STR("Received: by mail.example.org with "
	    "ESMTPSA id 1;\r\n\tThu, 1 Jan 1970 00:00:00 +0000\r\n")),
	    "%.*s", (int)b.len, b.ptr);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(says_what_happened),
		RUN(says_where_it_goes_back_to),
		RUN(counts_hops),
		RUN(tells_nothing_of_the_client),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
