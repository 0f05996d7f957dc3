/* user_remove.c - plictl user remove. */

#include "plictl.h"

#include <unistd.h>

static void
on_row(struct cli *c, void *ctx, struct str row)
{
	(void)c;
	(void)ctx;
	(void)row;
}

/* A name that is none is told before the question. */
static int
confirm(struct cli *c, const char *name)
{
	struct buf args;
	int status;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return say(c, EXIT_NO, "remove-no-terminal", name, NULL);
	args_begin(&args);
	args_put(&args, "name", name);
	status = call(c, "user show", &args, -1, name, on_row, NULL);
	if (status != 0)
		return status;
	return ask_yes(c, "remove-ask", name) ? 0 :
	    say(c, EXIT_NO, "not-removed", name, NULL);
}

static int
run(struct cli *c, int argc, char **argv)
{
	bool yes = false;
	const struct option options[] = {
		{ "--yes", NULL, &yes },
		{ NULL, NULL, NULL },
	};
	struct words words;
	struct buf args;
	int status = 0;

	if (!args_take(c, options, argc, argv, &words, 1, 1))
		return EXIT_NO;
	if (!yes)
		status = confirm(c, words.word[0]);
	if (status != 0)
		return status;
	args_begin(&args);
	args_put(&args, "name", words.word[0]);
	return call(c, "user remove", &args, -1, words.word[0], NULL, NULL);
}

const struct verb verb_user_remove = {
	"user", "remove", "NAME [--yes]", run,
	{ "take a mailbox away and delete its mail",
	"retirer une boîte et effacer son courrier" },
	{ "The mail is deleted for good: pli keeps no copy.  Asks first, at a "
	"terminal.\n\n"
	"  --yes   do not ask\n\n"
	"examples:\n"
	"  plictl user remove bob@example.org\n",
	"Le courrier est effacé pour de bon : pli n'en garde pas de copie.  "
	"Demande\nd'abord, sur un terminal.\n\n"
	"  --yes   ne pas demander\n\n"
	"exemples :\n"
	"  plictl user remove bob@example.org\n" },
};
