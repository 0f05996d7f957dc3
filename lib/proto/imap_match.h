/*
 * imap_match.h - LIST's wildcards: "*" is anything, "%" anything but "/".
 *
 * Pure.  RFC 3501, 6.3.8.  Names and patterns in UTF-8; INBOX in any case,
 * also as the first level ("inbox/x").
 */
#ifndef PROTO_IMAP_MATCH_H
#define PROTO_IMAP_MATCH_H

#include <stdbool.h>

#include "base/str.h"

enum { IMAP_PATTERN_MAX = 1024 };	/* a longer one matches nothing */

bool imap_match(struct str pattern, struct str name);

/* Is it INBOX, in whatever case? */
bool imap_is_inbox(struct str name);

#endif
