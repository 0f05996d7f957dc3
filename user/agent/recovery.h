/*
 * recovery.h - the copy of the key that is printed.
 *
 * Records (container.h) under XChaCha20-Poly1305, whose key and nonce come
 * from the words of the same sheet (BLAKE2b: they have 132 random bits, so
 * there is nothing to slow down).  Each sheet has words of its own, so a nonce
 * serves once.  In base32 (RFC 4648, without padding), in parts that each fit
 * a QR code of capitals:
 *
 *	PLI1:1/2:MFRGG…
 *	PLI1:2/2:ZDFMZ…
 *
 * Taken back with blanks, line ends, small letters and in any order.
 */
#ifndef AGENT_RECOVERY_H
#define AGENT_RECOVERY_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/words.h"
#include "base/buf.h"
#include "base/str.h"

enum {
	RECOVERY_PARTS_MAX = 12,
	RECOVERY_PART = 920,		/* letters of one */
	RECOVERY_SEALED_MAX = RECOVERY_PARTS_MAX * RECOVERY_PART / 8 * 5,
	RECOVERY_TEXT_MAX = 64 << 10,	/* looked at */
};

enum recovery_status {
	RECOVERY_OK,
	RECOVERY_NONE,		/* "no-recovery": no such text is there */
	RECOVERY_PART_LACKS,	/* "part": not all parts are */
	RECOVERY_WORDS,		/* "words": these words do not open it */
	RECOVERY_BIG,		/* "big": the key does not fit */
	RECOVERY_STATUSES,
};

const char *recovery_word(enum recovery_status);

/* The parts, each a line. */
enum recovery_status recovery_put(struct buf *text, struct str records,
    const unsigned char secret[WORDS_SECRET]);

enum recovery_status recovery_take(struct str text,
    const unsigned char secret[WORDS_SECRET], struct buf *records);

#endif
