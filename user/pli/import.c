/* import.c - pli import. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/wipe.h"
#include "bring.h"

enum { AUTHORITIES_MAX = 1 << 20 };

struct wish {
	const char *from, *mailbox, *password_file, *ca;
};

static int
take_password(struct pli *p, const struct wish *w, struct account_job *job)
{
	static const struct secret password = { .empty = "password-empty",
	    .too_long = "password-long", .no_terminal = "no-terminal-account",
	    .most = SECRET_MAX };

	return w->password_file != NULL ? secret_file(&p->cli, &password,
	    w->password_file, job->password) : secret_ask(&p->cli, &password,
	    "ask-account-password", false, job->password);
}

static int
from_account(struct pli *p, struct import *i, const struct imap_at *at,
    const struct wish *w)
{
	static struct account_job job;
	struct buf pem;
	int status = 0;

	if (!account_url(from_c(w->from), &job.url))
		return say(&p->cli, EXIT_NO, "account-url", w->from, NULL);
	if (w->mailbox != NULL)
		return say(&p->cli, EXIT_NO, "account-mailbox", NULL, NULL);
	buf_init(&pem, AUTHORITIES_MAX);
	if (w->ca != NULL)
		status = file_read(p, w->ca, &pem);
	job.authorities = buf_str(&pem);
	if (status == 0)
		status = take_password(p, w, &job);
	if (status == 0)
		status = bring_account(i, p, at, &job);
	wipe(&job, sizeof(job));
	buf_free(&pem);
	return status;
}

static int
from_files(struct pli *p, struct import *i, const struct imap_at *at,
    const struct wish *w)
{
	int status;

	if (access(w->from, F_OK) != 0)
		return say(&p->cli, EXIT_NO, "file-unreadable", w->from,
		    strerror(errno));
	status = imap_open(&i->im, &p->cli, at, p->address);
	return status != 0 ? status : import_files(i, w->from,
	    w->mailbox != NULL ? w->mailbox : "INBOX");
}

static int
run(struct cli *c, int argc, char **argv)
{
	static struct wish w;
	const struct option options[] = {
		{ "--mailbox", &w.mailbox, NULL },
		{ "--password-file", &w.password_file, NULL },
		{ "--ca", &w.ca, NULL }, { NULL, NULL, NULL },
	};
	struct pli *p = pli_of(c);
	struct words words;
	struct imap_at at;
	struct import i;
	int status;

	if (!args_take(c, options, argc, argv, &words, 1, 1))
		return EXIT_NO;
	w.from = words.word[0];
	status = mirror_at(p, &at);
	if (status != 0)
		return status;
	progress_catch();
	import_begin(&i, c);
	status = strstr(w.from, "://") != NULL ?
	    from_account(p, &i, &at, &w) : from_files(p, &i, &at, &w);
	imap_close(&i.im);
	import_end(&i);
	return status;
}

const struct verb verb_import = {
	"import", "", "FILE|FOLDER|imaps://USER@HOST [--mailbox NAME]", run,
	{ "bring mail from another account, an mbox or a Maildir",
	"apporter du courrier d'un autre compte, d'un mbox, d'un Maildir" },
	{ "Flags, keywords, dates and folders are kept.  What is there "
	"already, by Message-ID\nand date, is left out: broken off, an import "
	"goes on when it is called again.  What\ncomes goes on to the box by "
	"itself, encrypted to your key.\n\n"
	"An account is read by IMAP over TLS, from a server whose certificate "
	"is verified;\nnothing is changed there.  All its folders come; "
	"\"all mail\" of Gmail brings only what\nno other folder holds.  "
	"Gmail, Yahoo, iCloud and others want an app password: their\nsecurity "
	"settings make one.\n\n"
	"  --mailbox NAME        where an mbox or a Maildir goes (INBOX); "
	"folders of a\n"
	"                        Maildir++ go below it, or beside INBOX\n"
	"  --password-file FILE  of the account, instead of the terminal\n"
	"  --ca FILE             the certificate (PEM) that vouches for the "
	"server, if the\n"
	"                        system knows none\n\n"
	"examples:\n"
	"  pli import imaps://alice@gmail.com@imap.gmail.com\n"
	"  pli import imaps://alice@mail.example.net:993/\n"
	"  pli import ~/Maildir\n"
	"  pli import old.mbox --mailbox Archive/2009\n",
	"Marques, mots-clés, dates et dossiers sont gardés.  Ce qui est déjà "
	"là, d'après\nMessage-ID et date, est passé : interrompu, un import "
	"continue quand on le relance.\nCe qui arrive va ensuite de lui-même "
	"à la boîte, chiffré pour votre clé.\n\n"
	"Un compte est lu en IMAP sous TLS, sur un serveur dont le certificat "
	"est vérifié ;\nrien n'y est changé.  Tous ses dossiers viennent ; "
	"« tous les messages » de Gmail\nn'apporte que ce qu'aucun autre "
	"dossier ne contient.  Gmail, Yahoo, iCloud et\nd'autres veulent un "
	"mot de passe d'application : leurs réglages de sécurité en\n"
	"créent un.\n\n"
	"  --mailbox NOM            où va un mbox ou un Maildir (INBOX) ; les "
	"dossiers d'un\n"
	"                           Maildir++ vont dessous, ou à côté "
	"d'INBOX\n"
	"  --password-file FICHIER  celui du compte, au lieu du terminal\n"
	"  --ca FICHIER             le certificat (PEM) qui répond du serveur, "
	"si le système\n"
	"                           n'en connaît pas\n\n"
	"exemples :\n"
	"  pli import imaps://alice@gmail.com@imap.gmail.com\n"
	"  pli import imaps://alice@mail.example.net:993/\n"
	"  pli import ~/Maildir\n"
	"  pli import vieux.mbox --mailbox Archive/2009\n" },
};
