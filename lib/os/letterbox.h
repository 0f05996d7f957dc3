/*
 * letterbox.h - a letter that waits in the queue, sealed under a key of its
 * own.
 *
 * What goes out in clear may not lie on the disk in clear.  libsodium's
 * secretstream (XChaCha20-Poly1305) in pieces:
 *
 *	24 octets header | pieces of LETTER_PIECE octets, each + 17 | a last
 *	piece, tagged as such, perhaps shorter or empty
 *
 * A letter that was cut or changed is LETTER_BROKEN.  The key is 32 random
 * octets; who may keep it, and wrapped by whom, is the design's section 5.
 */
#ifndef OS_LETTERBOX_H
#define OS_LETTERBOX_H

#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum {
	LETTER_PIECE = 16384,
	LETTER_MORE_OCTETS = crypto_secretstream_xchacha20poly1305_ABYTES,
	LETTER_HEADER =
	    crypto_secretstream_xchacha20poly1305_HEADERBYTES,
	LETTER_KEY_OCTETS = crypto_secretstream_xchacha20poly1305_KEYBYTES,
};

struct letter_out {
	int fd;				/* the caller's; written in order */
	uint64_t size;			/* octets written so far */
	uint64_t octets;		/* of the letter */
	bool failed;
	size_t len;
	crypto_secretstream_xchacha20poly1305_state state;
	unsigned char piece[LETTER_PIECE];
	unsigned char sealed[LETTER_PIECE + LETTER_MORE_OCTETS];
};

/* Makes the key.  Failure is remembered, and said by letter_close. */
void letter_create(struct letter_out *, int fd,
    unsigned char key[LETTER_KEY_OCTETS]);
void letter_add(struct letter_out *, struct str);
/* Ends it and wipes what is left in *out. */
bool letter_close(struct letter_out *);

enum letter_status { LETTER_OK, LETTER_END, LETTER_BROKEN };

struct letter_in {
	int fd;
	uint64_t at, size;		/* in the file */
	bool ended;
	crypto_secretstream_xchacha20poly1305_state state;
	unsigned char piece[LETTER_PIECE];
	unsigned char sealed[LETTER_PIECE + LETTER_MORE_OCTETS];
};

bool letter_open(struct letter_in *, int fd, uint64_t size,
    const unsigned char key[LETTER_KEY_OCTETS]);
/* The next piece, good until the next call.  END: all of it was there. */
enum letter_status letter_next(struct letter_in *, struct str *);
void letter_wipe(struct letter_in *);

#endif
