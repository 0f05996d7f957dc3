/*
 * tls_provider.h - a key whose private half is elsewhere, for OpenSSL.
 *
 * A provider of our own, built in, that offers EC, RSA, RSA-PSS and Ed25519
 * keys and their signatures.  A key is a public key and a callback; whoever
 * asks for its private part is refused, or OpenSSL 3.0 would move it to its
 * default provider.  For tls.c alone.
 */
#ifndef OS_TLS_PROVIDER_H
#define OS_TLS_PROVIDER_H

#include <openssl/evp.h>

#include "os/tls.h"

struct tls_key {
	EVP_PKEY *public;
	tls_sign *sign;		/* NULL: refuse */
	void *arg;
};

/* Load it, once in a process. */
bool tls_provider_load(void);

/* An EVP_PKEY that signs by *key, which must outlive it; NULL if the type of
 * key->public is none of ours. */
EVP_PKEY *tls_provider_key(struct tls_key *key);

#endif
