/* program.c - the roles' own programs, run for what they alone know. */

#include "plictl.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void
become_owner(const struct stat *st)
{
	if (st == NULL || geteuid() != 0 || st->st_uid == 0)
		return;
	if (setresgid(st->st_gid, st->st_gid, st->st_gid) != 0 ||
	    setresuid(st->st_uid, st->st_uid, st->st_uid) != 0)
		_exit(126);
}

int
program_run(const struct cli *cli, const char *role, const struct stat *owner,
    const char *a, const char *b, const char *c)
{
	char path[FILE_NAME_MAX];
	int status, exe;
	pid_t pid;

	program_find(cli, role, role, path);
	/* the owner need not be able to walk to it */
	exe = open(path, O_PATH | O_CLOEXEC);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		char *const argv[] = { (char *)(uintptr_t)role,
		    (char *)(uintptr_t)a, (char *)(uintptr_t)b,
		    (char *)(uintptr_t)c, NULL };

		become_owner(owner);
		execveat(exe, "", argv, environ, AT_EMPTY_PATH);
		_exit(127);
	}
	if (exe >= 0)
		close(exe);
	if (pid < 0 || waitpid(pid, &status, 0) != pid ||
	    !WIFEXITED(status) || WEXITSTATUS(status) >= 126)
		return -1;
	return WEXITSTATUS(status);
}
