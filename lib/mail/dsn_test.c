/* dsn_test.c - reports: their shape, and what foreign text cannot do. */

#include "mail/dsn.h"

#include <string.h>

#include "mail/header.h"
#include "mail/mime.h"
#include "tests/check.h"

static struct buf out;

static struct dsn
report(enum dsn_kind kind, const struct dsn_rcpt *r, size_t n)
{
	return (struct dsn){ .kind = kind, .host = STR("mail.example.org"),
	    .from = STR("postmaster@example.org"),
	    .user = STR("alice@example.org"), .envid = STR("QQ314159"),
	    .message_id = STR("<1@example.org>"), .now = 1795694400,
	    .entered = 1795690800, .until = 1796126400,
	    .unique = STR("abcdefghijklmnop"), .rcpt = r, .rcpts = n };
}

static const char *
make(const struct dsn *d, const char *letter)
{
	buf_free(&out);
	buf_init(&out, DSN_MAX);
	dsn_head(&out, d);
	dsn_text(&out, d);
	buf_add_c(&out, letter);
	dsn_end(&out, d);
	buf_byte(&out, '\0');
	assert_false(out.failed);
	return out.ptr;
}

static void
failure(void **unused)
{
	const struct dsn_rcpt r = { STR("bob"), STR("example.net"),
	    STR("rfc822;bob@example.net"), STR("5.1.1"),
	    STR("mx.example.net"), STR("550 5.1.1 no such user"), 1795694300 };
	struct dsn d = report(DSN_FAILURE, &r, 1);
	const char *s = make(&d, "Subject: hello\r\n\r\nHello\r\n");

	(void)unused;
	assert_non_null(strstr(s, "Content-Type: multipart/report; "
	    "report-type=delivery-status;\r\n\tboundary=\"abcdefghijklmnop\""));
	assert_non_null(strstr(s, "\r\nAuto-Submitted: auto-replied\r\n"));
	assert_non_null(strstr(s, "\r\nReporting-MTA: dns; mail.example.org"
	    "\r\nOriginal-Envelope-Id: QQ314159\r\nArrival-Date: "));
	assert_non_null(strstr(s, "\r\n\r\nOriginal-Recipient: "
	    "rfc822;bob@example.net\r\nFinal-Recipient: rfc822; "
	    "bob@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n"
	    "Remote-MTA: dns; mx.example.net\r\nDiagnostic-Code: smtp;\r\n"
	    "\t550 5.1.1 no such user\r\nLast-Attempt-Date: "));
	assert_non_null(strstr(s, "Content-Type: message/rfc822\r\n"
	    "Content-Transfer-Encoding: 8bit\r\n\r\nSubject: hello"));
	assert_non_null(strstr(s, "a dit :\r\n"));
	assert_non_null(strstr(s, "\r\n--abcdefghijklmnop--\r\n"));
}

/* Our own words are in the language of their half; of others, as they are. */
static const struct {
	const char *host, *reply, *french;
} own_cases[] = {
	{ "", "Cancelled by the operator of this mailbox.",
	    "Annulé par la personne qui gère cette boîte.\r\n" },
	{ "", "The domain gone.example does not exist.",
	    "Le domaine gone.example n'existe pas.\r\n" },
	{ "", "There is no connection to the mail server mx.example: "
	    "it refuses the connection.", "Pas de connexion au "
	    "serveur mx.example : il refuse la connexion.\r\n" },
	{ "", "The DNS records of a.example are forged or broken "
	    "(DNSSEC): no signature", "Les données DNS de a.example "
	    "sont fausses ou abîmées (DNSSEC) :" },
	{ "", "The name servers of a do not answer. fail: b.",
	    "Les serveurs de noms de a do not answer. sont en panne" },
	{ "", "10.0.0.1 is not an address of the Internet.",
	    "10.0.0.1 n'est pas une adresse d'Internet.\r\n" },
	{ "", "Nobody knows.", "Nobody knows.\r\n" },
	{ "", "The domain ", "The domain \r\n" },
	{ "mx.example", "The other server closed the connection.",
	    "The other server closed the connection.\r\n" },
};

static void
own_words(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(own_cases) / sizeof(own_cases[0]); i++) {
		const struct dsn_rcpt r = { .local = STR("bob"),
		    .domain = STR("example.net"),
		    .host = from_c(own_cases[i].host),
		    .reply = from_c(own_cases[i].reply) };
		struct dsn d = report(DSN_FAILURE, &r, 1);
		const char *s = make(&d, ""), *half = strstr(s, "Votre");
		char line[80];

		assert_non_null(half);
		CHECK(strstr(half, own_cases[i].french) != NULL, "case %zu: %s",
		    i, half);
		/* the English half, and what programs read */
		(void)snprintf(line, sizeof(line), "%.40s", own_cases[i].reply);
		assert_true(strstr(s, line) < half);
		assert_non_null(strstr(strstr(half, "Diagnostic-Code"), line));
	}
}

static void
every_kind(void **unused)
{
	const struct dsn_rcpt r = { .local = STR("bob"),
	    .domain = STR("example.net") };

	(void)unused;
	for (int k = 0; k < DSN_KINDS; k++) {
		struct dsn d = report((enum dsn_kind)k, &r, 1);
		const char *s;

		d.original = k == DSN_LOST ? DSN_NOTHING : DSN_HEADER;
		s = make(&d, "");
		assert_non_null(strstr(s, "Final-Recipient: rfc822; "
		    "bob@example.net\r\nAction: "));
		/* no empty block after the last recipient's: RFC 3464, 2.1 */
		assert_true(k != DSN_LOST || strstr(s,
		    "\r\n\r\n\r\n--") == NULL);
		assert_true((strstr(s, "text/rfc822-headers") != NULL) ==
		    (k != DSN_LOST));
		assert_true((strstr(s, "Will-Retry-Until") != NULL) ==
		    (k == DSN_DELAY));
	}
}

static void
foreign_text(void **unused)
{
	static char long_reply[5000];
	const struct dsn_rcpt r[] = {
		{ STR("bob"), STR("example.net"), STR(""), STR("4.0.0"),
		    STR("evil\r\nX: y"), STR("550 \r\n--abcdefghijklmnop\r\n"
		    "Content-Type: text/html\r\n\r\n<b>\0\x1b[2J\xff"), 1 },
		{ STR("b\xc3\xb6" "b"), STR("example.net"), STR(""), STR(""),
		    STR("mx"), { long_reply, sizeof(long_reply) }, 1 },
	};
	struct dsn d = report(DSN_FAILURE, r, 2);
	const char *s, *at;

	(void)unused;
	memset(long_reply, 'x', sizeof(long_reply));
	s = make(&d, "");
	assert_null(strstr(s, "\nX: y"));
	assert_null(strstr(s, "\nContent-Type: text/html"));
	assert_null(strchr(s, 0x1b));
	assert_int_equal(strlen(s), out.len - 1);
	/* a status that does not fit the action is not repeated */
	assert_null(strstr(s, "Status: 4"));
	assert_non_null(strstr(s, "report-type=global-delivery-status"));
	assert_non_null(strstr(s, "Final-Recipient: utf-8; b\xc3\xb6" "b@"));
	for (at = s; at != NULL && *at != '\0'; at = strstr(at, "\r\n")) {
		at += at == s ? 0 : 2;
		assert_true(strcspn(at, "\r") < 998);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failure),
		cmocka_unit_test(own_words),
		cmocka_unit_test(every_kind),
		cmocka_unit_test(foreign_text),
	};
	int bad = cmocka_run_group_tests(tests, NULL, NULL);

	buf_free(&out);
	return bad;
}
