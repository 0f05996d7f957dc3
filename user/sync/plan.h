/*
 * plan.h - what sync does next.
 *
 * Pure: a table of permitted moves, from the step that was done and how it
 * ended.  A round begins at PLAN_SESSION and ends in PLAN_REST.  Whatever dies
 * on the way, the next round begins anew and finds what is there: an email
 * comes into the mirror together with its id (ipc/msg_session.h), and the
 * box's state is noted only after all that led to it is stored.
 */
#ifndef SYNC_PLAN_H
#define SYNC_PLAN_H

#include <stdbool.h>
#include <stdint.h>

enum plan_step {
	PLAN_SESSION,		/* the box's session object */
	PLAN_BOXES,		/* its mailboxes, and ours */
	PLAN_CHANGES,		/* what was changed there since a state */
	PLAN_WALK,		/* no state, or too old: every email */
	PLAN_SWEEP,		/* after a walk: what is no more there */
	PLAN_IMPORT,		/* what was born here */
	PLAN_PUSH,		/* what was changed here */
	PLAN_BURY,		/* mailboxes that are no more there */
	PLAN_INDEX,		/* what is not yet to be found */
	PLAN_REST,		/* until something happens */
	PLAN_STEPS,
};

enum plan_event {
	PLAN_DONE,
	PLAN_NO_STATE,		/* of CHANGES: nothing is known yet */
	PLAN_MORE,		/* there is more of it */
	PLAN_TOO_OLD,		/* cannotCalculateChanges, anchorNotFound,
				   stateMismatch */
	PLAN_LATER,		/* the net, the store, the agent: away */
	PLAN_LIE,		/* the box says what cannot be */
	PLAN_DENIED,		/* not our key, or not our password */
	PLAN_EVENTS,
};

enum plan_step plan_next(enum plan_step, enum plan_event);

/* Milliseconds to rest after n rounds in a row that failed; n 0: poll, and
 * longer where the box tells what changes. */
int plan_rest_ms(unsigned failed, int poll_ms, bool listens);

const char *plan_step_word(enum plan_step);
const char *plan_event_word(enum plan_event);

#endif
