/* user_quota.c - plictl user quota. */

#include "plictl.h"

static int
run(struct cli *c, int argc, char **argv)
{
	static const struct option none[] = { { NULL, NULL, NULL } };
	struct words words;
	struct buf args;
	uint64_t octets;

	if (!args_take(c, none, argc, argv, &words, 2, 2))
		return EXIT_NO;
	if (!args_size(words.word[1], &octets))
		return say(c, EXIT_NO, "bad-size", words.word[1], NULL);
	args_begin(&args);
	args_put(&args, "name", words.word[0]);
	admin_put_u64(&args, STR("quota"), octets);
	return call(c, "user quota", &args, -1, words.word[0], NULL, NULL);
}

const struct verb verb_user_quota = {
	"user", "quota", "NAME SIZE", run,
	{ "how much mail a mailbox may hold",
	"combien de courrier une boîte peut contenir" },
	{ "SIZE is 500M, 2G … or none.  Senders to a full mailbox are told to "
	"try again\nlater; nothing is lost in it.\n\n"
	"examples:\n"
	"  plictl user quota bob@example.org 2G\n"
	"  plictl user quota bob@example.org none\n",
	"SIZE vaut 500M, 2G … ou none.  Qui écrit à une boîte pleine est prié "
	"de\nréessayer plus tard ; rien ne s'y perd.\n\n"
	"exemples :\n"
	"  plictl user quota bob@example.org 2G\n"
	"  plictl user quota bob@example.org none\n" },
};
