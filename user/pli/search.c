/* search.c - pli search. */

#include "mail.h"

enum { FOUND = 50, WORDS = 32 };

static int
search(struct mail *m, const struct words *w, unsigned most)
{
	json_t *conditions, *filter;
	int status = mail_boxes(m);

	if (status != 0)
		return status;
	conditions = json_array();
	for (size_t i = 0; i < w->count; i++)
		query_add(conditions, from_c(w->word[i]), m);
	filter = query_filter(conditions, m);
	json_decref(conditions);
	return filter == NULL ? say(&m->p->cli, EXIT_NO, "mail-utf8", NULL,
	    NULL) : rows_put(m, filter, most);
}

static int
run(struct cli *c, int argc, char **argv)
{
	static struct mail m;
	const char *count = NULL;
	const struct option options[] = {
		{ "-n", &count, NULL }, { NULL, NULL, NULL },
	};
	struct words words;
	unsigned most = FOUND;
	int status;

	if (!args_take(c, options, argc, argv, &words, 1, WORDS) ||
	    !rows_most(c, count, &most))
		return EXIT_NO;
	status = mail_open(&m, pli_of(c));
	if (status == 0)
		status = search(&m, &words, most);
	mail_close(&m);
	return status;
}

const struct verb verb_search = {
	"search", "", "WORD... [-n NUMBER]", run,
	{ "messages that hold all these words",
	"les messages qui contiennent tous ces mots" },
	{ "The newest first, as pli list shows them.  What lies in the trash "
	"or in junk is\nleft out unless in: names it.  A word may be\n\n"
	"  from: to: cc: subject: body:   in that place alone\n"
	"  has:attachment                 with something attached\n"
	"  before: after:                 2026, 2026-05 or 2026-05-01\n"
	"  is:unread is:starred …         also read, answered, draft\n"
	"  in:FOLDER                      in that folder\n\n"
	"A word in quotes of the shell is looked for as it stands.  After --, "
	"a - in front\nmeans: not this.\n\n"
	"  -n NUMBER  so many (50; 500 at most)\n"
	"  -j         as JSON, for programs\n\n"
	"examples:\n"
	"  pli search roof slates\n"
	"  pli search from:anna 'subject:the roof' after:2026-05\n"
	"  pli search -- is:unread -from:newsletter\n",
	"Les plus récents d'abord, comme pli list les montre.  Corbeille et "
	"indésirables ne\nsont cherchés que si in: les nomme.  Un mot peut "
	"être\n\n"
	"  from: to: cc: subject: body:   à cet endroit seulement\n"
	"  has:attachment                 avec une pièce jointe\n"
	"  before: after:                 2026, 2026-05 ou 2026-05-01\n"
	"  is:unread is:starred …         aussi read, answered, draft\n"
	"  in:DOSSIER                     dans ce dossier\n\n"
	"Un mot entre guillemets du shell est cherché tel quel.  Après --, un "
	"- devant\nveut dire : pas ceci.\n\n"
	"  -n NOMBRE  combien (50 ; 500 au plus)\n"
	"  -j         en JSON, pour les programmes\n\n"
	"exemples :\n"
	"  pli search toit ardoises\n"
	"  pli search from:anna 'subject:le toit' after:2026-05\n"
	"  pli search -- is:unread -from:newsletter\n" },
};
