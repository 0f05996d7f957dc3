/* smtp_origin.c - whose connection it is that a gate passes on. */

#include "role/smtp_origin.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/ip.h"
#include "os/log.h"
#include "proto/proxy2.h"

enum { HEADER_MS = 10 * 1000 };

bool
smtp_origin_is_proxy(const struct conf *conf, const char *addr)
{
	struct ip peer, proxy;

	if (!ip_parse(&peer, (struct str){ addr, strlen(addr) }))
		return false;
	for (size_t i = 0; i < conf->proxies; i++)
		if (ip_parse(&proxy, conf->proxy[i]) && ip_eq(&proxy, &peer))
			return true;
	return false;
}

static bool
put_origin(const struct proxy2 *p, struct child *c)
{
	int family = p->family == PROXY2_IPV6 ? AF_INET6 : AF_INET;

	if (p->family == PROXY2_NONE)
		return true;	/* a health check: the gate itself */
	if (inet_ntop(family, p->source, c->addr, sizeof(c->addr)) == NULL)
		return false;
	memcpy(c->slot->addr, c->addr, sizeof(c->slot->addr));
	return true;
}

bool
smtp_origin_take(struct stream *io, struct child *c)
{
	struct proxy2 p;
	struct str some;
	size_t have = 0;

	while (stream_more(io, have, &some) == STREAM_OK) {
		switch (proxy2_parse(some, &p)) {
		case PROXY2_OK:
			stream_eat(io, p.len);
			return put_origin(&p, c);
		case PROXY2_BAD:
			return false;
		case PROXY2_MORE:
			have = some.len;
		}
	}
	return false;
}

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
smtp_origin_first(const struct role *r, struct child *c)
{
	static const struct stream_ops ops = { .read = read_one };
	char in[PROXY2_MAX], out[1];
	struct stream s;

	if (!smtp_origin_is_proxy(&r->conf, c->addr))
		return true;
	stream_plain(&s, c->sock, in, sizeof(in), out, sizeof(out));
	stream_change(&s, &ops, &c->sock);
	s.idle_ms = HEADER_MS;
	s.end = stream_now() + HEADER_MS;
	if (smtp_origin_take(&s, c))
		return true;
	log_event("proxy-header-bad", "service=%s", c->listen == NULL ? "none" :
	    conf_service_name(c->listen->service));
	return false;
}
