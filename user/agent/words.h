/*
 * words.h - a secret as words that can be read out and typed.
 *
 * Pure.  Twelve words of five letters, consonants and vowels in turn, so that
 * they can be spoken in any language and no list is needed:
 *
 *	b d f g h j k l m n p r s t v z		4 bits each
 *	a i o u					2 bits each
 *
 * A word has 16 bits: 11 of the secret, and a CRC of 5 bits over them and the
 * word's place.  So a wrong letter and two words in each other's place are
 * always seen, and it can be said which word is wrong.  Twelve words hold 132
 * bits: secret[0] to [15], then the high half of [16].
 */
#ifndef AGENT_WORDS_H
#define AGENT_WORDS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

enum {
	WORDS = 12,
	WORD_LETTERS = 5,
	WORDS_SECRET = 17,		/* octets; the last half octet is 0 */
	WORDS_TEXT_MAX = 1024,
};

/* The n-th word, from 0. */
void words_one(const unsigned char secret[WORDS_SECRET], unsigned n,
    char word[WORD_LETTERS + 1]);

/* With blanks between. */
void words_put(struct buf *, const unsigned char secret[WORDS_SECRET]);

/* Letters in either case, anything else between words.  false: *bad is the
 * word that cannot be right, from 1; 0: there are not twelve. */
bool words_take(struct str text, unsigned char secret[WORDS_SECRET],
    unsigned *bad);

#endif
