/*
 * smtp_client.h - the sending side of SMTP: what to say, and what the answers
 * make of each recipient.
 *
 * Pure: it never reads, writes or waits.  The caller does what smtp_client
 * wants, in a loop:
 *
 *	ANSWER	send what is in c->out (and clear it), hand in the next line
 *	TLS	the handshake; then smtp_client_tls
 *	LETTER	smtp_client_letter with the next one, or smtp_client_quit
 *	TEXT	send c->out, then the text of the letter, dot-stuffed and ended
 *		(smtp_stuff.h), then smtp_client_text_sent; or, if that cannot
 *		be done, close and smtp_client_lost
 *	END	send c->out and close
 *
 * Each recipient of the letter in hand has a result once the client wants
 * something other than an answer or the text.  In c->session is why a session
 * ended before its time.
 *
 * RFC 5321; pipelining as in RFC 2920: MAIL, all RCPT and DATA at once.
 * Extensions: 8BITMIME, SIZE, DSN (RFC 3461), SMTPUTF8 (RFC 6531), STARTTLS
 * (RFC 3207), REQUIRETLS (RFC 8689), AUTH PLAIN (RFC 4954).
 */
#ifndef PROTO_SMTP_CLIENT_H
#define PROTO_SMTP_CLIENT_H

#include "base/buf.h"
#include "base/verdict.h"
#include "proto/smtp_answer.h"

enum {
	SMTP_CLIENT_RCPTS = 100,
	SMTP_CLIENT_OUT = 256 << 10,
	SMTP_CLIENT_REPLY = 1024,
};

enum smtp_client_at {
	SMTP_C_GREETING, SMTP_C_EHLO, SMTP_C_HELO, SMTP_C_STARTTLS,
	SMTP_C_HANDSHAKE, SMTP_C_AUTH, SMTP_C_IDLE, SMTP_C_MAIL, SMTP_C_RCPT,
	SMTP_C_DATA, SMTP_C_TEXT, SMTP_C_FINAL, SMTP_C_RSET, SMTP_C_END,
	SMTP_C_STATES,
};

enum smtp_client_wants {
	SMTP_WANTS_ANSWER, SMTP_WANTS_TLS, SMTP_WANTS_LETTER, SMTP_WANTS_TEXT,
	SMTP_WANTS_END,
};

struct smtp_client_conf {
	struct str name;		/* ours, for EHLO */
	struct str also;		/* another of our names, or "" */
	struct str user, password;	/* "": no login */
	bool tls_begun;			/* under TLS from the first octet */
	bool may_tls;			/* STARTTLS if it is offered */
	bool must_tls;			/* or nothing at all */
};

struct smtp_letter_to {
	struct str local, domain;	/* local: unquoted, or quoted already */
	struct str orcpt;		/* as in the command, or "" */
	bool never, success, failure, delay;	/* NOTIFY; all false: none */
};

struct smtp_letter {
	struct str sender;		/* without <> */
	struct str envid;		/* as in the command, or "" */
	uint64_t octets;
	bool eightbit, utf8, requiretls, ret_full, ret_hdrs;
	const struct smtp_letter_to *to;
	size_t rcpts;			/* at most SMTP_CLIENT_RCPTS */
};

struct smtp_result {
	bool settled;
	enum verdict verdict;
	bool theirs;			/* what the other side said */
	char status[SMTP_STATUS_MAX + 1];
	size_t status_len;
	char reply[SMTP_CLIENT_REPLY];
	size_t reply_len;
};

struct smtp_client {
	enum smtp_client_at at;
	const struct smtp_client_conf *conf;
	bool tls;
	struct smtp_offer offer;
	struct smtp_answer answer;
	struct buf out;
	const struct smtp_letter *letter;
	size_t next;			/* whose RCPT is answered next */
	size_t accepted;
	bool heard;			/* what it thinks of the letter */
	struct smtp_result session;
	struct smtp_result result[SMTP_CLIENT_RCPTS];
};

/* conf must outlive the client.  smtp_client_end frees c->out. */
void smtp_client_begin(struct smtp_client *, const struct smtp_client_conf *);
void smtp_client_end(struct smtp_client *);

enum smtp_client_wants smtp_client_wants(const struct smtp_client *);

void smtp_client_line(struct smtp_client *, struct str line);
void smtp_client_tls(struct smtp_client *, bool ok);
void smtp_client_letter(struct smtp_client *, const struct smtp_letter *);
void smtp_client_text_sent(struct smtp_client *);
void smtp_client_quit(struct smtp_client *);

/* The connection is gone, or of no use: why is a sentence. */
void smtp_client_lost(struct smtp_client *, const char *why);

/* A verdict of our own on all recipients that have none. */
void smtp_client_settle(struct smtp_client *, enum verdict,
    const char *status, const char *why);

/* smtp_client_say.c: the commands */
void smtp_say_mail(struct smtp_client *);
void smtp_say_rcpt(struct smtp_client *, size_t i);
void smtp_say_auth(struct smtp_client *);

/* May these octets stand in a command?  No controls, no blanks. */
bool smtp_say_is_clean(struct str);

/* Why the server, as it is, cannot take the letter: a sentence and its status;
 * or NULL. */
const char *smtp_say_cannot(const struct smtp_client *,
    const struct smtp_letter *, const char **status);

#endif
