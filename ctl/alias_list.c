/* alias_list.c - plictl alias list. */

#include "plictl.h"

static void
on_row(struct cli *c, void *ctx, struct str row)
{
	bool *first = ctx;

	list_row(c, first, row);
	if (c->json)
		return;
	if (*first) {
		put_cell(from_c(text_of(c, "head-address")), 32);
		printf("%s\n", text_of(c, "head-target"));
	}
	*first = false;
	put_cell(row_get(row, "address"), 31);
	putchar(' ');
	put_cell(row_get(row, "target"), 0);
	putchar('\n');
}

static int
run(struct cli *c, int argc, char **argv)
{
	static const struct option none[] = { { NULL, NULL, NULL } };
	struct words words;
	bool first = true;
	int status;

	if (!args_take(c, none, argc, argv, &words, 0, 0))
		return EXIT_NO;
	list_begin(c);
	status = call(c, "alias list", NULL, -1, NULL, on_row, &first);
	list_end(c);
	if (status == 0 && first && !c->json)
		tell(c, "no-aliases", NULL, NULL);
	return status;
}

const struct verb verb_alias_list = {
	"alias", "list", "", run,
	{ "which addresses go where", "quelles adresses vont où" },
	{ "examples:\n"
	"  plictl alias list\n",
	"exemples :\n"
	"  plictl alias list\n" },
};
