/*
 * listing.h - an account's mailboxes, as the store lists them.
 */
#ifndef IMAPD_LISTING_H
#define IMAPD_LISTING_H

#include "ask.h"

struct box_row {
	uint64_t id, modseq, octets;
	uint32_t uidvalidity, uidnext, messages, unseen, special, subscribed;
	struct str name;		/* in the answer */
};

/* Ask for all; the rows are taken off a.data. */
bool listing_ask(struct imap *, struct answer *);
bool listing_next(struct str *data, struct box_row *);

/* The mailbox that a client names, in modified UTF-7.  NULL: found; else the
 * reply.  row->name is not kept. */
const char *listing_find(struct imap *, struct str name, struct box_row *);

#endif
