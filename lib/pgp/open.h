/*
 * open.h - an OpenPGP message is opened: decrypted, its signatures looked at.
 *
 * A wrapper of librnp.  Not pure: it allocates.  It parses what strangers
 * wrote, with the owner's key beside it: so one process a message, which has
 * limits of memory and processor time, and dies afterwards.
 *
 * The text goes to a sink as it comes, at most `most` octets of it, and no
 * more than OPEN_RATIO times what came in (OPEN_FREE octets are free): what a
 * bomb unpacks to ends there.  Until open_message says OPEN_OK the sink's
 * octets are worthless and must not be shown: only then the integrity of the
 * whole has been checked.  Nothing that lacks integrity protection (SED, or
 * SEIPD without MDC) is ever OPEN_OK.
 *
 * Times are in seconds since 1970.
 */
#ifndef PGP_OPEN_H
#define PGP_OPEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "pgp/cert.h"

enum {
	OPEN_SIGNATURES_MAX = 8,	/* looked at; more are counted */
	OPEN_FREE = 8 << 20,
	OPEN_RATIO = 200,
	OPEN_WORD_MAX = 31,
};

enum open_status {
	OPEN_OK,
	OPEN_BROKEN,		/* "broken": no OpenPGP message, or damaged */
	OPEN_CLEAR,		/* "clear": nothing of it is encrypted */
	OPEN_NO_KEY,		/* "no-key": for other keys, or a password */
	OPEN_UNPROTECTED,	/* "unprotected": anybody may have changed it */
	OPEN_TAMPERED,		/* "tampered": somebody has changed it */
	OPEN_UNSUPPORTED,	/* "unsupported": of a newer kind */
	OPEN_BIG,		/* "big": past a limit */
	OPEN_LATER,		/* "later": out of memory, or the sink's */
	OPEN_STATUSES,
};

const char *open_word(enum open_status);

enum signed_verdict {
	SIGNED_GOOD,
	SIGNED_BAD,		/* "bad": not of this text */
	SIGNED_UNKNOWN,		/* "unknown": by a key that is not here */
	SIGNED_EXPIRED_KEY,	/* "expired-key": good, the key is not now */
	SIGNED_REVOKED_KEY,	/* "revoked-key" */
	SIGNED_EXPIRED,		/* "expired": it was to hold till then */
	SIGNED_WEAK,		/* "weak": MD5, SHA-1 …, or a short key */
	SIGNED_UNSUPPORTED,	/* "unsupported": of a newer kind */
	SIGNED_VERDICTS,
};

const char *signed_word(enum signed_verdict);

struct open_signature {
	enum signed_verdict verdict;
	uint64_t made;			/* by its own account; 0: unknown */
	char key_id[OPEN_WORD_MAX + 1];	/* upper-case hex; may be empty */
	/* of the primary key; empty if the key is not here */
	char fingerprint[CERT_FINGERPRINT_MAX + 1];
	char hash[OPEN_WORD_MAX + 1];	/* "SHA512" */
};

struct open_result {
	bool encrypted;
	char mode[OPEN_WORD_MAX + 1];	/* "cfb-mdc", "aead-ocb" */
	char cipher[OPEN_WORD_MAX + 1];	/* "AES256" */
	char key_id[OPEN_WORD_MAX + 1];	/* of ours, which opened it */
	size_t recipients;		/* keys that it was encrypted to */
	size_t signatures;		/* all there are */
	struct open_signature signature[OPEN_SIGNATURES_MAX];
};

struct open_job {
	struct str key;		/* pgp/secret.h; "": only look at signatures */
	struct str certs;	/* one after the other, binary: of whom
				   signatures may be; "" */
	uint64_t now;
	uint64_t most;		/* octets of text */
	bool clear;		/* what is only signed is good, too */
};

/* message: binary or armoured.  *result is set whatever the answer is. */
enum open_status open_message(const struct open_job *, struct str message,
    cert_sink *, void *ctx, struct open_result *);

/* A signature apart from its text (RFC 3156, 5), which must be as it was
 * signed: lines that end in CRLF.  OPEN_OK: look at the verdicts. */
enum open_status open_detached(const struct open_job *, struct str text,
    struct str signature, struct open_result *);

#endif
