/* alias_add.c - plictl alias add. */

#include "plictl.h"

enum { TARGETS_AT_ONCE = 60 };

static int
run(struct cli *c, int argc, char **argv)
{
	static const struct option none[] = { { NULL, NULL, NULL } };
	struct words words;
	struct buf args;

	if (!args_take(c, none, argc, argv, &words, 2, TARGETS_AT_ONCE))
		return EXIT_NO;
	args_begin(&args);
	args_put(&args, "address", words.word[0]);
	for (size_t i = 1; i < words.count; i++)
		args_put(&args, "target", words.word[i]);
	return call(c, "alias add", &args, -1, words.word[0], NULL, NULL);
}

const struct verb verb_alias_add = {
	"alias", "add", "ADDRESS TARGET ...", run,
	{ "let an address go to one mailbox or several",
	"faire aller une adresse à une ou plusieurs boîtes" },
	{ "@DOMAIN as the address takes whatever has no mailbox there.  "
	"Targets are\naddresses of this box: pli forwards nothing "
	"elsewhere.\n\n"
	"examples:\n"
	"  plictl alias add all@example.org alice@example.org bob@example.org"
	"\n"
	"  plictl alias add @example.org alice@example.org\n",
	"@DOMAINE comme adresse prend tout ce qui n'y a pas de boîte.  Les "
	"cibles sont\ndes adresses de cette machine : pli ne fait rien suivre "
	"ailleurs.\n\n"
	"exemples :\n"
	"  plictl alias add all@example.org alice@example.org bob@example.org"
	"\n"
	"  plictl alias add @example.org alice@example.org\n" },
};
