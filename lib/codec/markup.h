/*
 * markup.h - the four octets that HTML and XML read as their own.
 *
 * Pure.
 */
#ifndef CODEC_MARKUP_H
#define CODEC_MARKUP_H

#include <stdbool.h>

#include "base/buf.h"

/* Appends the reference for one of & < > "; false: c is none of them, and
 * nothing is appended. */
bool markup_put(struct buf *, char c);

#endif
