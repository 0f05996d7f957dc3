/*
 * pli_code.h - the code that pairs a device with a box.
 *
 *	pli1:BASE32		RFC 4648, 6, without padding, of
 *
 *	32 SHA-256 of the SPKI of the box's https key
 *	16 token: who knows it may pair, once
 *	 1 octets of the address | the address
 *	   host:port, to the end
 *	 3 CRC-24 (codec/crc24.h) of all above, first octet first
 *
 * Letters are written in capitals, which is the smaller QR; read in any case,
 * spaces and line ends skipped: people copy it.  The checksum finds a slip of
 * the hand, and protects from nobody.
 *
 * Pure.  address and host point into the code's own room.
 */
#ifndef PROTO_PLI_CODE_H
#define PROTO_PLI_CODE_H

#include "base/buf.h"

enum {
	PLI_CODE_HASH = 32,
	PLI_CODE_TOKEN = 16,
	PLI_CODE_ADDRESS_MAX = 254,
	PLI_CODE_HOST_MAX = 255 + 6,	/* with ":65535" */
	PLI_CODE_OCTETS_MAX = PLI_CODE_HASH + PLI_CODE_TOKEN + 1 +
	    PLI_CODE_ADDRESS_MAX + PLI_CODE_HOST_MAX + 3,
	PLI_CODE_TEXT_MAX = 5 + (PLI_CODE_OCTETS_MAX * 8 + 4) / 5,
	PLI_CODE_SECONDS = 10 * 60,	/* how long one is good */
};

struct pli_code {
	unsigned char tls[PLI_CODE_HASH];
	unsigned char token[PLI_CODE_TOKEN];
	struct str address;		/* alice@example.org */
	struct str host;		/* name:port */
	unsigned char room[PLI_CODE_OCTETS_MAX];
};

bool pli_code_decode(struct str, struct pli_code *);

/* false: an address or host that does not fit, or is none. */
bool pli_code_encode(struct buf *, const struct pli_code *);

#endif
