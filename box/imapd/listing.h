/*
 * listing.h - an account's mailboxes, as the store lists them.
 */
#ifndef IMAPD_LISTING_H
#define IMAPD_LISTING_H

#include "ask.h"

struct box_row {
	/* id 0: no mailbox, but subscribed to */
	uint64_t id, modseq, octets, born, changed;
	uint32_t uidvalidity, uidnext, messages, unseen, special, subscribed;
	uint32_t first_recent;	/* uid */
	struct str name;		/* in the answer */
};

/* Ask for all; the rows are taken off a.data. */
bool listing_ask(struct imap *, struct reading *);
bool listing_next(struct str *data, struct box_row *);

/* A name as the client sends it (in modified UTF-7, or UTF-8 once that is
 * enabled), as the store has it: in the arena.  false: nobody can have it. */
bool listing_name(struct imap *, struct str sent, struct str *name);

/* The mailbox that a client names.  NULL: found; else the
 * reply.  row->name is in the arena. */
const char *listing_find(struct imap *, struct str name, struct box_row *);

/* As listing_name, for a name that is to be: a "/" at its end, which RFC 3501
 * 6.3.3 lets clients send, is dropped. */
bool listing_new_name(struct imap *, struct str sent, struct str *name);

/* "Drafts" of "\\Drafts"; SPECIALS: none that we know. */
uint32_t listing_use(struct str name);
const char *listing_use_name(uint32_t special);		/* with its "\\" */

/* A name as the client may read it. */
void listing_put_name(struct imap *, struct str name);

/* Append what stands for the octets that it sent; false: nothing does. */
bool listing_decode(struct imap *, struct buf *, struct str sent);

/* cmd_status.c: "* STATUS …"; NULL, or the reply. */
const char *status_put(struct imap *, const struct box_row *, unsigned items);

/* cmd_quota.c */
enum { QUOTA_UNIT = 1024 };	/* RFC 9208, 5.1 */

struct quota {
	/* octets; limit 0: none.  deleted: of one mailbox */
	uint64_t used, limit, deleted;
};
bool quota_ask(struct imap *, uint64_t mailbox, struct quota *);

/* boxes.c: ask the writer for a change of mailboxes; the reply. */
const char *boxes_change(struct imap *, enum msg_write, const void *msg);
extern const char boxes_no_name[];

#endif
