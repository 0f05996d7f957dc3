/* contact_add.c - pli contact add. */

#include "pli.h"

#include <string.h>

struct added {
	char fingerprint[80];
};

/* In groups of four, as people read it out. */
static void
on_row(struct cli *c, void *ctx, struct str row)
{
	struct added *a = ctx;
	struct str f = row_get(row, "fingerprint");
	size_t n = 0;

	(void)c;
	for (size_t i = 0; i < f.len && n + 3 < sizeof(a->fingerprint); i++) {
		if (i > 0 && i % 4 == 0)
			a->fingerprint[n++] = ' ';
		a->fingerprint[n++] = f.ptr[i];
	}
	a->fingerprint[n] = '\0';
}

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	static const struct option none[] = { { NULL, NULL, NULL } };
	struct added added = { "" };
	struct buf file, args;
	struct words words;
	enum verdict v;
	int status;

	if (!args_take(c, none, argc, argv, &words, 2, 2) ||
	    !account_find(p, p->account))
		return EXIT_NO;
	buf_init(&file, FILE_MAX_);
	status = file_read(p, words.word[1], &file);
	if (status == 0)
		status = home_unlocked(p);
	if (status == 0) {
		buf_init(&args, ADMIN_ARGS_MAX);
		admin_put(&args, STR("name"), from_c(p->address));
		admin_put(&args, STR("address"), from_c(words.word[0]));
		admin_put(&args, STR("how"), STR("file"));
		v = home_call_file(p, "contact add", &args, buf_str(&file),
		    on_row, &added);
		status = v == VERDICT_YES ? 0 : home_say(c, v, "");
	}
	if (status == 0)
		tell(c, "contact-added", words.word[0], added.fingerprint);
	buf_free(&file);
	agent_end(p);
	return status;
}

const struct verb verb_contact_add = {
	"contact", "add", "ADDRESS FILE", run,
	{ "encrypt letters to somebody from now on",
	"chiffrer désormais les lettres à quelqu'un" },
	{ "FILE is their public key, as gpg, Thunderbird or their web page "
	"give it; - is\nstandard input.  It replaces another one.\n\n"
	"examples:\n"
	"  pli contact add bob@example.net bob.asc\n"
	"  gpg --export bob@example.net | pli contact add bob@example.net -\n",
	"FICHIER est sa clé publique, telle que gpg, Thunderbird ou sa page la "
	"donnent ;\n- est l'entrée standard.  Elle en remplace une autre.\n\n"
	"exemples :\n"
	"  pli contact add bob@example.net bob.asc\n"
	"  gpg --export bob@example.net | pli contact add bob@example.net -\n"
	},
};
