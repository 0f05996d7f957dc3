/*
 * topology.h - which processes there are, and which may talk.
 *
 * One row a role, one row an edge.  What is not here does not exist: a role
 * gets no other descriptor.  The tables are the program's own: those of plid
 * are in box/parent/topology.c.
 */
#ifndef PARENT_TOPOLOGY_H
#define PARENT_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/conf.h"
#include "ipc/roles.h"

enum topology_dir { DIR_NONE, DIR_KEYS, DIR_STORE };

struct topology_role {
	enum role_id id;
	bool per_core;
	bool front;		/* replaced by a reload: listens, is handed
				   sockets, or reads what the configuration
				   names at its start alone */
	enum topology_dir dir;	/* work= */
	unsigned services;	/* bits of enum conf_service */
};

struct topology_edge {
	enum role_id from, to;
	bool mint;		/* from makes channels for its children on it */
};

/* Defined by the program.  In the order in which they start. */
extern const struct topology_role topology_roles[];
extern const size_t topology_roles_count;

/* Bits of enum role_id: who runs only while the mirror's key is there. */
extern const unsigned topology_keyed;

extern const struct topology_edge topology_edges[];
extern const size_t topology_edges_count;

const struct topology_role *topology_role(enum role_id);
bool topology_is_keyed(enum role_id);

#endif
