/*
 * imap_set.h - sequence sets: "1,3:5,9:*".
 *
 * Pure.  RFC 3501, section 9, sequence-set.  The ranges live in the arena.
 */
#ifndef PROTO_IMAP_SET_H
#define PROTO_IMAP_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct imap_range {
	uint32_t from, to;	/* with both; 0 is "*" until it is resolved */
};

struct imap_set {
	struct imap_range *range;
	size_t n;
	bool star;		/* there is a "*" in it */
	bool saved;		/* it is "$": what SEARCH has saved (RFC 5182);
				   then n is 0 */
};

/* false: no set, or the arena is full. */
bool imap_set_take(struct str *in, struct arena *, struct imap_set *);

/* Say what "*" is; then sort and join, so that the ranges ascend and none
 * touches the next.  max 0: there is no message, "*" names none. */
void imap_set_resolve(struct imap_set *, uint32_t max);

/* Is it in a resolved set? */
bool imap_set_has(const struct imap_set *, uint32_t);

/* The largest number in a resolved set; 0 if it is empty. */
uint32_t imap_set_last(const struct imap_set *);

#endif
