/* user_list.c - plictl user list. */

#include "plictl.h"

enum { TAIL = 16 };	/* of a fingerprint: what people compare */

struct state {
	bool first;
};

static void
head(const struct cli *c)
{
	put_cell(from_c(text_of(c, "head-name")), 32);
	put_cell(from_c(text_of(c, "head-mail")), 10);
	put_cell(from_c(text_of(c, "head-size")), 10);
	put_cell(from_c(text_of(c, "head-quota")), 10);
	put_cell(from_c(text_of(c, "head-seal")), 18);
	printf("%s\n", text_of(c, "head-expires"));
}

static void
size_cell(const struct cli *c, uint64_t octets, bool zero_is_none)
{
	char text[16];

	size_text(octets, text);
	put_cell(octets == 0 && zero_is_none ? from_c(text_of(c, "none")) :
	    from_c(text), 10);
}

static void
seal_cells(const struct cli *c, struct str row)
{
	struct str fpr = row_get(row, "cert_fpr");
	uint64_t expires = row_number(row, "cert_expires");
	char date[16] = "";

	if (!str_eq(row_get(row, "sealed"), STR("1"))) {
		printf("%s\n", text_of(c, "unsealed"));
		return;
	}
	if (fpr.len == 0) {
		printf("%s\n", text_of(c, "waiting"));
		return;
	}
	if (fpr.len > TAIL) {
		fpr.ptr += fpr.len - TAIL;
		fpr.len = TAIL;
	}
	put_cell(fpr, 18);
	if (expires != 0)
		date_text(expires, date);
	printf("%s\n", expires != 0 ? date : text_of(c, "never"));
}

static void
on_row(struct cli *c, void *ctx, struct str row)
{
	struct state *s = ctx;

	list_row(c, &s->first, row);
	if (c->json)
		return;
	if (s->first)
		head(c);
	s->first = false;
	put_cell(row_get(row, "name"), 31);
	putchar(' ');
	put_cell(row_get(row, "messages"), 10);
	size_cell(c, row_number(row, "used"), false);
	size_cell(c, row_number(row, "quota"), true);
	seal_cells(c, row);
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
	status = call(c, "user list", NULL, -1, NULL, on_row, &s);
	list_end(c);
	if (status == 0 && s.first && !c->json)
		tell(c, "no-users", NULL, NULL);
	return status;
}

const struct verb verb_user_list = {
	"user", "list", "", run,
	{ "who has a mailbox, how full, sealed to which key",
	"qui a une boîte, sa taille, chiffrée pour quelle clé" },
	{ "SEALED TO is the end of the key's fingerprint.\n\n"
	"examples:\n"
	"  plictl user list\n"
	"  plictl -j user list | python3 -m json.tool\n",
	"CHIFFRÉ POUR est la fin de l'empreinte de la clé.\n\n"
	"exemples :\n"
	"  plictl user list\n"
	"  plictl -j user list | python3 -m json.tool\n" },
};
