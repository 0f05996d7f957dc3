/*
 * smtp_answer.h - what another server says: RFC 5321, 4.2; RFC 2034, RFC 3463.
 *
 * Pure.  Line by line; every limit that is passed makes the answer BAD, and
 * with it the connection.  Ends of lines may lack their CR.
 */
#ifndef PROTO_SMTP_ANSWER_H
#define PROTO_SMTP_ANSWER_H

#include "base/buf.h"
#include "base/str.h"

enum {
	SMTP_ANSWER_LINE = 2048,	/* octets: RFC 5321 has 512 */
	SMTP_ANSWER_LINES = 100,
	SMTP_ANSWER_OCTETS = 65536,
	SMTP_ANSWER_KEPT = 1024,	/* of its text */
	SMTP_STATUS_MAX = 11,		/* "5.123.123" and a little */
};

enum smtp_answer_is { SMTP_ANSWER_MORE, SMTP_ANSWER_DONE, SMTP_ANSWER_BAD };

struct smtp_answer {
	unsigned code;			/* 200 to 599 */
	size_t lines, octets;
	char status[SMTP_STATUS_MAX + 1];	/* "5.1.1", or "" */
	size_t status_len;
	char text[SMTP_ANSWER_KEPT];	/* as it came, lines joined by " " */
	size_t text_len;
};

void smtp_answer_begin(struct smtp_answer *);

/* The next line, with its LF.  *rest, which may be NULL, is what follows the
 * code and its blank or hyphen. */
enum smtp_answer_is smtp_answer_line(struct smtp_answer *, struct str line,
    struct str *rest);

/* "550 5.1.1 No such user", readable UTF-8 without control characters, added
 * to *out up to its limit. */
void smtp_answer_text(const struct smtp_answer *, struct buf *out);

/* Any octets of another's, made readable in the same way. */
void smtp_answer_clean(struct str raw, struct buf *out);

/* The class of an enhanced status fits the code. */
struct str smtp_answer_status(const struct smtp_answer *);

/* What a server can do, from the lines of its answer to EHLO. */
struct smtp_offer {
	bool pipelining, eightbit, utf8, dsn, chunking, starttls, requiretls;
	bool auth_plain, auth_login;
	bool has_size;
	uint64_t size;			/* 0: no limit is known */
};

void smtp_offer_line(struct smtp_offer *, struct str rest);

#endif
