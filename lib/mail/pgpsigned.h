/*
 * pgpsigned.h - a multipart/signed of OpenPGP: what was signed, and by what.
 *
 * Pure.  RFC 3156, section 5.  Only the outermost part of a text counts: one
 * that is deeper says nothing of what stands beside it.
 */
#ifndef MAIL_PGPSIGNED_H
#define MAIL_PGPSIGNED_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

/* Is text (header and body) signed?  *part is then what was signed, with its
 * header; else text itself, and what is in the arena serves nobody. */
bool pgpsigned_find(struct str text, struct arena *, struct str *part);

/* The same, and appends what a signature is made over, lines that end in CRLF,
 * and the signature, as armoured or binary as it is.  false: also without
 * room. */
bool pgpsigned_take(struct str text, struct arena *, struct buf *over,
    struct buf *signature);

#endif
