/*
 * pli_identity.h - what a box says of its keys, signed by its identity key.
 *
 *	pli-identity: 1
 *	host: mail.example.org
 *	identity: 64 hex digits		Ed25519, the key that signs this
 *	tls: 64 hex digits		SHA-256 of the SPKI of https' key
 *	tls-next: 64 hex digits		the same of the next one; may be missing
 *	seal: 64 hex digits		Ed25519, of Pli-Seal; there may be more
 *	serial: 7			rises with every change
 *	time: 1780000000		of that change, seconds since 1970
 *	signature: 128 hex digits	of all octets above this line
 *
 * Lines end in LF; their order, one space and lower case are fixed, so that
 * what says the same is the same.  A reader pins `identity` and believes
 * nothing that another key signed, nor a serial below one it has seen.
 *
 * Pure: who verifies the signature is os/signature.h.  host and text point
 * into what was parsed.
 */
#ifndef PROTO_PLI_IDENTITY_H
#define PROTO_PLI_IDENTITY_H

#include "base/buf.h"

enum {
	PLI_KEY = 32,			/* octets: a public key, a hash */
	PLI_SIGNATURE = 64,
	PLI_SEALS_MAX = 4,
	PLI_HOST_MAX = 255,
	PLI_IDENTITY_MAX = 2048,	/* octets of a document */
};

struct pli_identity {
	struct str host;
	unsigned char key[PLI_KEY];
	unsigned char tls[PLI_KEY], tls_next[PLI_KEY];
	bool has_next;
	unsigned char seal[PLI_SEALS_MAX][PLI_KEY];
	size_t seals;			/* one at least */
	uint64_t serial, time;
	unsigned char signature[PLI_SIGNATURE];
	struct str text;		/* what is signed */
};

bool pli_identity_parse(struct str, struct pli_identity *);

/* What is signed, then the line with the signature. */
void pli_identity_put(struct buf *, const struct pli_identity *);
void pli_identity_put_signature(struct buf *,
    const unsigned char[PLI_SIGNATURE]);

#endif
