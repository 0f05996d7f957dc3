/* http_response_test.c - what a server says. */

#include "proto/http_response.h"

#include "tests/check.h"

static void
is(struct buf *b, struct str want)
{
	CHECK(str_eq(buf_str(b), want), "%.*s", (int)b->len, b->ptr);
	buf_clear(b);
}

TEST(puts_lines)
{
	struct buf b;

	TEST_BEGIN;
	buf_init(&b, 4096);
	http_put_status(&b, 421);
	is(&b, STR("HTTP/1.1 421 Misdirected Request\r\n"));
	http_put_status(&b, 299);
	is(&b, STR("HTTP/1.1 299 \r\n"));
	http_put_field(&b, STR("A"), STR("b c"));
	http_put_number(&b, STR("Content-Length"), 12);
	http_put_end(&b);
	is(&b, STR("A: b c\r\nContent-Length: 12\r\n\r\n"));
	http_put_field(&b, STR("A"), STR("b\r\nSet-Cookie: c"));
	http_put_field(&b, STR("A\n"), STR("b"));
	is(&b, STR(""));
	buf_free(&b);
}

TEST(puts_dates)
{
	static const struct {
		uint64_t at;
		struct str text;
	} dates[] = {
		{ 0, STR_INIT("Thu, 01 Jan 1970 00:00:00 GMT") },
		{ 784111777, STR_INIT("Sun, 06 Nov 1994 08:49:37 GMT") },
		{ 951782399, STR_INIT("Mon, 28 Feb 2000 23:59:59 GMT") },
		{ 951782400, STR_INIT("Tue, 29 Feb 2000 00:00:00 GMT") },
		{ 1798761599, STR_INIT("Thu, 31 Dec 2026 23:59:59 GMT") },
		{ 4107542400, STR_INIT("Mon, 01 Mar 2100 00:00:00 GMT") },
	};
	struct buf b;

	TEST_BEGIN;
	buf_init(&b, 100);
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		http_put_date(&b, dates[i].at);
		is(&b, dates[i].text);
	}
	buf_free(&b);
}

TEST(puts_chunks)
{
	static char much[300];
	struct buf b;

	TEST_BEGIN;
	buf_init(&b, 1000);
	http_put_chunk(&b, STR("abc"));
	http_put_chunk(&b, STR(""));
	http_put_last_chunk(&b);
	is(&b, STR("3\r\nabc\r\n0\r\n\r\n"));
	http_put_chunk(&b, (struct str){ much, sizeof(much) });
	CHECK(b.len == 300 + 7 && str_eq((struct str){ b.ptr, 5 },
	    STR("12c\r\n")), "in hex");
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(puts_lines),
		RUN(puts_dates),
		RUN(puts_chunks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
