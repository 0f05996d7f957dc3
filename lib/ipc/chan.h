/*
 * chan.h - one end of a SEQPACKET pair: whole messages and descriptors.
 *
 * The caller owns the descriptors.  A malformed message is the receiver's to
 * judge (field.h); here only truncation is seen, and is CHAN_GONE: a sender
 * that breaks the rules has lost its channel.
 */
#ifndef IPC_CHAN_H
#define IPC_CHAN_H

#include <stddef.h>

#include "base/str.h"
#include "ipc/field.h"

enum { CHAN_FDS_MAX = 4 };	/* descriptors with one message */

enum chan_status {
	CHAN_OK,
	CHAN_AGAIN,		/* nothing there, or no room; try later */
	CHAN_GONE,		/* closed, or broken: close it */
};

struct chan_msg {
	struct str wire;		/* in the buffer that was handed in */
	int fds[CHAN_FDS_MAX];		/* now the caller's */
	size_t nfds;
};

/* A connected pair, close-on-exec. */
bool chan_pair(int pair[2]);

/* Core roles say wait = false and never block; children of a master block.
 * On CHAN_OK the descriptors are duplicated in flight: the caller still owns
 * (and mostly now closes) its own. */
enum chan_status chan_send(int fd, bool wait, struct str wire,
    const int *fds, size_t nfds);

/* buf has room for IPC_MAX bytes. */
enum chan_status chan_recv(int fd, bool wait, char *buf, struct chan_msg *);

/* Wait until one of the descriptors can be read or timeout_ms passed (-1:
 * for ever).  Its index, or -1. */
int chan_wait(const int *fds, size_t n, int timeout_ms);

void chan_close_fds(struct chan_msg *);

/* Encode and send in one go, blocking, for children. */
enum chan_status chan_put(int fd, const struct field_msg *table, size_t types,
    unsigned type, const void *msg, const int *fds, size_t nfds);

/* Receive and decode in one go, blocking, for children.  The type, or -1 when
 * the channel is of no more use; descriptors in *in. */
#define chan_get(fd, buf, table, types, msg, in) \
	chan_get_in(fd, buf, table, types, msg, sizeof(*(msg)), in)
int chan_get_in(int fd, char *buf, const struct field_msg *table,
    size_t types, void *msg, size_t room, struct chan_msg *in);

#endif
