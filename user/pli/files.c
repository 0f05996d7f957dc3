/* files.c - the owner's folder, and files that are whole or not there. */

#include "pli.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/fd.h"

static bool
fill(const struct pli *p, char out[FILE_NAME_MAX], const char *a,
    const char *b, const char *c)
{
	int n = snprintf(out, FILE_NAME_MAX, "%s%s%s", a, b, c);

	if (n >= 0 && n < FILE_NAME_MAX)
		return true;
	say(&p->cli, EXIT_NO, "path-long", a, NULL);
	return false;
}

/* Where the accounts' folders are: the XDG base directories. */
static bool
home_path(const struct pli *p, char out[FILE_NAME_MAX])
{
	const char *xdg = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

	if (p->home != NULL)
		return fill(p, out, p->home, "", "");
	if (xdg != NULL && xdg[0] == '/')
		return fill(p, out, xdg, "/pli", "");
	if (home != NULL && home[0] == '/')
		return fill(p, out, home, "/.local/share/pli", "");
	say(&p->cli, EXIT_NO, "no-home", NULL, NULL);
	return false;
}

/* It becomes the name of a folder, and goes into a key. */
static bool
is_address(const char *a)
{
	const char *at = strchr(a, '@');
	size_t n = strlen(a);

	if (at == NULL || at == a || at[1] == '\0' || strchr(at + 1, '@') ||
	    a[0] == '.' || a[0] == '-' || n > 200)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)a[i];

		if (c <= ' ' || c == 0x7f || strchr("/\\<>\"'()[],:;", c))
			return false;
	}
	return true;
}

bool
account_path(struct pli *p, const char *address)
{
	char home[FILE_NAME_MAX];

	if (!is_address(address)) {
		say(&p->cli, EXIT_NO, "bad-address", address, NULL);
		return false;
	}
	if (address != p->address)
		snprintf(p->address, sizeof(p->address), "%s", address);
	return home_path(p, home) && fill(p, p->dir, home, "/", address);
}

bool
account_exists(const struct pli *p)
{
	char path[FILE_NAME_MAX];

	return fill(p, path, p->dir, "/keys", "") && access(path, F_OK) == 0;
}

/* The only folder with a container in it. */
static bool
find_only(struct pli *p, const char *home)
{
	char name[AGENT_NAME_MAX + 1] = "";
	DIR *dir = opendir(home);
	struct dirent *e;
	size_t n = 0;

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		if (!is_address(e->d_name) || !account_path(p, e->d_name) ||
		    !account_exists(p))
			continue;
		n++;
		snprintf(name, sizeof(name), "%.*s", AGENT_NAME_MAX,
		    e->d_name);
	}
	if (dir != NULL)
		closedir(dir);
	if (n != 1)
		say(&p->cli, EXIT_NO, n == 0 ? "no-account" : "which-account",
		    home, NULL);
	return n == 1 && account_path(p, name);
}

bool
account_find(struct pli *p, const char *address)
{
	char home[FILE_NAME_MAX];

	if (address == NULL)
		return home_path(p, home) && find_only(p, home);
	if (!account_path(p, address))
		return false;
	if (account_exists(p))
		return true;
	say(&p->cli, EXIT_NO, "no-such-account", address, NULL);
	return false;
}

int
account_make(struct pli *p)
{
	char path[FILE_NAME_MAX];

	for (size_t i = 1; p->dir[i - 1] != '\0'; i++) {
		if (p->dir[i] != '/' && p->dir[i] != '\0')
			continue;
		memcpy(path, p->dir, i);
		path[i] = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return say(&p->cli, EXIT_LATER, "folder-not-made", path,
			    strerror(errno));
	}
	return 0;
}

int
file_read(const struct pli *p, const char *path, struct buf *out)
{
	bool std = strcmp(path, "-") == 0;
	int fd = std ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : 1;

	while (n > 0) {
		char *room = buf_room(out, 16384);

		n = room == NULL ? -1 : read(fd, room, 16384);
		if (n > 0)
			buf_grow(out, (size_t)n);
	}
	if (fd >= 0 && !std)
		close(fd);
	if (n == 0)
		return 0;
	return say(&p->cli, EXIT_NO, out->failed ? "file-large" :
	    "file-unreadable", path, strerror(errno));
}

/* The name in its folder is durable, too. */
static bool
sync_folder(const char *path)
{
	char dir[FILE_NAME_MAX];
	char *slash;
	int fd;
	bool ok;

	snprintf(dir, sizeof(dir), "%s", path);
	slash = strrchr(dir, '/');
	if (slash == NULL)
		snprintf(dir, sizeof(dir), ".");
	else
		slash[slash == dir ? 1 : 0] = '\0';
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool
put_in_place(const char *from, const char *to, bool fresh)
{
	if (!fresh)
		return rename(from, to) == 0;
	if (link(from, to) != 0)
		return false;
	(void)unlink(from);
	return true;
}

int
file_write(const struct pli *p, const char *path, struct str s, bool fresh)
{
	char beside[FILE_NAME_MAX];
	int fd;
	bool ok;

	if (strcmp(path, "-") == 0)
		return fwrite(s.ptr, 1, s.len, stdout) == s.len ? 0 :
		    EXIT_LATER;
	if (!fill(p, beside, path, ".new", ""))
		return EXIT_NO;
	(void)unlink(beside);
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ok = fd >= 0 && fd_write(fd, s) && fsync(fd) == 0;
	if (fd >= 0 && close(fd) != 0)
		ok = false;
	if (ok && put_in_place(beside, path, fresh) && sync_folder(path))
		return 0;
	say(&p->cli, EXIT_LATER, errno == EEXIST ? "file-exists" :
	    "file-unwritten", path, strerror(errno));
	(void)unlink(beside);
	return EXIT_LATER;
}

int
container_read(const struct pli *p, struct buf *out)
{
	char path[FILE_NAME_MAX];

	return fill(p, path, p->dir, "/keys", "") ? file_read(p, path, out) :
	    EXIT_NO;
}

int
container_write(const struct pli *p, struct str s)
{
	char path[FILE_NAME_MAX];

	return fill(p, path, p->dir, "/keys", "") ?
	    file_write(p, path, s, false) : EXIT_NO;
}
