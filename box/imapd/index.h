/*
 * index.h - the list of the selected mailbox's messages, from the store.
 *
 * It is read when something first needs it, which may be long after the
 * mailbox was opened: messages that have gone since then stay in it until the
 * client can be told, and flags that have changed are news.
 */
#ifndef IMAPD_INDEX_H
#define IMAPD_INDEX_H

#include "ask.h"

/* Fill it; s->box says what the client knows. */
bool index_read(struct imap *);

/* It could not be read: as it was before. */
void index_drop(struct imap *);

/* Learn what has changed, but for what has gone; the client is not told. */
bool index_pull(struct imap *);

/* The list has not been read: need it be, since something has changed?  If not
 * s->box.ask is answered. */
bool index_peek(struct imap *);

/* The mailbox is about to be closed: its list may be of use again. */
void index_keep(struct imap *);

/* Uids that have been expunged since, ascending; until the next one, nothing
 * else may be asked of the reader. */
struct vanished {
	struct imap *s;
	struct msg_read_index ask;
	struct reading now;
	struct str rest;
	uint32_t uid;
	bool more, failed;
};

struct vanished vanished_since(struct imap *, uint64_t modseq);
bool vanished_next(struct vanished *);	/* false: no more, or v->failed */
void vanished_end(struct vanished *);	/* before there are no more */

#endif
