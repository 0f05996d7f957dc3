/* key_sheet.c - pli key sheet. */

#include "pli.h"

#include "base/wipe.h"

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	static char passphrase[SECRET_MAX + 1];
	bool letter = false;
	const struct option options[] = {
		{ "--letter", NULL, &letter }, { NULL, NULL, NULL },
	};
	struct words words;
	int status;

	if (!args_take(c, options, argc, argv, &words, 1, 1))
		return EXIT_NO;
	status = agent_unlock(p, passphrase);
	if (status == 0)
		status = sheet_write(p, passphrase, words.word[0], letter);
	wipe(passphrase, sizeof(passphrase));
	agent_end(p);
	return status;
}

const struct verb verb_key_sheet = {
	"key", "sheet", "FILE", run,
	{ "a new recovery sheet to print", "une nouvelle feuille de secours" },
	{ "Sheets of before stay good.  Delete the file once it is printed.\n\n"
	"  --letter  US Letter, not A4\n\n"
	"examples:\n  pli key sheet sheet.html\n",
	"Les feuilles d'avant restent bonnes.  Supprimez le fichier une fois "
	"imprimé.\n\n"
	"  --letter  US Letter, pas A4\n\n"
	"exemples :\n  pli key sheet feuille.html\n" },
};
