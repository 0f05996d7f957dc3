/*
 * repair_store.c - plictl repair store.
 *
 * The store's own program does it, under the uid that owns the folder, while
 * plid does not run.
 */

#include "plictl.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
run(struct cli *c, int argc, char **argv)
{
	static const struct option none[] = { { NULL, NULL, NULL } };
	char dir[FILE_NAME_MAX], program[FILE_NAME_MAX];
	struct words words;
	struct stat st;
	int status;

	if (!args_take(c, none, argc, argv, &words, 0, 0))
		return EXIT_NO;
	if (control_connect(c))
		return say(c, EXIT_LATER, "repair-running", NULL, NULL);
	snprintf(dir, sizeof(dir), "%s/var/lib/plid/store", prefix_of(c));
	if (stat(dir, &st) != 0)
		return say(c, EXIT_NO, "file-unreadable", dir,
		    strerror(errno));
	program_find(c, "store", "store", program);
	if (access(program, X_OK) != 0)
		return say(c, EXIT_NO, "repair-no-program", program,
		    strerror(errno));
	status = program_run(c, "store", &st, "--repair", dir, NULL);
	if (status == EXIT_LATER)
		return say(c, EXIT_LATER, "repair-running", NULL, NULL);
	return status == 0 ? 0 : say(c, EXIT_NO, "repair-failed", dir, NULL);
}

const struct verb verb_repair_store = {
	"repair", "store", "", run,
	{ "mend the database while the box does not run",
	"réparer la base quand la boîte ne tourne pas" },
	{ "Prints a line for each thing that it mended.\n\n"
	"  --libexec DIR   where the role programs are\n\n"
	"examples:\n"
	"  systemctl stop plid\n"
	"  plictl repair store\n"
	"  systemctl start plid\n",
	"Affiche une ligne pour chaque chose réparée.\n\n"
	"  --libexec DOSSIER   où sont les programmes des rôles\n\n"
	"exemples :\n"
	"  systemctl stop plid\n"
	"  plictl repair store\n"
	"  systemctl start plid\n" },
};
