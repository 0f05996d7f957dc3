/* program.c - where the roles' own programs are. */

#include "cli/cli.h"

#include <sys/stat.h>

static bool
is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static bool
is_no_colon(unsigned char c)
{
	return c != ':';
}

void
program_find(const struct cli *c, const char *folder, const char *name,
    char path[FILE_NAME_MAX])
{
	struct str dirs = from_c(c->libexec);

	snprintf(path, FILE_NAME_MAX, "%s", name);
	while (dirs.len > 0) {
		struct str dir = str_take_while(&dirs, is_no_colon);

		(void)str_take_byte(&dirs, ':');
		snprintf(path, FILE_NAME_MAX, "%.*s/%s/%s", (int)dir.len,
		    dir.ptr, folder, name);
		if (is_program(path))
			return;
		snprintf(path, FILE_NAME_MAX, "%.*s/%s", (int)dir.len,
		    dir.ptr, name);
		if (is_program(path))
			return;
	}
}
