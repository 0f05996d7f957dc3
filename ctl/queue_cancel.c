/* queue_cancel.c - plictl queue cancel. */

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
	return call(c, "queue cancel", &args, -1, words.word[0], NULL, NULL);
}

const struct verb verb_queue_cancel = {
	"queue", "cancel", "ID", run,
	{ "give a letter up; its sender gets it back",
	"abandonner une lettre ; son auteur la récupère" },
	{ "What was delivered already cannot be called back.\n\n"
	"examples:\n"
	"  plictl queue cancel 12\n",
	"Ce qui a déjà été remis ne peut être rappelé.\n\n"
	"exemples :\n"
	"  plictl queue cancel 12\n" },
};
