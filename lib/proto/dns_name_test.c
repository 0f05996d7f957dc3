/* dns_name_test.c - names on the wire, and pointers that lead nowhere. */

#include "proto/dns_name.h"

#include <string.h>

#include "tests/check.h"

TEST(text_and_back)
{
	static const struct { const char *in, *out; } good[] = {
		{ "example.org", "example.org" }, { "A.b.", "A.b" },
		{ "", "" }, { ".", "" }, { "_25._tcp.x", "_25._tcp.x" },
	};
	char out[DNS_TEXT_MAX];
	struct dns_name n, again;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		size_t len;

		CHECK(dns_name_from_text(&n, from_c(good[i].in)), "%s",
		    good[i].in);
		len = dns_name_text(&n, out);
		CHECK(str_eq((struct str){ out, len }, from_c(good[i].out)),
		    "%s: %.*s", good[i].in, (int)len, out);
		CHECK(dns_name_from_wire(&again, (struct str){
		    (const char *)n.wire, n.len }) && dns_name_eq(&n, &again),
		    "%s on the wire", good[i].in);
	}
	CHECK(dns_name_from_text(&n, STR("MAIL.Example")) &&
	    dns_name_from_text(&again, STR("mail.example")) &&
	    dns_name_eq(&n, &again), "case");
}

#define TEN	"0123456789"
#define LONG	TEN TEN TEN TEN TEN TEN "0123"	/* a label of 64 */

TEST(what_is_no_name)
{
	static const char *const bad[] = {
		"a..b", ".a", "a b", "a\\b", "..", "a..", "b\xc3\xbc", LONG,
	};
	char label[64], text[300] = "";
	struct dns_name n;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!dns_name_from_text(&n, from_c(bad[i])), "%s", bad[i]);
	memset(label, 'a', 63);
	label[63] = '\0';
	for (int i = 0; i < 4; i++)
		snprintf(text + 64 * i, sizeof(text) - 64 * (size_t)i, "%s%s",
		    label, i < 3 ? "." : "");
	CHECK(!dns_name_from_text(&n, from_c(text)), "257 octets");
	CHECK(dns_name_from_text(&n, (struct str){ text, 253 }) &&
	    n.len == 255, "255 octets");
}

TEST(pointers)
{
	/* at 0: "org", at 5: "example" -> 0, at 15: -> 5 */
	static const struct str packet =
	    STR_INIT("\3org\0" "\7example\xc0\0" "\xc0\5" "x");
	static const struct str loops[] = {
		STR_INIT("\xc0\0"), STR_INIT("\xc0\2\xc0\0"),
		STR_INIT("\1a\xc0\0"), STR_INIT("\xc0"), STR_INIT("\xc0\5"),
		STR_INIT("\3ab"), STR_INIT("\x40" "a"), STR_INIT(""),
		STR_INIT("\3abc"),
	};
	char out[DNS_TEXT_MAX];
	struct dns_name n;
	size_t at = 15, len;

	TEST_BEGIN;
	CHECK(dns_name_take(&n, packet, &at) && at == 17, "at %zu", at);
	len = dns_name_text(&n, out);
	CHECK(str_eq((struct str){ out, len }, STR("example.org")), "%.*s",
	    (int)len, out);
	at = 5;
	CHECK(dns_name_take(&n, packet, &at) && at == 15, "at %zu", at);
	for (size_t i = 0; i < sizeof(loops) / sizeof(loops[0]); i++) {
		at = 0;
		CHECK(!dns_name_take(&n, loops[i], &at), "%zu", i);
	}
	CHECK(!dns_name_from_wire(&n, STR("\1a\0b")), "something behind it");
	CHECK(!dns_name_from_wire(&n, STR("\xc0\0")), "a pointer");
}

TEST(odd_octets)
{
	char out[DNS_TEXT_MAX];
	struct dns_name n;
	size_t len;

	TEST_BEGIN;
	CHECK(dns_name_from_wire(&n, STR("\4a.\n\xff\0")), "taken");
	len = dns_name_text(&n, out);
	CHECK(str_eq((struct str){ out, len }, STR("a\\046\\010\\255")),
	    "%.*s", (int)len, out);
	CHECK(!dns_name_from_text(&n, (struct str){ out, len }), "no host");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(text_and_back),
		RUN(what_is_no_name),
		RUN(pointers),
		RUN(odd_octets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
