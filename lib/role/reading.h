/*
 * reading.h - an answer of the store's reader: records in the message, or in a
 * memfd that is mapped.
 */
#ifndef ROLE_READING_H
#define ROLE_READING_H

#include "ipc/msg_session.h"

struct reading {
	uint32_t verdict;
	bool more;
	struct str data;	/* packed records: msg_session.h */
	void *map;		/* where they are, if in a memfd */
};

/* wire: IPC_MAX octets, in which short answers lie until it is used again.
 * false: the channel is closed, or talks nonsense.  Then reading_end. */
bool reading_take(int fd, char *wire, struct reading *);
void reading_end(struct reading *);

#endif
