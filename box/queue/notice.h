/*
 * notice.h - a notice while it is made; for notice.c and report.c alone.
 */
#ifndef QUEUE_NOTICE_H
#define QUEUE_NOTICE_H

#include "base/buf.h"
#include "queue.h"

enum { NOTICE_TEXT_MAX = QUEUE_DUE_MAX * 4096 };

enum notice_state { NOTICE_IDLE, NOTICE_ASKS, NOTICE_GATHERS, NOTICE_SENT };

struct piece {
	size_t at, len;			/* in notice.text */
};

struct notice_rcpt {
	struct piece local, domain, orcpt, status, host, reply;
	uint64_t tried;
};

struct notice {
	enum notice_state state;
	int64_t since, not_before;
	uint64_t group;
	/* what is owed, and for which letter */
	uint64_t letter, entered, size, octets;
	enum queue_owed owed;
	uint32_t flags, upto;
	struct piece envid, message_id, wrapped, user;
	struct notice_rcpt rcpt[QUEUE_DUE_MAX];
	size_t rcpts;
	struct buf text;		/* all strings */
	/* what has come */
	bool keyed, bodied, ticketed;
	bool opened;			/* the key is there */
	unsigned char key[LETTER_KEY];
	int body;
	struct msg_target target;
};

/* report.c: written and on its way; false: try later. */
bool notice_write(struct role *, struct notice *);

#endif
