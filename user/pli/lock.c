/* lock.c - pli lock: the keys leave memory, and the mirror is closed. */

#include "pli.h"

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	struct words words;
	static const struct option none[] = { { NULL, NULL, NULL } };
	struct msg_agent_ask m = { .id = 1 };
	int status;

	if (!args_take(c, none, argc, argv, &words, 0, 0) ||
	    !account_find(p, p->account))
		return EXIT_NO;
	if (!home_connect(p))
		return say(c, 0, "not-running", p->address, NULL);
	if (!home_agent(p))
		return say(c, EXIT_LATER, "agent-gone", NULL, NULL);
	status = agent_ask(p, AGENT_LOCK, &m, NULL, AGENT_STATUS_IS, NULL,
	    p->address);
	agent_end(p);
	return status;
}

const struct verb verb_lock = {
	"lock", "", "", run,
	{ "forget the keys until the passphrase is given again",
	"oublier les clés jusqu'à la prochaine phrase de passe" },
	{ "The mirror is closed, the webmail and the bridge end, and no mail "
	"is fetched.\npli run asks for the passphrase again.\n\n"
	"examples:\n  pli lock\n",
	"Le miroir est fermé, le courrier et le pont s'arrêtent, rien n'est "
	"relevé.\npli run redemande la phrase de passe.\n\n"
	"exemples :\n  pli lock\n" },
};
