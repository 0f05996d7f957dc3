/*
 * dsn.h - what the sender of a letter is told about it.
 *
 * Pure.  A multipart/report of RFC 3464 (for addresses in UTF-8: RFC 6533):
 * words for people in English and French, words for programs, and the letter
 * or its header.  The caller puts the letter in the middle:
 *
 *	dsn_head, dsn_text, the letter, dsn_end
 *
 * Everything that the other side said is foreign: shown as printable text in
 * which no line can begin a header or a boundary.
 */
#ifndef MAIL_DSN_H
#define MAIL_DSN_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum { DSN_MAX = 256 * 1024 };		/* octets without the letter */

enum dsn_kind {
	DSN_FAILURE,		/* given up */
	DSN_RELAYED,		/* handed to a server that will not tell */
	DSN_DELAY,		/* still trying */
	DSN_HELD,		/* too much in too short a time */
	DSN_LOST,		/* the power went: send it again */
	DSN_DELIVERED,		/* in the mailbox, here */
	DSN_KINDS,
};

enum dsn_original { DSN_WHOLE, DSN_HEADER, DSN_NOTHING };

struct dsn_rcpt {
	struct str local, domain;
	struct str orcpt;	/* "rfc822;…", as it was given, or "" */
	struct str status;	/* "5.1.1", or "" */
	struct str host;	/* who said what follows, or "": we */
	struct str reply;
	int64_t tried;		/* 0: never */
};

struct dsn {
	enum dsn_kind kind;
	enum dsn_original original;
	struct str host;	/* our name */
	struct str from;	/* our address: postmaster@… */
	struct str user;	/* whom it is for */
	struct str envid;
	struct str message_id;	/* of the letter, with its brackets, or "" */
	int64_t now, entered;
	int64_t until;		/* DSN_DELAY: when we give up */
	struct str unique;	/* 16 or more random letters and digits */
	const struct dsn_rcpt *rcpt;
	size_t rcpts;
};

void dsn_head(struct buf *, const struct dsn *);	/* with empty line */
void dsn_text(struct buf *, const struct dsn *);	/* up to the letter */
void dsn_end(struct buf *, const struct dsn *);

#endif
