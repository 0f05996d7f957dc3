/*
 * record.h - what the owner's container says of the box (agent/container.h).
 *
 * Pure.  RECORD_BOX and RECORD_DEVICE are lines "word value", LF between them:
 *
 *	host mail.example.org		RECORD_BOX
 *	port 443			optional: 443, or 8443; no others
 *					pass the sandbox
 *	address 192.0.2.7		optional: do not ask for the host's
 *	tls BASE64			SHA-256 of its TLS key (SPKI); of the
 *					next one, too
 *	seal BASE64			its Ed25519 key for Pli-Seal, likewise
 *	identity BASE64			its Ed25519 key that signs all of these
 *					(proto/pli_identity.h); optional
 *	serial 7			of the document that said so
 *
 *	user alice@example.org/laptop	RECORD_DEVICE
 *	password …
 *
 *	poll 15				RECORD_SETTINGS: seconds between looks
 *
 * Lines with other words are passed over.
 */
#ifndef HOME_RECORD_H
#define HOME_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* Of the container's records, by their numbers there. */
enum { CONTAINER_DEVICE = 5, CONTAINER_BOX = 6, CONTAINER_SETTINGS = 7 };

enum { RECORD_PINS_MAX = 4, RECORD_SEALS_MAX = 8, RECORD_KEY = 32,
    RECORD_TEXT_MAX = 512 };

struct record {
	char host[256], address[64];
	unsigned port;
	char pins[RECORD_PINS_MAX * 64];	/* "sha256//…;sha256//…" */
	unsigned char seal[RECORD_SEALS_MAX][RECORD_KEY];
	size_t seals;
	unsigned char identity[RECORD_KEY];
	bool has_identity;
	uint64_t serial;
	char user[RECORD_TEXT_MAX], password[RECORD_TEXT_MAX];
};

/* false: something is missing or makes no sense. */
bool record_box(struct record *, struct str text);
bool record_device(struct record *, struct str text);

struct pli_identity;

/* What a document of the box's says, whose signature the caller has verified:
 * its TLS keys are these alone, its keys for Pli-Seal these as well.  false:
 * it is signed by another key than the record's, of another host, or older. */
bool record_renew(struct record *, const struct pli_identity *);

#endif
