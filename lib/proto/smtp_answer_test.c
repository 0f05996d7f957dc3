/* smtp_answer_test.c - replies of every kind, and what is none. */

#include "proto/smtp_answer.h"

#include <string.h>

#include "tests/check.h"

static enum smtp_answer_is
feed(struct smtp_answer *a, const char *text)
{
	enum smtp_answer_is is = SMTP_ANSWER_MORE;

	smtp_answer_begin(a);
	while (is == SMTP_ANSWER_MORE && *text != '\0') {
		const char *lf = strchr(text, '\n');
		size_t n = lf != NULL ? (size_t)(lf - text) + 1 : strlen(text);

		is = smtp_answer_line(a, (struct str){ text, n }, NULL);
		text += n;
	}
	return is;
}

static const struct {
	const char *in, *text, *status;
} good[] = {
	{ "250 OK\r\n", "250 OK", "" },
	{ "250\r\n", "250", "" },
	{ "250 \r\n", "250", "" },
	{ "250 bare\n", "250 bare", "" },
	{ "550 5.1.1 No such user\r\n", "550 5.1.1 No such user", "5.1.1" },
	{ "550-5.1.1 No such\r\n550 5.1.1 user\r\n", "550 5.1.1 No such user",
	    "5.1.1" },
	{ "550-No such\r\n550 user\r\n", "550 No such user", "" },
	{ "421 4.3.2\r\n", "421 4.3.2", "4.3.2" },
	{ "550 4.1.1 other class\r\n", "550 4.1.1 other class", "" },
	{ "550 5.1 two numbers\r\n", "550 5.1 two numbers", "" },
	{ "550 5.1.1234 x\r\n", "550 5.1.1234 x", "" },
	{ "550 5.1.1x\r\n", "550 5.1.1x", "" },
	{ "250 a\tb\033[31mc\r\n", "250 a?b?[31mc", "" },
	{ "250 caf\xc3\xa9 \xff\r\n", "250 caf\xc3\xa9 \xef\xbf\xbd", "" },
	{ "250 \xe2\x80\xae" "gpj.exe\r\n", "250 ?gpj.exe", "" },
};

TEST(answers)
{
	struct smtp_answer a;
	struct buf out;

	TEST_BEGIN;
	buf_init(&out, 1024);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		CHECK(feed(&a, good[i].in) == SMTP_ANSWER_DONE, "%s",
		    good[i].in);
		buf_clear(&out);
		smtp_answer_text(&a, &out);
		CHECK(str_eq(buf_str(&out), (struct str){ good[i].text,
		    strlen(good[i].text) }), "%.*s", (int)out.len, out.ptr);
		CHECK(str_eq(smtp_answer_status(&a), (struct str){
		    good[i].status, strlen(good[i].status) }), "%s",
		    good[i].in);
	}
	buf_free(&out);
}

TEST(what_is_none)
{
	static const char *const bad[] = {
		"\r\n", "OK\r\n", "25 x\r\n", "2500 x\r\n", "150 x\r\n",
		"650 x\r\n", "250x\r\n", "250-a\r\n251 b\r\n",
		"250-a\r\nb\r\n", "<html>\r\n", "\x16\x03\1\r\n", "-50 x\r\n",
		"SSH-2.0-OpenSSH\r\n", "HTTP/1.1 400 Bad Request\r\n",
	};
	struct smtp_answer a;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(feed(&a, bad[i]) == SMTP_ANSWER_BAD, "%s", bad[i]);
	CHECK(feed(&a, "250-only\r\n") == SMTP_ANSWER_MORE, "unfinished");
}

TEST(limits)
{
	static char line[SMTP_ANSWER_LINE + 1];
	struct smtp_answer a;
	struct buf out;
	size_t n;

	TEST_BEGIN;
	memset(line, 'x', sizeof(line));
	memcpy(line, "250-", 4);
	smtp_answer_begin(&a);
	CHECK(smtp_answer_line(&a, (struct str){ line, sizeof(line) },
	    NULL) == SMTP_ANSWER_BAD, "a long line");
	smtp_answer_begin(&a);
	for (n = 0; smtp_answer_line(&a, (struct str){ line, 1000 }, NULL) ==
	    SMTP_ANSWER_MORE; n++)
		;
	CHECK(n == SMTP_ANSWER_OCTETS / 1000, "%zu lines", n);
	CHECK(a.text_len == SMTP_ANSWER_KEPT, "%zu kept", a.text_len);
	smtp_answer_begin(&a);
	for (n = 0; smtp_answer_line(&a, STR("250-a\r\n"), NULL) ==
	    SMTP_ANSWER_MORE; n++)
		;
	CHECK(n == SMTP_ANSWER_LINES, "%zu lines", n);
	buf_init(&out, 40);
	smtp_answer_text(&a, &out);
	CHECK(!out.failed && out.len <= 40, "cut, not failed");
	buf_free(&out);
}

TEST(offers)
{
	static const struct str lines[] = {
		STR_INIT("PIPELINING"), STR_INIT("size 1000"),
		STR_INIT("8bitmime"), STR_INIT("SMTPUTF8"), STR_INIT("DSN"),
		STR_INIT("STARTTLS"), STR_INIT("AUTH=LOGIN CRAM-MD5"),
		STR_INIT("AUTH GSSAPI PLAIN"), STR_INIT("REQUIRETLS"),
		STR_INIT("X-DSNX"), STR_INIT(""),
	};
	struct smtp_offer o = { 0 };

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		smtp_offer_line(&o, lines[i]);
	CHECK(o.pipelining && o.eightbit && o.utf8 && o.dsn && o.starttls &&
	    o.requiretls && !o.chunking, "flags");
	CHECK(o.has_size && o.size == 1000, "size");
	CHECK(o.auth_plain && o.auth_login, "auth");
	smtp_offer_line(&o, STR("SIZE"));
	CHECK(o.has_size && o.size == 0, "size without a number");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(answers),
		RUN(what_is_none),
		RUN(limits),
		RUN(offers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
