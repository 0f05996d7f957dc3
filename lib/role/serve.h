/*
 * serve.h - the loop of a core role: keys, auth, scan, seal, store, control.
 *
 * It takes whatever waits on every channel, hands each message to the role,
 * and when nothing waits any more calls settle: the place to commit and to
 * answer.  It never blocks on sending: what a core role cannot take now waits
 * in a backlog; a child whose channel is full loses it, and so does who
 * sends what the role calls malformed.
 */
#ifndef ROLE_SERVE_H
#define ROLE_SERVE_H

#include <stdint.h>

#include "role/backlog.h"
#include "role/role.h"

struct peer {
	int fd;
	enum role_id from;	/* which role, or whose child */
	bool child;
	uint64_t id;		/* a child: its master's number for it */
	char addr[ADDR_MAX + 1];	/* a child: who is at its socket */
	bool eager;		/* a child: as much at a time as from an edge */
	void *data;		/* the role's own */
	struct backlog backlog;	/* not of a child */
};

struct serve_ops {
	/* A new channel: an edge or a child.  May be NULL. */
	void (*joined)(struct role *, struct peer *);
	/* Wire format is checked by the callee with its table.  Descriptors
	 * that it keeps it takes out of *in (nfds = 0); the rest are closed.
	 * false: the peer broke the rules. */
	bool (*message)(struct role *, struct peer *, struct chan_msg *in);
	/* The channel is closed; free data.  May be NULL. */
	void (*gone)(struct role *, struct peer *);
	/* Nothing waits any more.  May be NULL. */
	void (*settle)(struct role *);
	/* A channel on which serve_try said AGAIN has room.  Needed by who
	 * calls that. */
	void (*writable)(struct role *, struct peer *);
	/* The configuration has changed.  May be NULL. */
	void (*conf)(struct role *);
	/* About every tick_ms, if that is not 0. */
	void (*tick)(struct role *);
	int tick_ms;
};

/* Needed only by a role that adds channels before it runs. */
void serve_begin(struct role *, const struct serve_ops *);

/* A listening SEQPACKET socket: who connects becomes a peer, from ROLE_PLICTL,
 * child = true. */
void serve_listen(struct role *, int fd);

/* ready is called when fd, which is no channel, can be read. */
void serve_watch(struct role *, int fd, void (*ready)(struct role *));

/* Does not return: exits 0 when told to retire and the last child is gone. */
void serve_run(struct role *, const struct serve_ops *)
    __attribute__((noreturn));

/* Encode and send, or put it into the backlog.  The channel is closed (later,
 * in the loop) if it is gone, or full without a backlog, and then this says
 * false. */
bool serve_send(struct role *, struct peer *, const struct field_msg *table,
    size_t types, unsigned type, const void *msg, const int *fds, size_t nfds);

/* The same, but a full channel is not closed: CHAN_AGAIN, nothing was sent,
 * and writable is called when it has room. */
enum chan_status serve_try(struct role *, struct peer *,
    const struct field_msg *table, size_t types, unsigned type,
    const void *msg, const int *fds, size_t nfds);

/* The peer at the other end of the n-th edge to a role now, or NULL while
 * that role is being started anew. */
struct peer *serve_edge(struct role *, enum role_id to, size_t n);

/* Add a channel of the role's own making; fd becomes the loop's. */
struct peer *serve_add(struct role *, int fd, enum role_id from, bool child,
    uint64_t id, struct str addr);

/* Close it: gone is called, from the loop. */
void serve_drop(struct role *, struct peer *);

#endif
