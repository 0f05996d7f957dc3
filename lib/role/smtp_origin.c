/* smtp_origin.c - whose connection it is that a gate passes on. */

#include "role/smtp_origin.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/ip.h"
#include "proto/proxy2.h"

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
