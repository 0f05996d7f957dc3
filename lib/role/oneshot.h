/*
 * oneshot.h - a child for each question: it has the descriptors of that one,
 * one channel back, and nothing else.
 *
 * For roles whose every question is of foreign bytes (scan, open).  The role
 * itself reads none of them; what the child says passes through ops->answer.
 * A child that dies, runs out of its limits or says nothing in time has
 * answered with nothing.  After a death by signal the role ends, as soon as no
 * other child runs, so that nobody gets a second guess at one address-space
 * layout.
 */
#ifndef ROLE_ONESHOT_H
#define ROLE_ONESHOT_H

#include "role/serve.h"

enum { ONESHOT_FD = 3 };	/* the first of a question's descriptors */

struct oneshot_ops {
	enum role_id role;
	size_t children;	/* at a time, up to 64 */
	unsigned cpu;		/* seconds of processor time */
	int ticks;		/* serve ticks until silence is an answer */
	unsigned survives;	/* so many deaths by signal, not counting those
				   by a limit: for a role that keeps what
				   cannot be had anew */
	/* In the child, in its limits; does not return.  Descriptors from
	 * ONESHOT_FD on, then the way back. */
	void (*look)(const void *question, int back);
	/* *in is NULL where there is no answer.  asker is NULL where that is
	 * gone.  false: what the child said breaks the rules. */
	bool (*answer)(struct role *, struct peer *asker, uint64_t id,
	    struct chan_msg *in);
};

/* question is what `look` gets, a copy by fork.  false: no child could be had,
 * now. */
bool oneshot_ask(struct role *, const struct oneshot_ops *, struct peer *asker,
    uint64_t id, const int *fds, size_t nfds, const void *question);

/* From a child (p->child): the role's message, gone, settle and tick. */
bool oneshot_message(struct role *, struct peer *, struct chan_msg *in);
void oneshot_gone(struct role *, struct peer *);
void oneshot_settle(struct role *);
void oneshot_tick(struct role *);

#endif
