/* queue_retry.c - plictl queue retry. */

#include "plictl.h"

static int
run(struct cli *c, int argc, char **argv)
{
	static const struct option none[] = { { NULL, NULL, NULL } };
	struct words words;
	struct buf args;

	if (!args_take(c, none, argc, argv, &words, 1, 1))
		return EXIT_NO;
	args_begin(&args);
	args_put(&args, "id", words.word[0]);
	return call(c, "queue retry", &args, -1, words.word[0], NULL, NULL);
}

const struct verb verb_queue_retry = {
	"queue", "retry", "ID|all", run,
	{ "try a letter now; release one that is held",
	"essayer une lettre maintenant ; libérer une lettre retenue" },
	{ "ID is the number that plictl queue list shows.  all: every letter\n"
	"that waits, but not what is held.\n\n"
	"examples:\n"
	"  plictl queue retry 12\n"
	"  plictl queue retry all\n",
	"ID est le numéro que montre plictl queue list.  all : toutes les\n"
	"lettres qui attendent, sauf celles qui sont retenues.\n\n"
	"exemples :\n"
	"  plictl queue retry 12\n"
	"  plictl queue retry all\n" },
};
