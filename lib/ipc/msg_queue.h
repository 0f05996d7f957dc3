/*
 * msg_queue.h - letters for other servers: which are due, and what became of
 * them.  Between the queue and the store, and between the queue and a child of
 * send.
 */
#ifndef IPC_MSG_QUEUE_H
#define IPC_MSG_QUEUE_H

#include "ipc/msg_store.h"

enum {
	QUEUE_REPLY_MAX = 1024,		/* what the other side said, printable */
	QUEUE_DUE_MAX = 64,		/* entries in one answer */
	QUEUE_FACTS_MAX = 512,
};

/* queue and store */
enum msg_queue {
	QUEUE_ASK = 1,		/* what is due? */
	QUEUE_ENTRY,		/* one recipient; as many as were asked for */
	QUEUE_ASKED,		/* that was all; when to ask again */
	QUEUE_NEWS,		/* from the store, unasked: look again */
	QUEUE_BODY,		/* the message of an entry */
	QUEUE_BODY_IS,		/* + memfd, sealed under its key */
	QUEUE_NO_BODY,
	QUEUE_MARK,		/* what became of a recipient */
	QUEUE_MARKED,		/* it is on the disk */
	QUEUE_NOTICE,		/* a ticket for the sender's INBOX */
	QUEUE_NOTICE_IS,
	QUEUE_TYPES,
};

/* Entries whose time has come, oldest first, not those at `busy`
 * destinations (packed: u32 length, domain). */
struct msg_queue_ask {
	uint64_t id;
	uint64_t now;
	uint32_t most;
	struct str busy;
};

enum queue_state {
	QUEUE_WAITS, QUEUE_IS_HELD, QUEUE_LOCKED /* its key is lost */,
	QUEUE_SENT_ON, QUEUE_GIVEN_UP, QUEUE_CANCELLED,
};

struct msg_queue_entry {
	uint64_t id;		/* of the question */
	uint64_t message;	/* the queue's number of it */
	uint32_t rcpt;		/* within it */
	uint64_t account;	/* whose it is; 0: the box's own */
	uint64_t entered, octets, size;
	uint32_t flags, notify, attempts, warned;
	struct str sender, envid, local, domain, orcpt, message_id, wrapped;
	struct str reply;	/* the last one */
};

struct msg_queue_asked {
	uint64_t id;
	uint64_t next;		/* seconds since 1970; 0: nothing waits */
	uint32_t more;
};

struct msg_queue_body {		/* QUEUE_BODY, QUEUE_BODY_IS, QUEUE_NO_BODY */
	uint64_t message;
	uint64_t size;
	uint32_t verdict;
};

struct msg_queue_mark {
	uint64_t message;
	uint32_t rcpt;
	uint32_t state;		/* enum queue_state */
	uint64_t next;		/* when to try again */
	uint32_t attempts, warned;
	struct str reply;	/* of the other side, or what went wrong */
	struct str facts;	/* "peer=… tls=… cipher=… verified=…" */
};

struct msg_queue_marked {
	uint64_t message;
	uint32_t rcpt;
	uint32_t verdict;
};

struct msg_queue_notice {
	uint64_t message;
	uint64_t size;
};

struct msg_queue_notice_is {
	uint64_t message;
	uint32_t verdict;	/* no: nobody is to be told */
	struct str target;	/* TARGET_SIZE, or "" */
	struct str user;	/* the account's address */
};

extern const struct field_msg msg_queue[QUEUE_TYPES];

/*
 * queue and send.  The queue tells the master of send where a connection is
 * wanted (SEND_GO, on the edge); the master forks a child with channels to the
 * queue, dns and keys.  The child says SEND_READY, gets SEND_TO, connects, and
 * takes one message after the other: SEND_MESSAGE, then SEND_RESULT for every
 * recipient and SEND_NEXT; SEND_NO_MORE ends it.  The queue may close the
 * channel at any time.
 */
enum msg_send {
	SEND_GO = 1,
	SEND_READY,
	SEND_TO,
	SEND_MESSAGE,		/* + memfd, sealed under its key */
	SEND_RESULT,
	SEND_NEXT,
	SEND_NO_MORE,
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
	uint64_t message;
	uint64_t size;		/* octets in the memfd */
	uint64_t octets;	/* of the message */
	uint32_t flags;		/* QUEUE_… */
	struct str sender, envid;
	struct str key;		/* LETTER_KEY */
	struct str rcpts;	/* records as in msg_store_enqueue, each after
				   a u32 with its number */
};

/* message 0: of the connection, before any message: it concerns all that wait
 * for the destination. */
struct msg_send_result {
	uint64_t message;
	uint32_t rcpt;
	uint32_t verdict;	/* yes, later, never (no) */
	uint32_t relayed;	/* yes, and the next server does not do DSN */
	struct str status;	/* RFC 3463: "5.1.1" */
	struct str reply;	/* what it said, or a sentence of ours */
	struct str host;	/* who said it; "" : ourselves */
	struct str facts;
};

extern const struct field_msg msg_send[SEND_TYPES];

#endif
