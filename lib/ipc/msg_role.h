/*
 * msg_role.h - what the parent, a master and a role say to keep house.
 *
 * On every edge message 0 is CHILD: "here is a channel to a new child of
 * mine", with the channel.  lib/role takes it; a role sees a new peer.
 */
#ifndef IPC_MSG_ROLE_H
#define IPC_MSG_ROLE_H

#include "ipc/field.h"

enum {
	ADDR_MAX = 64,		/* a peer's address, as text, no port */
	WHY_MAX = 1024,		/* an explanation */
	STATUS_MAX = 60000,
	KEY_OCTETS = 32,
};

enum { MSG_CHILD = 0 };		/* in every table below and beside */

struct msg_child {
	uint64_t id;		/* the master's number for it */
	struct str addr;	/* who is at the other end of its socket */
};

extern const struct field fields_child[2];
#define FIELD_MSG_CHILD	\
	{ "child", fields_child, 2, sizeof(struct msg_child), 1 }

/* Between the parent and a role, on the descriptor named parent=. */
enum msg_parent {
	/* parent to role */
	PARENT_EDGE = 1,	/* + fd: this edge is new, or made anew */
	PARENT_CONF,		/* + fd: the configuration has changed */
	PARENT_RETIRE,		/* serve whom you have, then exit 0 */
	/* role to parent */
	PARENT_READY,		/* in the sandbox, serving */
	/* agent to parent: what waits for the mirror's key may begin, and is
	   to end */
	PARENT_KEY,		/* + settled memfds: KEY_OCTETS, the mirror's;
				   KEY_OCTETS, keys' for letters that wait;
				   the smart host's secret (plid.conf(5)), or
				   one LF when there is none */
	PARENT_LOCK,
	/* control to parent, and the answers */
	PARENT_RELOAD,
	PARENT_STATUS,
	PARENT_ANSWER,
	PARENT_TYPES,
};

struct msg_parent_edge {
	struct str name;	/* a role's name; "+" in front: mint on it */
};

struct msg_parent_ask {		/* PARENT_RELOAD, PARENT_STATUS */
	uint64_t id;
};

struct msg_parent_answer {
	uint64_t id;
	uint32_t verdict;
	struct str text;	/* why; or the status, "key=value" lines */
};

extern const struct field_msg msg_parent[PARENT_TYPES];

/* mx to mxtls: a connection that has been promised TLS. */
enum msg_hand { HAND_OVER = 1, HAND_TYPES };

struct msg_hand_over {		/* + the socket */
	struct str addr;
};

extern const struct field_msg msg_hand[HAND_TYPES];

#endif
