/* fd.c - all of it, whatever write(2) takes at a time. */

#include "os/fd.h"

#include <errno.h>
#include <unistd.h>

bool
fd_write(int fd, struct str s)
{
	while (s.len > 0) {
		ssize_t n = write(fd, s.ptr, s.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		s.ptr += n;
		s.len -= (size_t)n;
	}
	return true;
}
