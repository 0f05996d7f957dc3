/*
 * seal.h - encrypt to one certificate (OpenPGP, by librnp).
 *
 * v4 keys, PKESK and SEIPDv1 with AES-256: what today's clients read.  No
 * compression, no file name, no armour.  Streaming: memory does not grow with
 * the message.  An expired certificate still seals (its owner is warned in
 * other ways); a revoked one never.
 *
 * Certificates that were used last are kept loaded.  Not for several threads.
 */
#ifndef PGP_SEAL_H
#define PGP_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct seal_cert;

/* use: as cert.h makes it, binary.  NULL: it cannot be encrypted to. */
struct seal_cert *seal_cert_load(struct str use);
void seal_cert_free(struct seal_cert *);

/* Takes ciphertext as it comes; false: stop. */
typedef bool seal_sink(void *arg, const void *mem, size_t n);

bool seal_encrypt(struct seal_cert *, struct str plain, seal_sink *, void *);

#endif
