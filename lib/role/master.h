/*
 * master.h - the loop of a role with one process per connection: mx, mxtls,
 * imapd, send.
 *
 * The master accepts (or is handed) sockets, or is told to have one made,
 * mints the child's channels on its "+" edges, forks, and reads no byte of a
 * peer.  The child runs ops->child and exits with what that returns.  When a
 * child dies of a signal the master exits and is started anew by the parent, so
 * that nobody gets a second guess at one address-space layout.
 */
#ifndef ROLE_MASTER_H
#define ROLE_MASTER_H

#include "role/role.h"

enum {
	CHILDREN_MAX = 2000,		/* of one master */
	CHILDREN_PER_ADDR = 50,		/* IPv4 address, IPv6 /64; loopback
					   addresses: all of CHILDREN_MAX */
	MESSAGE_BYTES_MAX = 1 << 29,	/* in the memfds of all children */
	CHILD_HAND_OVER = 64,		/* exit status: pass my socket on */
};

/* Shared by a child and its master, by nobody else. */
struct child_slot {
	uint64_t bytes;			/* of memfds, counted by the child */
	uint64_t tokens;		/* of the budget, held for them */
	char addr[ADDR_MAX + 1];	/* as PROXY v2 said, else "" */
};

struct child {
	int sock;
	char addr[ADDR_MAX + 1];	/* of the peer, text, no port */
	uint64_t id;			/* by an order: the order's number */
	const struct role_listen *listen;	/* NULL: handed over */
	int chan[ROLES];		/* to each core role; -1: none */
	unsigned edges;			/* 1 << role: has one, up or down */
	int budget;			/* tokens for memfds, a semaphore */
	struct child_slot *slot;
};

struct master_ops {
	/* In the child.  Its result is the exit status. */
	int (*child)(struct role *, struct child *);
	/* In the master, when a child exits with CHILD_HAND_OVER: where its
	 * socket goes, or ROLES. */
	enum role_id hand_to;
	/* Told over the peer's socket when there are too many: a literal. */
	const char *busy;
	/* A child that lives longer does not end by itself: it was taken
	 * over, or hangs.  It is killed.  0: no limit. */
	int64_t lifetime_ms;
	/* In the master: an edge or the configuration is new; false: exit and
	 * be started anew.  May be NULL. */
	bool (*changed)(struct role *);
	/* In the master, or NULL: a message from `orders`, on the edge on which
	 * channels to it are minted.  true: a child is wanted that has no
	 * socket, and *order is its number, on its channels, too. */
	bool (*order)(const struct chan_msg *, uint64_t *order);
	enum role_id orders;
};

void master_run(struct role *, const struct master_ops *)
    __attribute__((noreturn));

/* Count bytes of memfds against MESSAGE_BYTES_MAX, in the child; false: past
 * it, answer 452.  Negative numbers give back. */
bool child_bytes(struct child *, int64_t delta);

#endif
