/* proxy2_test.c - headers, and every way to cut them short. */

#include "proto/proxy2.h"

#include <string.h>

#include "tests/check.h"
#include "tests/pieces.h"

#define SIGNATURE	"\r\n\r\n\0\r\nQUIT\n"

static const struct {
	struct str in;
	enum proxy2_status want;
	enum proxy2_family family;
	struct str source;
	unsigned port;
	size_t len;
} cases[] = {
	{ STR_INIT(SIGNATURE "\x21\x11\0\x0c" "\xc0\0\2\7" "\x7f\0\0\1"
	    "\x12\x34\0\x19" "EHLO"), PROXY2_OK, PROXY2_IPV4,
	    STR_INIT("\xc0\0\2\7"), 0x1234, 28 },
	{ STR_INIT(SIGNATURE "\x21\x11\0\x0f" "\xc0\0\2\7" "\x7f\0\0\1"
	    "\x12\x34\0\x19" "\x04\0\0"), PROXY2_OK, PROXY2_IPV4,
	    STR_INIT("\xc0\0\2\7"), 0x1234, 31 },
	{ STR_INIT(SIGNATURE "\x21\x21\0\x24" "\x20\1\xd\xb8\0\0\0\0\0\0\0\0"
	    "\0\0\0\1" "0123456789abcdef" "\x12\x34\0\x19"), PROXY2_OK,
	    PROXY2_IPV6, STR_INIT("\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1"),
	    0x1234, 52 },
	{ STR_INIT(SIGNATURE "\x20\0\0\0"), PROXY2_OK, PROXY2_NONE,
	    STR_INIT(""), 0, 16 },
	{ STR_INIT(SIGNATURE "\x21\0\0\1x"), PROXY2_OK, PROXY2_NONE,
	    STR_INIT(""), 0, 17 },
	{ STR_INIT("EHLO a"), PROXY2_BAD, 0, STR_INIT(""), 0, 0 },
	{ STR_INIT("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n"), PROXY2_BAD, 0,
	    STR_INIT(""), 0, 0 },
	{ STR_INIT(SIGNATURE "\x11\x11\0\x0c"), PROXY2_BAD, 0, STR_INIT(""),
	    0, 0 },
	{ STR_INIT(SIGNATURE "\x22\x11\0\x0c"), PROXY2_BAD, 0, STR_INIT(""),
	    0, 0 },
	{ STR_INIT(SIGNATURE "\x21\x11\xff\xff"), PROXY2_BAD, 0, STR_INIT(""),
	    0, 0 },
	{ STR_INIT(SIGNATURE "\x21\x11\0\2ab"), PROXY2_BAD, 0, STR_INIT(""),
	    0, 0 },
	{ STR_INIT(SIGNATURE "\x21\x31\0\2ab"), PROXY2_BAD, 0, STR_INIT(""),
	    0, 0 },
};

TEST(parses_as_listed)
{
	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct proxy2 p;
		enum proxy2_status got = proxy2_parse(cases[i].in, &p);

		CHECK(got == cases[i].want, "%zu: %d", i, got);
		if (got != PROXY2_OK)
			continue;
		CHECK(p.family == cases[i].family, "%zu: %d", i, p.family);
		CHECK(p.len == cases[i].len, "%zu: %zu", i, p.len);
		CHECK(p.source_port == cases[i].port, "%zu", i);
		CHECK(memcmp(p.source, cases[i].source.ptr,
		    cases[i].source.len) == 0, "%zu", i);
		for (size_t n = 0; n < p.len; n++) {
			struct str cut = { cases[i].in.ptr, n };
			char *exact = pieces_exact(cut);
			struct proxy2 q;

			cut.ptr = exact;
			CHECK(proxy2_parse(cut, &q) == PROXY2_MORE,
			    "%zu cut at %zu", i, n);
			free(exact);
		}
	}
	CHECK(proxy2_is_signature(cases[0].in), "a signature");
	CHECK(!proxy2_is_signature(STR("EHLO a.example\r\n")), "none");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { RUN(parses_as_listed) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
