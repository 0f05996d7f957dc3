/* dkim_show.c - plictl dkim show: what to publish, as a zone file has it. */

#include "plictl.h"

enum { STRING_MAX = 255 };	/* octets of one string: RFC 1035, 3.3 */

/* A record that does not fit a string is in several, in parentheses. */
static void
put_record(struct str name, struct str value)
{
	bool many = value.len > STRING_MAX;

	put_cell(name, 0);
	fputs(many ? ". IN TXT (" : ". IN TXT", stdout);
	while (value.len > 0) {
		struct str piece = value;

		if (piece.len > STRING_MAX)
			piece.len = STRING_MAX;
		fputs(many ? "\n\t\"" : " \"", stdout);
		put_cell(piece, 0);
		putchar('"');
		value.ptr += piece.len;
		value.len -= piece.len;
	}
	fputs(many ? " )\n" : "\n", stdout);
}

static void
on_row(struct cli *c, void *ctx, struct str row)
{
	list_row(c, ctx, row);
	if (!c->json)
		put_record(row_get(row, "name"), row_get(row, "value"));
}

static int
run(struct cli *c, int argc, char **argv)
{
	static const struct option none[] = { { NULL, NULL, NULL } };
	struct words words;
	struct buf args;
	bool first = true;
	int status;

	if (!args_take(c, none, argc, argv, &words, 0, 1))
		return EXIT_NO;
	args_begin(&args);
	if (words.count > 0)
		args_put(&args, "domain", words.word[0]);
	list_begin(c);
	status = call(c, "dkim show", &args, -1,
	    words.count > 0 ? words.word[0] : NULL, on_row, &first);
	list_end(c);
	return status;
}

const struct verb verb_dkim_show = {
	"dkim", "show", "[DOMAIN]", run,
	{ "the DNS records that vouch for what is sent",
	"les enregistrements DNS qui attestent ce qui est envoyé" },
	{ "Every message that leaves is signed with two keys of its domain "
	"(DKIM).  Publish\nthese records, both, in the domain's zone; others "
	"can then tell your mail from\nforged mail.  They are lines of a zone "
	"file; where a form asks for one value,\ntake -j, which does not "
	"split it.\n\n"
	"examples:\n"
	"  plictl dkim show\n"
	"  plictl -j dkim show example.org\n",
	"Tout message qui part est signé avec deux clés de son domaine "
	"(DKIM).  Publiez\nces deux enregistrements dans la zone du domaine : "
	"les autres distingueront\nalors votre courrier d'un faux.  Ce sont "
	"des lignes d'un fichier de zone ; si\nun formulaire demande une "
	"seule valeur, prenez -j, qui ne la coupe pas.\n\n"
	"exemples :\n"
	"  plictl dkim show\n"
	"  plictl -j dkim show example.org\n" },
};
