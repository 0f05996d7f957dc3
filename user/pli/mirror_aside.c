/* mirror_aside.c - another mirror takes the place of one. */

#include "mirror.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ASIDE_MAX = 100 };

static const char aside[] = "mirror.old-";

static bool
path_of(const struct pli *p, const char *name, char out[FILE_NAME_MAX])
{
	int n = snprintf(out, FILE_NAME_MAX, "%s/%s", p->dir, name);

	return n > 0 && n < FILE_NAME_MAX;
}

int
mirror_aside(struct pli *p)
{
	char from[FILE_NAME_MAX], to[FILE_NAME_MAX], name[32];
	struct stat st;

	if (!path_of(p, "mirror", from))
		return say(&p->cli, EXIT_NO, "path-long", p->dir, NULL);
	for (unsigned i = 1; i < ASIDE_MAX; i++) {
		snprintf(name, sizeof(name), "%s%u", aside, i);
		if (!path_of(p, name, to))
			return say(&p->cli, EXIT_NO, "path-long", p->dir,
			    NULL);
		if (lstat(to, &st) == 0)
			continue;
		if (rename(from, to) == 0 || errno == ENOENT)
			return 0;
		break;
	}
	return say(&p->cli, EXIT_LATER, "file-unwritten", to,
	    strerror(errno));
}

/* A folder of files, as the store makes it. */
static void
drop(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			(void)unlinkat(fd, e->d_name, 0);
	if (d != NULL)
		closedir(d);
	else if (fd >= 0)
		close(fd);
	(void)unlinkat(dir, name, AT_REMOVEDIR);
}

void
mirror_tidy(struct pli *p)
{
	DIR *d = opendir(p->dir);
	struct dirent *e;
	struct mirror m;
	bool any = false;

	while (d != NULL && !any && (e = readdir(d)) != NULL)
		any = strncmp(e->d_name, aside, sizeof(aside) - 1) == 0;
	if (any && mirror_ask(p, &m) && m.whole) {
		rewinddir(d);
		while ((e = readdir(d)) != NULL)
			if (strncmp(e->d_name, aside, sizeof(aside) - 1) == 0)
				drop(dirfd(d), e->d_name);
	}
	if (d != NULL)
		closedir(d);
}
