/*
 * bodystructure.h - the parts of a message as IMAP lists them.
 *
 * Pure.  RFC 3501, 7.4.2 and 9.  A multipart without parts, which the grammar
 * does not know, is listed with one empty text/plain.
 */
#ifndef MAIL_BODYSTRUCTURE_H
#define MAIL_BODYSTRUCTURE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mail/mime.h"

/* Append BODYSTRUCTURE, or without extensions BODY.  scratch as for
 * envelope_put.  false: the arena is full. */
bool bodystructure_put(struct buf *out, const struct mime_part *,
    bool extended, struct arena *, struct buf *scratch);

#endif
