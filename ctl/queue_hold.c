/* queue_hold.c - plictl queue hold. */

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
	return call(c, "queue hold", &args, -1, words.word[0], NULL, NULL);
}

const struct verb verb_queue_hold = {
	"queue", "hold", "ID", run,
	{ "keep a letter until you say otherwise",
	"garder une lettre jusqu'à nouvel ordre" },
	{ "It goes out with plictl queue retry, or not at all with cancel.\n\n"
	"examples:\n"
	"  plictl queue hold 12\n",
	"Elle part avec plictl queue retry, ou jamais avec cancel.\n\n"
	"exemples :\n"
	"  plictl queue hold 12\n" },
};
