/* smtp_copy.c - memfds that hold a message, counted. */

#include "role/smtp_mail.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

bool
smtp_copy_open(struct smtp_copy *c)
{
	c->octets = 0;
	c->fd = memfd_create("mail", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return c->fd >= 0;
}

/* The head, if it is not yet written, and this much of the body. */
bool
smtp_copy_flush(struct smtp_mail *m, struct smtp_copy *c, struct str body)
{
	struct iovec v[2] = {
		{ c->head.ptr, c->head.len },
		{ (char *)(uintptr_t)body.ptr, body.len },
	};
	size_t n = c->head.len + body.len;

	if (n == 0)
		return true;
	if (!child_bytes(m->child, (int64_t)n))
		return false;
	c->octets += n;
	while (n > 0) {
		ssize_t done = v[0].iov_len == 0 ?
		    write(c->fd, v[1].iov_base, v[1].iov_len) :
		    writev(c->fd, v, 2);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		n -= (size_t)done;
		for (int i = 0; i < 2; i++) {
			size_t part = v[i].iov_len < (size_t)done ?
			    v[i].iov_len : (size_t)done;

			v[i].iov_base = (char *)v[i].iov_base + part;
			v[i].iov_len -= part;
			done -= (ssize_t)part;
		}
	}
	buf_clear(&c->head);
	return true;
}

/* From here on nobody, not even this process, can change it. */
bool
smtp_copy_seal(struct smtp_copy *c)
{
	return c->fd < 0 || fcntl(c->fd, F_ADD_SEALS, F_SEAL_SEAL |
	    F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0;
}

void
smtp_copy_drop(struct smtp_mail *m, struct smtp_copy *c)
{
	if (c->fd < 0)
		return;
	close(c->fd);
	c->fd = -1;
	(void)child_bytes(m->child, -(int64_t)c->octets);
	c->octets = 0;
}
