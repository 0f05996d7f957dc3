/*
 * imap_session.h - what an IMAP client may do next.
 *
 * Pure.  RFC 3501, section 3.  Every privilege is a state: there is no state
 * in clear from which LOGIN leads on but that of a listener marked clear, and
 * in a mailbox opened by EXAMINE no command that writes is permitted.
 */
#ifndef PROTO_IMAP_SESSION_H
#define PROTO_IMAP_SESSION_H

#include <stdbool.h>

#include "proto/imap_cmd.h"

enum imap_state {
	IMAP_AT_SAME,		/* in rules only: stay where you are */
	IMAP_AT_CLEAR,		/* port 143 */
	IMAP_AT_LOCAL,		/* in clear, on a listener marked "clear" */
	IMAP_AT_TLS,
	IMAP_AT_AUTH,		/* logged in */
	IMAP_AT_EXAMINED,	/* a mailbox, read-only */
	IMAP_AT_SELECTED,
	IMAP_AT_END,
	IMAP_STATES,
};

enum imap_may {
	IMAP_MAY_NOT,		/* BAD: not in this state */
	IMAP_MAY,
	IMAP_WANTS_TLS,		/* NO [PRIVACYREQUIRED] */
	IMAP_READ_ONLY,		/* NO [READ-ONLY] */
};

enum imap_may imap_session_may(enum imap_state, enum imap_verb);

/* The state after a command that was permitted, by its success. */
enum imap_state imap_session_after(enum imap_state, enum imap_verb, bool ok);

#endif
