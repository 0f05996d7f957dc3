/* texts.h - what plictl says: see base/text.h.  why-WORD is a refusal. */
#ifndef CTL_TEXTS_H
#define CTL_TEXTS_H

#include "base/text.h"

extern const struct text texts[];
extern const size_t texts_count;

/* Mistakes in plid.conf, by their English words (base/conf.c). */
extern const struct text conf_texts[];
extern const size_t conf_texts_count;

#endif
