/* init.c - pli init. */

#include "pli.h"

#include <string.h>
#include <time.h>

#include "base/wipe.h"

enum { LIFE = 3 * 365 * 86400 };	/* seconds; it is extended in time */

struct init {
	const char *name, *import, *key_file, *expiry, *sheet;
	bool weak, letter;
	uint64_t expires;
	char passphrase[SECRET_MAX + 1], key_secret[SECRET_MAX + 1];
	char path[FILE_NAME_MAX + 32];
};

static int
ask_agent(struct pli *p, const struct init *i, struct str file,
    struct buf *container)
{
	struct msg_agent_make m = { .id = 1,
	    .how = i->import != NULL ? AGENT_IMPORT : AGENT_NEW,
	    .expires = i->expires, .address = from_c(p->address),
	    .name = from_c(i->name), .passphrase = from_c(i->passphrase),
	    .key_secret = from_c(i->key_secret) };

	return agent_ask(p, AGENT_MAKE, &m, &file, AGENT_CONTAINER, container,
	    i->import != NULL ? i->import : p->address);
}

/* The passphrase of the file is its own, and asked for apart. */
static int
take_key_secret(struct pli *p, struct init *i)
{
	const char *file = p->passphrase_file;
	int status;

	if (file != NULL && i->key_file == NULL)
		return 0;		/* none, then */
	p->passphrase_file = i->key_file;
	status = passphrase_take(p, "ask-key-passphrase", i->key_secret);
	p->passphrase_file = file;
	return status;
}

static int
make(struct pli *p, struct init *i)
{
	struct buf file, container;
	int status = 0;

	buf_init(&file, FILE_MAX_);
	buf_init(&container, FILE_MAX_);
	if (i->import != NULL)
		status = file_read(p, i->import, &file);
	if (status == 0 && i->import != NULL)
		status = take_key_secret(p, i);
	if (status == 0)
		status = passphrase_new(p, p->passphrase_file, i->weak,
		    i->passphrase);
	if (status == 0)
		status = agent_start(p);
	if (status == 0)
		status = ask_agent(p, i, buf_str(&file), &container);
	if (status == 0)
		status = account_make(p);
	if (status == 0)
		status = container_write(p, buf_str(&container));
	buf_free(&container);
	buf_free(&file);
	return status;
}

static void
finish(struct pli *p, struct init *i)
{
	if (i->sheet == NULL) {
		snprintf(i->path, sizeof(i->path), "%s/recovery.html", p->dir);
		i->sheet = i->path;
	}
	if (strcmp(i->sheet, "none") == 0)
		return;
	if (sheet_write(p, i->passphrase, i->sheet, i->letter) == 0)
		tell(&p->cli, i->import != NULL ? "init-imported" : "init-done",
		    p->address, i->sheet);
	else
		(void)say(&p->cli, EXIT_LATER, "no-sheet", NULL, NULL);
}

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	static struct init i;
	const struct option options[] = {
		{ "--name", &i.name, NULL }, { "--import", &i.import, NULL },
		{ "--key-passphrase-file", &i.key_file, NULL },
		{ "--expires", &i.expiry, NULL },
		{ "--sheet", &i.sheet, NULL }, { "--weak", NULL, &i.weak },
		{ "--letter", NULL, &i.letter }, { NULL, NULL, NULL },
	};
	struct words words;
	int status;

	i.name = "";
	i.expires = (uint64_t)time(NULL) + LIFE;
	if (!args_take(c, options, argc, argv, &words, 1, 1) ||
	    (i.expiry != NULL && !args_expiry(&p->cli, i.expiry, &i.expires)) ||
	    !account_path(p, words.word[0]))
		return EXIT_NO;
	if (account_exists(p))
		return say(c, EXIT_NO, "account-exists", p->address, NULL);
	status = make(p, &i);
	if (status == 0)
		finish(p, &i);
	wipe(i.passphrase, sizeof(i.passphrase));
	wipe(i.key_secret, sizeof(i.key_secret));
	agent_end(p);
	return status;
}

const struct verb verb_init = {
	"init", "", "ADDRESS", run,
	{ "make the keys of an address, or take over those of gpg",
	"créer les clés d'une adresse, ou reprendre celles de gpg" },
	{ "The keys lie under a passphrase on this computer, and nowhere else. "
	"The recovery\nsheet is a page to print: it brings them back.\n\n"
	"  --name NAME              your name, for the key\n"
	"  --import FILE            a key that you have, as gpg or Thunderbird "
	"export it\n"
	"  --key-passphrase-file F  the passphrase of that file\n"
	"  --expires TIME           2y, 18m, 2030-01-31, never (3 years)\n"
	"  --sheet FILE             the recovery sheet (recovery.html beside "
	"the keys); none\n"
	"  --letter                 the sheet in US Letter, not A4\n"
	"  --weak                   a weak passphrase is meant\n\n"
	"examples:\n"
	"  pli init alice@example.org --name \"Alice Martin\"\n"
	"  gpg --export-secret-keys --armor alice > alice.asc\n"
	"  pli init alice@example.org --import alice.asc\n",
	"Les clés sont sous une phrase de passe sur cet ordinateur, et nulle "
	"part ailleurs.\nLa feuille de secours est une page à imprimer : elle "
	"les fait revenir.\n\n"
	"  --name NOM               votre nom, pour la clé\n"
	"  --import FICHIER         une clé que vous avez, exportée de gpg ou "
	"Thunderbird\n"
	"  --key-passphrase-file F  la phrase de passe de ce fichier\n"
	"  --expires DATE           2y (ans), 18m, 2030-01-31, never (3 ans)\n"
	"  --sheet FICHIER          la feuille (recovery.html près des clés) ; "
	"none : aucune\n"
	"  --letter                 la feuille au format US Letter, pas A4\n"
	"  --weak                   une phrase de passe faible est voulue\n\n"
	"exemples :\n"
	"  pli init alice@example.org --name \"Alice Martin\"\n"
	"  gpg --export-secret-keys --armor alice > alice.asc\n"
	"  pli init alice@example.org --import alice.asc\n" },
};
