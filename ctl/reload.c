/* reload.c - plictl reload. */

#include "plictl.h"

static int
run(struct cli *c, int argc, char **argv)
{
	static const struct option none[] = { { NULL, NULL, NULL } };
	struct words words;

	if (!args_take(c, none, argc, argv, &words, 0, 0))
		return EXIT_NO;
	return call(c, "reload", NULL, -1, NULL, NULL, NULL);
}

const struct verb verb_reload = {
	"reload", "", "", run,
	{ "take plid.conf and the TLS certificate anew",
	"relire plid.conf et le certificat TLS" },
	{ "No connection is dropped.  With a mistake in them, the old ones "
	"stay in force\nand the mistake is named.\n\n"
	"examples:\n"
	"  plictl check conf && plictl reload\n",
	"Aucune connexion n'est coupée.  S'il y a une erreur, l'ancienne "
	"configuration\nreste en vigueur et l'erreur est nommée.\n\n"
	"exemples :\n"
	"  plictl check conf && plictl reload\n" },
};
