/*
 * base64.h - RFC 4648 section 4, strict; and as mail has it, lenient.
 *
 * Pure.  The caller owns all memory and gives enough of it.
 */
#ifndef CODEC_BASE64_H
#define CODEC_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Octets that encoding n octets makes, and at most that decoding makes. */
static inline size_t
base64_encoded_len(size_t n)
{
	return (n + 2) / 3 * 4;
}

static inline size_t
base64_decoded_max(size_t n)
{
	return n / 4 * 3 + 3;
}

/* One run, padded, without line ends; what was written.  To encode in pieces
 * hand in multiples of three octets. */
size_t base64_encode(char *out, struct str in);

/* In lines of line octets (a multiple of 4), each with CRLF, also the last;
 * what was written.  In pieces: multiples of line / 4 * 3 octets. */
size_t base64_encode_lines(char *out, struct str in, size_t line);

/* Only what base64_encode makes: alphabet, right padding, no stray bits.
 * *n is what was written to out. */
bool base64_decode(char *out, size_t *n, struct str in);

/* Lenient and in pieces (RFC 2045, 6.8): white space and strangers are
 * skipped, "=" ends a quantum. */
struct base64_dec {
	uint32_t bits;
	unsigned have;		/* sextets in bits */
	bool padded;		/* the last character was "=" */
	bool strange;		/* there was something that is neither alphabet,
				   padding nor white space, or any octet after
				   padding, or a quantum cut short */
};

/* Octets written to out, which has room for base64_decoded_max. */
size_t base64_dec_feed(struct base64_dec *, char *out, struct str in);

/* The end: up to two more octets, where padding is missing. */
size_t base64_dec_end(struct base64_dec *, char *out);

#endif
