/* export.c - plictl export. */

#include "plictl.h"

#include "cli/export.h"

static int
run(struct cli *c, int argc, char **argv)
{
	struct export e = { .c = c };
	bool mbox = false;
	const struct option options[] = {
		{ "--mbox", NULL, &mbox },
		{ NULL, NULL, NULL },
	};
	struct imap_at at;
	struct words words;
	int status;

	if (!args_take(c, options, argc, argv, &words, 2, 2))
		return EXIT_NO;
	e.folder = words.word[1];
	status = listener_find(c, &at);
	if (status != 0)
		return status;
	progress_catch();
	status = imap_open(&e.im, c, &at, words.word[0]);
	if (status == 0)
		status = export_all(&e, mbox);
	imap_close(&e.im);
	return status;
}

const struct verb verb_export = {
	"export", "", "NAME FOLDER [--mbox]", run,
	{ "write all mail of a user to a Maildir or to mbox files",
	"écrire le courrier d'un utilisateur en Maildir ou en mbox" },
	{ "A Maildir++ with flags, keywords and dates; mail of a sealed "
	"account is written\nas it is stored, sealed.  Broken off, it goes on "
	"when it is called again; called\nlater, it adds what has come and "
	"brings the flags up to date.\n\n"
	"  --mbox  a file NAME.mbox for each mailbox (mboxrd, with Status, "
	"X-Status and\n"
	"          X-Keywords); a file that is there is left as it is\n\n"
	"examples:\n"
	"  plictl export alice@example.org /backup/alice\n"
	"  plictl export alice@example.org /tmp/alice --mbox\n",
	"Un Maildir++ avec marques, mots-clés et dates ; le courrier d'un "
	"compte scellé\nest écrit comme il est gardé, scellé.  Interrompu, "
	"l'export continue quand on le\nrelance ; relancé plus tard, il ajoute "
	"ce qui est venu et met les marques à jour.\n\n"
	"  --mbox  un fichier NOM.mbox par boîte (mboxrd, avec Status, "
	"X-Status et\n"
	"          X-Keywords) ; un fichier qui est là n'est pas touché\n\n"
	"exemples :\n"
	"  plictl export alice@example.org /sauvegarde/alice\n"
	"  plictl export alice@example.org /tmp/alice --mbox\n" },
};
