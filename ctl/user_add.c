/* user_add.c - plictl user add. */

#include "plictl.h"

#include <unistd.h>

#include "base/wipe.h"
#include "proto/pli_code.h"

struct wish {
	const char *name, *cert, *quota, *password;
	bool unsealed;
};

static int
judge(struct cli *c, const struct wish *w)
{
	uint64_t octets;

	if (w->cert != NULL && w->unsealed)
		return say(c, EXIT_NO, "cert-or-unsealed", NULL, NULL);
	if (w->quota != NULL && !args_size(w->quota, &octets))
		return say(c, EXIT_NO, "bad-size", w->quota, NULL);
	return 0;
}

static void
begin(struct buf *args, const struct wish *w)
{
	uint64_t quota = 0;

	args_begin(args);
	args_put(args, "name", w->name);
	if (w->quota != NULL)
		(void)args_size(w->quota, &quota);
	admin_put_u64(args, STR("quota"), quota);
}

/* Without a certificate: it comes with the first device, as its password
 * does. */
static int
add_waiting(struct cli *c, const struct wish *w)
{
	char password[PASSWORD_MAX + 1];
	struct pair_made made = { .expires = 0 };
	struct pli_code code;
	struct buf args;
	bool is_made = false;
	int status;

	begin(&args, w);
	status = pair_begin(c, &code, &args);
	if (status == 0 && w->password != NULL)
		status = password_take(c, w->password, &args, password,
		    &is_made);
	if (status == 0)
		status = call(c, "user add", &args, -1, w->name, pair_row,
		    &made);
	wipe(password, sizeof(password));
	buf_free(&args);
	return status == 0 ? pair_tell(c, &code, &made) : status;
}

static int
add(struct cli *c, const struct wish *w)
{
	char password[PASSWORD_MAX + 1];
	struct buf args;
	bool made = false;
	int memfd = -1, status;

	begin(&args, w);
	status = password_take(c, w->password, &args, password, &made);
	if (status == 0 && w->cert != NULL) {
		memfd = cert_open(c, w->cert);
		status = memfd < 0 ? EXIT_NO : 0;
	}
	if (status == 0)
		status = call(c, "user add", &args, memfd,
		    w->cert != NULL ? w->cert : w->name, NULL, NULL);
	if (status == 0 && made)
		password_tell(c, w->name, password);
	wipe(password, sizeof(password));
	buf_free(&args);
	if (memfd >= 0)
		close(memfd);
	return status;
}

static int
run(struct cli *c, int argc, char **argv)
{
	struct wish w = { .name = NULL };
	const struct option options[] = {
		{ "--cert", &w.cert, NULL },
		{ "--unsealed", NULL, &w.unsealed },
		{ "--quota", &w.quota, NULL },
		{ "--password-file", &w.password, NULL },
		{ NULL, NULL, NULL },
	};
	struct words words;
	int status;

	if (!args_take(c, options, argc, argv, &words, 1, 1))
		return EXIT_NO;
	w.name = words.word[0];
	status = judge(c, &w);
	if (status != 0)
		return status;
	return w.cert == NULL && !w.unsealed ? add_waiting(c, &w) :
	    add(c, &w);
}

const struct verb verb_user_add = {
	"user", "add",
	"NAME [--cert FILE] [--quota SIZE] [--password-file FILE]", run,
	{ "give somebody a mailbox", "donner une boîte à quelqu'un" },
	{ "NAME is the whole address.  A code is shown that pairs the owner's "
	"computer (pli\n"
	"pair CODE), which brings the key; until then mail for it waits with "
	"its senders.\n\n"
	"With --cert or --unsealed a password is made and shown once instead; "
	"it is for\n"
	"the mail program's IMAP settings.\n\n"
	"  --cert FILE           seal the mail to this OpenPGP public key, as "
	"gpg or\n"
	"                        Thunderbird exports it (- is standard input)\n"
	"  --unsealed            instead: keep the mail readable to the box, "
	"and to\n"
	"                        whoever steals it\n"
	"  --quota SIZE          500M, 2G, none (the default)\n"
	"  --password-file FILE  take the password from its first line\n"
	"                        (- is standard input)\n\n"
	"examples:\n"
	"  plictl user add alice@example.org\n"
	"  gpg --export --armor alice@example.org > alice.asc\n"
	"  plictl user add alice@example.org --cert alice.asc\n"
	"  plictl user add bob@example.org --cert bob.asc --quota 2G\n"
	"  plictl user add test@example.org --unsealed\n",
	"NAME est l'adresse entière.  Un code est montré ; il appaire "
	"l'ordinateur du\n"
	"propriétaire (pli pair CODE), qui apporte la clé.  Jusque-là son "
	"courrier attend\n"
	"chez ses expéditeurs.\n\n"
	"Avec --cert ou --unsealed un mot de passe est créé et montré une fois "
	"à la\n"
	"place ; il sert aux réglages IMAP du logiciel de courrier.\n\n"
	"  --cert FICHIER           chiffrer pour cette clé publique OpenPGP, "
	"comme\n"
	"                           gpg ou Thunderbird l'exportent (- : entrée "
	"standard)\n"
	"  --unsealed               à la place : la machine, et qui la vole, "
	"peut lire\n"
	"                           le courrier\n"
	"  --quota TAILLE           500M, 2G, none (par défaut : sans limite)\n"
	"  --password-file FICHIER  prendre le mot de passe sur sa première "
	"ligne\n"
	"                           (- : entrée standard)\n\n"
	"exemples :\n"
	"  plictl user add alice@example.org\n"
	"  gpg --export --armor alice@example.org > alice.asc\n"
	"  plictl user add alice@example.org --cert alice.asc\n"
	"  plictl user add bob@example.org --cert bob.asc --quota 2G\n"
	"  plictl user add test@example.org --unsealed\n" },
};
