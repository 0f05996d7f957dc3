/*
 * smtp_client_test.c - whole sessions, as scripts.
 *
 * A script is lines: "S text" the server says it, "C text" the client has said
 * exactly that since, "C" alone: nothing, "TLS yes|no" the handshake,
 * "LETTER" the letter of the case, "TEXT" its text was sent, "LOST", "END" the
 * client wants to close, "IDLE" it wants a letter.
 */

#include "proto/smtp_client.h"

#include <string.h>

#include "tests/check.h"

static const struct smtp_letter_to two[] = {
	{ .local = STR_INIT("alice"), .domain = STR_INIT("example.net"),
	    .orcpt = STR_INIT("rfc822;alice@example.net"), .success = true,
	    .failure = true },
	{ .local = STR_INIT("bob smith"), .domain = STR_INIT("example.net"),
	    .never = true },
};

static const struct smtp_letter_to utf8[] = {
	{ .local = STR_INIT("jos\xc3\xa9"), .domain = STR_INIT("example.net") },
};

static const struct smtp_letter_to evil[] = {
	{ .local = STR_INIT("a\r\nRSET"), .domain = STR_INIT("example.net") },
};

static const struct smtp_letter_to evil_domain[] = {
	{ .local = STR_INIT("a"), .domain = STR_INIT("example.net> X") },
};

enum { PLAIN, EIGHT, UTF8, REQUIRE, BOUNCE, EVIL, EVIL_DOMAIN, LARGE };

static const struct smtp_letter letters[] = {
	[PLAIN] = { .sender = STR_INIT("x@example.org"),
	    .envid = STR_INIT("QQ1"), .octets = 100, .to = two, .rcpts = 2,
	    .ret_hdrs = true },
	[EIGHT] = { .sender = STR_INIT("x@example.org"), .octets = 100,
	    .eightbit = true, .to = two, .rcpts = 1 },
	[UTF8] = { .sender = STR_INIT("x@example.org"), .octets = 100,
	    .to = utf8, .rcpts = 1 },
	[REQUIRE] = { .sender = STR_INIT("x@example.org"), .octets = 100,
	    .requiretls = true, .to = two, .rcpts = 1 },
	[BOUNCE] = { .sender = STR_INIT(""), .octets = 5, .to = two,
	    .rcpts = 1 },
	[EVIL] = { .sender = STR_INIT("x@example.org"), .to = evil,
	    .rcpts = 1 },
	[EVIL_DOMAIN] = { .sender = STR_INIT("x@example.org"),
	    .to = evil_domain, .rcpts = 1 },
	[LARGE] = { .sender = STR_INIT("x@example.org"), .octets = 2000,
	    .to = two, .rcpts = 1 },
};

static const struct smtp_client_conf confs[] = {
	{ .name = STR_INIT("mx.example.org"),
	    .also = STR_INIT("mail.example.org"), .may_tls = true },
	{ .name = STR_INIT("mx.example.org"), .user = STR_INIT("u"),
	    .password = STR_INIT("secret"), .may_tls = true,
	    .must_tls = true },
};

#define EHLO	"S 220 hi\nC EHLO mx.example.org\n"
#define HELLO(more)	EHLO "S 250-there\n" more
#define RCPT1	"RCPT TO:<alice@example.net>"
#define RCPT2	"RCPT TO:<\"bob smith\"@example.net>"

static const struct {
	const char *name;
	unsigned conf, letter;
	const char *script;
	const char *verdicts;	/* y l n a recipient, then / and the session */
	const char *reply;	/* a piece of the first one that is there */
} cases[] = {
	{ "one by one", 0, PLAIN, HELLO("S 250 SIZE 1000\n") "IDLE\nLETTER\n"
	    "C MAIL FROM:<x@example.org> SIZE=100\nS 250 ok\n"
	    "C " RCPT1 "\nS 250 ok\nC " RCPT2 "\nS 250 ok\nC DATA\n"
	    "S 354 go\nTEXT\nS 250 2.0.0 queued as 1\nIDLE\n", "yy/",
	    "queued as 1" },
	{ "pipelined, with DSN", 0, PLAIN,
	    HELLO("S 250-PIPELINING\nS 250 DSN\n") "LETTER\n"
	    "C MAIL FROM:<x@example.org> RET=HDRS ENVID=QQ1|"
	    RCPT1 " NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;alice@example.net|"
	    RCPT2 " NOTIFY=NEVER|DATA\nS 250 1\nS 250 2\n"
	    "S 550 5.1.1 none such\nS 354 go\nTEXT\nS 250 ok\nIDLE\n", "yn/",
	    "ok" },
	{ "HELO", 0, BOUNCE, EHLO "S 502 what?\nC HELO mx.example.org\n"
	    "S 250 hello\nLETTER\nC MAIL FROM:<>\nS 250 ok\nC " RCPT1 "\n"
	    "S 251 forwards\nC DATA\nS 354 go\nTEXT\nS 250 ok\nIDLE\n", "y/",
	    "ok" },
	{ "the sender is refused", 0, PLAIN, HELLO("S 250-x\nS 250 y\n")
	    "LETTER\nC MAIL FROM:<x@example.org>\nS 550 5.7.1 go away\n"
	    "C RSET\nS 250 ok\nIDLE\n", "nn/", "5.7.1 go away" },
	{ "refused, pipelined", 0, PLAIN, HELLO("S 250 PIPELINING\n")
	    "LETTER\nC MAIL FROM:<x@example.org>|" RCPT1 "|" RCPT2 "|DATA\n"
	    "S 451 later\nS 503 no\nS 503 no\nS 503 no\nC RSET\nS 250 ok\n"
	    "IDLE\n", "ll/", "451 later" },
	{ "nobody, and 354 all the same", 0, PLAIN,
	    HELLO("S 250 PIPELINING\n") "LETTER\n"
	    "C MAIL FROM:<x@example.org>|" RCPT1 "|" RCPT2 "|DATA\n"
	    "S 250 ok\nS 550 no\nS 452 not now\nS 354 go\nC .\n"
	    "S 554 nobody\nIDLE\n", "nl/", "550 no" },
	{ "552 is too many", 0, PLAIN, HELLO("S 250 x\n") "LETTER\n"
	    "C MAIL FROM:<x@example.org>\nS 250 ok\nC " RCPT1 "\nS 250 ok\n"
	    "C " RCPT2 "\nS 552 too many\nC DATA\nS 354 go\nTEXT\n"
	    "S 554 5.6.0 spam\nIDLE\n", "nl/", "5.6.0 spam" },
	{ "421 in the middle", 0, PLAIN, HELLO("S 250 x\n") "LETTER\n"
	    "C MAIL FROM:<x@example.org>\nS 250 ok\nC " RCPT1 "\n"
	    "S 421 4.3.2 bye\nEND\n", "ll/l", "4.3.2 bye" },
	{ "421 for the text", 0, BOUNCE, HELLO("S 250 x\n") "LETTER\n"
	    "C MAIL FROM:<>\nS 250 ok\nC " RCPT1 "\nS 250 ok\nC DATA\n"
	    "S 354 go\nTEXT\nS 421 bye\nEND\n", "l/l", "bye" },
	{ "lost after the dot", 0, BOUNCE, HELLO("S 250 x\n") "LETTER\n"
	    "C MAIL FROM:<>\nS 250 ok\nC " RCPT1 "\nS 250 ok\nC DATA\n"
	    "S 354 go\nTEXT\nLOST\nEND\n", "l/l", "gone" },
	{ "250 to DATA", 0, BOUNCE, HELLO("S 250 x\n") "LETTER\n"
	    "C MAIL FROM:<>\nS 250 ok\nC " RCPT1 "\nS 250 ok\nC DATA\n"
	    "S 250 go\nEND\n", "l/l", "out of place" },
	{ "354 to RCPT", 0, BOUNCE, HELLO("S 250 x\n") "LETTER\n"
	    "C MAIL FROM:<>\nS 250 ok\nC " RCPT1 "\nS 354 ok\nEND\n", "l/l",
	    "out of place" },
	{ "no mail here", 0, PLAIN, "S 554 no SMTP here\nC QUIT\nEND\n", "/n",
	    "no SMTP here" },
	{ "not now", 0, PLAIN, "S 450-busy\nS 450 very\nC QUIT\nEND\n", "/l",
	    "450 busy very" },
	{ "not SMTP", 0, PLAIN, "S SSH-2.0\nEND\n", "/l", "not SMTP" },
	{ "ourselves", 0, PLAIN, EHLO "S 250-MAIL.example.org hi\n"
	    "S 250 x\nEND\n", "/n", "this machine itself" },
	{ "TLS", 0, REQUIRE, HELLO("S 250 STARTTLS\n") "C STARTTLS\n"
	    "S 220 go\nTLS yes\nC EHLO mx.example.org\nS 250-there\n"
	    "S 250-STARTTLS\nS 250 REQUIRETLS\nLETTER\n"
	    "C MAIL FROM:<x@example.org> REQUIRETLS\nS 250 ok\n"
	    "C " RCPT1 "\nS 250 ok\nC DATA\nS 354 go\nTEXT\nS 250 ok\nIDLE\n",
	    "y/", "ok" },
	{ "TLS fails", 0, PLAIN, HELLO("S 250 STARTTLS\n") "C STARTTLS\n"
	    "S 220 go\nTLS no\nEND\n", "/l", "handshake" },
	{ "TLS after all not", 0, BOUNCE, HELLO("S 250 STARTTLS\n")
	    "C STARTTLS\nS 454 not now\nIDLE\nLETTER\nC MAIL FROM:<>\n"
	    "S 250 x\nC " RCPT1 "\nS 550 x\nC RSET\nS 250 ok\nIDLE\n", "n/",
	    "550 x" },
	{ "REQUIRETLS is not offered", 0, REQUIRE, HELLO("S 250 x\n")
	    "LETTER\nC\nIDLE\n", "n/", "REQUIRETLS" },
	{ "too large", 0, LARGE, HELLO("S 250 SIZE 1999\n") "LETTER\nC\nIDLE\n",
	    "n/", "larger" },
	{ "8-bit", 0, EIGHT, HELLO("S 250 8BITMIME\n") "LETTER\n"
	    "C MAIL FROM:<x@example.org> BODY=8BITMIME\nS 250 x\n"
	    "C " RCPT1 "\nS 550 x\nC RSET\nS 250 ok\nIDLE\n", "n/", "550" },
	{ "8-bit is not taken", 0, EIGHT, HELLO("S 250 x\n")
	    "LETTER\nC\nIDLE\n", "n/", "8-bit" },
	{ "UTF-8", 0, UTF8, HELLO("S 250 SMTPUTF8\n") "LETTER\n"
	    "C MAIL FROM:<x@example.org> SMTPUTF8\nS 250 x\n"
	    "C RCPT TO:<jos\xc3\xa9@example.net>\nS 550 x\nC RSET\n"
	    "S 250 ok\nIDLE\n", "n/", "550" },
	{ "UTF-8 is not taken", 0, UTF8, HELLO("S 250 8BITMIME\n")
	    "LETTER\nC\nIDLE\n", "n/", "UTF-8" },
	{ "an address with a line end", 0, EVIL, HELLO("S 250 x\n")
	    "LETTER\nC\nIDLE\n", "n/", "cannot be written" },
	{ "a domain with a bracket", 0, EVIL_DOMAIN, HELLO("S 250 x\n")
	    "LETTER\nC\nIDLE\n", "n/", "cannot be written" },
	{ "a smart host", 1, BOUNCE, HELLO("S 250 STARTTLS\n") "C STARTTLS\n"
	    "S 220 go\nTLS yes\nC EHLO mx.example.org\nS 250-there\n"
	    "S 250 AUTH LOGIN PLAIN\nC AUTH PLAIN AHUAc2VjcmV0\nS 235 in\n"
	    "IDLE\n", "/", "" },
	{ "a wrong password waits", 1, BOUNCE, HELLO("S 250 STARTTLS\n")
	    "C STARTTLS\nS 220 go\nTLS yes\nC EHLO mx.example.org\n"
	    "S 250-there\nS 250 AUTH PLAIN\nC AUTH PLAIN AHUAc2VjcmV0\n"
	    "S 535 5.7.8 no\nEND\n", "/l", "5.7.8 no" },
	{ "no TLS, no password", 1, BOUNCE, HELLO("S 250 AUTH PLAIN\n")
	    "END\n", "/l", "in clear" },
	{ "TLS refused, no password", 1, BOUNCE, HELLO("S 250-STARTTLS\n"
	    "S 250 AUTH PLAIN\n") "C STARTTLS\nS 454 no\nEND\n", "/l",
	    "454 no" },
};

static struct smtp_client client;

/* What the client has said, its line ends as "|". */
static void
said(struct str want, const char *name)
{
	char got[4096];
	size_t n = 0;

	for (size_t i = 0; i + 1 < client.out.len && n < sizeof(got); i++)
		if (client.out.ptr[i] == '\r')
			got[n++] = '|';
		else if (client.out.ptr[i] != '\n')
			got[n++] = client.out.ptr[i];
	if (n > 0 && got[n - 1] == '|')
		n--;
	CHECK(str_eq((struct str){ got, n }, want), "%s: said %.*s, not %.*s",
	    name, (int)n, got, (int)want.len, want.ptr);
	buf_clear(&client.out);
}

static void
play_line(struct str l, const char *name, const struct smtp_letter *letter)
{
	char line[SMTP_ANSWER_LINE];

	if (str_take_word(&l, STR("S "))) {
		CHECK(smtp_client_wants(&client) == SMTP_WANTS_ANSWER,
		    "%s: at %d before %.*s", name, (int)client.at, (int)l.len,
		    l.ptr);
		memcpy(line, l.ptr, l.len);
		memcpy(line + l.len, "\r\n", 2);
		smtp_client_line(&client, (struct str){ line, l.len + 2 });
	} else if (str_take_word(&l, STR("C "))) {
		said(l, name);
	} else if (str_eq(l, STR("C"))) {
		said(STR(""), name);
	} else if (str_take_word(&l, STR("TLS "))) {
		smtp_client_tls(&client, str_eq(l, STR("yes")));
	} else if (str_eq(l, STR("LETTER"))) {
		smtp_client_letter(&client, letter);
	} else if (str_eq(l, STR("TEXT"))) {
		CHECK(smtp_client_wants(&client) == SMTP_WANTS_TEXT, "%s",
		    name);
		smtp_client_text_sent(&client);
	} else if (str_eq(l, STR("LOST"))) {
		smtp_client_lost(&client, "gone");
	} else {
		CHECK(smtp_client_wants(&client) == (str_eq(l, STR("END")) ?
		    SMTP_WANTS_END : SMTP_WANTS_LETTER), "%s: at %d", name,
		    (int)client.at);
	}
}

static bool
is_not_lf(unsigned char c)
{
	return c != '\n';
}

static char
letter_of(const struct smtp_result *r)
{
	return !r->settled ? '?' : "yln"[r->verdict];
}

static void
judge(const char *name, const char *want, const char *piece)
{
	const struct smtp_result *first = &client.session;
	char got[8];
	size_t n = 0;

	for (size_t i = 0; client.letter != NULL && i < client.letter->rcpts;
	    i++)
		got[n++] = letter_of(&client.result[i]);
	if (n > 0)
		first = &client.result[0];
	got[n++] = '/';
	if (client.at == SMTP_C_END && client.session.settled)
		got[n++] = letter_of(&client.session);
	CHECK(str_eq((struct str){ got, n }, (struct str){ want,
	    strlen(want) }), "%s: %.*s, not %s", name, (int)n, got, want);
	if (piece[0] != '\0')
		CHECK(memmem(first->reply, first->reply_len, piece,
		    strlen(piece)) != NULL, "%s: %.*s", name,
		    (int)first->reply_len, first->reply);
}

TEST(sessions)
{
	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str in = { cases[i].script, strlen(cases[i].script) };

		smtp_client_begin(&client, &confs[cases[i].conf]);
		while (in.len > 0) {
			play_line(str_take_while(&in, is_not_lf),
			    cases[i].name, &letters[cases[i].letter]);
			str_take_byte(&in, '\n');
		}
		judge(cases[i].name, cases[i].verdicts, cases[i].reply);
		smtp_client_end(&client);
	}
}

/* Whatever is answered, wherever: a state that is one, and every recipient
 * judged once the letter is out of hand. */
TEST(every_answer_in_every_state)
{
	static const char *const says[] = { "250 x\r\n", "354 x\r\n",
	    "450 x\r\n", "550 x\r\n", "421 x\r\n", "x\r\n", "220 x\r\n" };

	TEST_BEGIN;
	for (unsigned at = 0; at < SMTP_C_END; at++)
		for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++) {
			enum smtp_client_wants w;

			smtp_client_begin(&client, &confs[0]);
			client.at = SMTP_C_IDLE;
			if (at >= SMTP_C_MAIL)
				smtp_client_letter(&client, &letters[PLAIN]);
			client.at = (enum smtp_client_at)at;
			if (smtp_client_wants(&client) == SMTP_WANTS_ANSWER)
				smtp_client_line(&client, (struct str){
				    says[i], strlen(says[i]) });
			w = smtp_client_wants(&client);
			for (size_t k = 0; client.letter != NULL && k < 2 &&
			    (w == SMTP_WANTS_END || (w == SMTP_WANTS_LETTER &&
			    at != SMTP_C_RSET && at != SMTP_C_IDLE &&
			    at < SMTP_C_RCPT)); k++)
				CHECK(client.result[k].settled, "%u %s", at,
				    says[i]);
			smtp_client_end(&client);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(sessions),
		RUN(every_answer_in_every_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
