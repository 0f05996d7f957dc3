/*
 * armour.h - an ASCII-armoured OpenPGP message, looked through in pieces.
 *
 * Pure, without memory of its own.  RFC 4880, section 6.2.  It is one only if
 * nothing but blanks stands before BEGIN and after END, if the armour headers
 * are those that programs write, the base64 is clean, and what it holds is
 * encrypted (mail/pgppacket.h).  The checksum is not compared (RFC 9580, 6.1).
 */
#ifndef MAIL_ARMOUR_H
#define MAIL_ARMOUR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "codec/base64.h"
#include "mail/pgppacket.h"

enum {
	ARMOUR_LINE_MAX = 1000,		/* octets of one line */
	ARMOUR_HEADERS_MAX = 10,
	ARMOUR_HEADER_MAX = 200,	/* octets of one armour header */
};

/* Begin with { 0 }. */
struct armour {
	unsigned state;
	unsigned headers;
	size_t len;			/* of the line so far */
	char line[ARMOUR_LINE_MAX];
	struct base64_dec base64;
	struct pgppacket packets;
};

/* false: it is none, and nothing that follows can mend that. */
bool armour_feed(struct armour *, struct str more);

/* Nothing follows: is it one? */
bool armour_end(struct armour *);

#endif
