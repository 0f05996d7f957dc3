/* alias_remove.c - plictl alias remove. */

#include "plictl.h"

static int
run(struct cli *c, int argc, char **argv)
{
	static const struct option none[] = { { NULL, NULL, NULL } };
	struct words words;
	struct buf args;

	if (!args_take(c, none, argc, argv, &words, 1, 2))
		return EXIT_NO;
	args_begin(&args);
	args_put(&args, "address", words.word[0]);
	if (words.count == 2)
		args_put(&args, "target", words.word[1]);
	return call(c, "alias remove", &args, -1, words.word[0], NULL, NULL);
}

const struct verb verb_alias_remove = {
	"alias", "remove", "ADDRESS [TARGET]", run,
	{ "take an alias away, or one of its targets",
	"retirer un alias, ou l'une de ses cibles" },
	{ "Mail that came by it stays where it is.\n\n"
	"examples:\n"
	"  plictl alias remove info@example.org\n"
	"  plictl alias remove info@example.org bob@example.org\n",
	"Le courrier arrivé par lui reste où il est.\n\n"
	"exemples :\n"
	"  plictl alias remove info@example.org\n"
	"  plictl alias remove info@example.org bob@example.org\n" },
};
