/*
 * fetch.h - between what FETCH asks for and how it is answered.
 */
#ifndef IMAPD_FETCH_H
#define IMAPD_FETCH_H

#include "mail/mime.h"
#include "msgs.h"
#include "proto/imap_fetch.h"

/* What of each message the store must be asked for. */
enum fetch_needs { FETCH_INDEX, FETCH_META, FETCH_HEAD, FETCH_BODY };

struct fetch {
	struct imap *s;
	struct imap_fetch args;
	struct places places;
	bool with_uid;		/* it was not asked for, but is due */
	bool with_flags, with_modseq;	/* are asked for */
	bool sees;		/* sets \Seen */
	bool parts;		/* the message must be taken apart */
	enum fetch_needs needs;
	uint64_t offset, length;	/* of each; length 0: all */
	struct buf scratch;
	/* of one message */
	struct arena arena;
	struct mime mime;
	struct str whole;
	void *spool;		/* where a large one is put together */
	const char *no;		/* what went wrong with some message */
};

/* Look at the items. */
void fetch_plan(struct fetch *);

/* "* n FETCH (…)".  m: NULL when all is known without. */
void fetch_put(struct fetch *, size_t place, const struct msg *m);

/* The whole of a message in one piece, and its parts: f->whole, f->mime. */
bool fetch_open(struct fetch *, const struct msg *);
void fetch_close(struct fetch *);

#endif
