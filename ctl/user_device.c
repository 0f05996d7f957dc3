/* user_device.c - plictl user device. */

#include "plictl.h"

#include <string.h>

static int
run(struct cli *c, int argc, char **argv)
{
	static const struct option none[] = { { NULL, NULL, NULL } };
	struct words words;
	struct buf args;

	if (!args_take(c, none, argc, argv, &words, 3, 3))
		return EXIT_NO;
	if (strcmp(words.word[0], "remove") != 0)
		return say(c, EXIT_NO, "verb-unknown", words.word[0], NULL);
	args_begin(&args);
	args_put(&args, "name", words.word[1]);
	args_put(&args, "device", words.word[2]);
	args_put(&args, "remove", "1");
	return call(c, "user password", &args, -1, words.word[1], NULL, NULL);
}

const struct verb verb_user_device = {
	"user", "device", "remove NAME DEVICE", run,
	{ "a device logs in no more", "un appareil ne se connecte plus" },
	{ "Its password is forgotten, and what it has open ends at once.  "
	"plictl user show\n"
	"lists the devices.\n\n"
	"examples:\n"
	"  plictl user device remove alice@example.org phone\n",
	"Son mot de passe est oublié, et ce qu'il a d'ouvert se ferme "
	"aussitôt.\n"
	"plictl user show donne la liste des appareils.\n\n"
	"exemples :\n"
	"  plictl user device remove alice@example.org telephone\n" },
};
