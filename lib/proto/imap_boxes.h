/*
 * imap_boxes.h - the arguments of commands about mailboxes.
 *
 * Pure.  RFC 3501, 6.3; RFC 6154 (CREATE with USE).  As imap_args.h: names as
 * sent, results in args or the arena.
 */
#ifndef PROTO_IMAP_BOXES_H
#define PROTO_IMAP_BOXES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

struct imap_create {
	struct str name;
	struct str use;		/* the first, without its "\" */
	size_t uses;
};
bool imap_boxes_create(struct str args, struct arena *, struct imap_create *);

bool imap_boxes_rename(struct str args, struct arena *, struct str *from,
    struct str *to);

#endif
