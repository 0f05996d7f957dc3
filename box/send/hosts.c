/*
 * hosts.c - where mail for a domain goes: RFC 5321, 5.1; RFC 7505.
 *
 * Addresses that no mail server of others has - of this machine, of networks
 * at home, of nobody - are passed over: a stranger's MX record must not lead
 * us to a neighbour of ours.
 */

#include <stdarg.h>
#include <string.h>
#include <sys/random.h>

#include "proto/dns_mx.h"
#include "proto/dns_reply.h"
#include "send.h"

enum { FAMILIES = 2, WHY_SHOWN = 300 };

static char in_buf[IPC_MAX];

void
send_fault(struct send_fault *f, enum verdict v, const char *status,
    const char *fmt, ...)
{
	va_list ap;

	f->verdict = v;
	f->host[0] = '\0';
	snprintf(f->status, sizeof(f->status), "%s", status);
	va_start(ap, fmt);
	(void)vsnprintf(f->why, sizeof(f->why), fmt, ap);
	va_end(ap);
}

static struct str
host_name(const struct target *t, size_t i)
{
	return (struct str){ t->host[i].name, strlen(t->host[i].name) };
}

static bool
ask(int dns, uint64_t id, uint32_t type, struct str name)
{
	struct msg_dns_ask m = { id, type, name };

	return dns >= 0 && name.len <= DNS_NAME_MAX && chan_put(dns, msg_dns,
	    DNS_TYPES, DNS_ASK, &m, NULL, 0) == CHAN_OK;
}

/* The next answer, which points into in_buf; false: dns is gone or silent. */
static bool
hear(int dns, uint64_t end, struct msg_dns_answer *out)
{
	union {
		struct msg_dns_answer answer;
		struct msg_dns_ask ask;
		struct msg_child child;
	} m;
	uint64_t now = stream_now();
	struct chan_msg in;

	if (now >= end || chan_wait(&dns, 1, (int)(end - now)) != 0 ||
	    chan_get(dns, in_buf, msg_dns, DNS_TYPES, &m, &in) != DNS_ANSWER)
		return false;
	*out = m.answer;
	return true;
}

static void
no_resolver(struct send_fault *f)
{
	send_fault(f, VERDICT_LATER, "4.3.0",
	    "The resolver of this machine does not answer.");
}

/* Why nothing was found; name is the domain, or a host of it. */
static void
not_found(struct send_fault *f, const struct msg_dns_answer *a,
    struct str name)
{
	int n = (int)name.len;
	int w = (int)(a->why.len > WHY_SHOWN ? WHY_SHOWN : a->why.len);
	const char *why = w > 0 ? a->why.ptr : "";

	switch (a->status) {
	case DNS_NO_NAME:
		send_fault(f, VERDICT_NO, "5.1.2",
		    "The domain %.*s does not exist.", n, name.ptr);
		break;
	case DNS_BOGUS:
		send_fault(f, VERDICT_LATER, "4.4.3", "The DNS records of "
		    "%.*s are forged or broken (DNSSEC): %.*s", n, name.ptr,
		    w, why);
		break;
	case DNS_TIMEOUT:
		send_fault(f, VERDICT_LATER, "4.4.3", "The name servers of "
		    "%.*s do not answer.", n, name.ptr);
		break;
	default:
		send_fault(f, VERDICT_LATER, "4.4.3", "The name servers of "
		    "%.*s fail: %.*s.", n, name.ptr, w, why);
		break;
	}
}

static bool
add_host(struct target *t, struct str name)
{
	if (t->hosts == HOSTS_MAX || name.len > HOST_OCTETS_MAX)
		return false;
	memcpy(t->host[t->hosts].name, name.ptr, name.len);
	t->host[t->hosts].name[name.len] = '\0';
	t->hosts++;
	return true;
}

static void
add_address(struct target *t, unsigned host, struct ip ip)
{
	for (size_t i = 0; i < t->addresses; i++)
		if (ip_eq(&t->address[i].ip, &ip))
			return;
	if (t->addresses < ADDRESSES_MAX)
		t->address[t->addresses++] = (struct address){ .ip = ip,
		    .host = host };
}

static bool
take_hosts(struct target *t, const struct dns_mx *mx, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)add_host(t, (struct str){ mx[i].name, mx[i].len });
	return t->hosts > 0;
}

/* The hosts of MX records, or the domain itself. */
static bool
take_mx(struct target *t, struct str domain, const struct msg_dns_answer *a,
    struct send_fault *f)
{
	static struct dns_mx mx[DNS_MX_MAX];
	uint32_t chance[DNS_MX_MAX];
	size_t n;

	if (getrandom(chance, sizeof(chance), 0) != sizeof(chance))
		memset(chance, 0, sizeof(chance));
	switch (dns_mx_list(a->records, chance, mx, &n)) {
	case DNS_MX_NONE:
		return add_host(t, domain);
	case DNS_MX_NULL:
		send_fault(f, VERDICT_NO, "5.1.10", "The domain %.*s says "
		    "that it takes no mail.", (int)domain.len, domain.ptr);
		return false;
	case DNS_MX_SOME:
		if (take_hosts(t, mx, n))
			return true;
		break;
	case DNS_MX_BROKEN:
		break;
	}
	send_fault(f, VERDICT_NO, "5.4.4", "The mail servers that %.*s names "
	    "are no names of hosts.", (int)domain.len, domain.ptr);
	return false;
}

static bool
find_mx(const struct send_setup *s, int dns, struct str domain,
    struct target *t, struct send_fault *f)
{
	uint64_t end = stream_now() + (uint64_t)s->times.dns_ms;
	struct msg_dns_answer a;

	if (!ask(dns, 1, DNS_MX, domain) || !hear(dns, end, &a)) {
		no_resolver(f);
		return false;
	}
	if (a.status != DNS_OK) {
		not_found(f, &a, domain);
		return false;
	}
	return take_mx(t, domain, &a, f);
}

/* Addresses as they come: of each host and family, and what went wrong. */
static struct {
	struct ip ip[HOSTS_MAX][FAMILIES][ADDRESSES_MAX];
	size_t n[HOSTS_MAX][FAMILIES];
	size_t skipped;
	bool later;			/* an answer may still come one day */
} found;

static bool
may_go_to(const struct send_setup *s, const struct target *t,
    const struct ip *ip)
{
	enum ip_kind kind = ip_kind(ip);

	return t->trusted || kind == IP_PUBLIC ||
	    (kind == IP_LOOPBACK && s->conf->send_loopback);
}

/* Of question 2 h + k: family k of host h; IPv6 is 0. */
static void
take_addresses(const struct send_setup *s, const struct target *t,
    const struct msg_dns_answer *a, struct send_fault *f)
{
	size_t host = (size_t)a->id / FAMILIES, family = a->id % FAMILIES;
	size_t octets = family == 0 ? 16 : 4, *n = &found.n[host][family];
	struct str list = a->records, rdata;

	if (a->status != DNS_OK && a->status != DNS_NO_NAME) {
		not_found(f, a, host_name(t, host));
		found.later = true;
		return;
	}
	while (*n < ADDRESSES_MAX && dns_record_take(&list, &rdata)) {
		struct ip ip;

		if (rdata.len != octets)
			continue;
		ip = ip_of_octets(rdata.ptr, octets);
		if (may_go_to(s, t, &ip))
			found.ip[host][family][(*n)++] = ip;
		else
			found.skipped++;
	}
}

/* IPv6 and IPv4 in turn: RFC 8305, 4. */
static void
interleave(struct target *t)
{
	for (unsigned h = 0; h < t->hosts; h++)
		for (size_t i = 0; i < ADDRESSES_MAX; i++)
			for (size_t k = 0; k < FAMILIES; k++)
				if (i < found.n[h][k])
					add_address(t, h, found.ip[h][k][i]);
}

static void
no_address(const struct target *t, struct str domain, struct send_fault *f)
{
	int n = (int)domain.len;

	if (found.later)
		return;			/* *f says it */
	if (found.skipped > 0)
		send_fault(f, VERDICT_NO, "5.4.4", "The mail servers of %.*s "
		    "have only addresses that are not on the Internet: of a "
		    "private network, or of the machine itself.", n,
		    domain.ptr);
	else if (t->hosts == 1 && str_eq_nocase(domain, host_name(t, 0)))
		send_fault(f, VERDICT_NO, "5.1.2", "The domain %.*s has no "
		    "mail server and no address.", n, domain.ptr);
	else
		send_fault(f, VERDICT_NO, "5.4.4", "None of the mail servers "
		    "of %.*s has an address.", n, domain.ptr);
}

static bool
find_addresses(const struct send_setup *s, int dns, struct str domain,
    struct target *t, struct send_fault *f)
{
	static const uint32_t types[FAMILIES] = { DNS_AAAA, DNS_A };
	uint64_t end = stream_now() + (uint64_t)s->times.dns_ms;
	struct msg_dns_answer a;
	size_t asked = 0, heard = 0;

	memset(&found.n, 0, sizeof(found.n));
	found.skipped = 0;
	found.later = false;
	for (size_t h = 0; h < t->hosts; h++)
		for (size_t k = 0; k < FAMILIES; k++)
			asked += ask(dns, h * FAMILIES + k, types[k],
			    host_name(t, h));
	for (; heard < asked && hear(dns, end, &a); heard++)
		if (a.id < (uint64_t)t->hosts * FAMILIES)
			take_addresses(s, t, &a, f);
	interleave(t);
	if (t->addresses > 0)
		return true;
	if (heard < asked || asked == 0)
		no_resolver(f);
	else
		no_address(t, domain, f);
	return false;
}

/* "[192.0.2.1]", "[IPv6:2001:db8::1]": RFC 5321, 4.1.3; or without "IPv6:",
 * as the configuration has it. */
static bool
take_literal(const struct send_setup *s, struct target *t, struct str domain,
    struct send_fault *f)
{
	struct str in = { domain.ptr + 1, domain.len - 2 };
	struct ip ip;

	if (domain.len > 2)
		(void)str_take_word(&in, STR("IPv6:"));
	if (domain.len < 3 || domain.ptr[domain.len - 1] != ']' ||
	    !ip_parse(&ip, in) || !add_host(t, in)) {
		send_fault(f, VERDICT_NO, "5.1.2",
		    "%.*s is not an address of the Internet.",
		    (int)domain.len, domain.ptr);
		return false;
	}
	/* whoever writes it is not the operator: a user may not reach what
	 * stands behind us */
	if (!may_go_to(s, t, &ip)) {
		send_fault(f, VERDICT_NO, "5.4.4", "%.*s is not on the "
		    "Internet: it is of a private network, or of the machine "
		    "itself.", (int)domain.len, domain.ptr);
		return false;
	}
	add_address(t, 0, ip);
	return true;
}

bool
hosts_find(const struct send_setup *s, int dns, struct str domain,
    struct target *t, struct send_fault *f)
{
	*t = (struct target){ .port = s->conf->send_port };
	no_resolver(f);
	if (s->conf->smart.len > 0) {
		domain = s->conf->smart;
		t->port = s->conf->smart_port;
		t->trusted = t->smart = true;
	}
	if (str_peek(domain) == '[')
		return take_literal(s, t, domain, f);
	if (t->smart)
		(void)add_host(t, domain);
	else if (!find_mx(s, dns, domain, t, f))
		return false;
	return find_addresses(s, dns, domain, t, f);
}
