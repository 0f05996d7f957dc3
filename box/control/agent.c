/*
 * agent.c - pli asks for a channel to the agent.
 *
 * What is said on it, a passphrase among the rest, does not pass here.  A box
 * has no agent, so nobody gets one there.
 */

#include <unistd.h>

#include "call.h"

void
agent_ask(struct role *r, struct call *c)
{
	static const struct field_msg table[1] = { FIELD_MSG_CHILD };
	struct peer *agent = serve_edge(r, ROLE_AGENT, 0);
	struct msg_child m = { .id = c->number, .addr = STR("") };
	int pair[2];

	if (agent == NULL || !chan_pair(pair)) {
		call_end(r, c, VERDICT_LATER, STR("agent-away"), STR(""));
		return;
	}
	if (serve_send(r, agent, table, 1, MSG_CHILD, &m, &pair[1], 1)) {
		call_channel(r, c, pair[0]);
		call_end(r, c, VERDICT_YES, STR(""), STR(""));
	} else {
		call_end(r, c, VERDICT_LATER, STR("agent-away"), STR(""));
	}
	close(pair[0]);
	close(pair[1]);
}
