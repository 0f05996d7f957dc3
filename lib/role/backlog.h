/*
 * backlog.h - messages for a channel that is full.
 *
 * Between core roles no message is lost because the other side is busy for a
 * moment: it waits here, in order.  For children, whom nobody trusts, there is
 * no backlog.
 */
#ifndef ROLE_BACKLOG_H
#define ROLE_BACKLOG_H

#include "base/buf.h"
#include "ipc/chan.h"

enum { BACKLOG_MAX = 8 * 1024 * 1024 };	/* octets on one channel */

/* All zero: empty. */
struct backlog {
	struct buf text;		/* what waits, and before `at` what has
					   gone */
	size_t at;
};

static inline bool
backlog_is_empty(const struct backlog *b)
{
	return b->at == b->text.len;
}

/* Copies the message, and its descriptors.  false: BACKLOG_MAX is reached, or
 * there is no memory. */
bool backlog_add(struct backlog *, struct str wire, const int *fds,
    size_t nfds);

/* Sends what goes: CHAN_OK when nothing waits any more. */
enum chan_status backlog_send(struct backlog *, int fd);

void backlog_free(struct backlog *);

#endif
