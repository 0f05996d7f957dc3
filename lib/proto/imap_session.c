/*
 * imap_session.c - what an IMAP client may do next.
 *
 * rules[] is the protocol.  The first rule that covers the verb and the state
 * decides, and the last one refuses whatever is left.
 */

#include "proto/imap_session.h"

#include <limits.h>
#include <stdint.h>

#define ON(verb)	((uint64_t)1 << IMAP_##verb)
#define AT(state)	(1u << IMAP_AT_##state)
#define ANY		UINT64_MAX
#define ANYWHERE	UINT_MAX
#define ASK		(ON(CAPABILITY) | ON(NOOP) | ON(ID))
#define WHO		(ON(LOGIN) | ON(AUTHENTICATE))
#define LOOK		(ON(LIST) | ON(LSUB) | ON(STATUS) | ON(IDLE) | \
			 ON(APPEND) | \
			 ON(ENABLE) | ON(NAMESPACE) | ON(GETQUOTA) | \
			 ON(GETQUOTAROOT))
#define BOXES		(ON(CREATE) | ON(DELETE) | ON(RENAME) | \
			 ON(SUBSCRIBE) | ON(UNSUBSCRIBE))
#define READ		(ON(CHECK) | ON(FETCH) | ON(UID_FETCH) | \
			 ON(COPY) | ON(UID_COPY) | ON(SEARCH) | \
			 ON(UID_SEARCH))
#define WRITE		(ON(STORE) | ON(UID_STORE) | ON(EXPUNGE) | \
			 ON(UID_EXPUNGE) | ON(MOVE) | ON(UID_MOVE))
#define LEAVE		(ON(CLOSE) | ON(UNSELECT))
#define NOBODY		(AT(CLEAR) | AT(LOCAL) | AT(TLS))
#define INSIDE		(AT(EXAMINED) | AT(SELECTED))
#define SOMEBODY	(AT(AUTH) | INSIDE)

struct imap_rule {
	uint64_t on;		/* set of verbs */
	unsigned at;		/* set of states */
	enum imap_may may;
	enum imap_state yes;	/* next state after success */
	enum imap_state no;	/* after failure */
};

#define RULE(on, at, may, yes, no) \
	{ on, at, IMAP_##may, IMAP_AT_##yes, IMAP_AT_##no }

_Static_assert(IMAP_VERBS <= 64, "a set of verbs is 64 bits");

static const struct imap_rule rules[] = {
	/*   on            at                     may        yes       no */
	RULE(ASK,          NOBODY | SOMEBODY,     MAY,       SAME,     SAME),
	RULE(ON(LOGOUT),   NOBODY | SOMEBODY,     MAY,       END,      END),
	RULE(ON(STARTTLS), AT(CLEAR) | AT(LOCAL), MAY,       TLS,      SAME),
	RULE(WHO,          AT(CLEAR),             WANTS_TLS, SAME,     SAME),
	RULE(WHO,          AT(LOCAL) | AT(TLS),   MAY,       AUTH,     SAME),
	RULE(LOOK,         SOMEBODY,              MAY,       SAME,     SAME),
	RULE(BOXES,        SOMEBODY,              MAY,       SAME,     SAME),
	RULE(ON(SELECT),   SOMEBODY,              MAY,       SELECTED, AUTH),
	RULE(ON(EXAMINE),  SOMEBODY,              MAY,       EXAMINED, AUTH),
	RULE(READ,         INSIDE,                MAY,       SAME,     SAME),
	RULE(WRITE,        AT(SELECTED),          MAY,       SAME,     SAME),
	RULE(WRITE,        AT(EXAMINED),          READ_ONLY, SAME,     SAME),
	RULE(LEAVE,        INSIDE,                MAY,       AUTH,     SAME),
	RULE(ANY,          ANYWHERE,             MAY_NOT,   SAME,     SAME),
};

static const struct imap_rule *
find(enum imap_state state, enum imap_verb verb)
{
	const struct imap_rule *rule = rules;

	while (!(rule->on & (uint64_t)1 << verb) || !(rule->at & (1u << state)))
		rule++;		/* the last rule covers everything */
	return rule;
}

enum imap_may
imap_session_may(enum imap_state state, enum imap_verb verb)
{
	return find(state, verb)->may;
}

enum imap_state
imap_session_after(enum imap_state state, enum imap_verb verb, bool ok)
{
	const struct imap_rule *rule = find(state, verb);
	enum imap_state next = ok ? rule->yes : rule->no;

	return next == IMAP_AT_SAME ? state : next;
}
