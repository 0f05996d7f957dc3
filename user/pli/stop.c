/* stop.c - pli stop: all processes of the owner's side end. */

#include "pli.h"

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	struct words words;
	static const struct option none[] = { { NULL, NULL, NULL } };

	if (!args_take(c, none, argc, argv, &words, 0, 0) ||
	    !account_find(p, p->account))
		return EXIT_NO;
	if (!home_connect(p))
		return say(c, 0, "not-running", p->address, NULL);
	return home_stop(p) ? 0 : say(c, EXIT_LATER, "not-stopped", p->address,
	    NULL);
}

const struct verb verb_stop = {
	"stop", "", "", run,
	{ "end all that pli run has started",
	"arrêter tout ce que pli run a démarré" },
	{ "Nothing is lost: what waits to be sent goes out after the next pli "
	"run.\n\nexamples:\n  pli stop\n",
	"Rien n'est perdu : ce qui attend de partir partira après le prochain "
	"pli run.\n\nexemples :\n  pli stop\n" },
};
