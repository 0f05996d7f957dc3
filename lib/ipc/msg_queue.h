/*
 * msg_queue.h - letters for other servers: which are due, and what became of
 * them.  Between the queue and the store, and between the queue and a child of
 * send.
 */
#ifndef IPC_MSG_QUEUE_H
#define IPC_MSG_QUEUE_H

#include "ipc/msg_store.h"

enum {
	QUEUE_REPLY_MAX = 1024,		/* of what the other side said */
	QUEUE_DUE_MAX = 24,		/* entries in one answer: a channel
					   has room for so many */
	QUEUE_DOMAINS_MAX = 32768,	/* octets of destinations */
	STATUS_CODE_MAX = 16,
	QUEUE_FACTS_MAX = 512,
};

/*
 * queue and store.  The store keeps the letters, one row a recipient, and knows
 * the schedule (mail/retry.h): a recipient waits until its time has come, goes
 * out, is given up, or is held.  What the sender is still to be told of is
 * *owed* until a notice is in the INBOX.
 */
enum msg_queue {
	QUEUE_ASK = 1,		/* which destinations have something due? */
	QUEUE_DOMAINS,
	QUEUE_TAKE,		/* what is due for this one? */
	QUEUE_OWED,		/* what are senders to be told? */
	QUEUE_ENTRY,		/* one recipient: the answer to both */
	QUEUE_ASKED,		/* that was all */
	QUEUE_NEWS,		/* from the store, unasked: look again */
	QUEUE_BODY,		/* the letter itself */
	QUEUE_BODY_IS,		/* + memfd, sealed under its key */
	QUEUE_NO_BODY,
	QUEUE_MARK,		/* what became of a recipient, or of all that
				   is due for a destination */
	QUEUE_LOST,		/* a letter's key is gone: the power was */
	QUEUE_NOTICE,		/* a ticket for the sender's INBOX */
	QUEUE_NOTICE_IS,
	QUEUE_DELIVER,		/* + memfd: a notice, to an account without
				   certificate; as STORE_DELIVER */
	QUEUE_DELIVERED,	/* as STORE_DELIVERED */
	QUEUE_BOOT,		/* which boot key is there: what was wrapped by
				   another is lost */
	QUEUE_TYPES,
};

enum queue_state { QUEUE_WAITS, QUEUE_IS_HELD, QUEUE_IS_LOST, QUEUE_SENT_ON,
    QUEUE_GIVEN_UP, QUEUE_STATES };

enum queue_owed { OWED_NOTHING, OWED_FAILURE, OWED_RELAYED, OWED_DELAY,
    OWED_HELD, OWED_LOST, OWED_KINDS };

struct msg_queue_ask {		/* QUEUE_ASK, QUEUE_OWED */
	uint64_t id;
	uint32_t most;
};

struct msg_queue_domains {
	uint64_t id;
	uint64_t next;		/* when something else is due, seconds since
				   1970; 0: nothing waits */
	struct str domains;	/* packed: u32 fewest attempts | u32 length,
				   domain; new letters first */
};

struct msg_queue_take {
	uint64_t id;
	uint32_t most;
	uint64_t letter;	/* only what comes after this one */
	uint32_t rcpt;
	struct str domain;
};

/* All of one letter: one question, one letter. */
struct msg_queue_entry {
	uint64_t id;		/* of the question */
	uint64_t letter;
	uint32_t rcpt;
	uint32_t state, owed;
	uint64_t entered, tried, octets, size;
	uint32_t flags, notify, attempts;
	struct str sender, envid, local, domain, orcpt, message_id, wrapped;
	struct str status, reply, host;		/* of the last attempt */
};

struct msg_queue_asked {
	uint64_t id;
	uint32_t more;
};

struct msg_queue_body {		/* QUEUE_BODY, QUEUE_BODY_IS, QUEUE_NO_BODY,
				   QUEUE_LOST */
	uint64_t letter;
	uint64_t size;
};

struct msg_queue_boot {
	struct str id;		/* BOOT_ID */
};

/* letter 0: everything that is due for the domain waits, verdict later; what
 * has waited for its full time is not given up without a try of its own. */
struct msg_queue_mark {
	uint64_t letter;
	uint32_t rcpt;
	uint32_t verdict;	/* yes, later, no */
	uint32_t relayed;	/* to a server that will not tell the sender */
	struct str domain;
	struct str status;	/* RFC 3463 */
	struct str reply;	/* of the other side, or what went wrong */
	struct str host;	/* who said it; "": ourselves */
	struct str facts;	/* "peer=… tls=… cipher=… verified=…" */
};

/* The ticket pays what is owed: in the transaction that puts the notice into
 * the INBOX. */
struct msg_queue_notice {
	uint64_t letter;
	uint32_t owed;		/* the kind that the notice is about */
	uint32_t upto;		/* and the last recipient in it */
	uint64_t size;
};

struct msg_queue_notice_is {
	uint64_t letter;
	uint32_t verdict;	/* no: nobody is there to be told */
	struct str target;	/* TARGET_SIZE, or "" */
	struct str user;	/* the account's address */
};

/* Room for each of them. */
union msg_queue_any {
	struct msg_child child;
	struct msg_queue_ask ask;
	struct msg_queue_domains domains;
	struct msg_queue_take take;
	struct msg_queue_entry entry;
	struct msg_queue_asked asked;
	struct msg_queue_body body;
	struct msg_queue_boot boot;
	struct msg_queue_mark mark;
	struct msg_queue_notice notice;
	struct msg_queue_notice_is notice_is;
	struct msg_store_deliver deliver;
	struct msg_store_delivered delivered;
};

extern const struct field_msg msg_queue[QUEUE_TYPES];

/*
 * queue and send.  The queue tells the master of send where a connection is
 * wanted (SEND_GO, on the edge); the master forks a child with channels to the
 * queue and dns.  The child says SEND_READY, gets SEND_TO, connects, and
 * takes one message after the other: SEND_MESSAGE, then SEND_RESULT for every
 * recipient and SEND_NEXT; SEND_NO_MORE ends it.  SEND_TALKS says that a server
 * has begun to speak; until then the child ends when the queue closes the
 * channel, and later with what it has in hand.
 */
enum msg_send {
	SEND_GO = 1,
	SEND_READY,
	SEND_TO,
	SEND_MESSAGE,		/* + memfd, sealed under its key */
	SEND_RESULT,
	SEND_NEXT,
	SEND_NO_MORE,
	SEND_TALKS,
	SEND_TYPES,
};

enum {
	SEND_RCPTS_MAX = 100,	/* of one message on one connection */
};

struct msg_send_go {		/* SEND_GO, SEND_READY */
	uint64_t attempt;	/* the queue's number; the child repeats it */
};

struct msg_send_to {
	struct str domain;	/* or a literal "[192.0.2.1]", or "host:port"
				   of a smart host with smart = 1 */
	uint32_t smart;
	uint32_t flags;		/* QUEUE_REQUIRETLS: in TLS or not at all */
};

struct msg_send_message {
	uint64_t letter;
	uint64_t size;		/* octets in the memfd */
	uint64_t octets;	/* of the message */
	uint32_t flags;		/* QUEUE_… */
	struct str sender, envid;
	struct str key;		/* LETTER_KEY */
	struct str rcpts;	/* records as in msg_store_enqueue, each after
				   a u32 with its number */
};

/* letter 0: there is no connection.  The verdict is of the letter that the
 * child has; what else is due for the destination waits at most. */
struct msg_send_result {
	uint64_t letter;
	uint32_t rcpt;
	uint32_t verdict;	/* yes, later, never (no) */
	uint32_t relayed;	/* yes, and the next server does not do DSN */
	struct str status;	/* RFC 3463: "5.1.1" */
	struct str reply;	/* what it said, or a sentence of ours */
	struct str host;	/* who said it; "" : ourselves */
	struct str facts;
};

union msg_send_any {
	struct msg_child child;
	struct msg_send_go go;
	struct msg_send_to to;
	struct msg_send_message message;
	struct msg_send_result result;
};

extern const struct field_msg msg_send[SEND_TYPES];

#endif
