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
	LINES_UNSURE_MAX = 48,		/* of them, to who did not take the
					   last letter, as far as we know */
	LINES_BAD_MAX = 32,		/* of these, to who failed before */
	LINES_PER_DEST = 10,
	STUCK_MS = 10 * 1000,		/* nobody has greeted: counted apart */
	STUCK_MAX = 128,		/* so many */
	STUCK_LONG_MS = 30 * 1000,	/* may end for the sake of another */
	IN_TESTS = 10,			/* these times are divided by it */
	LINES_ROOM = LINES_MAX + STUCK_MAX,
	LOOK_MS = 200,			/* between two questions to the store */
	CALL_PATIENCE_MS = 60 * 1000,	/* until a child has come */
	STORE_PATIENCE_MS = 60 * 1000,	/* until an answer comes no more */
	NOTICE_PAUSE_MS = 60 * 1000,	/* after one that failed */
	NOTICE_LINE = 0,		/* its id; lines begin with 1 */
};

enum dest_kind {
	DEST_NEW,			/* nothing is known */
	DEST_GOOD,			/* it took a letter */
	DEST_BAD,			/* it could not be had */
	DEST_KINDS,
};

struct dest {
	char domain[DOMAIN_OCTETS_MAX];
	size_t len;			/* 0: free */
	unsigned lines, allowed;
	enum dest_kind kind;
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
	bool talks;			/* somebody has greeted there */
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

struct line_room {			/* connections that count */
	unsigned all, unsure, bad, stuck;
};

/* main.c */
bool ask_store(struct role *, enum msg_queue, const void *, const int *fd);
bool ask_keys(struct role *, uint64_t id, struct str wrapped);
void look_soon(void);
/* Destinations that could use a place of this kind find none.  A destination
 * with several connections leaves one to them. */
bool others_wait(const struct line_room *, enum dest_kind);

/* A mark that the store cannot take now is kept until it can. */
void mark(struct role *, const struct msg_queue_mark *);

/* dest.c */
void dests_begin(void);
struct dest *dest_find(struct str domain);
struct dest *dest_new(struct str domain, enum dest_kind);	/* NULL: too
					   many */
void dest_leave(struct dest *);		/* one line less */
/* What became of the last attempt; and what is known of a destination.  Good
 * and bad are forgotten when this process ends, or for another's sake. */
void dest_note(struct dest *, enum dest_kind);
enum dest_kind dest_known(struct str domain);

/* line.c */
bool line_call(struct role *, struct dest *);
struct line_room lines_count(const struct role *);
bool lines_have_room(const struct line_room *, enum dest_kind);
/* So many destinations wait for a place: end up to that many connections on
 * which nobody has greeted for long. */
void lines_put_off(struct role *, size_t);
bool line_message(struct role *, struct peer *, struct chan_msg *);
void line_gone(struct role *, const struct peer *);
void line_entry(const struct msg_queue_entry *);
void line_asked(struct role *, uint64_t id);
void line_body(struct role *, const struct msg_queue_body *, int fd);
void line_key(struct role *, const struct msg_keys_key_is *);
void lines_drop(struct role *, enum role_id whom);	/* it is away */
void lines_tick(struct role *);

/* notice.c */
void notice_soon(void);			/* something may be owed */
void notice_look(struct role *);	/* if there is reason to */
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
