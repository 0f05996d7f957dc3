/* plan.c - what sync does next: the table. */

#include "sync/plan.h"

#include <assert.h>
#include <stddef.h>

enum { REST_MIN_MS = 1000, REST_MAX_MS = 10 * 60 * 1000, LISTENS = 20 };

static const struct {
	enum plan_step step;
	enum plan_event event;
	enum plan_step next;
} moves[] = {
	{ PLAN_SESSION,	PLAN_DONE,	PLAN_BOXES },
	{ PLAN_BOXES,	PLAN_DONE,	PLAN_CHANGES },
	{ PLAN_CHANGES,	PLAN_DONE,	PLAN_IMPORT },
	{ PLAN_CHANGES,	PLAN_MORE,	PLAN_CHANGES },
	{ PLAN_CHANGES,	PLAN_NO_STATE,	PLAN_WALK },
	{ PLAN_CHANGES,	PLAN_TOO_OLD,	PLAN_WALK },
	{ PLAN_WALK,	PLAN_DONE,	PLAN_SWEEP },
	{ PLAN_WALK,	PLAN_MORE,	PLAN_WALK },
	{ PLAN_WALK,	PLAN_TOO_OLD,	PLAN_WALK },
	{ PLAN_SWEEP,	PLAN_DONE,	PLAN_CHANGES },
	{ PLAN_IMPORT,	PLAN_DONE,	PLAN_PUSH },
	{ PLAN_IMPORT,	PLAN_MORE,	PLAN_CHANGES },
	{ PLAN_IMPORT,	PLAN_TOO_OLD,	PLAN_CHANGES },
	{ PLAN_PUSH,	PLAN_DONE,	PLAN_BURY },
	{ PLAN_PUSH,	PLAN_MORE,	PLAN_CHANGES },
	{ PLAN_PUSH,	PLAN_TOO_OLD,	PLAN_CHANGES },
	{ PLAN_BURY,	PLAN_DONE,	PLAN_INDEX },
	{ PLAN_INDEX,	PLAN_MORE,	PLAN_INDEX },
	{ PLAN_INDEX,	PLAN_DONE,	PLAN_REST },
};

enum plan_step
plan_next(enum plan_step step, enum plan_event event)
{
	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++)
		if (moves[i].step == step && moves[i].event == event)
			return moves[i].next;
	return PLAN_REST;
}

int
plan_rest_ms(unsigned failed, int poll_ms, bool listens)
{
	int rest = REST_MIN_MS;

	if (failed == 0)
		return listens && poll_ms < REST_MAX_MS / LISTENS ?
		    poll_ms * LISTENS : poll_ms;
	while (--failed > 0 && rest < REST_MAX_MS)
		rest *= 2;
	return rest < REST_MAX_MS ? rest : REST_MAX_MS;
}

const char *
plan_step_word(enum plan_step s)
{
	static const char *const words[PLAN_STEPS] = { "session", "mailboxes",
	    "changes", "walk", "sweep", "import", "push", "bury", "index",
	    "rest" };

	assert(s < PLAN_STEPS);
	return words[s];
}

const char *
plan_event_word(enum plan_event e)
{
	static const char *const words[PLAN_EVENTS] = { "done", "no-state",
	    "more", "too-old", "later", "lie", "denied" };

	assert(e < PLAN_EVENTS);
	return words[e];
}
