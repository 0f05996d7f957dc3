/*
 * signature.h - Ed25519 (RFC 8032), verified by OpenSSL.
 *
 * For whom a box's identity document concerns (proto/pli_identity.h).
 */
#ifndef OS_SIGNATURE_H
#define OS_SIGNATURE_H

#include <stdbool.h>

#include "base/str.h"
#include "proto/pli_identity.h"

/* false: another key, another text, or no memory. */
bool signature_ed25519(const unsigned char key[PLI_KEY], struct str text,
    const unsigned char signature[PLI_SIGNATURE]);

/* Is it signed by the key that it names?  Whether that is the key that one
 * has pinned, the caller knows. */
bool signature_identity(const struct pli_identity *);

#endif
