/*
 * cert.h - a certificate as gpg or Thunderbird exports it.
 *
 * Armoured or binary.  Exactly one, v4, public, with a key to encrypt to that
 * is not revoked; an expired one is taken, with a warning of the caller's.
 * What is kept of it (use) is minimal: the primary key, its user ID, the
 * subkey, their signatures.
 */
#ifndef PGP_CERT_H
#define PGP_CERT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum {
	CERT_RAW_MAX = 1 << 20,		/* as it comes */
	CERT_USE_SIZE_MAX = 16384,	/* as it is kept: CERT_USE_MAX */
};

struct cert_info {
	char fingerprint[65];
	char user_id[1025];
	char algorithm[65];		/* of the encryption key, for people */
	uint64_t created, expires;	/* expires 0: never */
	struct buf use;			/* the caller frees it */
};

/*
 * NULL, or a word that says what is wrong:
 *
 *	not-openpgp	no certificate in it, or one that cannot be read
 *	secret-key	a secret key: it must stay at home
 *	several-keys	more than one certificate
 *	revoked		by its owner
 *	no-encryption	no key to encrypt to
 *	too-large	even minimised
 */
const char *cert_look(struct str raw, struct cert_info *);

#endif
