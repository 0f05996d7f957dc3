/* import.c - plictl import. */

#include "plictl.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/import.h"

static int
run(struct cli *c, int argc, char **argv)
{
	const char *box = "INBOX";
	const struct option options[] = {
		{ "--mailbox", &box, NULL },
		{ NULL, NULL, NULL },
	};
	struct imap_at at;
	struct words words;
	struct import i;
	int status;

	if (!args_take(c, options, argc, argv, &words, 2, 2))
		return EXIT_NO;
	if (access(words.word[1], F_OK) != 0)
		return say(c, EXIT_NO, "file-unreadable", words.word[1],
		    strerror(errno));
	status = listener_find(c, &at);
	if (status != 0)
		return status;
	import_begin(&i, c);
	progress_catch();
	status = imap_open(&i.im, c, &at, words.word[0]);
	if (status == 0)
		status = import_files(&i, words.word[1], box);
	imap_close(&i.im);
	import_end(&i);
	return status;
}

const struct verb verb_import = {
	"import", "", "NAME FILE|FOLDER [--mailbox NAME]", run,
	{ "bring mail from an mbox or a Maildir",
	"apporter du courrier d'un mbox ou d'un Maildir" },
	{ "Flags, keywords and dates are kept; mail of a sealed account is "
	"sealed as it\ncomes.  What is there already, by Message-ID and date, "
	"is left out: broken off,\nan import goes on when it is called "
	"again.\n\n"
	"  --mailbox NAME  where to (INBOX); the folders of a Maildir++ go "
	"below it, or\n"
	"                  beside INBOX\n\n"
	"examples:\n"
	"  plictl import alice@example.org /var/mail/alice\n"
	"  plictl import alice@example.org ~alice/Maildir\n"
	"  plictl import alice@example.org old.mbox --mailbox Archive/2009\n",
	"Marques, mots-clés et dates sont gardés ; le courrier d'un compte "
	"scellé est\nscellé en arrivant.  Ce qui est déjà là, d'après "
	"Message-ID et date, est passé :\ninterrompu, un import continue "
	"quand on le relance.\n\n"
	"  --mailbox NOM  où le mettre (INBOX) ; les dossiers d'un Maildir++ "
	"vont dessous,\n"
	"                 ou à côté d'INBOX\n\n"
	"exemples :\n"
	"  plictl import alice@example.org /var/mail/alice\n"
	"  plictl import alice@example.org ~alice/Maildir\n"
	"  plictl import alice@example.org vieux.mbox --mailbox "
	"Archive/2009\n" },
};
