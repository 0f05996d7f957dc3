/*
 * section.h - the octets that BODY[…] names.
 *
 * Pure.  RFC 3501, 6.4.5.  Nothing is decoded.  The result points into the
 * message, or for HEADER.FIELDS into *made.
 */
#ifndef MAIL_SECTION_H
#define MAIL_SECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"
#include "mail/mime.h"
#include "proto/imap_fetch.h"

/* What of a message must be there to answer. */
enum section_needs { SECTION_NEEDS_HEAD, SECTION_NEEDS_ALL,
    SECTION_NEEDS_PARTS };

enum section_needs section_needs(const struct imap_section *);

/* A section without part numbers.  head_len: octets of the header with its
 * empty line. */
struct str section_top(const struct imap_section *, struct str message,
    size_t head_len, struct buf *made);

/* One with part numbers; false: there is no such part, NIL. */
bool section_part(const struct imap_section *, const struct mime_part *root,
    struct buf *made, struct str *out);

/* The part of the octets that <offset.length> names; empty past the end. */
struct str section_partial(struct str, uint32_t offset, uint32_t length);

#endif
