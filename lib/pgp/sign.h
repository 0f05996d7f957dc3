/*
 * sign.h - a message is signed, encrypted, or both.
 *
 * A wrapper of librnp, for processes of the owner's side alone.  Not pure: it
 * allocates, and takes random numbers from the system.
 *
 * AES-256 in an integrity-protected packet (SEIPD v1), SHA-512, no
 * compression: what today's programs read, and nothing whose length tells
 * more than its own.  A recipient's certificate that is expired, revoked or of
 * no use is an error: never a reason to leave somebody out, or to send in
 * clear.
 */
#ifndef PGP_SIGN_H
#define PGP_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "pgp/cert.h"

enum { SIGN_RECIPIENTS_MAX = 200 };

/* RFC 3156, 5: the micalg of what sign_detached makes. */
#define SIGN_MICALG	"pgp-sha512"

enum sign_status {
	SIGN_OK,
	SIGN_NO_KEY,		/* "no-signing": ours signs no more, or never */
	SIGN_RECIPIENT,		/* *bad cannot be encrypted to, *why says why */
	SIGN_LATER,		/* "later": out of memory, or the sink's */
	SIGN_STATUSES,
};

const char *sign_word(enum sign_status);

struct sign_job {
	struct str key;			/* pgp/secret.h; "": do not sign */
	const struct str *recipients;	/* a binary certificate each */
	size_t count;			/* 0: do not encrypt */
	uint64_t now;
	bool armour;
};

/* The OpenPGP message goes to the sink as it comes; worthless unless SIGN_OK.
 * One of the two must be wanted. */
enum sign_status sign_message(const struct sign_job *, struct str text,
    cert_sink *, void *ctx, size_t *bad, enum cert_status *why);

/* An armoured signature of the text as it is (RFC 3156, 5: CRLF). */
enum sign_status sign_detached(struct str key, struct str text, uint64_t now,
    struct buf *armoured);

#endif
