/* chan.c - one end of a SEQPACKET pair: whole messages and descriptors. */

#include "ipc/chan.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool
chan_pair(int pair[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0;
}

enum chan_status
chan_send(int fd, bool wait, struct str wire, const int *fds, size_t nfds)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(CHAN_FDS_MAX * sizeof(int))];
	} control;
	struct iovec iov = { (char *)(uintptr_t)wire.ptr, wire.len };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	assert(nfds <= CHAN_FDS_MAX && wire.len <= IPC_MAX);
	if (nfds > 0) {
		struct cmsghdr *c;

		m.msg_control = control.bytes;
		m.msg_controllen = CMSG_SPACE(nfds * sizeof(int));
		memset(control.bytes, 0, sizeof(control.bytes));
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(nfds * sizeof(int));
		memcpy(CMSG_DATA(c), fds, nfds * sizeof(int));
	}
	do
		n = sendmsg(fd, &m, MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT));
	while (n < 0 && errno == EINTR);
	if (n >= 0)
		return CHAN_OK;
	return errno == EAGAIN || errno == ENOBUFS || errno == ETOOMANYREFS ?
	    CHAN_AGAIN : CHAN_GONE;
}

static void
take_fds(struct msghdr *m, struct chan_msg *out)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL;
	    c = CMSG_NXTHDR(m, c)) {
		size_t n;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int),
			    sizeof(fd));
			if (out->nfds < CHAN_FDS_MAX)
				out->fds[out->nfds++] = fd;
			else
				close(fd);
		}
	}
}

enum chan_status
chan_recv(int fd, bool wait, char *buf, struct chan_msg *out)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(CHAN_FDS_MAX * sizeof(int))];
	} control;
	struct iovec iov = { buf, IPC_MAX };
	struct msghdr m = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	ssize_t n;

	out->nfds = 0;
	out->wire = (struct str){ buf, 0 };
	do
		n = recvmsg(fd, &m,
		    MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? CHAN_AGAIN : CHAN_GONE;
	take_fds(&m, out);
	if (n == 0 || (m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
		chan_close_fds(out);
		return CHAN_GONE;
	}
	out->wire.len = (size_t)n;
	return CHAN_OK;
}

void
chan_close_fds(struct chan_msg *in)
{
	while (in->nfds > 0)
		close(in->fds[--in->nfds]);
}

int
chan_wait(const int *fds, size_t n, int timeout_ms)
{
	struct pollfd p[8];
	int got;

	assert(n <= sizeof(p) / sizeof(p[0]));
	for (size_t i = 0; i < n; i++)
		p[i] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
	do
		got = poll(p, (nfds_t)n, timeout_ms);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (p[i].revents != 0)
			return (int)i;
	return -1;
}

enum chan_status
chan_put(int fd, const struct field_msg *table, size_t types, unsigned type,
    const void *msg, const int *fds, size_t nfds)
{
	enum chan_status status = CHAN_GONE;
	struct buf out;

	assert(nfds == table[type].fds);
	buf_init(&out, IPC_MAX);
	field_put(&out, table, types, type, msg);
	if (!out.failed)
		status = chan_send(fd, true, buf_str(&out), fds, nfds);
	buf_free(&out);
	return status;
}

int
chan_get_in(int fd, char *buf, const struct field_msg *table, size_t types,
    void *msg, size_t room, struct chan_msg *in)
{
	int type;

	if (chan_recv(fd, true, buf, in) != CHAN_OK)
		return -1;
	type = field_get_in(table, types, in->wire, msg, room);
	if (type < 0 || in->nfds != table[type].fds) {
		chan_close_fds(in);
		return -1;
	}
	return type;
}
