/* key_export.c - pli key export. */

#include "pli.h"

#include "base/wipe.h"

static int
give(struct pli *p, struct msg_agent_give *m, const char *path)
{
	struct buf out;
	int status;

	buf_init(&out, 4 << 20);
	status = agent_ask(p, AGENT_GIVE, m, NULL, AGENT_GIVEN, &out, path);
	if (status == 0)
		status = file_write(p, path, buf_str(&out), true);
	buf_free(&out);
	return status;
}

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	static char passphrase[SECRET_MAX + 1], protect[SECRET_MAX + 1];
	struct words words = { .word = { "-" } };
	const char *file = NULL;
	bool secret = false;
	const struct option options[] = {
		{ "--secret", NULL, &secret },
		{ "--export-passphrase-file", &file, NULL },
		{ NULL, NULL, NULL },
	};
	struct msg_agent_give m = { .id = 3, .what = AGENT_PUBLIC };
	int status;

	if (!args_take(c, options, argc, argv, &words, 0, 1))
		return EXIT_NO;
	status = agent_unlock(p, passphrase);
	if (status == 0 && secret) {
		p->passphrase_file = file;
		status = passphrase_new(p, file, true, protect);
		m.what = AGENT_SECRET;
	}
	m.passphrase = from_c(passphrase);
	m.protect = from_c(protect);
	if (status == 0)
		status = give(p, &m, words.word[0]);
	wipe(passphrase, sizeof(passphrase));
	wipe(protect, sizeof(protect));
	agent_end(p);
	return status;
}

const struct verb verb_key_export = {
	"key", "export", "[FILE]", run,
	{ "the public key for others, or the secret one for gpg",
	"la clé publique pour les autres, ou la secrète pour gpg" },
	{ "Armoured, to FILE, which must not be there, or to standard "
	"output.\n\n"
	"  --secret                   the secret key, under a passphrase of "
	"its own\n"
	"  --export-passphrase-file F that passphrase, instead of the "
	"terminal\n\n"
	"examples:\n"
	"  pli key export alice.asc\n"
	"  pli key export --secret alice-secret.asc; gpg --import "
	"alice-secret.asc\n",
	"Avec armure, vers FICHIER, qui ne doit pas exister, ou la sortie "
	"standard.\n\n"
	"  --secret                   la clé secrète, sous sa propre phrase "
	"de passe\n"
	"  --export-passphrase-file F cette phrase, au lieu du terminal\n\n"
	"exemples :\n"
	"  pli key export alice.asc\n"
	"  pli key export --secret alice-secret.asc; gpg --import "
	"alice-secret.asc\n" },
};
