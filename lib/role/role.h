/*
 * role.h - how a role executable begins.
 *
 * The parent starts libexec/pli/ROLE with arguments that say which descriptor
 * is what:
 *
 *	parent=3 log=4 conf=5 store=6 +seal=7 +seal=8 listen.imaps=9 …
 *
 * An edge with "+" is a master's: on it new channels for children are minted.
 * A role reads its edges here and nowhere else; which exist is decided by
 * box/parent/topology.c.
 */
#ifndef ROLE_ROLE_H
#define ROLE_ROLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/conf.h"
#include "ipc/chan.h"
#include "ipc/msg_role.h"
#include "ipc/roles.h"
#include "os/sandbox.h"

enum { ROLE_EDGES_MAX = 16, ROLE_LISTENS_MAX = 32 };

struct role_edge {
	enum role_id to;
	bool mint;
	int fd;
};

struct role_listen {
	enum conf_service service;
	bool clear;
	int fd;
};

struct role {
	enum role_id id;
	int parent;			/* channel to the parent */
	struct conf conf;		/* of the moment */
	char *conf_text;		/* what it points into */
	const char *dir;		/* work=DIR: the folder of its own, or
					   NULL: keys, store */
	bool with_find;			/* with=find: the store keeps an
					   index of texts */
	int control;			/* socket=FD: where plictl connects */
	int chain, key;			/* chain=FD key=FD: what "cert file"
					   names, as the parent opened it */
	int boot;			/* boot=FD: keys' key for the queue */
	int dbkey;			/* dbkey=FD: the store's, for a
					   database that is sealed, or -1 */
	int anchor, secret;		/* anchor=FD secret=FD: what "anchor"
					   and "smarthost … user" name */
	struct role_edge edge[ROLE_EDGES_MAX];
	size_t edges;
	unsigned mints;			/* 1 << role: had an edge to mint on */
	struct role_listen listen[ROLE_LISTENS_MAX];
	size_t listens;
	struct serve *serve;		/* serve.h's own */
};

/* Reads the arguments and the configuration; core dumps off, log on.  Exits
 * with a message when they make no sense. */
void role_begin(struct role *, enum role_id, int argc, char **argv);

/* Enter the sandbox and tell the parent. */
void role_enter(struct role *, const struct sandbox *);

/* The descriptor of the n-th edge to a role, -1 if there is none. */
int role_edge_fd(const struct role *, enum role_id to, size_t n);

/* Take a PARENT_EDGE or PARENT_CONF into *role; false if it is none, with
 * *type -1 if it is malformed. */
bool role_parent_message(struct role *, struct chan_msg *, int *type);

#endif
