/*
 * dkim_sign.h - a DKIM-Signature field, and what it signs.
 *
 * Pure: the hashes and the signature are the caller's.  RFC 6376; RFC 8463 for
 * Ed25519.  Always relaxed/relaxed, always the whole body.
 *
 * Signed are the fields that a reader sees or that say how to show the
 * message.  Those of which a message has at most one are named once more than
 * they are there (8.15): nobody can add a second one.
 */
#ifndef MAIL_DKIM_SIGN_H
#define MAIL_DKIM_SIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum {
	DKIM_HASH = 32,
	DKIM_FIELD_MAX = 16384,
	DKIM_TIMES_MAX = 8,	/* a name is signed so many times at most, the
				   last ones of the header */
};

struct dkim_sign {
	struct str algorithm;		/* "ed25519-sha256", "rsa-sha256" */
	struct str domain, selector;	/* A-labels */
	uint64_t time;			/* seconds since 1970 */
	unsigned char body_hash[DKIM_HASH];	/* SHA-256 of the body as
						   mail/dkim_canon.h has it */
};

/*
 * Append to *field all of the field up to "b=", and to *content what the hash
 * of the header is made over (RFC 6376, 3.7), of which the signature is made.
 * false: a buf is full.
 */
bool dkim_sign_begin(const struct dkim_sign *, struct str header,
    struct buf *field, struct buf *content);

/* Append the signature and the end of the field. */
void dkim_sign_end(struct buf *field, struct str signature);

/*
 * Append the content for any signature: names is its h=, value that of the
 * DKIM-Signature field with b= made empty.  Of a name that stands several
 * times the fields are taken from the last one upwards (5.4.2).
 */
void dkim_content(struct buf *content, struct str header, struct str names,
    struct str value);

#endif
