/* user_password.c - plictl user password. */

#include "plictl.h"

#include "base/wipe.h"

static int
set(struct cli *c, const char *name, const char *device, const char *file)
{
	char password[PASSWORD_MAX + 1];
	struct buf args;
	bool made = false;
	int status;

	args_begin(&args);
	args_put(&args, "name", name);
	args_put(&args, "device", device != NULL ? device : "");
	status = password_take(c, file, &args, password, &made);
	if (status == 0)
		status = call(c, "user password", &args, -1, name, NULL, NULL);
	if (status == 0 && made) {
		char login[FILE_NAME_MAX];

		snprintf(login, sizeof(login), "%s%s%s", name,
		    device != NULL ? "/" : "", device != NULL ? device : "");
		password_tell(c, login, password);
	}
	wipe(password, sizeof(password));
	buf_free(&args);
	return status;
}

static int
forget(struct cli *c, const char *name, const char *device)
{
	struct buf args;

	if (device == NULL)
		return say(c, EXIT_NO, "device-which", name, NULL);
	args_begin(&args);
	args_put(&args, "name", name);
	args_put(&args, "device", device);
	args_put(&args, "remove", "1");
	return call(c, "user password", &args, -1, name, NULL, NULL);
}

static int
run(struct cli *c, int argc, char **argv)
{
	const char *device = NULL, *file = NULL;
	bool remove = false;
	const struct option options[] = {
		{ "--remove", NULL, &remove },
		{ "--device", &device, NULL },
		{ "--password-file", &file, NULL },
		{ NULL, NULL, NULL },
	};
	struct words words;

	if (!args_take(c, options, argc, argv, &words, 1, 1))
		return EXIT_NO;
	return remove ? forget(c, words.word[0], device) :
	    set(c, words.word[0], device, file);
}

const struct verb verb_user_password = {
	"user", "password",
	"NAME [--device NAME [--remove]] [--password-file FILE]", run,
	{ "a new password for IMAP", "un nouveau mot de passe pour IMAP" },
	{ "It is made and shown once, and replaces the old one.  The box keeps "
	"only what\nchecks it.\n\n"
	"  --device NAME         a password of its own for one device, that "
	"logs in as\n"
	"                        ADDRESS/NAME\n"
	"  --remove              this device logs in no more\n"
	"  --password-file FILE  take it from the first line (- is standard "
	"input)\n\n"
	"examples:\n"
	"  plictl user password alice@example.org\n"
	"  plictl user password alice@example.org --device phone\n"
	"  plictl user password alice@example.org --device phone --remove\n",
	"Il est créé, montré une fois, et remplace l'ancien.  La machine ne "
	"garde que\nde quoi le vérifier.\n\n"
	"  --device NOM             un mot de passe propre à un appareil, qui "
	"se connecte\n"
	"                           comme ADRESSE/NOM\n"
	"  --remove                 cet appareil ne se connecte plus\n"
	"  --password-file FICHIER  le prendre sur la première ligne\n"
	"                           (- : entrée standard)\n\n"
	"exemples :\n"
	"  plictl user password alice@example.org\n"
	"  plictl user password alice@example.org --device telephone\n"
	"  plictl user password alice@example.org --device telephone "
	"--remove\n" },
};
