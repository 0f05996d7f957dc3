/* ports.c - listening sockets. */

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "parent/parent.h"

enum { BACKLOG = 1024 };

/* "" is every address: one IPv6 socket that takes IPv4 as well, or IPv4
 * alone where the kernel has no IPv6. */
static socklen_t
to_sockaddr(const struct conf_listen *l, bool six, struct sockaddr_storage *out)
{
	struct sockaddr_in6 *in6 = (void *)out;
	struct sockaddr_in *in = (void *)out;
	char text[64] = "";

	memset(out, 0, sizeof(*out));
	if (l->address.len >= sizeof(text))
		return 0;
	if (l->address.len > 0)
		memcpy(text, l->address.ptr, l->address.len);
	if (six) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(l->port);
		if (text[0] != '\0' &&
		    inet_pton(AF_INET6, text, &in6->sin6_addr) != 1)
			return 0;
		return sizeof(*in6);
	}
	in->sin_family = AF_INET;
	in->sin_port = htons(l->port);
	if (text[0] != '\0' && inet_pton(AF_INET, text, &in->sin_addr) != 1)
		return 0;
	return sizeof(*in);
}

static int
bind_one(const struct conf_listen *l, bool six)
{
	struct sockaddr_storage sa;
	socklen_t len = to_sockaddr(l, six, &sa);
	int on = 1, off = 0, fd, saved;

	if (len == 0) {
		errno = EAFNOSUPPORT;
		return -1;
	}
	fd = socket(sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	/* accepted sockets inherit it */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (six)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY,
		    l->address.len > 0 ? &on : &off, sizeof(on));
	if (bind(fd, (struct sockaddr *)&sa, len) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

static int
bind_any(const struct conf_listen *l)
{
	int fd = bind_one(l, true);

	if (fd < 0 && errno == EAFNOSUPPORT)
		fd = bind_one(l, false);
	return fd;
}

static bool
same(const struct conf_listen *a, const struct conf_listen *b)
{
	return a->service == b->service && a->port == b->port &&
	    a->clear == b->clear && str_eq(a->address, b->address);
}

static bool
complain(struct buf *why, const struct conf_listen *l)
{
	buf_add_c(why, "cannot listen on ");
	buf_add(why, l->address.len > 0 ? l->address : STR("*"));
	buf_byte(why, ':');
	buf_add_u64(why, l->port);
	buf_add_c(why, " for ");
	buf_add_c(why, conf_service_name(l->service));
	buf_add_c(why, ": ");
	buf_add_c(why, strerror(errno));
	return false;
}

bool
ports_open(const struct conf *conf, const struct listener *old, size_t olds,
    struct listener *out, size_t *outs, struct buf *why)
{
	*outs = 0;
	for (size_t i = 0; i < conf->listens; i++) {
		struct listener *l = &out[*outs];

		l->l = conf->listen[i];
		l->fd = -1;
		for (size_t k = 0; k < olds; k++)
			if (same(&old[k].l, &l->l))
				l->fd = old[k].fd;
		if (l->fd < 0)
			l->fd = bind_any(&l->l);
		if (l->fd < 0) {
			complain(why, &l->l);
			ports_close(out, *outs, old, olds);
			return false;
		}
		++*outs;
	}
	return true;
}

void
ports_close(struct listener *old, size_t olds, const struct listener *kept,
    size_t kepts)
{
	for (size_t i = 0; i < olds; i++) {
		bool keep = false;

		for (size_t k = 0; k < kepts; k++)
			keep = keep || kept[k].fd == old[i].fd;
		if (!keep)
			close(old[i].fd);
	}
}

int
ports_control(const struct parent *b)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	struct group *pli = getgrnam("pli");
	size_t n = strlen(b->paths.socket);
	int fd;

	if (n >= sizeof(sa.sun_path))
		return -1;
	memcpy(sa.sun_path, b->paths.socket, n);
	(void)unlink(b->paths.socket);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	umask(0177);
	if (bind(fd, (struct sockaddr *)&sa, sizeof(sa)) != 0 ||
	    listen(fd, 16) != 0) {
		close(fd);
		fd = -1;
	}
	umask(022);
	if (fd >= 0 && b->root && pli != NULL &&
	    (chown(b->paths.socket, 0, pli->gr_gid) != 0 ||
	    chmod(b->paths.socket, 0660) != 0)) {
		close(fd);
		return -1;
	}
	return fd;
}
