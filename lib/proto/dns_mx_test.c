/* dns_mx_test.c - order, chance, and domains that take no mail. */

#include "proto/dns_mx.h"

#include <string.h>

#include "tests/check.h"

#define MX(len, pref, name)	len "\0\0\0" "\0" pref name

static void
order(struct str records, const uint32_t *chance, enum dns_mx_kind kind,
    const char *want)
{
	struct dns_mx out[DNS_MX_MAX];
	char got[500] = "";
	size_t n, at = 0;

	CHECK(dns_mx_list(records, chance, out, &n) == kind, "kind of %s",
	    want);
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(got + at, sizeof(got) - at, "%s%.*s",
		    i > 0 ? " " : "", (int)out[i].len, out[i].name);
	CHECK(strcmp(got, want) == 0, "%s, not %s", got, want);
}

TEST(in_order)
{
	static const struct str three = STR_INIT(MX("\5", "\x14", "\1c\0")
	    MX("\5", "\x0a", "\1a\0") MX("\5", "\x0a", "\1b\0"));
	static const uint32_t one[DNS_MX_MAX] = { 9, 1, 2 };
	static const uint32_t other[DNS_MX_MAX] = { 9, 2, 1 };

	TEST_BEGIN;
	order(three, one, DNS_MX_SOME, "a b c");
	order(three, other, DNS_MX_SOME, "b a c");
}

TEST(a_host_stands_once)
{
	static const uint32_t chance[DNS_MX_MAX] = { 1, 2, 3 };

	TEST_BEGIN;
	order(STR(MX("\5", "\x0a", "\1a\0") MX("\5", "\5", "\1b\0")
	    MX("\5", "\1", "\1A\0")), chance, DNS_MX_SOME, "A b");
	order(STR(MX("\5", "\1", "\1a\0") MX("\5", "\5", "\1b\0")
	    MX("\5", "\7", "\1a\0")), chance, DNS_MX_SOME, "a b");
}

TEST(no_mail)
{
	static const uint32_t chance[DNS_MX_MAX];

	TEST_BEGIN;
	order(STR(""), chance, DNS_MX_NONE, "");
	order(STR(MX("\3", "\0", "\0")), chance, DNS_MX_NULL, "");
	order(STR(MX("\3", "\0", "\0") MX("\5", "\1", "\1a\0")), chance,
	    DNS_MX_SOME, "a");
	order(STR(MX("\4", "\0", "\1a")), chance, DNS_MX_BROKEN, "");
	order(STR("\1\0\0"), chance, DNS_MX_NONE, "");
}

TEST(a_hundred)
{
	uint32_t chance[DNS_MX_MAX];
	struct dns_mx out[DNS_MX_MAX];
	struct buf { char at[150 * 11]; } b;
	size_t n;

	TEST_BEGIN;
	for (unsigned i = 0; i < DNS_MX_MAX; i++)
		chance[i] = i * 2654435761u;
	for (unsigned i = 0; i < 150; i++) {
		char *r = b.at + 11 * i;

		memcpy(r, "\7\0\0\0\0\0\3aaa\0", 11);
		r[7] = (char)('a' + i % 10);
		r[8] = (char)('a' + i / 10);
	}
	CHECK(dns_mx_list((struct str){ b.at, sizeof(b.at) }, chance, out,
	    &n) == DNS_MX_SOME && n == 100, "%zu", n);
	for (size_t i = 1; i < n; i++)
		CHECK(out[i - 1].chance <= out[i].chance, "%zu", i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(in_order),
		RUN(a_host_stands_once),
		RUN(no_mail),
		RUN(a_hundred),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
