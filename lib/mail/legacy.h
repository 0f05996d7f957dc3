/*
 * legacy.h - what a sender repeats in the text for readers that know nothing of
 * protected header fields: RFC 9788, 4.5.3.  Who shows the fields leaves it
 * out.
 *
 * Pure.
 */
#ifndef MAIL_LEGACY_H
#define MAIL_LEGACY_H

#include <stdbool.h>

#include "base/arena.h"
#include "mail/mime.h"

/* Does this part of a message that protects its fields say that it has such a
 * thing?  Of a message in clear nobody may ask. */
bool legacy_is_marked(const struct mime_part *root, const struct mime_part *,
    struct arena *);

/* A text without it: what follows the first blank line. */
struct str legacy_skip(struct str text);

#endif
