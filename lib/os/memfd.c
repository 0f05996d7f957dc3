/* memfd.c - bodies that pass between processes. */

#include "os/memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "os/fd.h"

int
memfd_new(const char *name)
{
	return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

int
memfd_of(const char *name, struct str octets)
{
	int fd = memfd_new(name);

	if (fd < 0 || (fd_write(fd, octets) && memfd_settle(fd)))
		return fd;
	close(fd);
	return -1;
}

bool
memfd_read(int fd, uint64_t at, void *out, size_t n)
{
	char *to = out;

	while (n > 0) {
		ssize_t got = pread(fd, to, n, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		to += got;
		at += (uint64_t)got;
		n -= (size_t)got;
	}
	return true;
}

bool
memfd_add(int fd, size_t most, struct buf *out)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *room;

	if (size <= 0)
		return size == 0;
	if ((uint64_t)size > most || !memfd_is_settled(fd, (uint64_t)size))
		return false;
	room = buf_room(out, (size_t)size);
	if (room == NULL || !memfd_read(fd, 0, room, (size_t)size))
		return false;
	buf_grow(out, (size_t)size);
	return true;
}

bool
memfd_settle(int fd)
{
	return fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK |
	    F_SEAL_GROW | F_SEAL_WRITE) == 0;
}

bool
memfd_is_settled(int fd, uint64_t size)
{
	int want = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW;
	int seals = fcntl(fd, F_GET_SEALS);
	off_t end = lseek(fd, 0, SEEK_END);

	/* -1, of what is no memfd, has every bit */
	return seals >= 0 && (seals & want) == want && size > 0 && end >= 0 &&
	    (uint64_t)end == size;
}
