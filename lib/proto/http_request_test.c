/* http_request_test.c - requests, and what only looks like one. */

#include "proto/http_request.h"

#include <string.h>

#include "base/buf.h"
#include "tests/check.h"

#define GET	"GET / HTTP/1.1\r\nHost: a.example\r\n"
#define POST	"POST / HTTP/1.1\r\nHost: a.example\r\n"

/* The status of a whole head: 0, or what is answered. */
static unsigned
status_of(struct str text, struct http_request *r)
{
	struct http_head h = { 0 };

	switch (http_head_next(&h, text)) {
	case HTTP_HEAD_DONE:
		text.len = h.at;
		text.ptr += h.skip;
		text.len -= h.skip;
		return http_request_parse(r, text);
	case HTTP_HEAD_MORE:
		return 1;
	case HTTP_HEAD_LONG:
		return 431;
	default:
		return 400;
	}
}

TEST(takes_a_request_apart)
{
	struct http_request r;
	struct str text = STR("POST /jmap/api?a=1&b=%2f HTTP/1.1\r\n"
	    "hOST: mail.example.org:443\r\nContent-Length: 12\r\n"
	    "Connection: keep-alive , Close\r\nX: \t a b \t\r\nY:\r\n"
	    "Expect: 100-Continue\r\n\r\nbody");

	TEST_BEGIN;
	CHECK(status_of(text, &r) == 0, "a good one");
	CHECK(r.method == HTTP_POST, "method");
	CHECK(str_eq(r.path, STR("/jmap/api")), "path");
	CHECK(str_eq(r.query, STR("a=1&b=%2f")), "query");
	CHECK(str_eq(r.host, STR("mail.example.org")), "host");
	CHECK(r.framing == HTTP_LENGTH && r.length == 12, "length");
	CHECK(r.close && r.expects, "close, expect");
	CHECK(str_eq(http_request_field(&r, STR("x")), STR("a b")), "x");
	CHECK(str_eq(http_request_field(&r, STR("y")), STR("")), "y");
	CHECK(http_request_field(&r, STR("z")).ptr == NULL, "z");
	CHECK(str_eq(http_query_value(r.query, STR("b")), STR("%2f")), "b");
	CHECK(http_query_value(r.query, STR("c")).ptr == NULL, "c");
}

TEST(takes_every_form_of_target)
{
	static const struct {
		struct str text, path;
	} good[] = {
		{ STR_INIT(GET "\r\n"), STR_INIT("/") },
		{ STR_INIT("\r\n" GET "\r\n"), STR_INIT("/") },
		{ STR_INIT("GET HTTPS://a.example/x HTTP/1.1\r\n"
		    "Host: A.example\r\n\r\n"), STR_INIT("/x") },
		{ STR_INIT("GET http://[::1]:80/x HTTP/1.1\r\n"
		    "Host: [::1]:80\r\n\r\n"), STR_INIT("/x") },
		{ STR_INIT("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
		    STR_INIT("*") },
		{ STR_INIT("GET /a%20b/./.. HTTP/1.1\r\nHost: a\r\n\r\n"),
		    STR_INIT("/a%20b/./..") },
		{ STR_INIT(POST "Transfer-Encoding: Chunked\r\n\r\n"),
		    STR_INIT("/") },
		{ STR_INIT(GET "Content-Length: 0\r\n\r\n"), STR_INIT("/") },
	};
	struct http_request r;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		CHECK(status_of(good[i].text, &r) == 0, "%zu", i);
		CHECK(str_eq(r.path, good[i].path), "%zu", i);
	}
}

/* What two readers might frame differently, and what is simply wrong. */
static const struct {
	unsigned status;
	struct str text;
} bad[] = {
	/* two lengths: CL.TE, TE.CL, CL.CL */
	{ 400, STR_INIT(POST "Content-Length: 6\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n") },
	{ 400, STR_INIT(POST "Transfer-Encoding: chunked\r\n"
	    "Content-Length: 6\r\n\r\n") },
	{ 400, STR_INIT(POST "Transfer-Encoding: chunked\r\n"
	    "Content-Length: 0\r\n\r\n") },
	{ 400, STR_INIT(POST "Content-Length: 6\r\nContent-Length: 5\r\n"
	    "\r\n") },
	{ 400, STR_INIT(POST "Content-Length: 6\r\ncontent-length: 6\r\n"
	    "\r\n") },
	/* lengths that are none */
	{ 400, STR_INIT(POST "Content-Length: +1\r\n\r\n") },
	{ 400, STR_INIT(POST "Content-Length: -1\r\n\r\n") },
	{ 400, STR_INIT(POST "Content-Length: 1,1\r\n\r\n") },
	{ 400, STR_INIT(POST "Content-Length: 1, 1\r\n\r\n") },
	{ 400, STR_INIT(POST "Content-Length: 1 1\r\n\r\n") },
	{ 400, STR_INIT(POST "Content-Length: 0x1\r\n\r\n") },
	{ 400, STR_INIT(POST "Content-Length: 1e1\r\n\r\n") },
	{ 400, STR_INIT(POST "Content-Length: 1_0\r\n\r\n") },
	{ 400, STR_INIT(POST "Content-Length: \"1\"\r\n\r\n") },
	{ 400, STR_INIT(POST "Content-Length: 1.0\r\n\r\n") },
	{ 400, STR_INIT(POST "Content-Length:\r\n\r\n") },
	{ 400, STR_INIT(POST "Content-Length: \xd9\xa1\r\n\r\n") },
	{ 400, STR_INIT(POST "Content-Length: 18446744073709551617\r\n"
	    "\r\n") },
	{ 400, STR_INIT(POST "Content-Length: 1\0\r\n\r\n") },
	/* TE.TE: a coding that some reader does not see */
	{ 400, STR_INIT(POST "Transfer-Encoding : chunked\r\n\r\n") },
	{ 400, STR_INIT(POST "Transfer-Encoding\t: chunked\r\n\r\n") },
	{ 400, STR_INIT(POST " Transfer-Encoding: chunked\r\n\r\n") },
	{ 400, STR_INIT(POST "X: a\r\n Transfer-Encoding: chunked\r\n\r\n") },
	{ 400, STR_INIT(POST "X: a\nTransfer-Encoding: chunked\r\n\r\n") },
	{ 400, STR_INIT(POST "X: a\rTransfer-Encoding: chunked\r\n\r\n") },
	{ 400, STR_INIT(POST "Transfer-Encoding:\vchunked\r\n\r\n") },
	{ 400, STR_INIT(POST "Transfer-Encoding:\r\n chunked\r\n\r\n") },
	{ 400, STR_INIT(POST "Transfer-Encoding: chunked\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n") },
	{ 400, STR_INIT(POST "Transfer-Encoding: chunked\r\n"
	    "Transfer-encoding: identity\r\n\r\n") },
	{ 400, STR_INIT(POST "Transfer-Encoding: chunked\r\n"
	    "Transfer-Encoding: x\r\n\r\n") },
	{ 400, STR_INIT(POST "Transfer-Encoding: chunk\0ed\r\n\r\n") },
	{ 400, STR_INIT(POST "Transfer Encoding: chunked\r\n\r\n") },
	{ 400, STR_INIT(POST "\"Transfer-Encoding\": chunked\r\n\r\n") },
	{ 501, STR_INIT(POST "Transfer-Encoding: xchunked\r\n\r\n") },
	{ 501, STR_INIT(POST "Transfer-Encoding: chunked, chunked\r\n\r\n") },
	{ 501, STR_INIT(POST "Transfer-Encoding: gzip, chunked\r\n\r\n") },
	{ 501, STR_INIT(POST "Transfer-Encoding: chunked;q=1\r\n\r\n") },
	{ 501, STR_INIT(POST "Transfer-Encoding: \"chunked\"\r\n\r\n") },
	{ 501, STR_INIT(POST "Transfer-Encoding: identity\r\n\r\n") },
	{ 501, STR_INIT(POST "Transfer-Encoding:\r\n\r\n") },
	/* a body where nobody looks for one */
	{ 400, STR_INIT(GET "Content-Length: 3\r\n\r\n") },
	{ 400, STR_INIT(GET "Transfer-Encoding: chunked\r\n\r\n") },
	/* line ends and control characters */
	{ 400, STR_INIT("GET / HTTP/1.1\nHost: a\n\n") },
	{ 400, STR_INIT(GET "\n") },
	{ 400, STR_INIT("GET / HTTP/1.1\r\r\nHost: a\r\n\r\n") },
	{ 400, STR_INIT(GET "X: a\0b\r\n\r\n") },
	{ 400, STR_INIT(GET "X: a\x7f\r\n\r\n") },
	{ 400, STR_INIT("\r\n\r\n" GET "\r\n") },
	{ 400, STR_INIT("\n" GET "\r\n") },
	{ 400, STR_INIT(" " GET "\r\n") },
	/* fields */
	{ 400, STR_INIT(GET ": a\r\n\r\n") },
	{ 400, STR_INIT(GET "X\r\n\r\n") },
	{ 400, STR_INIT(GET "X Y: a\r\n\r\n") },
	{ 400, STR_INIT(GET "X: a\r\n b\r\n\r\n") },
	{ 400, STR_INIT(GET "X\xc3\xa9: a\r\n\r\n") },
	{ 400, STR_INIT("GET / HTTP/1.1\r\n X: a\r\nHost: a\r\n\r\n") },
	{ 400, STR_INIT(GET "Authorization: a\r\nAuthorization: b\r\n\r\n") },
	/* who is meant */
	{ 400, STR_INIT("GET / HTTP/1.1\r\n\r\n") },
	{ 400, STR_INIT(GET "Host: a.example\r\n\r\n") },
	{ 400, STR_INIT(GET "Host: b.example\r\n\r\n") },
	{ 400, STR_INIT("GET / HTTP/1.1\r\nHost:\r\n\r\n") },
	{ 400, STR_INIT("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n") },
	{ 400, STR_INIT("GET / HTTP/1.1\r\nHost: a b\r\n\r\n") },
	{ 400, STR_INIT("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n") },
	{ 400, STR_INIT("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n") },
	{ 400, STR_INIT("GET / HTTP/1.1\r\nHost: a:\r\n\r\n") },
	{ 400, STR_INIT("GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n") },
	{ 400, STR_INIT("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n") },
	{ 400, STR_INIT("GET http://b.example/ HTTP/1.1\r\n"
	    "Host: a.example\r\n\r\n") },
	{ 400, STR_INIT("GET http://a.example:80/ HTTP/1.1\r\n"
	    "Host: a.example\r\n\r\n") },
	{ 400, STR_INIT("GET http://u@a.example/ HTTP/1.1\r\n"
	    "Host: a.example\r\n\r\n") },
	{ 400, STR_INIT("GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n") },
	{ 400, STR_INIT("GET http://a.example HTTP/1.1\r\n"
	    "Host: a.example\r\n\r\n") },
	{ 400, STR_INIT("GET ftp://a.example/ HTTP/1.1\r\n"
	    "Host: a.example\r\n\r\n") },
	{ 400, STR_INIT("GET //a.example HTTP/2\r\nHost: a\r\n\r\n") },
	/* the request line */
	{ 400, STR_INIT("GET  / HTTP/1.1\r\nHost: a\r\n\r\n") },
	{ 400, STR_INIT("GET / HTTP/1.1 \r\nHost: a\r\n\r\n") },
	{ 400, STR_INIT("GET /  HTTP/1.1\r\nHost: a\r\n\r\n") },
	{ 400, STR_INIT("GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n") },
	{ 400, STR_INIT("GET / http/1.1\r\nHost: a\r\n\r\n") },
	{ 400, STR_INIT("GET /\r\nHost: a\r\n\r\n") },
	{ 400, STR_INIT("GET / HTTP/1.10\r\nHost: a\r\n\r\n") },
	{ 400, STR_INIT("GET a HTTP/1.1\r\nHost: a\r\n\r\n") },
	{ 400, STR_INIT("GET * HTTP/1.1\r\nHost: a\r\n\r\n") },
	{ 400, STR_INIT("GET /#x HTTP/1.1\r\nHost: a\r\n\r\n") },
	{ 400, STR_INIT("GET /\\x HTTP/1.1\r\nHost: a\r\n\r\n") },
	{ 400, STR_INIT("GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n") },
	{ 400, STR_INIT("GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n") },
	{ 400, STR_INIT("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n") },
	{ 400, STR_INIT("GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n") },
	{ 501, STR_INIT("get / HTTP/1.1\r\nHost: a\r\n\r\n") },
	{ 501, STR_INIT("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n") },
	{ 501, STR_INIT("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n") },
	{ 505, STR_INIT("GET / HTTP/1.0\r\nHost: a\r\n\r\n") },
	{ 505, STR_INIT("GET / HTTP/0.9\r\nHost: a\r\n\r\n") },
	{ 505, STR_INIT("PRI * HTTP/2.0\r\n\r\n") },
	{ 417, STR_INIT(POST "Expect: 200-ok\r\n\r\n") },
};

TEST(refuses_what_two_might_read_differently)
{
	struct http_request r;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		unsigned got = status_of(bad[i].text, &r);

		CHECK(got == bad[i].status, "%zu: %u of %.*s", i, got,
		    (int)bad[i].text.len, bad[i].text.ptr);
	}
}

/* The head ends at the same place however it is cut. */
TEST(comes_in_pieces)
{
	struct str all = STR("\r\n" POST "X: yz\r\n\r\nrest\r\n\r\n");

	TEST_BEGIN;
	for (size_t step = 1; step < all.len; step++) {
		enum http_head_is is = HTTP_HEAD_MORE;
		struct http_head h = { 0 };
		struct str some = { all.ptr, 0 };

		while (is == HTTP_HEAD_MORE && some.len < all.len) {
			some.len += step < all.len - some.len ? step :
			    all.len - some.len;
			is = http_head_next(&h, some);
		}
		CHECK(is == HTTP_HEAD_DONE && h.skip == 2, "%zu", step);
		CHECK(h.at == all.len - 8, "%zu: %zu", step, h.at);
	}
}

TEST(has_limits)
{
	static char long_one[2 * HTTP_HEAD_MAX];
	struct str text = { long_one, sizeof(long_one) };
	struct http_request r;
	struct buf b;

	TEST_BEGIN;
	memset(long_one, 'a', sizeof(long_one));
	CHECK(status_of(text, &r) == 431, "a head without end");
	buf_init(&b, HTTP_HEAD_MAX);
	buf_add(&b, STR("GET /"));
	buf_add(&b, (struct str){ long_one, HTTP_TARGET_MAX });
	buf_add(&b, STR(" HTTP/1.1\r\nHost: a\r\n\r\n"));
	CHECK(status_of(buf_str(&b), &r) == 414, "a long target");
	buf_clear(&b);
	buf_add(&b, STR(GET));
	for (int i = 1; i < HTTP_FIELDS_MAX; i++)
		buf_add(&b, STR("X: y\r\n"));
	buf_add(&b, STR("\r\n"));
	CHECK(status_of(buf_str(&b), &r) == 0, "as many as may be");
	b.len -= 2;
	buf_add(&b, STR("X: y\r\n\r\n"));
	CHECK(status_of(buf_str(&b), &r) == 431, "one field more");
	buf_free(&b);
}

TEST(undoes_escapes)
{
	char out[16];
	size_t n;

	TEST_BEGIN;
	CHECK(http_unescape(STR("a%2Fb%c3%A9"), out, &n) && n == 5, "two");
	CHECK(memcmp(out, "a/b\xc3\xa9", 5) == 0, "what they say");
	CHECK(!http_unescape(STR("%2"), out, &n), "cut");
	CHECK(!http_unescape(STR("%00"), out, &n), "NUL");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(takes_a_request_apart),
		RUN(takes_every_form_of_target),
		RUN(refuses_what_two_might_read_differently),
		RUN(comes_in_pieces),
		RUN(has_limits),
		RUN(undoes_escapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
