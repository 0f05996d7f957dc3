/*
 * openhidden.h - messages that do not say for whom they are, for open.c alone.
 *
 * RFC 4880, 5.1: a PKESK packet with the key id 0.  librnp passes it over; so
 * here the ids of our own keys are written in its place, one after the other.
 */
#ifndef PGP_OPENHIDDEN_H
#define PGP_OPENHIDDEN_H

#include "base/buf.h"
#include "pgp/rnpwrap.h"

enum { HIDDEN_KEYS_MAX = 8, HIDDEN_MAX = 64, KEY_ID = 8 };

struct hidden {
	struct buf message;		/* binary */
	size_t at[HIDDEN_MAX];		/* where an id is 0 */
	size_t count;
	unsigned char id[HIDDEN_KEYS_MAX][KEY_ID];	/* ours */
	size_t ids;
};

/* false: there is none, or no key of ours to try. */
bool hidden_begin(struct hidden *, rnp_ffi_t, struct str message);
void hidden_end(struct hidden *);

/* The message with the n-th of our ids; n < ids. */
struct str hidden_with(struct hidden *, size_t n);

#endif
