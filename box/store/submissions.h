/*
 * submissions.h - letters that were submitted by JMAP: RFC 8621, 7.
 *
 * A submission is written in the transaction of its letter, and changes with
 * it; each change is one of its account.  When the letter goes, what became of
 * its recipients is noted here, and kept for SUBMISSION_KEPT; after that only
 * the number is left, so that who asks what has changed can be told.
 */
#ifndef STORE_SUBMISSIONS_H
#define STORE_SUBMISSIONS_H

#include "letters.h"

enum {
	SUBMISSION_KEPT = 24 * 3600,	/* seconds */
	SUBMISSIONS_MAX = 1000,		/* of an account, of which nothing
					   waits any more */
};

/* Each within a request. */

/* alone: nothing of its group went to a mailbox of ours; letter 0: none. */
enum verdict submission_insert(struct store *, uint64_t account,
    const struct msg_store_submission *, uint64_t letter, bool alone,
    enum rcpt_reason *);
/* Of a letter's recipient something is new; gone: it has left the box. */
bool submission_changed(struct store *, uint64_t letter, bool gone);
/* The letter goes. */
bool submission_settle(struct store *, uint64_t letter);
/* VERDICT_NO: there is none such, or it is too late. */
enum verdict submission_write(struct store *, uint64_t account,
    const struct msg_write_submission *);

/* Forget what is old, a few at a time. */
void submissions_age(struct store *);

#endif
