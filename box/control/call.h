/*
 * call.h - the operators' calls that are under way.
 *
 * A call has a number of ours towards store, seal, keys and parent, and the
 * caller's own number towards plictl.  Who hangs up loses the answer, not the
 * call: what was asked of the store is done all the same.
 */
#ifndef CONTROL_CALL_H
#define CONTROL_CALL_H

#include "base/buf.h"
#include "base/verdict.h"
#include "ipc/msg_admin.h"
#include "role/serve.h"

enum { CALLS_MAX = 32 };

/* Whom it waits for. */
enum call_at { CALL_NOWHERE, CALL_SEAL, CALL_STORE, CALL_PARENT, CALL_KEYS,
    CALL_ATS };

struct call {
	enum call_at at;		/* CALL_NOWHERE: this place is free */
	struct peer *caller;		/* NULL: gone */
	uint64_t theirs;
	uint64_t number;
	uint32_t uid;
	bool logged;			/* it changes something */
	char verb[ADMIN_VERB_MAX];
	size_t verb_len;
	struct buf args;		/* for the store */
	size_t step;			/* of what is asked one by one */
};

/* NULL: too many. */
struct call *call_new(struct peer *caller, const struct msg_admin_call *);

/* By our number, if it waits there; else NULL. */
struct call *call_find(uint64_t number, enum call_at);

struct str call_verb(const struct call *);

/* A descriptor, which stays the caller's. */
void call_channel(struct role *, struct call *, int fd);

void call_row(struct role *, struct call *, struct str row);

/* Tell the caller, log it if it is one to log, and forget it. */
void call_end(struct role *, struct call *, enum verdict, struct str why,
    struct str detail);

/* Whoever they wait for is gone: all of them end with "later". */
void calls_fail(struct role *, enum call_at, struct str why);

/* The caller is gone. */
void calls_orphan(const struct peer *);

/* dkim.c: ask keys for the next record; take it. */
void dkim_ask(struct role *, struct call *);
bool dkim_take(struct role *, struct chan_msg *);

/* agent.c: a channel to the owner's agent, minted. */
void agent_ask(struct role *, struct call *);

/* identity.c: the same of the box's identity document. */
void identity_ask(struct role *, struct call *);
bool identity_take(struct role *, struct chan_msg *);

#endif
