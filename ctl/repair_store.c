/*
 * repair_store.c - plictl repair store.
 *
 * The store's own program does it, under the uid that owns the folder, while
 * plid does not run.
 */

#include "plictl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* libexec/store, or libexec/store/store as a build has it. */
static void
path_of_program(const struct cli *c, char path[FILE_NAME_MAX])
{
	struct stat st;

	snprintf(path, FILE_NAME_MAX, "%s/store", c->libexec);
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		snprintf(path, FILE_NAME_MAX, "%s/store/store", c->libexec);
}

static void
become_owner(const struct stat *st)
{
	if (geteuid() != 0 || st->st_uid == 0)
		return;
	if (setresgid(st->st_gid, st->st_gid, st->st_gid) != 0 ||
	    setresuid(st->st_uid, st->st_uid, st->st_uid) != 0)
		_exit(126);
}

/* Its exit status; -1: it could not be started. */
static int
run_program(const char *program, const char *dir, const struct stat *st)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		become_owner(st);
		execl(program, "store", "--repair", dir, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid ||
	    !WIFEXITED(status) || WEXITSTATUS(status) >= 126)
		return -1;
	return WEXITSTATUS(status);
}

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
	if (call_connect(c, true, &status))
		return say(c, EXIT_LATER, "repair-running", NULL, NULL);
	snprintf(dir, sizeof(dir), "%s/var/lib/plid/store", c->prefix);
	if (stat(dir, &st) != 0)
		return say(c, EXIT_NO, "file-unreadable", dir,
		    strerror(errno));
	path_of_program(c, program);
	if (access(program, X_OK) != 0)
		return say(c, EXIT_NO, "repair-no-program", program,
		    strerror(errno));
	fflush(stdout);
	status = run_program(program, dir, &st);
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
