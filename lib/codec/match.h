/*
 * match.h - what someone types into a search box, as an expression for FTS5.
 *
 * Pure.  Nothing of what was typed is syntax but the quotes of "a phrase": each
 * word and phrase becomes a string of FTS5's, all of them wanted.  A word may
 * be the beginning of a longer one; a phrase is whole words.
 */
#ifndef CODEC_MATCH_H
#define CODEC_MATCH_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

enum { MATCH_WORDS_MAX = 32 };	/* those after it are left out */

/* Appends the expression; false: there is no word in it, or it is not UTF-8. */
bool match_put(struct buf *, struct str typed);

#endif
