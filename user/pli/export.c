/* export.c - pli export. */

#include "pli.h"

#include "cli/export.h"

static int
run(struct cli *c, int argc, char **argv)
{
	struct export e = { .c = c };
	bool mbox = false, maildir = false;
	const struct option options[] = {
		{ "--mbox", NULL, &mbox }, { "--maildir", NULL, &maildir },
		{ NULL, NULL, NULL },
	};
	struct pli *p = pli_of(c);
	struct words words;
	struct imap_at at;
	int status;

	if (!args_take(c, options, argc, argv, &words, 1, 1))
		return EXIT_NO;
	if (mbox && maildir)
		return say(c, EXIT_NO, "export-which", NULL, NULL);
	e.folder = words.word[0];
	status = mirror_at(p, &at);
	if (status != 0)
		return status;
	progress_catch();
	status = imap_open(&e.im, c, &at, p->address);
	if (status == 0)
		status = export_all(&e, mbox);
	imap_close(&e.im);
	return status;
}

const struct verb verb_export = {
	"export", "", "FOLDER [--maildir|--mbox]", run,
	{ "write all mail to a Maildir or to mbox files, readable",
	"écrire tout le courrier en Maildir ou en mbox, lisible" },
	{ "All mail as it is here, decrypted: put the folder where only you "
	"can read it.\nWith flags, keywords and dates.  Broken off, it goes on "
	"when it is called again;\ncalled later, it adds what has come and "
	"brings the flags up to date.\n\n"
	"  --maildir  a Maildir++ (this is so without it)\n"
	"  --mbox     a file NAME.mbox for each folder (mboxrd, with Status, "
	"X-Status and\n"
	"             X-Keywords); a file that is there is left as it is\n\n"
	"examples:\n"
	"  pli export ~/mail-backup\n"
	"  pli export --mbox /media/usb/mail\n",
	"Tout le courrier tel qu'il est ici, déchiffré : mettez le dossier où "
	"vous seul\npouvez lire.  Avec marques, mots-clés et dates.  "
	"Interrompu, l'export continue quand\non le relance ; relancé plus "
	"tard, il ajoute ce qui est venu et met les marques à\njour.\n\n"
	"  --maildir  un Maildir++ (c'est le cas sans l'option)\n"
	"  --mbox     un fichier NOM.mbox par dossier (mboxrd, avec Status, "
	"X-Status et\n"
	"             X-Keywords) ; un fichier qui est là n'est pas touché\n\n"
	"exemples :\n"
	"  pli export ~/sauvegarde-courrier\n"
	"  pli export --mbox /media/usb/courrier\n" },
};
