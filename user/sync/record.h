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
 *
 *	user alice@example.org/laptop	RECORD_DEVICE
 *	password …
 *
 *	poll 15				RECORD_SETTINGS: seconds between looks
 *
 * Lines with other words are passed over.
 */
#ifndef SYNC_RECORD_H
#define SYNC_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* Of the container's records, by their numbers there. */
enum { CONTAINER_DEVICE = 5, CONTAINER_BOX = 6, CONTAINER_SETTINGS = 7 };

enum { RECORD_PINS_MAX = 4, RECORD_KEY = 32, RECORD_TEXT_MAX = 512 };

struct record {
	char host[256], address[64];
	unsigned port;
	char pins[RECORD_PINS_MAX * 64];	/* "sha256//…;sha256//…" */
	unsigned char seal[RECORD_PINS_MAX][RECORD_KEY];
	size_t seals;
	char user[RECORD_TEXT_MAX], password[RECORD_TEXT_MAX];
};

/* false: something is missing or makes no sense. */
bool record_box(struct record *, struct str text);
bool record_device(struct record *, struct str text);

#endif
