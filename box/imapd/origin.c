/*
 * origin.c - whose connection it is that a gate passes on.
 *
 * The header is read octet by octet: what follows it is TLS, and must stay in
 * the socket.
 */

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "imapd.h"
#include "os/log.h"
#include "role/smtp_origin.h"

enum { HEADER_MS = 10 * 1000, HEADER_BUF = 1024 };

static ptrdiff_t
read_one(void *ctx, void *mem, size_t n, int timeout_ms)
{
	struct pollfd p = { .fd = *(const int *)ctx, .events = POLLIN };
	ssize_t got;

	(void)n;
	if (poll(&p, 1, timeout_ms) <= 0)
		return STREAM_TIMEOUT;
	do
		got = recv(p.fd, mem, 1, 0);
	while (got < 0 && errno == EINTR);
	return got >= 0 ? got : STREAM_BROKEN;
}

bool
imap_take_origin(struct role *r, struct child *c)
{
	static const struct stream_ops ops = { .read = read_one };
	char in[HEADER_BUF], out[1];
	struct stream s;

	if (!smtp_origin_is_proxy(&r->conf, c->addr))
		return true;
	stream_plain(&s, c->sock, in, sizeof(in), out, sizeof(out));
	stream_change(&s, &ops, &c->sock);
	s.idle_ms = HEADER_MS;
	s.end = stream_now() + HEADER_MS;
	if (smtp_origin_take(&s, c))
		return true;
	log_event("proxy-header-bad", "service=imap");
	return false;
}
