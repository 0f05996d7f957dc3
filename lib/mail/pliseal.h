/*
 * pliseal.h - Pli-Seal: what the box says about a message, and signs.
 *
 * Pure.  Anybody can encrypt to a public certificate, and write a header; so
 * this field, outside and first in the header of a stored message, tells what
 * the box did, and is worth nothing without its signature.
 *
 *	Pli-Seal: v=1; t=1790000000; with=esmtps; from=a@example.net;
 *	 h=BASE64;
 *	 s=BASE64
 *
 * A stamp that begins with form=kept is of a message that came encrypted and
 * is as it came; any other is of one that came in clear and was sealed.
 *
 *	field	= "Pli-Seal:" "v=1" ";" stamp ";" "h=" hash ";" "s=" signature
 *	stamp	= item *(";" item)
 *	item	= name "=" value
 *	name	= 1*(a-z 0-9)
 *	value	= *(visible ASCII but ";")		others as %xx
 *
 * White space and line ends mean nothing, anywhere in the value: it is folded
 * where that suits, in a long value too, to lines of 78 at most.
 *
 * hash is the SHA-256, in base64, of all octets of the stored message after
 * the empty line that ends its header.  signature is Ed25519 (RFC 8032), in
 * base64, by the box's seal key, over
 *
 *	"pli-seal-v1" LF stamp LF hash
 *
 * with the stamp and the hash as above, without white space.
 */
#ifndef MAIL_PLISEAL_H
#define MAIL_PLISEAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

enum {
	PLISEAL_STAMP_MAX = 2048,	/* octets */
	PLISEAL_HASH = 32,
	PLISEAL_SIGNATURE = 64,
	PLISEAL_SIGNED_MAX = PLISEAL_STAMP_MAX + 64,
	PLISEAL_FIELD_MAX = 2 * PLISEAL_STAMP_MAX + 512,
};

#define PLISEAL_KEPT	"form=kept"

/* Append the stamp without white space.  false: it is none, or too long. */
bool pliseal_stamp(struct buf *, struct str text);

/*
 * Append the whole field, to and with CRLF.  stamp is as pliseal_stamp makes
 * it.  The length depends on the stamp alone: who does not know hash and
 * signature yet writes any, and the field again later.
 */
void pliseal_put(struct buf *, struct str stamp,
    const unsigned char hash[PLISEAL_HASH],
    const unsigned char signature[PLISEAL_SIGNATURE]);

/* Append what the signature is over. */
void pliseal_signed(struct buf *, struct str stamp,
    const unsigned char hash[PLISEAL_HASH]);

struct pliseal {
	char stamp[PLISEAL_STAMP_MAX];
	size_t stamp_len;
	unsigned char hash[PLISEAL_HASH];
	unsigned char signature[PLISEAL_SIGNATURE];
};

/* The value: what follows "Pli-Seal:", folds and all. */
bool pliseal_parse(struct pliseal *, struct str value);

/* The value of the first item of that name; false: there is none. */
bool pliseal_item(struct str stamp, struct str name, struct str *value);

#endif
