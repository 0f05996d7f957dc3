/* call.c - the operators' calls that are under way. */

#include "call.h"

#include <string.h>

#include "os/log.h"

static struct call calls[CALLS_MAX];
static uint64_t last;

struct call *
call_new(struct peer *caller, const struct msg_admin_call *m)
{
	for (size_t i = 0; i < CALLS_MAX; i++) {
		struct call *c = &calls[i];

		if (c->at != CALL_NOWHERE)
			continue;
		*c = (struct call){ .caller = caller, .theirs = m->id,
		    .number = ++last, .verb_len = m->verb.len };
		memcpy(c->verb, m->verb.ptr, m->verb.len);
		buf_init(&c->args, ADMIN_ARGS_MAX);
		return c;
	}
	return NULL;
}

struct call *
call_find(uint64_t number, enum call_at at)
{
	for (size_t i = 0; i < CALLS_MAX; i++)
		if (calls[i].at == at && calls[i].number == number)
			return &calls[i];
	return NULL;
}

struct str
call_verb(const struct call *c)
{
	return (struct str){ c->verb, c->verb_len };
}

void
call_row(struct role *r, struct call *c, struct str row)
{
	struct msg_admin_row m = { .id = c->theirs, .row = row };

	if (c->caller != NULL)
		serve_send(r, c->caller, msg_admin, ADMIN_TYPES, ADMIN_ROW,
		    &m, NULL, 0);
}

void
call_channel(struct role *r, struct call *c, int fd)
{
	struct msg_admin_channel m = { .id = c->theirs };

	if (c->caller != NULL)
		serve_send(r, c->caller, msg_admin, ADMIN_TYPES,
		    ADMIN_CHANNEL, &m, &fd, 1);
}

/* Who changed something, never whose account: no addresses in the log. */
static void
log_call(const struct call *c, enum verdict verdict)
{
	static const char *const words[VERDICTS] = { "yes", "later", "no" };

	if (c->logged)
		log_event("admin", "uid=%u verb=\"%.*s\" verdict=%s", c->uid,
		    (int)c->verb_len, c->verb, words[verdict]);
}

void
call_end(struct role *r, struct call *c, enum verdict verdict, struct str why,
    struct str detail)
{
	struct msg_admin_end m = { .id = c->theirs, .verdict = verdict,
	    .why = why, .detail = detail };

	log_call(c, verdict);
	if (c->caller != NULL)
		serve_send(r, c->caller, msg_admin, ADMIN_TYPES, ADMIN_END,
		    &m, NULL, 0);
	buf_free(&c->args);
	c->at = CALL_NOWHERE;
}

void
calls_fail(struct role *r, enum call_at at, struct str why)
{
	for (size_t i = 0; i < CALLS_MAX; i++)
		if (calls[i].at == at)
			call_end(r, &calls[i], VERDICT_LATER, why, STR(""));
}

void
calls_orphan(const struct peer *caller)
{
	for (size_t i = 0; i < CALLS_MAX; i++)
		if (calls[i].caller == caller)
			calls[i].caller = NULL;
}
