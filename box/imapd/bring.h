/*
 * bring.h - messages that APPEND brings, on their way into the store.
 *
 * Each is streamed from the client into a memfd, as mx does it: for a sealed
 * account the entity to encrypt (mail/protect.h), or the message as it came if
 * it is encrypted already.  When all are there they are passed on, to seal or
 * to the store, as one group: all or none.
 */
#ifndef IMAPD_BRING_H
#define IMAPD_BRING_H

#include "ask.h"
#include "mail/thread.h"
#include "proto/imap_append.h"
#include "role/copy.h"

enum {
	APPENDS_MAX = 100,		/* messages of one command */
	BRING_WAIT_MS = 5 * 60 * 1000,	/* for the store's and seal's word */
};

struct brought {
	uint32_t flags;
	struct str keywords;		/* packed, in the command's arena */
	struct str message_id;
	uint64_t date, octets;
	struct msg_write_ticket ticket;
	struct copy copy;
	struct buf outer;
	struct thread_refs refs;
	bool as_is;
	bool ready;			/* to be passed on */
};

struct bring {
	struct imap *s;
	uint64_t mailbox;
	uint64_t now;
	struct brought *m[APPENDS_MAX];
	size_t n;
	struct head head;		/* of the last one */
	bool in_body;
	const char *no;			/* why it comes to nothing: the reply */
};

void bring_begin(struct bring *, struct imap *, uint64_t mailbox);
void bring_end(struct bring *);

/* The octets of one, off the stream, also when there is a b->no.  false: the
 * stream has ended. */
bool bring_message(struct bring *, const struct imap_append *);

/* Make them durable; the reply to the command. */
const char *bring_commit(struct bring *);

/* bring_pass.c.  The ticket for the last one: b->no, or not. */
void bring_ask(struct bring *, struct brought *);
bool bring_protect(struct bring *, struct brought *, struct str header);

#endif
