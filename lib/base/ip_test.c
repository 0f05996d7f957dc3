/* ip_test.c - every form of an address, and what is none. */

#include "base/ip.h"

#include <string.h>

#include "tests/check.h"

TEST(forms_of_one_address)
{
	static const struct { const char *a, *b; } same[] = {
		{ "::1", "0:0:0:0:0:0:0:1" },
		{ "::", "0::0" },
		{ "2001:db8::", "2001:0DB8:0:0:0:0:0:0" },
		{ "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
		{ "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8" },
		{ "1::8", "1:0:0:0:0:0:0:8" },
		{ "::ffff:192.0.2.1", "192.0.2.1" },
		{ "64:ff9b::192.0.2.1", "64:ff9b::c000:201" },
	};
	struct ip a, b;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		CHECK(ip_parse(&a, from_c(same[i].a)), "%s", same[i].a);
		CHECK(ip_parse(&b, from_c(same[i].b)), "%s", same[i].b);
		CHECK(ip_eq(&a, &b), "%s is not %s", same[i].a, same[i].b);
	}
	CHECK(ip_parse(&a, STR("::102:304")), "v6");
	CHECK(ip_parse(&b, STR("1.2.3.4")) && !ip_eq(&a, &b), "v4 is not v6");
}

TEST(what_is_no_address)
{
	static const char *const bad[] = {
		"", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4",
		"1.2.3.", "1..2.3", " 1.2.3.4", "1.2.3.4 ", "a.b.c.d",
		"0x1.2.3.4",
		":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
		"1:2:3:4:5:6:7:8:", ":1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8",
		"12345::", "g::", "::1%eth0", "[::1]", "::1.2.3", "1.2.3.4::",
		"1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.4:5", "1:",
	};
	struct ip ip;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!ip_parse(&ip, from_c(bad[i])), "%s", bad[i]);
	CHECK(!ip_parse(&ip, STR("1.2.3.4\0")), "NUL");
}

TEST(loopback)
{
	static const struct { const char *text; bool yes; } cases[] = {
		{ "127.0.0.1", true }, { "127.255.3.4", true },
		{ "::1", true }, { "::ffff:127.0.0.1", true },
		{ "128.0.0.1", false }, { "::2", false }, { "::", false },
		{ "7f00::1", false }, { "0.0.0.0", false },
	};
	struct ip ip;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CHECK(ip_parse(&ip, from_c(cases[i].text)), "%s",
		    cases[i].text);
		CHECK(ip_is_loopback(&ip) == cases[i].yes, "%s",
		    cases[i].text);
	}
}

TEST(kinds)
{
	static const struct { const char *text; enum ip_kind kind; } cases[] = {
		{ "192.0.2.1", IP_PUBLIC }, { "8.8.8.8", IP_PUBLIC },
		{ "2001:db8::1", IP_PUBLIC }, { "2a00::1", IP_PUBLIC },
		{ "2001:67c::1", IP_PUBLIC },
		{ "127.9.9.9", IP_LOOPBACK }, { "::1", IP_LOOPBACK },
		{ "::ffff:127.0.0.1", IP_LOOPBACK },
		{ "10.1.2.3", IP_PRIVATE }, { "172.31.0.1", IP_PRIVATE },
		{ "172.32.0.1", IP_PUBLIC }, { "172.15.0.1", IP_PUBLIC },
		{ "192.168.1.1", IP_PRIVATE }, { "192.169.1.1", IP_PUBLIC },
		{ "100.64.0.1", IP_PRIVATE }, { "100.127.0.1", IP_PRIVATE },
		{ "100.128.0.1", IP_PUBLIC }, { "169.254.1.1", IP_PRIVATE },
		{ "fd00::1", IP_PRIVATE }, { "fe80::1", IP_PRIVATE },
		{ "fec0::1", IP_PRIVATE }, { "0.0.0.0", IP_SPECIAL },
		{ "224.0.0.1", IP_SPECIAL }, { "255.255.255.255", IP_SPECIAL },
		{ "223.255.255.255", IP_PUBLIC }, { "::", IP_SPECIAL },
		{ "::2", IP_SPECIAL }, { "ff02::1", IP_SPECIAL },
		{ "64:ff9b::a00:1", IP_PUBLIC }, { "2002:a00:1::", IP_SPECIAL },
		{ "::127.0.0.1", IP_SPECIAL }, { "2001::1", IP_SPECIAL },
		{ "2001:1::1", IP_PUBLIC },
	};
	struct ip ip;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CHECK(ip_parse(&ip, from_c(cases[i].text)), "%s",
		    cases[i].text);
		CHECK(ip_kind(&ip) == cases[i].kind, "%s is %d",
		    cases[i].text, (int)ip_kind(&ip));
	}
	ip = ip_of_octets("\0\0\0\0\0\0\0\0\0\0\xff\xff\x7f\0\0\1", 16);
	CHECK(!ip.v6 && ip_is_loopback(&ip), "mapped octets");
	ip = ip_of_octets("\xc0\0\2\1", 4);
	CHECK(!ip.v6 && ip_kind(&ip) == IP_PUBLIC, "four octets");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(forms_of_one_address),
		RUN(what_is_no_address),
		RUN(loopback),
		RUN(kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
