/* user_cert.c - plictl user cert. */

#include "plictl.h"

#include <unistd.h>

static int
run(struct cli *c, int argc, char **argv)
{
	static const struct option none[] = { { NULL, NULL, NULL } };
	struct words words;
	struct buf args;
	int memfd, status;

	if (!args_take(c, none, argc, argv, &words, 2, 2))
		return EXIT_NO;
	memfd = cert_open(c, words.word[1]);
	if (memfd < 0)
		return EXIT_NO;
	args_begin(&args);
	args_put(&args, "name", words.word[0]);
	status = call(c, "user cert", &args, memfd, words.word[1], NULL, NULL);
	close(memfd);
	return status;
}

const struct verb verb_user_cert = {
	"user", "cert", "NAME FILE", run,
	{ "seal what comes from now on to another OpenPGP key",
	"chiffrer ce qui arrive désormais pour une autre clé OpenPGP" },
	{ "Mail that is there stays sealed to the key that it was sealed to: "
	"its owner\nkeeps the old secret key.\n\n"
	"examples:\n"
	"  plictl user cert alice@example.org alice-2027.asc\n"
	"  gpg --export alice@example.org |\n"
	"      plictl user cert alice@example.org -\n",
	"Le courrier déjà là reste chiffré pour son ancienne clé : son "
	"propriétaire\ngarde l'ancienne clé secrète.\n\n"
	"exemples :\n"
	"  plictl user cert alice@example.org alice-2027.asc\n"
	"  gpg --export alice@example.org |\n"
	"      plictl user cert alice@example.org -\n" },
};
