/* user_pair.c - plictl user pair. */

#include "plictl.h"

#include "proto/pli_code.h"

static int
run(struct cli *c, int argc, char **argv)
{
	static const struct option none[] = { { NULL, NULL, NULL } };
	struct pair_made made = { .expires = 0 };
	struct pli_code code;
	struct words words;
	struct buf args;
	int status;

	if (!args_take(c, none, argc, argv, &words, 1, 1))
		return EXIT_NO;
	args_begin(&args);
	args_put(&args, "name", words.word[0]);
	status = pair_begin(c, &code, &args);
	if (status == 0)
		status = call(c, "user pair", &args, -1, words.word[0],
		    pair_row, &made);
	buf_free(&args);
	return status == 0 ? pair_tell(c, &code, &made) : status;
}

const struct verb verb_user_pair = {
	"user", "pair", "NAME", run,
	{ "a new code to pair a device", "un nouveau code pour appairer un "
	"appareil" },
	{ "It is shown as text and as QR, once; it is good for one device and "
	"ten minutes,\n"
	"and replaces a code that was not used.  On the owner's computer: pli "
	"pair CODE.\n\n"
	"The first device brings the certificate that mail is sealed to.  A "
	"later one has\n"
	"to bring the same: to replace it, see plictl user cert.\n\n"
	"examples:\n"
	"  plictl user pair alice@example.org\n",
	"Il est montré une fois, en texte et en QR ; il sert à un seul "
	"appareil, pendant\n"
	"dix minutes, et remplace un code qui n'a pas servi.  Sur "
	"l'ordinateur de son\n"
	"propriétaire : pli pair CODE.\n\n"
	"Le premier appareil apporte le certificat pour lequel le courrier est "
	"chiffré.\n"
	"Les suivants doivent apporter le même ; pour le remplacer : plictl "
	"user cert.\n\n"
	"exemples :\n"
	"  plictl user pair alice@example.org\n" },
};
