/* conf_test.c - what plid.conf may say, and where its mistakes are. */

#include "base/conf.h"

#include <string.h>

#include "base/buf.h"
#include "tests/check.h"

TEST(defaults)
{
	static const uint16_t ports[] = { 25, 465, 587, 993, 143, 443 };
	struct conf_error e;
	struct conf c;

	TEST_BEGIN;
	CHECK(conf_parse(&c, STR("domain example.org\nhost mail.example.org"),
	    &e), "%u:%u %s", e.line, e.column, e.what);
	CHECK(str_eq(c.host, STR("mail.example.org")), "host");
	CHECK(str_eq(c.mx, c.host), "mx is host");
	CHECK(c.domains == 1 && c.proxies == 0, "lists");
	CHECK(c.size == 50 << 20 && c.retry == 5 * 86400, "numbers");
	CHECK(c.chain.len == 0 && c.key.len == 0, "self");
	CHECK(c.resolvers == 0 && c.anchor.len == 0 && c.smart.len == 0 &&
	    c.send_port == 25 && !c.send_loopback, "mail that goes out");
	CHECK(c.listens == 6, "%zu", c.listens);
	for (size_t i = 0; i < 6; i++)
		CHECK(c.listen[i].port == ports[i] && !c.listen[i].clear &&
		    c.listen[i].address.len == 0 &&
		    c.listen[i].service == (enum conf_service)i, "%zu", i);
}

TEST(everything)
{
	static const struct str text = STR_INIT(
	    "# all of it\n"
	    "\n"
	    " \t host\tmail.example.org# a comment\n"
	    "MX mx.example.org\n"
	    "domain example.org example.net\n"
	    "domain \"xn--bcher-kva.example\" # more\n"
	    "listen mx 25 127.0.0.1:2525 imaps [::1]:993\n"
	    "listen imap 127.0.0.2:1143/clear [::1]:143/clear\n"
	    "proxy 192.0.2.1 2001:db8::7\n"
	    "cert file \"/etc/my keys/chain.pem\" /etc/key.pem\n"
	    "size 1m\n"
	    "retry 36h\n");
	struct conf_error e = { 0, 0, "", { NULL, 0 } };
	struct conf c;

	TEST_BEGIN;
	CHECK(conf_parse(&c, text, &e), "%u:%u %s", e.line, e.column, e.what);
	CHECK(str_eq(c.host, STR("mail.example.org")), "host");
	CHECK(str_eq(c.mx, STR("mx.example.org")), "mx");
	CHECK(c.domains == 3 &&
	    str_eq(c.domain[2], STR("xn--bcher-kva.example")), "domains");
	CHECK(c.listens == 5, "%zu", c.listens);
	CHECK(c.listen[1].service == CONF_MX && c.listen[1].port == 2525 &&
	    str_eq(c.listen[1].address, STR("127.0.0.1")), "second of mx");
	CHECK(c.listen[2].service == CONF_IMAPS && !c.listen[2].clear &&
	    str_eq(c.listen[2].address, STR("::1")), "IPv6");
	CHECK(c.listen[3].clear && c.listen[3].service == CONF_IMAP, "clear");
	CHECK(c.listen[4].clear && c.listen[4].port == 143, "clear, IPv6");
	CHECK(c.proxies == 2 && str_eq(c.proxy[1], STR("2001:db8::7")),
	    "proxies");
	CHECK(str_eq(c.chain, STR("/etc/my keys/chain.pem")), "chain");
	CHECK(str_eq(c.key, STR("/etc/key.pem")), "key");
	CHECK(c.size == 1 << 20 && c.retry == 36 * 3600, "numbers");
}

TEST(what_goes_out)
{
	static const struct str text = STR_INIT(
	    "host mail.example.org\ndomain example.org\n"
	    "resolver 192.0.2.53 2001:db8::53@5353\n"
	    "anchor /etc/plid/root.key\n"
	    "smarthost relay.example.net:465 user /etc/plid/relay\n"
	    "send-port 2525/loopback\n");
	struct conf_error e = { 0, 0, "", { NULL, 0 } };
	struct conf c;

	TEST_BEGIN;
	CHECK(conf_parse(&c, text, &e), "%u:%u %s", e.line, e.column, e.what);
	CHECK(c.resolvers == 2 && c.resolver[0].port == 53 &&
	    str_eq(c.resolver[1].address, STR("2001:db8::53")) &&
	    c.resolver[1].port == 5353, "resolvers");
	CHECK(str_eq(c.anchor, STR("/etc/plid/root.key")), "anchor");
	CHECK(str_eq(c.smart, STR("relay.example.net")) &&
	    c.smart_port == 465 &&
	    str_eq(c.smart_user, STR("/etc/plid/relay")), "smart host");
	CHECK(c.send_port == 2525 && c.send_loopback, "send-port");
}

TEST(smart_hosts)
{
	static const struct {
		const char *text, *host;
		uint16_t port;
	} good[] = {
		{ "smarthost relay.example.net", "relay.example.net", 587 },
		{ "smarthost [192.0.2.1]", "[192.0.2.1]", 587 },
		{ "smarthost [2001:db8::1]:25", "[2001:db8::1]", 25 },
	};
	struct conf_error e = { 0, 0, "", { NULL, 0 } };
	struct conf c;
	char text[200];

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(text, sizeof(text), "host a\ndomain b\n%s",
		    good[i].text);
		CHECK(conf_parse(&c, from_c(text), &e), "%s: %s", text,
		    e.what);
		CHECK(str_eq(c.smart, from_c(good[i].host)) &&
		    c.smart_port == good[i].port && c.smart_user.len == 0,
		    "%s", text);
	}
}

static const struct {
	const char *text;
	unsigned line, column;
	const char *what;		/* a piece of it */
} mistakes[] = {
	{ "", 1, 1, "host is missing" },
	{ "host a\n", 2, 1, "domain is missing" },
	{ "host a\nhosst b\n", 2, 1, "unknown" },
	{ "host a\n  host b\n", 2, 3, "only once" },
	{ "size 1M\nsize 1M\n", 2, 1, "only once" },
	{ "host", 1, 5, "name is missing" },
	{ "host # a", 1, 6, "name is missing" },
	{ "host a b", 1, 8, "too many" },
	{ "host \"\"", 1, 7, "1 to 253" },
	{ "host a..b", 1, 6, "not a host name" },
	{ "host .a", 1, 6, "not a host name" },
	{ "host a.", 1, 6, "not a host name" },
	{ "host a_b", 1, 6, "not a host name" },
	{ "host -a", 1, 6, "hyphen" },
	{ "host a-.b", 1, 6, "hyphen" },
	{ "host 192.0.2.1", 1, 6, "not an address" },
	{ "host b\xc3\xbc" "cher.example", 1, 6, "ASCII form" },
	{ "host a\"b\"", 1, 7, "blank" },
	{ "host \"a\"b", 1, 9, "blank" },
	{ "host \"a\n", 1, 6, "not closed" },
	{ "host a\r\n", 1, 7, "blank" },
	{ "host \001\n", 1, 6, "control" },
	{ "\001", 1, 1, "control" },
	{ "domain", 1, 7, "missing" },
	{ "domain a b A", 1, 12, "twice" },
	{ "domain a\ndomain a", 2, 8, "twice" },
	{ "domain a \"b", 1, 10, "not closed" },
	{ "listen", 1, 7, "service is missing" },
	{ "listen 25", 1, 8, "service should" },
	{ "listen pop3 110", 1, 8, "one of" },
	{ "listen mx", 1, 10, "port is missing" },
	{ "listen mx 0", 1, 11, "1 to 65535" },
	{ "listen mx 65536", 1, 11, "1 to 65535" },
	{ "listen mx 99999999999999999999", 1, 11, "1 to 65535" },
	{ "listen mx smtp", 1, 11, "1 to 65535" },
	{ "listen mx 25 mx 25", 1, 17, "twice" },
	{ "listen mx ::1:25", 1, 11, "brackets" },
	{ "listen mx [::1]", 1, 11, "colon" },
	{ "listen mx [127.0.0.1]:25", 1, 11, "brackets" },
	{ "listen mx [::1:25", 1, 11, "brackets" },
	{ "listen mx 1.2.3:25", 1, 11, "IPv4" },
	{ "listen mx 127.0.0.1:", 1, 11, "1 to 65535" },
	{ "listen mx 127.0.0.1:25/clear", 1, 23, "imap only" },
	{ "listen imaps 127.0.0.1:993/clear", 1, 27, "imap only" },
	{ "listen imap 143/clear", 1, 16, "loopback" },
	{ "listen imap 192.0.2.1:143/clear", 1, 26, "loopback" },
	{ "listen imap 0.0.0.0:143/clear", 1, 24, "loopback" },
	{ "listen imap 127.0.0.1:143/plain", 1, 26, "/clear" },
	{ "proxy", 1, 6, "missing" },
	{ "proxy gate.example", 1, 7, "address" },
	{ "proxy 192.0.2.0/24", 1, 7, "address" },
	{ "cert", 1, 5, "missing" },
	{ "cert none", 1, 6, "self" },
	{ "cert self x", 1, 11, "too many" },
	{ "cert file /a", 1, 13, "missing" },
	{ "cert file a b", 1, 11, "begins with /" },
	{ "cert file /a /b /c", 1, 17, "too many" },
	{ "size", 1, 5, "64K to 256M" },
	{ "size 0", 1, 6, "64K to 256M" },
	{ "size 1T", 1, 6, "64K to 256M" },
	{ "size 1MB", 1, 6, "64K to 256M" },
	{ "size 257M", 1, 6, "64K to 256M" },
	{ "size 18446744073709551615G", 1, 6, "64K to 256M" },
	{ "size -1", 1, 6, "64K to 256M" },
	{ "size 50 M", 1, 6, "64K to 256M" },
	{ "size 50M M", 1, 10, "too many" },
	{ "retry 31d", 1, 7, "1s to 30d" },
	{ "retry 0", 1, 7, "1s to 30d" },
	{ "retry never", 1, 7, "1s to 30d" },
	{ "resolver", 1, 9, "missing" },
	{ "resolver dns.example", 1, 10, "IPv4 or IPv6" },
	{ "resolver 192.0.2.1@", 1, 10, "1 to 65535" },
	{ "resolver 192.0.2.1@0", 1, 10, "1 to 65535" },
	{ "resolver 192.0.2.1:53", 1, 10, "IPv4 or IPv6" },
	{ "resolver ::1 ::1 ::1 ::1 ::1 ::1 ::1 ::1 ::1", 1, 42,
	    "more than 8" },
	{ "anchor root.key", 1, 8, "begins with /" },
	{ "dkim", 1, 5, "missing" },
	{ "dkim on", 1, 6, "only off" },
	{ "smarthost", 1, 10, "missing" },
	{ "smarthost 192.0.2.1", 1, 11, "not an address" },
	{ "smarthost [relay]", 1, 11, "in brackets" },
	{ "smarthost relay:x", 1, 11, "1 to 65535" },
	{ "smarthost a_b", 1, 11, "not a host name" },
	{ "smarthost relay password", 1, 17, "user FILE" },
	{ "smarthost relay user", 1, 21, "missing" },
	{ "smarthost relay user /a b", 1, 25, "too many" },
	{ "send-port", 1, 10, "missing" },
	{ "send-port 2525/clear", 1, 11, "1 to 65535" },
	{ "send-port /loopback", 1, 11, "1 to 65535" },
};

TEST(mistakes_have_a_place)
{
	struct conf_error e;
	struct conf c;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		const char *text = mistakes[i].text;

		CHECK(!conf_parse(&c, from_c(text), &e), "%s", text);
		CHECK(e.line == mistakes[i].line &&
		    e.column == mistakes[i].column, "%s: %u:%u %s", text,
		    e.line, e.column, e.what);
		CHECK(strstr(e.what, mistakes[i].what) != NULL, "%s: %s", text,
		    e.what);
	}
	CHECK(!conf_parse(&c, STR("host a\0b"), &e) && e.column == 7, "NUL");
}

TEST(limits)
{
	struct conf_error e;
	struct conf c;
	struct buf b;

	TEST_BEGIN;
	buf_init(&b, CONF_TEXT_MAX + 1);
	buf_add_c(&b, "host a\ndomain");
	for (unsigned i = 0; i < CONF_DOMAINS_MAX; i++) {
		buf_add_c(&b, " d");
		buf_add_u64(&b, i);
	}
	CHECK(conf_parse(&c, buf_str(&b), &e) && c.domains == 64, "%s",
	    e.what);
	buf_add_c(&b, " more");
	CHECK(!conf_parse(&c, buf_str(&b), &e) && e.line == 2, "65 domains");
	while (b.len <= CONF_TEXT_MAX)
		buf_add_c(&b, "\n");
	CHECK(!conf_parse(&c, buf_str(&b), &e) && e.line == 1, "too long");
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(defaults),
		RUN(everything),
		RUN(what_goes_out),
		RUN(smart_hosts),
		RUN(mistakes_have_a_place),
		RUN(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
