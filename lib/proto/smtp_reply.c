/* smtp_reply.c - what port 25 and submission say. */

#include "proto/smtp_reply.h"

#include <assert.h>

#define SAYS(answer, code, text) \
	[SMTP_SAYS_##answer] = { code, STR_INIT(text) }

static const struct smtp_reply replies[SMTP_ANSWERS] = {
	SAYS(READY, 220, "ESMTP"),
	SAYS(HELLO, 250, "Hello"),
	SAYS(OK, 250, "2.0.0 Ok"),
	SAYS(SENDER_OK, 250, "2.1.0 Ok"),
	SAYS(RCPT_OK, 250, "2.1.5 Ok"),
	SAYS(GO_ON, 354, "End with a lone dot"),
	SAYS(CHUNK_OK, 250, "2.0.0 Go on"),
	SAYS(DELIVERED, 250, "2.0.0 Delivered"),
	SAYS(NO_VRFY, 252, "2.5.0 Will not say; try RCPT"),
	SAYS(HELP, 214, "2.0.0 RFC 5321"),
	SAYS(TLS, 220, "2.0.0 Go ahead"),
	SAYS(BYE, 221, "2.0.0 Bye"),
	SAYS(AUTHED, 235, "2.7.0 Welcome"),

	SAYS(LATE, 421, "4.4.2 Too slow; closing"),
	SAYS(TOO_MANY_ERRORS, 421, "4.7.0 Too many errors; closing"),
	SAYS(TOO_MANY_COMMANDS, 421, "4.7.0 Too many commands; closing"),
	SAYS(LINE_FLOOD, 421, "4.5.2 Line without an end; closing"),
	SAYS(DOWN, 421, "4.3.2 Try again later; closing"),
	SAYS(TLS_LATER, 454, "4.7.0 No TLS at the moment"),
	SAYS(AUTH_LATER, 454, "4.7.0 No login at the moment; try later"),
	SAYS(MAILBOX_LATER, 450, "4.2.1 This mailbox takes no mail now"),
	SAYS(LATER, 451, "4.3.0 Try again later"),
	SAYS(MAILBOX_FULL, 452, "4.2.2 Mailbox full"),
	SAYS(NO_ROOM, 452, "4.3.1 No room at the moment"),
	SAYS(TOO_MANY_RCPTS, 452, "4.5.3 Too many recipients at once"),

	SAYS(UNKNOWN, 500, "5.5.1 Unknown command"),
	SAYS(LONG_COMMAND, 500, "5.5.2 Line too long"),
	SAYS(BARE_LF, 500, "5.5.2 Lines end in CR LF"),
	SAYS(SYNTAX, 501, "5.5.4 Malformed argument"),
	SAYS(BAD_PATH, 501, "5.1.3 Malformed path or parameter"),
	SAYS(NOT_HERE, 502, "5.5.1 Not on this port"),
	SAYS(NOT_NOW, 503, "5.5.1 Not now"),
	SAYS(NO_TLS, 502, "5.5.1 No TLS here"),
	SAYS(NO_USER, 550, "5.1.1 No such address"),
	SAYS(NO_RELAY, 550, "5.7.1 Not our domain; nothing is relayed"),
	SAYS(MAILBOX_OVER, 552, "5.2.2 Mailbox full"),
	SAYS(TOO_BIG, 552, "5.3.4 Message too big"),
	SAYS(HEADER_TOO_BIG, 552, "5.3.4 Header too big"),
	SAYS(NEED_UTF8, 553, "5.6.7 This address needs SMTPUTF8"),
	SAYS(BARE_CR_OR_LF, 550, "5.6.11 Bare CR or LF in the message"),
	SAYS(NUL, 550, "5.6.11 NUL in the message"),
	SAYS(LONG_LINE, 554, "5.6.0 Line too long in the message"),
	SAYS(NO_RCPTS, 554, "5.5.1 No valid recipients"),
	SAYS(LOOP, 554, "5.4.6 Too many hops"),
	SAYS(REFUSED, 554, "5.3.0 Message refused"),
	SAYS(PARAM, 555, "5.5.4 Unknown parameter"),
	SAYS(PROXY, 554, "5.5.0 Not what should come first; closing"),
	SAYS(WANT_TLS, 538, "5.7.11 Login wants TLS: STARTTLS first"),
	SAYS(WANT_AUTH, 530, "5.7.0 Log in first"),
	SAYS(WRONG_LOGIN, 535, "5.7.8 Wrong name or password"),
	SAYS(NO_MECH, 504, "5.5.4 No such mechanism"),
	SAYS(CANCELLED, 501, "5.0.0 Cancelled"),
	SAYS(NOT_BASE64, 501, "5.5.2 That is not base64"),
	SAYS(NOT_YOURS, 553, "5.7.1 This address is not yours to send from"),
	SAYS(FROM_NOT_YOURS, 550, "5.7.1 From or Sender has an address that "
	    "is not yours"),
	SAYS(NO_FROM, 550, "5.6.0 The message has no From with an address"),
	SAYS(FIELD_TWICE, 550, "5.6.0 A field stands twice that may stand once "
	    "(RFC 5322, 3.6)"),
	SAYS(TOO_BIG_FOR_ALL, 552, "5.3.4 Too big for so many recipients at "
	    "once"),
	SAYS(HIDDEN_RCPT, 550, "5.7.0 Encrypted, it shows who can read it: "
	    "send to those in Bcc apart"),
	SAYS(NO_KEY, 550, "5.7.0 There is no key of a recipient to encrypt "
	    "to"),
};

const struct smtp_reply *
smtp_reply_of(enum smtp_answer answer)
{
	assert(answer < SMTP_ANSWERS && replies[answer].code != 0);
	return &replies[answer];
}

enum verdict
smtp_reply_verdict(enum smtp_answer answer)
{
	unsigned code = smtp_reply_of(answer)->code;

	if (code < 400)
		return VERDICT_YES;
	return code < 500 ? VERDICT_LATER : VERDICT_NO;
}

void
smtp_reply_put(struct buf *out, enum smtp_answer answer)
{
	const struct smtp_reply *r = smtp_reply_of(answer);

	buf_add_u64(out, r->code);
	buf_byte(out, ' ');
	buf_add(out, r->text);
	buf_add(out, STR("\r\n"));
}
