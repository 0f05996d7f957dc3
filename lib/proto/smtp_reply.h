/*
 * smtp_reply.h - what port 25 and submission say: codes, enhanced codes (RFC
 * 3463, 2034, 5248), words.
 *
 * Pure.  An answer's verdict is in its code: 2 and 3 yes, 4 later, 5 no.
 */
#ifndef PROTO_SMTP_REPLY_H
#define PROTO_SMTP_REPLY_H

#include "base/buf.h"
#include "base/str.h"
#include "base/verdict.h"

enum smtp_answer {
	SMTP_SAYS_READY,	/* 220, with our name */
	SMTP_SAYS_HELLO,	/* 250, with our name */
	SMTP_SAYS_OK,
	SMTP_SAYS_SENDER_OK,
	SMTP_SAYS_RCPT_OK,
	SMTP_SAYS_GO_ON,	/* 354 */
	SMTP_SAYS_CHUNK_OK,
	SMTP_SAYS_DELIVERED,
	SMTP_SAYS_NO_VRFY,
	SMTP_SAYS_HELP,
	SMTP_SAYS_TLS,
	SMTP_SAYS_BYE,
	SMTP_SAYS_AUTHED,

	SMTP_SAYS_LATE,		/* 421: idle, or on for too long */
	SMTP_SAYS_TOO_MANY_ERRORS,
	SMTP_SAYS_TOO_MANY_COMMANDS,
	SMTP_SAYS_LINE_FLOOD,
	SMTP_SAYS_DOWN,		/* 421: a process that we need is gone */
	SMTP_SAYS_TLS_LATER,
	SMTP_SAYS_AUTH_LATER,
	SMTP_SAYS_MAILBOX_LATER, /* 450: no usable certificate */
	SMTP_SAYS_LATER,
	SMTP_SAYS_MAILBOX_FULL,
	SMTP_SAYS_NO_ROOM,
	SMTP_SAYS_TOO_MANY_RCPTS,

	SMTP_SAYS_UNKNOWN,
	SMTP_SAYS_LONG_COMMAND,
	SMTP_SAYS_BARE_LF,	/* a command whose line ends wrongly */
	SMTP_SAYS_SYNTAX,
	SMTP_SAYS_BAD_PATH,
	SMTP_SAYS_NOT_HERE,	/* 502: EXPN, AUTH */
	SMTP_SAYS_NOT_NOW,
	SMTP_SAYS_NO_TLS,
	SMTP_SAYS_NO_USER,
	SMTP_SAYS_NO_RELAY,
	SMTP_SAYS_MAILBOX_OVER,
	SMTP_SAYS_TOO_BIG,
	SMTP_SAYS_HEADER_TOO_BIG,
	SMTP_SAYS_NEED_UTF8,
	SMTP_SAYS_BARE_CR_OR_LF,
	SMTP_SAYS_NUL,
	SMTP_SAYS_LONG_LINE,
	SMTP_SAYS_NO_RCPTS,
	SMTP_SAYS_LOOP,
	SMTP_SAYS_REFUSED,	/* 554: by the store, for good */
	SMTP_SAYS_PARAM,
	SMTP_SAYS_PROXY,	/* an address that must, or must not, send a
				   PROXY header */
	SMTP_SAYS_WANT_TLS,	/* AUTH in clear */
	SMTP_SAYS_WANT_AUTH,
	SMTP_SAYS_WRONG_LOGIN,
	SMTP_SAYS_NO_MECH,
	SMTP_SAYS_CANCELLED,	/* "*" in an exchange */
	SMTP_SAYS_NOT_BASE64,
	SMTP_SAYS_NOT_YOURS,	/* MAIL FROM */
	SMTP_SAYS_FROM_NOT_YOURS,
	SMTP_SAYS_NO_FROM,
	SMTP_SAYS_FIELD_TWICE,
	SMTP_SAYS_TOO_BIG_FOR_ALL,
	SMTP_SAYS_HIDDEN_RCPT,	/* in Bcc, of an encrypted letter */
	SMTP_SAYS_NO_KEY,	/* of a recipient, to encrypt to */
	SMTP_ANSWERS
};

struct smtp_reply {
	unsigned code;
	struct str text;	/* with its enhanced code, if it has one */
};

const struct smtp_reply *smtp_reply_of(enum smtp_answer);
enum verdict smtp_reply_verdict(enum smtp_answer);

/* Append "code text CRLF". */
void smtp_reply_put(struct buf *, enum smtp_answer);

#endif
