/*
 * secret.h - a person's own OpenPGP key.
 *
 * A wrapper of librnp, for processes of the owner's side alone: it handles
 * secret keys.  Not pure: it allocates, and takes random numbers from the
 * system.
 *
 * A `key` is a transferable secret key, binary and not protected (RFC 4880,
 * 11.2): what the container holds.  Results are appended to bufs, which wipe
 * themselves; librnp's own copies stay behind in its heap, so a process that
 * called one of these should not live long.
 *
 * Times are in seconds since 1970.
 */
#ifndef PGP_SECRET_H
#define PGP_SECRET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "pgp/cert.h"

enum {
	SECRET_KEY_MAX = 64 << 10,	/* octets of a key */
	SECRET_PASSPHRASE_MAX = 1024,
	SECRET_NAME_MAX = 256,		/* of a person, and of an address */
};

enum secret_status {
	SECRET_OK,
	/* what a person can act on; secret_word says the word */
	SECRET_EMPTY,		/* "empty": no OpenPGP key in it */
	SECRET_PUBLIC,		/* "public": only a public one */
	SECRET_SEVERAL,		/* "several": more than one key */
	SECRET_VERSION,		/* "version": a v6 (or v5, v3) key */
	SECRET_BROKEN,		/* "broken": damaged, or not certified */
	SECRET_STUB,		/* "stub": a secret part is elsewhere: on a
				   card, or was left out of the export */
	SECRET_PASSPHRASE,	/* "passphrase": it needs one, another one */
	SECRET_REVOKED,		/* "revoked" */
	SECRET_NO_ENCRYPTION,	/* "no-encryption": none of it encrypts */
	SECRET_NO_SIGNING,	/* "no-signing" */
	SECRET_WEAK,		/* "weak": RSA under CERT_BITS_MIN */
	SECRET_BIG,		/* "big": larger than SECRET_KEY_MAX */
	SECRET_NAME,		/* "name": no name or address of a person */
	SECRET_LATER,		/* "later": out of memory */
	SECRET_STATUSES,
};

const char *secret_word(enum secret_status);

/* "Alice <alice@example.org>", or the address alone: what generate takes.
 * false: it has controls, angle brackets, or is too long. */
bool secret_user_id(struct buf *, struct str name, struct str address);

/* EdDSA over Ed25519, with a subkey ECDH over Curve25519; both expire then
 * (0: never). */
enum secret_status secret_generate(struct str user_id, uint64_t now,
    uint64_t expires, struct buf *key);

/* From what gpg or Thunderbird export, armoured or binary.  An expired key is
 * taken: its owner extends it. */
enum secret_status secret_import(struct str file, struct str passphrase,
    uint64_t now, struct buf *key);

/* Armoured, protected by a passphrase: AES-256 and the greatest count that
 * the format has; what gpg and Thunderbird import. */
enum secret_status secret_export(struct str key, struct str passphrase,
    uint64_t now, struct buf *armoured);

/* The public half, with all user ids and subkeys, binary or armoured. */
enum secret_status secret_public(struct str key, uint64_t now, bool armour,
    struct buf *);

/* What cert_check says of the public half: also what others need of it. */
enum cert_status secret_info(struct str key, uint64_t now,
    struct cert_info *);

/* The same key, whose primary and whose subkeys in use expire then (0:
 * never). */
enum secret_status secret_extend(struct str key, uint64_t now,
    uint64_t expires, struct buf *extended);

enum secret_reason { REASON_NONE, REASON_SUPERSEDED, REASON_COMPROMISED,
	REASON_RETIRED, REASONS };

/* A revocation certificate, armoured: the key itself is left as it is. */
enum secret_status secret_revocation(struct str key, uint64_t now,
    enum secret_reason, struct buf *armoured);

#endif
