/* check_store.c - plictl check store. */

#include "plictl.h"

struct state {
	bool first;
	bool any;
};

/* A finding is a line: its values, in order. */
static void
on_row(struct cli *c, void *ctx, struct str row)
{
	struct state *s = ctx;
	struct str key, value;
	bool begun = false;

	s->any = true;
	list_row(c, &s->first, row);
	while (!c->json && admin_take(&row, &key, &value)) {
		if (begun)
			putchar(' ');
		begun = true;
		put_cell(value, 0);
	}
	if (!c->json)
		putchar('\n');
}

static int
run(struct cli *c, int argc, char **argv)
{
	static const struct option none[] = { { NULL, NULL, NULL } };
	struct state s = { .first = true };
	struct words words;
	int status;

	if (!args_take(c, none, argc, argv, &words, 0, 0))
		return EXIT_NO;
	list_begin(c);
	status = call(c, "store check", NULL, -1, NULL, on_row, &s);
	list_end(c);
	return status == 0 && s.any ?
	    say(c, EXIT_NO, "why-findings", NULL, NULL) : status;
}

const struct verb verb_check_store = {
	"check", "store", "", run,
	{ "verify the whole database while the box runs",
	"vérifier toute la base pendant que la boîte tourne" },
	{ "Silent when it is sound; else one line for each finding.\n\n"
	"examples:\n"
	"  plictl check store\n",
	"Silencieux si elle est saine ; sinon une ligne par défaut trouvé.\n\n"
	"exemples :\n"
	"  plictl check store\n" },
};
