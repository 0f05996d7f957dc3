/*
 * msg_open.h - one decrypted message to look at: from httpd and sync to open.
 */
#ifndef IPC_MSG_OPEN_H
#define IPC_MSG_OPEN_H

#include "ipc/field.h"
#include "ipc/msg_role.h"

enum msg_open {
	OPEN_VIEW = 1,		/* + memfd; as a page to show */
	OPEN_TEXT,		/* + memfd; as text, for the index */
	OPEN_IS,		/* + memfd: what was asked for */
	OPEN_FAILED,
	OPEN_TYPES,
};

enum {
	OPEN_MESSAGE_MAX = 64 << 20,	/* octets that are looked at */
	OPEN_OUT_MAX = 16 << 20,	/* octets of a page or a text */
};

struct msg_open_message {	/* OPEN_VIEW, OPEN_TEXT */
	uint64_t id;
	uint64_t size;		/* octets in the memfd */
	uint32_t images;	/* remote images are wanted */
};

struct msg_open_is {
	uint64_t id;
	uint64_t size;		/* octets in the memfd; UTF-8 */
	uint32_t remote;	/* remote images in it */
	uint32_t attachments;
};

struct msg_open_failed {
	uint64_t id;
	uint32_t verdict;	/* no: it cannot be shown; later: not now */
};

extern const struct field_msg msg_open[OPEN_TYPES];

#endif
