/* key_passphrase.c - pli key passphrase. */

#include "pli.h"

#include "base/wipe.h"

static int
change(struct pli *p, const char *now, const char *next)
{
	struct msg_agent_rekey m = { .id = 3, .passphrase = from_c(now),
	    .next = from_c(next) };
	struct buf file;
	int status;

	buf_init(&file, FILE_MAX_);
	status = agent_ask(p, AGENT_REKEY, &m, NULL, AGENT_CONTAINER, &file,
	    p->dir);
	if (status == 0)
		status = container_write(p, buf_str(&file));
	buf_free(&file);
	return status;
}

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	struct words words;
	static char now[SECRET_MAX + 1], next[SECRET_MAX + 1];
	const char *file = NULL;
	bool weak = false;
	const struct option options[] = {
		{ "--new-passphrase-file", &file, NULL },
		{ "--weak", NULL, &weak }, { NULL, NULL, NULL },
	};
	int status;

	if (!args_take(c, options, argc, argv, &words, 0, 0))
		return EXIT_NO;
	status = agent_unlock(p, now);
	p->passphrase_file = file;
	if (status == 0)
		status = passphrase_new(p, file, weak, next);
	if (status == 0)
		status = change(p, now, next);
	wipe(now, sizeof(now));
	wipe(next, sizeof(next));
	agent_end(p);
	return status;
}

const struct verb verb_key_passphrase = {
	"key", "passphrase", "", run,
	{ "another passphrase for the keys",
	"une autre phrase de passe pour les clés" },
	{ "Copies of the old file still open with the old one: delete them.\n\n"
	"  --new-passphrase-file F  instead of the terminal\n"
	"  --weak                   a weak one is meant\n\n"
	"examples:\n  pli key passphrase\n",
	"Les copies de l'ancien fichier s'ouvrent encore avec l'ancienne : "
	"supprimez-les.\n\n"
	"  --new-passphrase-file F  au lieu du terminal\n"
	"  --weak                   une phrase faible est voulue\n\n"
	"exemples :\n  pli key passphrase\n" },
};
