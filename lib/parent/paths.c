/* paths.c - whose folders are whose. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parent/parent.h"

bool
path_join(char out[PATH_MAX_], const char *prefix, const char *path)
{
	int n = snprintf(out, PATH_MAX_, "%s%s", prefix, path);

	return n > 0 && n < PATH_MAX_;
}

/* The folder and those above it. */
static bool
make_all(const char *path)
{
	char part[PATH_MAX_];

	for (const char *c = path + 1;; c++) {
		if (*c != '/' && *c != '\0')
			continue;
		memcpy(part, path, (size_t)(c - path));
		part[c - path] = '\0';
		if (mkdir(part, 0755) != 0 && errno != EEXIST)
			return false;
		if (*c == '\0')
			return true;
	}
}

/* The folder itself, never what a link in its place leads to: it may lie in
 * somebody else's (-p). */
static bool
make_for(const struct parent *b, const char *path, mode_t mode,
    enum role_id role)
{
	uid_t uid = UID_BASE + (uid_t)role;
	bool ok;
	int fd;

	if (!make_all(path))
		return false;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return false;
	ok = fchmod(fd, mode) == 0 && (!b->root || role == ROLE_PARENT ||
	    fchown(fd, uid, uid) == 0);
	close(fd);
	return ok;
}

bool
paths_make(const struct parent *b)
{
	const struct paths *p = &b->paths;
	/* of one user's files, nothing is for others */
	mode_t own = b->one_uid ? 0700 : 0777;

	return make_for(b, p->state, 0711 & own, ROLE_PARENT) &&
	    make_for(b, p->store, 0700, ROLE_STORE) &&
	    make_for(b, p->keys, 0700, ROLE_KEYS) &&
	    make_for(b, p->run, 0755 & own, ROLE_PARENT);
}
