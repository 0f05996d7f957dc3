/*
 * resolver.c - libunbound: recursion or forwarders, validation, a cache.
 *
 * Nothing of this machine's own is read: no resolv.conf, no hosts.
 */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <unbound-event.h>
#include <unbound.h>

#include "base/ip.h"
#include "dns.h"
#include "loop.h"
#include "os/log.h"

enum { ANCHOR_MAX = 65536, ANCHOR_LINE_MAX = 2048 };

/* The keys of the root: data.iana.org/root-anchors/root-anchors.xml */
static const char *const root_keys[] = {
	". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D084"
	    "58E880409BBC683457104237C7F8EC8D",
	". IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219"
	    "298D0A450D612C483AF444A4C0FB2B16",
};

static const struct { const char *name, *value; } options[] = {
	{ "module-config:", "validator iterator" },
	{ "msg-cache-size:", "8m" },
	{ "rrset-cache-size:", "16m" },
	{ "key-cache-size:", "4m" },
	{ "neg-cache-size:", "1m" },
	{ "outgoing-range:", "1024" },
	{ "num-queries-per-thread:", "2048" },
	{ "outgoing-num-tcp:", "64" },
	{ "cache-max-ttl:", "86400" },
	{ "harden-dnssec-stripped:", "yes" },
	{ "harden-glue:", "yes" },
	{ "harden-below-nxdomain:", "yes" },
	{ "qname-minimisation:", "yes" },
	{ "use-syslog:", "no" },
};

static struct ub_ctx *ctx;

static resolver_says *told;

static void
must(int err, const char *what)
{
	if (err != 0)
		log_die("resolver-failed", "step=%s why=\"%s\"", what,
		    ub_strerror(err));
}

static void
set(const char *name, const char *value)
{
	must(ub_ctx_set_option(ctx, name, value), name);
}

static bool
is_not_lf(unsigned char c)
{
	return c != '\n';
}

/* Lines of a zone file; comments begin with a semicolon. */
static void
add_anchors(struct str text)
{
	char line[ANCHOR_LINE_MAX];
	size_t n = 0;

	while (text.len > 0) {
		struct str s = str_take_while(&text, is_not_lf);

		str_take_byte(&text, '\n');
		if (s.len == 0 || s.ptr[0] == ';' || s.ptr[0] == '\r')
			continue;
		if (s.len >= sizeof(line))
			log_die("anchor-unreadable", "why=\"a long line\"");
		memcpy(line, s.ptr, s.len);
		line[s.len] = '\0';
		must(ub_ctx_add_ta(ctx, line), "anchor");
		n++;
	}
	if (n == 0)
		log_die("anchor-unreadable", "why=\"no record in it\"");
}

static void
set_anchors(const struct role *r)
{
	static char text[ANCHOR_MAX];
	ssize_t n;

	if (r->conf.anchor.len == 0) {
		for (size_t i = 0; i < 2; i++)
			must(ub_ctx_add_ta(ctx, root_keys[i]), "anchor");
		return;
	}
	n = r->anchor < 0 ? -1 : read(r->anchor, text, sizeof(text));
	if (n < 0)
		log_die("anchor-unreadable", "errno=%d", errno);
	close(r->anchor);
	add_anchors((struct str){ text, (size_t)n });
}

static void
set_forwarders(const struct conf *c)
{
	char addr[ADDR_MAX + 8];
	struct ip ip;

	for (size_t i = 0; i < c->resolvers; i++) {
		struct str a = c->resolver[i].address;

		snprintf(addr, sizeof(addr), "%.*s@%u", (int)a.len, a.ptr,
		    (unsigned)c->resolver[i].port);
		must(ub_ctx_set_fwd(ctx, addr), "resolver");
		if (ip_parse(&ip, a) && ip_is_loopback(&ip))
			set("do-not-query-localhost:", "no");
	}
}

static void
heard(void *arg, int rcode, void *packet, int len, int sec, char *why,
    int limited)
{
	struct str p = { packet, packet != NULL && len > 0 ? (size_t)len : 0 };

	(void)limited;
	told(arg, rcode, p, sec, why);
}

static void
begun(void *arg, int rcode, struct str packet, int sec, const char *why)
{
	(void)rcode;
	(void)packet;
	(void)sec;
	(void)why;
	*(bool *)arg = true;
}

void
resolver_begin(const struct role *r, resolver_says *says)
{
	bool answered = false;
	int number;

	ctx = ub_ctx_create_ub_event(loop_begin());
	if (ctx == NULL)
		log_die("resolver-failed", "step=create errno=%d", errno);
	(void)ub_ctx_debugout(ctx, NULL);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		set(options[i].name, options[i].value);
	set_anchors(r);
	set_forwarders(&r->conf);
	/* the first question completes the context; its answer is built in */
	told = begun;
	if (!resolver_ask("localhost", 1, &answered, &number) || !answered)
		log_die("resolver-failed", "step=begin why=\"%s\"",
		    r->conf.anchor.len > 0 ? "the anchor file is malformed" :
		    "libunbound does not start");
	told = says;
}

bool
resolver_ask(const char *name, int type, void *arg, int *number)
{
	return ub_resolve_event(ctx, name, type, 1, arg, heard, number) == 0;
}

void
resolver_forget(int number)
{
	(void)ub_cancel(ctx, number);
}
