/*
 * words.h - the keywords of an email, as a set that is kept as one text.
 *
 * Pure.  RFC 8621, 4.1.1: $seen, $flagged, … and others, in lower case, sorted,
 * one blank between.  Here, at the box, and at both when they last agreed: of
 * three sets comes the one that both are to have.  A keyword is there or not,
 * so two changes of one keyword are the same change, and none is lost.
 */
#ifndef SYNC_WORDS_H
#define SYNC_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum { WORDS_MAX = 64, WORD_MAX = 64 };

struct words {
	size_t n;
	char w[WORDS_MAX + 1][WORD_MAX + 1];
};

/* What does not fit, or is no word, is left out. */
void words_add(struct words *, struct str);
bool words_has(const struct words *, struct str);

/* Of the mirror: flags (ipc/msg_session.h) and names with blanks between. */
void words_of_flags(struct words *, uint32_t flags, struct str names);
void words_of_text(struct words *, struct str);
void words_put(const struct words *, struct buf *);

/* Back to flags, and the others packed as the store has them. */
uint32_t words_flags(const struct words *, struct buf *packed);

void words_merge(const struct words *base, const struct words *ours,
    const struct words *theirs, struct words *out);
bool words_eq(const struct words *, const struct words *);

#endif
