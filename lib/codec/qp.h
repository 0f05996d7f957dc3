/*
 * qp.h - quoted-printable, decoded (RFC 2045, 6.7).
 *
 * Pure, in pieces, lenient: what is no escape stands for itself.  Blanks
 * before a line end are dropped, as the RFC asks.
 */
#ifndef CODEC_QP_H
#define CODEC_QP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum { QP_HELD_MAX = 80 };	/* blanks that may turn out to be trailing */

struct qp_dec {
	unsigned state;
	char first;		/* of two hex digits */
	char held[QP_HELD_MAX];
	size_t nheld;
};

/* Octets that feeding n octets makes, at most; QP_HELD_MAX + 3 at the end. */
static inline size_t
qp_decoded_max(size_t n)
{
	return n + QP_HELD_MAX + 3;
}

/* Begin with { 0 }. */
size_t qp_dec_feed(struct qp_dec *, char *out, struct str in);
size_t qp_dec_end(struct qp_dec *, char *out);

/* The value of a hex digit, or -1. */
int qp_hex(char c);

#endif
