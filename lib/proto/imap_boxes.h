/*
 * imap_boxes.h - the arguments of commands about mailboxes.
 *
 * Pure.  RFC 3501, 6.3; RFC 6154 (CREATE with USE), RFC 5258 and 5819 (LIST),
 * RFC 7162 (SELECT).  As imap_args.h: names as sent, results in args or the
 * arena.
 */
#ifndef PROTO_IMAP_BOXES_H
#define PROTO_IMAP_BOXES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "proto/imap_set.h"

enum { IMAP_PATTERNS_MAX = 16 };

struct imap_create {
	struct str name;
	struct str use;		/* the first, without its "\" */
	size_t uses;
};
bool imap_boxes_create(struct str args, struct arena *, struct imap_create *);

bool imap_boxes_rename(struct str args, struct arena *, struct str *from,
    struct str *to);

/* SELECT and EXAMINE; RFC 7162, 3.1.8 and 3.2.5. */
struct imap_select {
	struct str name;
	bool condstore, qresync;
	uint32_t uidvalidity;		/* of QRESYNC, as what follows */
	uint64_t modseq;
	bool has_known;
	struct imap_set known;		/* uids; no "*" in it */
};
bool imap_boxes_select(struct str args, struct arena *, struct imap_select *);

enum imap_status {
	IMAP_STATUS_MESSAGES = 1, IMAP_STATUS_RECENT = 2,
	IMAP_STATUS_UIDNEXT = 4, IMAP_STATUS_UIDVALIDITY = 8,
	IMAP_STATUS_UNSEEN = 16,
	IMAP_STATUS_SIZE = 32,			/* RFC 8438 */
	IMAP_STATUS_APPENDLIMIT = 64,		/* RFC 7889 */
	IMAP_STATUS_DELETED_STORAGE = 128,	/* RFC 9208 */
	IMAP_STATUS_HIGHESTMODSEQ = 256,	/* RFC 7162 */
};
bool imap_boxes_status(struct str args, struct arena *, struct str *name,
    unsigned *items);

/* LIST and LSUB. */
struct imap_list {
	struct str reference;
	struct str pattern[IMAP_PATTERNS_MAX];
	size_t patterns;
	bool extended;			/* any of RFC 5258 in it */
	bool subscribed, special;	/* only these */
	bool recursive;			/* and what is above them */
	bool say_subscribed;
	unsigned status;		/* enum imap_status */
};
bool imap_boxes_list(struct str args, struct arena *, struct imap_list *);
bool imap_boxes_lsub(struct str args, struct arena *, struct imap_list *);

#endif
