/* key_revoke.c - pli key revoke. */

#include "pli.h"

#include <string.h>

#include "base/wipe.h"

static bool
take_reason(struct pli *p, const char *word, uint32_t *number)
{
	/* as enum secret_reason */
	static const char *const words[] = { "none", "superseded",
	    "compromised", "retired" };

	for (uint32_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(word, words[i]) == 0) {
			*number = i;
			return true;
		}
	say(&p->cli, EXIT_NO, "bad-reason", word, NULL);
	return false;
}

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	static char passphrase[SECRET_MAX + 1];
	struct words words;
	const char *reason = "none";
	const struct option options[] = {
		{ "--reason", &reason, NULL }, { NULL, NULL, NULL },
	};
	struct msg_agent_give m = { .id = 3, .what = AGENT_REVOCATION,
	    .passphrase = STR(""), .protect = STR("") };
	struct buf out;
	int status;

	if (!args_take(c, options, argc, argv, &words, 1, 1) ||
	    !take_reason(p, reason, &m.number))
		return EXIT_NO;
	buf_init(&out, 1 << 20);
	status = agent_unlock(p, passphrase);
	wipe(passphrase, sizeof(passphrase));
	if (status == 0)
		status = agent_ask(p, AGENT_GIVE, &m, NULL, AGENT_GIVEN, &out,
		    words.word[0]);
	if (status == 0)
		status = file_write(p, words.word[0], buf_str(&out), true);
	if (status == 0 && strcmp(words.word[0], "-") != 0)
		tell(c, "revoke-how", words.word[0], NULL);
	buf_free(&out);
	agent_end(p);
	return status;
}

const struct verb verb_key_revoke = {
	"key", "revoke", "FILE", run,
	{ "a certificate that tells others not to use the key any more",
	"un certificat qui dit aux autres de ne plus utiliser la clé" },
	{ "The key here stays as it is: mail that is there must still open.\n\n"
	"  --reason WORD  none, superseded, compromised, retired\n\n"
	"examples:\n"
	"  pli key revoke revoked.asc --reason compromised\n",
	"La clé d'ici reste ce qu'elle est : le courrier déjà là doit encore "
	"s'ouvrir.\n\n"
	"  --reason MOT  none, superseded, compromised, retired\n\n"
	"exemples :\n"
	"  pli key revoke revoquee.asc --reason compromised\n" },
};
