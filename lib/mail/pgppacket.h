/*
 * pgppacket.h - do these octets look like an encrypted OpenPGP message?
 *
 * Pure, in pieces, without memory of its own.  RFC 4880 and RFC 9580,
 * sections 4 and 5.  Yes only for PKESK packets (password SKESK packets may be
 * among them) and then one SEIPD packet that ends with the octets.  Nothing
 * else: no marker, no padding, no packet without integrity protection (SED),
 * nothing after it.  Whether anybody can decrypt it nobody knows here.
 */
#ifndef MAIL_PGPPACKET_H
#define MAIL_PGPPACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum {
	PGPPACKET_ESK_MAX = 16384,	/* octets of one PKESK or SKESK */
	PGPPACKET_ESKS_MAX = 1000,
};

/* Begin with { 0 }. */
struct pgppacket {
	unsigned state, tag;
	unsigned need;		/* length octets that are still to come */
	unsigned bias;		/* added to the length when they are there */
	bool partial;		/* another length follows this run */
	uint64_t left;		/* octets of the run */
	uint64_t body;		/* octets of the packet so far */
	unsigned version;	/* the first octet of its body */
	unsigned esks, pkesks;
};

/* false: it is not, and nothing that follows can mend that. */
bool pgppacket_feed(struct pgppacket *, struct str more);

/* Nothing follows: is it one? */
bool pgppacket_end(const struct pgppacket *);

/* Of one run of octets. */
bool pgppacket_is_encrypted(struct str binary);

#endif
