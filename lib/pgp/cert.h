/*
 * cert.h - the certificates that mail is sealed to.
 *
 * A wrapper of librnp.  Not pure: it allocates, and takes random numbers from
 * the system.  Nothing else of pli includes rnp.h.  librnp writes complaints
 * to standard error; a role points that at /dev/null before.
 *
 * cert_check looks at what a person hands in: a file as gpg or Thunderbird
 * export it, armoured or binary.  It leaves the minimised form, which the
 * store keeps and cert_load takes: primary key, one user id, the encryption
 * subkey, their self-signatures.
 *
 * Times are in seconds since 1970.
 */
#ifndef PGP_CERT_H
#define PGP_CERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum {
	CERT_FILE_MAX = 1 << 20,	/* octets of a file */
	CERT_MIN_MAX = 16384,		/* octets, minimised */
	CERT_BITS_MIN = 2048,		/* RSA and ElGamal */
	CERT_FINGERPRINT_MAX = 64,
	CERT_USER_ID_MAX = 1024,
	CERT_ALGORITHM_MAX = 64,
};

enum cert_status {
	CERT_OK,
	/* what a person can act on; cert_word says the word */
	CERT_EMPTY,		/* "empty": no OpenPGP key in it */
	CERT_SECRET,		/* "secret": it holds secret key material */
	CERT_SEVERAL,		/* "several": more than one key */
	CERT_VERSION,		/* "version": a v6 (or v5, v3) key */
	CERT_BROKEN,		/* "broken": damaged, or nothing certifies it */
	CERT_REVOKED,		/* "revoked" */
	CERT_EXPIRED,		/* "expired" */
	CERT_NO_ENCRYPTION,	/* "no-encryption": none of its keys encrypts */
	CERT_WEAK,		/* "weak": RSA, ElGamal under CERT_BITS_MIN */
	CERT_BIG,		/* "big": file or minimised form too large */
	CERT_LATER,		/* "later": out of memory */
	CERT_STATUSES,
};

const char *cert_word(enum cert_status);

struct cert_info {
	char fingerprint[CERT_FINGERPRINT_MAX + 1];	/* upper-case hex */
	char user_id[CERT_USER_ID_MAX + 1];	/* the primary one; cut; UTF-8
						   as it is, no control bytes */
	char algorithm[CERT_ALGORITHM_MAX + 1];	/* "ECDH Curve25519" */
	uint64_t created;
	uint64_t expires;		/* key or encryption subkey; 0: never */
	size_t use_len;
	char use[CERT_MIN_MAX];
};

/* *info is all set if the answer is CERT_OK or CERT_EXPIRED. */
enum cert_status cert_check(struct str file, uint64_t now,
    struct cert_info *info);

struct cert;

/*
 * Make ready to seal to a minimised certificate.  An expired one serves on, a
 * revoked one never does.  NULL: *why says why.
 */
struct cert *cert_load(struct str use, uint64_t now, enum cert_status *why);
void cert_free(struct cert *);			/* NULL is fine */

uint64_t cert_expires(const struct cert *);	/* 0: never */

/* false: nothing can take more; the whole then fails. */
typedef bool cert_sink(void *ctx, const void *octets, size_t n);

/*
 * Encrypt text and hand the OpenPGP message (binary: PKESK, SEIPD v1) to the
 * sink as it comes: AES-256, no compression, some 500 kB of memory whatever
 * the size.  false: the sink or librnp failed, and what the sink has is
 * worthless.
 */
bool cert_seal(struct cert *, struct str text, cert_sink *, void *ctx);

#endif
