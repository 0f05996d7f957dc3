/*
 * container.h - the file with the owner's keys.
 *
 *	octets	what
 *	8	"pli-keys"
 *	4	version, 1				numbers little-endian
 *	4	Argon2id: passes
 *	4	Argon2id: memory, KiB
 *	16	Argon2id: salt
 *	24	nonce
 *	n + 16	XChaCha20-Poly1305 of the record list; the 60 octets before it
 *		are authenticated with it
 *	32	BLAKE2b of all that stands before
 *
 * The last 32 octets need no passphrase: a file that was cut or has rotted is
 * told apart from a wrong passphrase.  They say nothing about who wrote it.
 *
 * A record list is records one after the other, in any order; what a version
 * does not know it keeps:
 *
 *	2	kind
 *	4	length
 *	n	value
 *
 * Taking apart is pure; the rest is libsodium.  The record list is in memory
 * that the caller gives, never in a file; the caller wipes it.
 */
#ifndef AGENT_CONTAINER_H
#define AGENT_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum {
	CONTAINER_VERSION = 1,
	CONTAINER_HEAD = 60,
	CONTAINER_TAG = 16,
	CONTAINER_SUM = 32,
	CONTAINER_RECORDS_MAX = 128 << 10,	/* octets of a record list */
	CONTAINER_MAX = CONTAINER_HEAD + CONTAINER_RECORDS_MAX +
	    CONTAINER_TAG + CONTAINER_SUM,
	CONTAINER_SALT = 16,
	CONTAINER_NONCE = 24,
	CONTAINER_KEY = 32,
	/* libsodium's MODERATE; more is taken up to a sane end, since the
	 * numbers in a file are believed before its passphrase is known */
	CONTAINER_PASSES = 3,
	CONTAINER_MEMORY = 256 << 10,		/* KiB */
	CONTAINER_PASSES_MAX = 64,
	CONTAINER_MEMORY_MAX = 1 << 20,
	CONTAINER_MEMORY_MIN = 8,
};

enum record_kind {
	RECORD_ADDRESS = 1,	/* whose mail: alice@example.org */
	RECORD_OPENPGP,		/* a transferable secret key: pgp/secret.h */
	RECORD_MIRROR_KEY,	/* 32 octets: seals the mirror's pages */
	RECORD_BOOT_KEY,	/* 32 octets: letters that wait at the box */
	RECORD_DEVICE,		/* this device's credential at the box */
	RECORD_BOX,		/* the box's identity key, and what it signed */
	RECORD_SETTINGS,	/* lines of text */
};

enum container_status {
	CONTAINER_OK,
	CONTAINER_NONE,		/* "no-container": some other file */
	CONTAINER_NEWER,	/* "newer": of a later version of pli */
	CONTAINER_DAMAGED,	/* "damaged" */
	CONTAINER_PASSPHRASE,	/* "passphrase": this one does not open it */
	CONTAINER_LATER,	/* "memory": not enough for Argon2id */
	CONTAINER_STATUSES,
};

const char *container_word(enum container_status);

struct container {
	uint32_t passes, memory;
	struct str salt, nonce, head, sealed;	/* borrowed from the file */
};

/* A key, and how it comes from the passphrase. */
struct container_lock {
	uint32_t passes, memory;
	unsigned char salt[CONTAINER_SALT], key[CONTAINER_KEY];
};

/* Pure, but for the hash. */
enum container_status container_parse(struct container *, struct str file);

/* Takes a second and memory KiB: not in a process that others wait for. */
enum container_status container_unlock(const struct container *,
    struct str passphrase, struct container_lock *);

/* The record list into out. */
enum container_status container_open(const struct container *,
    const struct container_lock *, unsigned char *out, size_t room,
    size_t *len);

/* A new salt; as slow as container_unlock. */
enum container_status container_lock(struct container_lock *,
    struct str passphrase, uint32_t passes, uint32_t memory);

/* The whole file, under a fresh nonce; false: no room. */
bool container_seal(const struct container_lock *, struct str records,
    struct buf *file);

/* Is it cheaper to guess at than what we make now? */
bool container_is_weak(const struct container *);

/* --- record lists: pure --- */

/* From the front; false: the end, or no record list (then in is not empty). */
bool record_take(struct str *in, unsigned *kind, struct str *value);
bool records_are_whole(struct str list);

/* The first of a kind; false: there is none. */
bool record_get(struct str list, enum record_kind, struct str *value);

void record_put(struct buf *, enum record_kind, struct str value);

/* A list with one of this kind; value .len 0: without. */
void record_set(struct buf *out, struct str list, enum record_kind,
    struct str value);

#endif
