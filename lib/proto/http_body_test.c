/* http_body_test.c - bodies, chunks, and chunks that are none. */

#include "proto/http_body.h"

#include "base/buf.h"
#include "tests/check.h"

/* All of it in pieces of `step`; *rest is what was not taken. */
static enum http_body_is
decode(enum http_framing framing, uint64_t length, struct str in, size_t step,
    struct buf *out, size_t *rest)
{
	struct http_request r = { .framing = framing, .length = length };
	enum http_body_is is = HTTP_BODY_MORE;
	struct http_body b;
	size_t at = 0;

	http_body_begin(&b, &r);
	buf_clear(out);
	for (;;) {
		struct str piece = { in.ptr + at, in.len - at };
		struct str data;

		if (piece.len > step)
			piece.len = step;
		at += piece.len;
		while ((is = http_body_next(&b, &piece, &data)) ==
		    HTTP_BODY_DATA)
			buf_add(out, data);
		*rest = in.len - at + piece.len;
		if (is != HTTP_BODY_MORE || at == in.len)
			return is;
	}
}

TEST(counts_octets)
{
	struct buf out;
	size_t rest;

	TEST_BEGIN;
	buf_init(&out, 100);
	for (size_t step = 1; step < 9; step++) {
		CHECK(decode(HTTP_LENGTH, 3, STR("abcGET "), step, &out,
		    &rest) == HTTP_BODY_DONE, "%zu", step);
		CHECK(str_eq(buf_str(&out), STR("abc")) && rest == 4, "%zu",
		    rest);
	}
	CHECK(decode(HTTP_LENGTH, 8, STR("abc"), 2, &out, &rest) ==
	    HTTP_BODY_MORE, "cut short");
	CHECK(decode(HTTP_NO_BODY, 0, STR("GET "), 4, &out, &rest) ==
	    HTTP_BODY_DONE && rest == 4, "none");
	buf_free(&out);
}

TEST(joins_chunks)
{
	static const struct str good[] = {
		STR_INIT("3\r\nabc\r\n0002\r\nde\r\n0\r\n\r\nGET "),
		STR_INIT("5;a=\"b c\";d\r\nabcde\r\n000;x\r\n\r\nGET "),
		STR_INIT("5\r\nabcde\r\n0\r\nX: y\r\nZ:\r\n\r\nGET "),
	};
	struct buf out;
	size_t rest;

	TEST_BEGIN;
	buf_init(&out, 100);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		for (size_t step = 1; step < good[i].len; step++) {
			CHECK(decode(HTTP_CHUNKED, 0, good[i], step, &out,
			    &rest) == HTTP_BODY_DONE, "%zu %zu", i, step);
			CHECK(str_eq(buf_str(&out), STR("abcde")), "%zu", i);
			CHECK(rest == 4, "%zu: %zu", i, rest);
		}
	buf_free(&out);
}

TEST(refuses_other_chunks)
{
	static const struct str bad[] = {
		STR_INIT("0x3\r\nabc\r\n0\r\n\r\n"),
		STR_INIT("+3\r\nabc\r\n0\r\n\r\n"),
		STR_INIT("-3\r\nabc\r\n0\r\n\r\n"),
		STR_INIT(" 3\r\nabc\r\n0\r\n\r\n"),
		STR_INIT("3 \r\nabc\r\n0\r\n\r\n"),
		STR_INIT("3\nabc\r\n0\r\n\r\n"),
		STR_INIT("3\rabc\r\n0\r\n\r\n"),
		STR_INIT("3\r\nabcd\r\n0\r\n\r\n"),
		STR_INIT("3\r\nabc\n0\r\n\r\n"),
		STR_INIT("3\r\nabc0\r\n\r\n"),
		STR_INIT("\r\nabc\r\n0\r\n\r\n"),
		STR_INIT(";a\r\nabc\r\n0\r\n\r\n"),
		STR_INIT("3;a\nabc\r\n0\r\n\r\n"),
		STR_INIT("3;a\x01\r\nabc\r\n0\r\n\r\n"),
		STR_INIT("3;a\rb\r\nabc\r\n0\r\n\r\n"),
		STR_INIT("1_0\r\n"), STR_INIT("g\r\n"), STR_INIT("3\0\r\n"),
		STR_INIT("10000000000000003\r\nabc\r\n0\r\n\r\n"),
		STR_INIT("fffffffffffffffff\r\n"),
		STR_INIT("0000000000000\r\n"),
		STR_INIT("0\r\n\n"), STR_INIT("0\r\n\r\r\n"),
		STR_INIT("0\r\nX : y\r\n\r\n"), STR_INIT("0\r\n X: y\r\n\r\n"),
		STR_INIT("0\r\nX\r\n\r\n"), STR_INIT("0\r\nX: a\nY: b\r\n"),
		STR_INIT("0\r\nContent-Length: 3\r\n\r\n"),
		STR_INIT("0\r\ntransfer-encoding: chunked\r\n\r\n"),
		STR_INIT("0\r\nHost: b\r\n\r\n"),
		STR_INIT("0\r\nGET / HTTP/1.1\r\n\r\n"),
	};
	struct buf out;
	size_t rest;

	TEST_BEGIN;
	buf_init(&out, 100);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		for (size_t step = 1; step < 5; step++)
			CHECK(decode(HTTP_CHUNKED, 0, bad[i], step, &out,
			    &rest) == HTTP_BODY_BAD, "%zu: %.*s", i,
			    (int)bad[i].len, bad[i].ptr);
	buf_free(&out);
}

TEST(limits_what_it_throws_away)
{
	struct buf in, out;
	size_t rest;

	TEST_BEGIN;
	buf_init(&in, 1 << 20);
	buf_init(&out, 100);
	buf_add(&in, STR("1;"));
	for (int i = 0; i <= HTTP_EXTENSIONS_MAX; i++)
		buf_byte(&in, 'a');
	CHECK(decode(HTTP_CHUNKED, 0, buf_str(&in), 100, &out, &rest) ==
	    HTTP_BODY_BAD, "an extension");
	buf_clear(&in);
	buf_add(&in, STR("0\r\n"));
	for (int i = 0; i <= HTTP_TRAILERS_MAX; i++)
		buf_add(&in, STR("X: y\r\n"));
	CHECK(decode(HTTP_CHUNKED, 0, buf_str(&in), 100, &out, &rest) ==
	    HTTP_BODY_BAD, "trailers");
	buf_clear(&in);
	buf_add(&in, STR("0\r\nX:"));
	for (int i = 0; i <= HTTP_TRAILER_MAX; i++)
		buf_byte(&in, 'a');
	CHECK(decode(HTTP_CHUNKED, 0, buf_str(&in), 100, &out, &rest) ==
	    HTTP_BODY_BAD, "a trailer");
	buf_free(&in);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(counts_octets),
		RUN(joins_chunks),
		RUN(refuses_other_chunks),
		RUN(limits_what_it_throws_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
