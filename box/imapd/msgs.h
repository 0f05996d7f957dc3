/*
 * msgs.h - many messages from the store, with few questions.
 *
 * The next question is asked as soon as an answer is there, before it is
 * looked at: the reader works while we write.  A message too long for one
 * answer comes with its beginning; msgs_piece gets the rest, a piece at a time.
 */
#ifndef IMAPD_MSGS_H
#define IMAPD_MSGS_H

#include "ask.h"

struct msg {
	uint32_t uid, flags, head_len;
	uint64_t modseq, size, date;
	uint64_t at;		/* of data in the message */
	struct str data;	/* in the answer: until the next call */
	bool cut;		/* there is more of what was asked for */
};

struct msgs {
	struct imap *s;
	uint32_t what;			/* READ_META, … */
	uint64_t offset, length;	/* of each; length 0: to its end */
	struct str uids;		/* packed; not yet asked for */
	struct str asked;		/* in the question under way */
	bool under_way;
	struct reading now;
	struct str rest;		/* records of it */
	bool failed;			/* the store said no, or is gone */
};

/* uids stays the caller's and must outlive it. */
void msgs_begin(struct msgs *, struct imap *, uint32_t what, uint64_t offset,
    uint64_t length, struct str uids);

/* The next that there is; false: no more, or m->failed. */
bool msgs_next(struct msgs *, struct msg *);

void msgs_end(struct msgs *);

/* Octets of one message from `at` on, in *a (then ask_forget); to be called
 * only for a message that is cut.  false: gone, or the store is. */
bool msgs_piece(struct imap *, uint32_t uid, uint64_t at, uint64_t length,
    struct reading *a, struct str *data);

#endif
