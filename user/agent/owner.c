/* owner.c - what pli asks: one thing after the other, each in a child. */

#include <string.h>

#include "agent/agent.h"
#include "base/wipe.h"

enum { OWNER_CPU = 60, OWNER_TICKS = 180 };	/* seconds */

static bool busy;
static uint32_t idle;		/* what the question said */

/* The records go over the desk and not through a library's heap. */
static bool
hold(void)
{
	struct str list = { (char *)desk->out, desk->out_len };

	if (desk->out_len > sizeof(desk->out) || !records_are_whole(list))
		return false;
	memcpy(held->records, desk->out, desk->out_len);
	held->len = desk->out_len;
	held->lock = desk->lock;
	held->info = desk->info;
	held->unlocked = true;
	return true;
}

static bool
on_answer(struct role *r, struct peer *asker, uint64_t id, struct chan_msg *in)
{
	union msg_agent_any m;
	int type = in == NULL ? -1 :
	    field_get(msg_agent, AGENT_TYPES, in->wire, &m);
	bool good = type == AGENT_CONTAINER || type == AGENT_UNLOCKED;

	busy = false;
	if (in == NULL)
		refuse(r, asker, id, VERDICT_NO, "died");
	else if (in->nfds != msg_agent[type < 0 ? 0 : type].fds ||
	    (!good && type != AGENT_GIVEN && type != AGENT_REFUSED) ||
	    (good && desk->changed && !hold()))
		type = -1;
	else
		relay(r, asker, id, in, &m, type);
	if (good && type >= 0) {
		tell_parent(r);
		idle_after(idle);
		used();
	}
	wipe(desk, sizeof(*desk));
	return in == NULL || type >= 0;
}

static const struct oneshot_ops ops = {
	.role = ROLE_AGENT, .children = 16, .cpu = OWNER_CPU,
	.ticks = OWNER_TICKS, .survives = 8, .look = owner_work,
	.answer = on_answer,
};

/* What there is goes on the desk. */
static void
lay_out(void)
{
	wipe(desk, sizeof(*desk));
	if (!held->unlocked)
		return;
	memcpy(desk->in, held->records, held->len);
	desk->in_len = held->len;
	desk->lock = held->lock;
	desk->info = held->info;
}

bool
owner_take(struct role *r, struct peer *p, struct chan_msg *in,
    const struct owner_job *job)
{
	bool first = job->type == AGENT_MAKE || job->type == AGENT_UNLOCK;
	uint64_t id = job->m.ask.id;
	bool begun;

	if (!first && !held->unlocked) {
		refuse(r, p, id, VERDICT_NO, "locked");
		return true;
	}
	if (busy) {
		refuse(r, p, id, VERDICT_LATER, "busy");
		return true;
	}
	if (job->type == AGENT_MAKE)
		idle = job->m.make.idle;
	else if (job->type == AGENT_UNLOCK &&
	    job->m.unlock.idle != AGENT_IDLE_AS_IT_WAS)
		idle = job->m.unlock.idle;
	lay_out();
	vault_show_desk(true);
	begun = oneshot_ask(r, &ops, p, id, in->fds, in->nfds, job);
	vault_show_desk(false);
	busy = begun;
	if (!begun)
		refuse(r, p, id, VERDICT_LATER, "busy");
	return true;
}
