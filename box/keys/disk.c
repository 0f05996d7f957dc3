/* disk.c - whole files, read and written. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys.h"
#include "os/fd.h"

static struct { struct str path; int fd; } given[2];
static size_t givens;

void
disk_given(struct str path, int fd)
{
	if (fd >= 0 && givens < sizeof(given) / sizeof(given[0])) {
		given[givens].path = path;
		given[givens++].fd = fd;
	}
}

static int
open_it(const char *path)
{
	for (size_t i = 0; i < givens; i++)
		if (str_eq(given[i].path, (struct str){ path, strlen(path) }))
			return lseek(given[i].fd, 0, SEEK_SET) != 0 ? -1 :
			    fcntl(given[i].fd, F_DUPFD_CLOEXEC, 0);
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

bool
disk_read(const char *path, struct buf *out)
{
	int fd = open_it(path);
	ssize_t got = -1;
	struct stat st;
	char *room;

	if (fd < 0)
		return false;
	errno = EINVAL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size <= KEYS_FILE_MAX &&
	    (room = buf_room(out, (size_t)st.st_size + 1)) != NULL) {
		got = read(fd, room, (size_t)st.st_size);
		if (got >= 0)
			buf_grow(out, (size_t)got);
	}
	close(fd);
	return got >= 0;
}

static bool
write_new(int dir, const char *name, struct str s)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	bool ok = fd >= 0 && fd_write(fd, s) && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

bool
disk_write(const char *path, const char *name, struct str s)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char tmp[64];
	bool ok;

	if (dir < 0)
		return false;
	snprintf(tmp, sizeof(tmp), ".%s.new", name);
	(void)unlinkat(dir, tmp, 0);	/* of a start that was cut short */
	ok = write_new(dir, tmp, s) &&
	    renameat(dir, tmp, dir, name) == 0 && fsync(dir) == 0;
	close(dir);
	return ok;
}
