/*
 * flow.h - what flow.c and flow_ask.c share: emails on their way.
 */
#ifndef SYNC_FLOW_H
#define SYNC_FLOW_H

#include "sync/sync.h"

enum letter_state {
	LETTER_FREE,
	LETTER_FETCH,			/* the box */
	LETTER_OPEN,			/* the agent: decrypt … */
	LETTER_VERIFY,			/* … what was signed apart */
	LETTER_WORDS,			/* open */
	LETTER_TICKET,			/* the store … */
	LETTER_DELIVER,
	LETTER_INDEX,
	LETTER_STATES,
};

struct letter {
	enum letter_state state;
	bool asked;
	const struct jmap_email *e;
	uint64_t mailbox, order;	/* when it was asked; its id, too */
	uint64_t email;			/* the mirror's */
	int lane;
	bool clear;			/* it is not encrypted */
	bool apart;			/* signed_by: of multipart/signed */
	struct buf blob, text, cipher, signed_by, message, words;
	struct msg_write_ticket ticket;
};

/* What a run has come to. */
struct flow {
	struct sync *s;
	enum plan_event how;
	/* of one email, which the others do not wait for; a literal */
	enum plan_event one;
	const char *one_why;
	size_t active;
	uint64_t octets;		/* in hand */
	size_t at[LETTER_STATES];	/* asked, and not answered */
	bool committing;		/* not now */
	/* what may be an import of ours; looked at in the end */
	const struct jmap_email *met[ATTEMPTS_MAX];
	struct attempt of[ATTEMPTS_MAX];
	size_t mets;
};

/* The first failure is what the round ends with. */
void flow_fail(struct flow *, enum plan_event, const char *why);
void flow_go(struct flow *, struct letter *, enum letter_state next);
void flow_end(struct flow *, struct letter *);
/* What was opened, or not, is the mirror's message. */
void flow_make(struct flow *, struct letter *, const struct opened *);
/* … that was opened, or is in clear: all is known. */
void flow_made(struct flow *, struct letter *);

/* What its state asks for; false: it went on without, or failed. */
bool flow_ask(struct flow *, struct letter *);

#endif
