/*
 * queue.h - which letter goes when, and what its sender is told.
 *
 * The store keeps the letters and their times; here is what is under way: a
 * destination (dest.c) has some connections (line.c), each a child of send
 * that takes one letter after the other.  notice.c pays what senders are
 * owed.  Nothing here is lost when this process ends: what was under way is
 * still due.
 */
#ifndef QUEUE_QUEUE_H
#define QUEUE_QUEUE_H

#include "base/verdict.h"
#include "ipc/msg_keys.h"
#include "ipc/msg_queue.h"
#include "ipc/msg_seal.h"
#include "os/log.h"
#include "role/serve.h"

enum {
	LINES_MAX = 64,			/* connections at once */
	LINES_RETRY_MAX = 32,		/* of them, to who failed before: what
					   is new is not kept waiting */
	LINES_PER_DEST = 10,
	LOOK_MS = 200,			/* between two questions to the store */
	CALL_PATIENCE_MS = 60 * 1000,	/* until a child has come */
	STORE_PATIENCE_MS = 60 * 1000,	/* until an answer comes no more */
	NOTICE_PAUSE_MS = 60 * 1000,	/* after one that failed */
	NOTICE_LINE = 0,		/* its id; lines begin with 1 */
};

struct dest {
	char domain[DOMAIN_OCTETS_MAX];
	size_t len;			/* 0: free */
	unsigned lines, allowed;
	bool retry;			/* it failed before */
	uint64_t letter;		/* handed out up to here */
	uint32_t rcpt;
	uint64_t asker;			/* the line that asks what is next: one
					   at a time, or two get the same */
};

enum line_state {
	LINE_FREE,
	LINE_CALLED,			/* send is to fork a child */
	LINE_WAITS,			/* until another has asked */
	LINE_ASKS,			/* the store: what is due? */
	LINE_OPENS,			/* waits for the key and the letter */
	LINE_BUSY,			/* the child has a letter */
	LINE_ENDS,			/* no more for it */
};

struct line {
	enum line_state state;
	uint64_t id;
	struct dest *dest;
	struct peer *peer;		/* the child, once it is there */
	int64_t since;
	bool told;			/* where to connect */
	/* the letter */
	uint64_t letter, size, octets;
	uint32_t flags;
	struct buf sender, envid, rcpts;
	uint32_t rcpt[QUEUE_DUE_MAX];
	bool settled[QUEUE_DUE_MAX];
	size_t n;
	unsigned char key[LETTER_KEY];
	char wrapped[WRAPPED_KEY];
	size_t wrapped_len;
	bool open;			/* key is there */
	int body;			/* -1: not there */
};

/* main.c */
bool ask_store(struct role *, enum msg_queue, const void *, const int *fd);
bool ask_keys(struct role *, uint64_t id, struct str wrapped);
void look_soon(void);

/* A mark that the store cannot take now is kept until it can. */
void mark(struct role *, const struct msg_queue_mark *);

/* dest.c */
struct dest *dest_find(struct str domain);
struct dest *dest_new(struct str domain, bool retry);	/* NULL: too many */
void dest_leave(struct dest *);		/* one line less */

/* line.c */
bool line_call(struct role *, struct dest *);
unsigned lines_in_use(bool retry);
bool line_message(struct role *, struct peer *, struct chan_msg *);
void line_gone(struct role *, const struct peer *);
void line_entry(const struct msg_queue_entry *);
void line_asked(struct role *, uint64_t id);
void line_body(struct role *, const struct msg_queue_body *, int fd);
void line_key(struct role *, const struct msg_keys_key_is *);
void lines_drop(struct role *, enum role_id whom);	/* it is away */
void lines_tick(struct role *);

/* notice.c */
void notice_look(struct role *);
void notice_entry(const struct msg_queue_entry *);
void notice_asked(struct role *);
void notice_ticket(struct role *, const struct msg_queue_notice_is *);
void notice_body(struct role *, int fd);	/* -1: there is none */
bool notice_wants(uint64_t letter);
void notice_key(struct role *, const struct msg_keys_key_is *);
void notice_done(struct role *, uint64_t group, bool done);
void notice_tick(struct role *);
void notice_drop(void);			/* somebody went away: begin anew */

#endif
