/* list.c - pli list. */

#include <string.h>

#include "mail.h"

enum { NEWEST = 20 };

static int
list(struct mail *m, const char *folder, unsigned most)
{
	int status = mail_boxes(m);
	const char *id;

	if (status != 0)
		return status;
	id = mail_box(m, folder);
	if (id == NULL)
		return say(&m->p->cli, EXIT_NO, "mail-no-folder", folder,
		    NULL);
	return rows_put(m, json_pack("{s:s}", "inMailbox", id), most);
}

bool
rows_most(struct cli *c, const char *text, unsigned *most)
{
	struct str in;
	uint64_t n;

	if (text == NULL)
		return true;
	in = from_c(text);
	if (str_take_u64(&in, &n) && in.len == 0 && n > 0 &&
	    n <= MAIL_IDS_MAX) {
		*most = (unsigned)n;
		return true;
	}
	say(c, EXIT_NO, "mail-count", text, NULL);
	return false;
}

static int
run(struct cli *c, int argc, char **argv)
{
	static struct mail m;
	const char *count = NULL;
	const struct option options[] = {
		{ "-n", &count, NULL }, { NULL, NULL, NULL },
	};
	struct words words = { .word = { "inbox" } };
	unsigned most = NEWEST;
	int status;

	if (!args_take(c, options, argc, argv, &words, 0, 1) ||
	    !rows_most(c, count, &most))
		return EXIT_NO;
	status = mail_open(&m, pli_of(c));
	if (status == 0)
		status = list(&m, words.word[0], most);
	mail_close(&m);
	return status;
}

const struct verb verb_list = {
	"list", "", "[FOLDER] [-n NUMBER]", run,
	{ "the newest messages of a folder",
	"les messages les plus récents d'un dossier" },
	{ "The id (for pli read), * if it is unread, ! if it is starred, when "
	"it came, from\nwhom, the subject; [+] if something is attached.  "
	"Without FOLDER: the inbox.\n\n"
	"  -n NUMBER  so many (20; 500 at most)\n"
	"  -j         as JSON, for programs\n\n"
	"examples:\n"
	"  pli list\n"
	"  pli list Sent -n 5\n"
	"  pli list Archive/2009\n",
	"L'identifiant (pour pli read), * si non lu, ! si suivi, quand il est "
	"venu, de\nqui, l'objet ; [+] si une pièce est jointe.  Sans DOSSIER : "
	"la réception.\n\n"
	"  -n NOMBRE  combien (20 ; 500 au plus)\n"
	"  -j         en JSON, pour les programmes\n\n"
	"exemples :\n"
	"  pli list\n"
	"  pli list Sent -n 5\n"
	"  pli list Archive/2009\n" },
};
