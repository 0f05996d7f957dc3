/*
 * certscan.h - what kind of OpenPGP octets are these, before a library is
 * let near them?
 *
 * Pure.  RFC 4880 and RFC 9580, sections 4.2 and 10.1.  Walks the packet
 * frames of a binary transferable public key and looks at tags and version
 * octets alone.
 */
#ifndef PGP_CERTSCAN_H
#define PGP_CERTSCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum {
	CERTSCAN_PACKETS_MAX = 20000,
	CERTSCAN_KEYS_MAX = 100,	/* the primary and its subkeys */
};

struct certscan {
	size_t primaries;	/* public-key packets, tag 6 */
	size_t subkeys;		/* tag 14 */
	size_t secrets;		/* secret keys and subkeys, tags 5 and 7 */
	size_t user_ids;
	unsigned version;	/* of the first key packet */
	size_t secret_primaries;	/* of secrets, tag 5 */
};

/* false: no sequence of whole packets that begins with a key, or past a
 * limit; what was counted so far stands in *out. */
bool certscan(struct str binary, struct certscan *out);

#endif
