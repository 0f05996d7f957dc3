/* texts.h - what pli says: see base/text.h.  why-WORD is a refusal. */
#ifndef PLI_TEXTS_H
#define PLI_TEXTS_H

#include "base/text.h"

extern const struct text texts[];
extern const size_t texts_count;
extern const struct text texts_more[];	/* texts_more.c */
extern const size_t texts_more_count;

#endif
