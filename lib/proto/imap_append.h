/*
 * imap_append.h - APPEND, without the messages themselves.
 *
 * Pure.  RFC 3501, 6.3.11; RFC 3502 (several messages); RFC 6855 (UTF8).  The
 * command is taken in pieces, since a message may be as large as the box
 * allows: first all up to the first literal's announcement, then the octets,
 * then what stands up to the next announcement, or nothing: the end.
 */
#ifndef PROTO_IMAP_APPEND_H
#define PROTO_IMAP_APPEND_H

#include "proto/imap_args.h"
#include "proto/imap_date.h"

struct imap_append {
	unsigned flags;			/* as in struct imap_store */
	struct str keyword[IMAP_FLAGS_MAX];
	size_t keywords;
	bool dated;
	struct imap_date date;
	bool utf8;			/* a ")" follows the octets */
	uint64_t octets;
	bool plus;			/* they come unasked */
};

/* "mailbox " and then a message: args up to and with its announcement,
 * without CRLF. */
bool imap_append_first(struct str args, struct arena *, struct str *name,
    struct imap_append *);

/* The same after a message: " (flags) "date" {n}". */
bool imap_append_next(struct str line, struct imap_append *);

/* Is what is announced at the end of args a message?  Else it is the
 * mailbox's name, or all is wrong. */
bool imap_append_is_message(struct str args, struct arena *);

#endif
