/* dns_reply_test.c - answers, with CNAMEs, cut anywhere. */

#include "proto/dns_reply.h"

#include <string.h>

#include "tests/check.h"

#define HEAD(flags, answers) \
	"\x12\x34" "\x81" flags "\0\1" "\0" answers "\0\0\0\0"
#define QUESTION(type)	"\1a\2xx\0" "\0" type "\0\1"	/* at 12 */
#define RR(owner, type, ttl, rdata_len, rdata) \
	owner "\0" type "\0\1" "\0\0" ttl "\0" rdata_len rdata

/* a.xx CNAME b.xx; b.xx MX 10 mx.xx, 20 a.xx */
static const struct str chain = STR_INIT(
    HEAD("\x80", "\3") QUESTION("\x0f")
    RR("\xc0\x0c", "\5", "\0\x3c", "\4", "\1b\xc0\x0e")
    RR("\1b\xc0\x0e", "\x0f", "\1\0", "\7", "\0\x0a\2mx\xc0\x0e")
    RR("\1B\xc0\x0e", "\x0f", "\1\0", "\4", "\0\x14\xc0\x0c"));

static bool
parse(struct dns_reply *r, struct str packet, unsigned type, struct buf *out)
{
	buf_init(out, 4096);
	return dns_reply_parse(r, packet, type, 100, out);
}

TEST(follows_cnames)
{
	char text[DNS_TEXT_MAX];
	struct str list, rdata;
	struct dns_reply r;
	struct buf out;
	size_t len;

	TEST_BEGIN;
	CHECK(parse(&r, chain, DNS_MX, &out), "parsed");
	CHECK(r.rcode == 0 && r.records == 2 && r.ttl == 60, "%zu %u",
	    r.records, (unsigned)r.ttl);
	len = dns_name_text(&r.canonical, text);
	CHECK(str_eq((struct str){ text, len }, STR("b.xx")), "canonical");
	list = buf_str(&out);
	CHECK(dns_record_take(&list, &rdata) &&
	    str_eq(rdata, STR("\0\x0a\2mx\2xx\0")), "first");
	CHECK(dns_record_take(&list, &rdata) &&
	    str_eq(rdata, STR("\0\x14\1a\2xx\0")), "second");
	CHECK(list.len == 0 && !dns_record_take(&list, &rdata), "no more");
	buf_free(&out);
}

TEST(cut_anywhere)
{
	struct dns_reply r;
	struct buf out;

	TEST_BEGIN;
	for (size_t n = 0; n < chain.len; n++) {
		CHECK(!parse(&r, (struct str){ chain.ptr, n }, DNS_MX, &out),
		    "%zu octets", n);
		buf_free(&out);
	}
}

TEST(what_is_refused)
{
	static const struct { struct str packet; unsigned type; } bad[] = {
		/* a question, not an answer */
		{ STR_INIT("\0\0\1\0\0\1\0\0\0\0\0\0" QUESTION("\1")), DNS_A },
		/* two questions */
		{ STR_INIT("\0\0\x81\x80\0\2\0\0\0\0\0\0" QUESTION("\1")),
		    DNS_A },
		/* an address of three octets */
		{ STR_INIT(HEAD("\x80", "\1") QUESTION("\1")
		    RR("\xc0\x0c", "\1", "\0\1", "\3", "abc")), DNS_A },
		/* a CNAME to itself */
		{ STR_INIT(HEAD("\x80", "\1") QUESTION("\1")
		    RR("\xc0\x0c", "\5", "\0\1", "\2", "\xc0\x0c")), DNS_A },
		/* an MX that is longer than its name */
		{ STR_INIT(HEAD("\x80", "\1") QUESTION("\x0f")
		    RR("\xc0\x0c", "\x0f", "\0\1", "\5", "\0\1\xc0\x0cx")),
		    DNS_MX },
	};
	struct dns_reply r;
	struct buf out;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK(!parse(&r, bad[i].packet, bad[i].type, &out), "%zu", i);
		buf_free(&out);
	}
}

TEST(no_name_and_others_records)
{
	static const struct str none =
	    STR_INIT(HEAD("\x83", "\0") QUESTION("\1"));
	static const struct str other = STR_INIT(
	    HEAD("\x80", "\1") QUESTION("\1")
	    RR("\1b\xc0\x0e", "\1", "\0\1", "\4", "\x7f\0\0\1"));
	struct dns_reply r;
	struct buf out;

	TEST_BEGIN;
	CHECK(parse(&r, none, DNS_A, &out) && r.rcode == DNS_NXDOMAIN &&
	    r.records == 0, "no such name");
	buf_free(&out);
	CHECK(parse(&r, other, DNS_A, &out) && r.records == 0 && out.len == 0,
	    "a record that nobody asked for");
	buf_free(&out);
}

TEST(limits)
{
	struct dns_reply r;
	struct buf out;

	TEST_BEGIN;
	buf_init(&out, 4096);
	CHECK(dns_reply_parse(&r, chain, DNS_MX, 1, &out) && r.records == 1,
	    "at most one");
	buf_free(&out);
	buf_init(&out, 20);
	CHECK(dns_reply_parse(&r, chain, DNS_MX, 9, &out) && !out.failed &&
	    r.records == 0, "no room");
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(follows_cnames),
		RUN(cut_anywhere),
		RUN(what_is_refused),
		RUN(no_name_and_others_records),
		RUN(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
