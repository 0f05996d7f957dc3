/* key_extend.c - pli key extend. */

#include "pli.h"

#include "base/wipe.h"

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	static const struct option none[] = { { NULL, NULL, NULL } };
	static char passphrase[SECRET_MAX + 1];
	struct msg_agent_extend m = { .id = 3 };
	struct words words = { .word = { "3y" } };
	struct buf file;
	int status;

	if (!args_take(c, none, argc, argv, &words, 0, 1) ||
	    !args_expiry(&p->cli, words.word[0], &m.expires))
		return EXIT_NO;
	buf_init(&file, FILE_MAX_);
	status = agent_unlock(p, passphrase);
	wipe(passphrase, sizeof(passphrase));
	if (status == 0)
		status = agent_ask(p, AGENT_EXTEND, &m, NULL, AGENT_CONTAINER,
		    &file, words.word[0]);
	if (status == 0)
		status = container_write(p, buf_str(&file));
	buf_free(&file);
	agent_end(p);
	return status;
}

const struct verb verb_key_extend = {
	"key", "extend", "[TIME]", run,
	{ "let the key be good for longer",
	"laisser la clé valoir plus longtemps" },
	{ "From now on, 3 years if nothing is said; also after it has "
	"expired.  Others learn\nit from the public key: pli key export\n\n"
	"examples:\n  pli key extend 2y\n  pli key extend 2031-12-31\n",
	"À partir de maintenant, 3 ans si rien n'est dit ; même après son "
	"expiration.\nLes autres l'apprennent par la clé publique : pli key "
	"export\n\n"
	"exemples :\n  pli key extend 2y\n  pli key extend 2031-12-31\n" },
};
