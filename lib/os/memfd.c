/* memfd.c - bodies that pass between processes. */

#include "os/memfd.h"

#include <fcntl.h>
#include <unistd.h>

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
