/*
 * crypt.h - the few primitives that logins and DKIM need, by OpenSSL.
 *
 * SCRAM-SHA-256 (RFC 5802, RFC 7677): a verifier is StoredKey and ServerKey;
 * the password itself is nowhere.  Passwords are taken as they are, UTF-8
 * without SASLprep.
 */
#ifndef OS_CRYPT_H
#define OS_CRYPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { CRYPT_HASH = 32, CRYPT_ITERATIONS = 10000 };

struct crypt_verifier {
	unsigned char stored_key[CRYPT_HASH], server_key[CRYPT_HASH];
};

/* Exit on failure: without these nothing can be trusted. */
void crypt_random(void *out, size_t n);
void crypt_sha256(unsigned char out[CRYPT_HASH], struct str);
void crypt_hmac(unsigned char out[CRYPT_HASH], struct str key, struct str);

/* SHA-256 of what comes in pieces; end frees what begin made. */
struct crypt_hash { void *state; };
void crypt_hash_begin(struct crypt_hash *);
void crypt_hash_feed(struct crypt_hash *, struct str);
void crypt_hash_end(struct crypt_hash *, unsigned char out[CRYPT_HASH]);

/* SCRAM's SaltedPassword: some milliseconds. */
void crypt_pbkdf2(unsigned char out[CRYPT_HASH], struct str password,
    struct str salt, uint32_t iterations);

/* PBKDF2, then the two keys: some milliseconds. */
void crypt_verifier(struct crypt_verifier *, struct str password,
    struct str salt, uint32_t iterations);

/* In constant time. */
bool crypt_equal(const void *, const void *, size_t n);

#endif
