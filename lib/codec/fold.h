/*
 * fold.h - is this text in that one, whatever the case of its letters?
 *
 * Pure.  Letters of Latin, Greek, Cyrillic and Armenian script have a case;
 * each is folded to its lower one (the simple folding of Unicode, for those
 * scripts).  Text is UTF-8; what is not is compared octet by octet.
 */
#ifndef CODEC_FOLD_H
#define CODEC_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

uint32_t fold_char(uint32_t code);

/* Append the text, folded. */
void fold_text(struct buf *, struct str utf8);

/* What is looked for, made ready. */
struct fold_needle {
	struct str text;	/* folded; the caller's memory */
	bool ascii;		/* then it is found in text not folded */
	uint16_t skip[256];
};

/* text: folded by fold_text. */
void fold_needle(struct fold_needle *, struct str text);

/* Is it in hay?  hay must be folded unless the needle is ASCII.  An empty
 * needle is in everything. */
bool fold_find(const struct fold_needle *, struct str hay);

#endif
