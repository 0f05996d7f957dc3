/* conf.c - plid.conf(5), taken apart. */

#include "base/conf.h"

#include <string.h>

#include "base/ascii.h"
#include "base/conf_word.h"
#include "base/ip.h"

static bool
take_host(struct conf_reader *p)
{
	return conf_take_name(p, &p->conf->host) && conf_take_end(p);
}

static bool
take_mx(struct conf_reader *p)
{
	return conf_take_name(p, &p->conf->mx) && conf_take_end(p);
}

static bool
add_domain(struct conf_reader *p, struct str name)
{
	struct conf *c = p->conf;

	for (size_t i = 0; i < c->domains; i++)
		if (str_eq_nocase(c->domain[i], name))
			return conf_fail(p, name, "this domain is named twice");
	if (c->domains == CONF_DOMAINS_MAX)
		return conf_fail(p, name, "more than 64 domains");
	c->domain[c->domains++] = name;
	return true;
}

static bool
take_domain(struct conf_reader *p)
{
	struct str name;
	bool ok;

	do {
		if (!conf_take_name(p, &name) || !add_domain(p, name))
			return false;
	} while (conf_more(p, &ok));
	return ok;
}

static bool
take_proxy(struct conf_reader *p)
{
	struct conf *c = p->conf;
	struct str word;
	struct ip ip;
	bool ok;

	do {
		if (!conf_take_value(p, &word, "an address is missing"))
			return false;
		if (!ip_parse(&ip, word))
			return conf_fail(p, word,
			    "not an IPv4 or IPv6 address");
		if (c->proxies == CONF_PROXIES_MAX)
			return conf_fail(p, word, "more than 16 proxies");
		c->proxy[c->proxies++] = word;
	} while (conf_more(p, &ok));
	return ok;
}

static const char *const services[CONF_SERVICES] = {
	[CONF_MX] = "mx", [CONF_SUBMISSIONS] = "submissions",
	[CONF_SUBMISSION] = "submission", [CONF_IMAPS] = "imaps",
	[CONF_IMAP] = "imap", [CONF_HTTPS] = "https",
	[CONF_HTTP_CLEAR] = "http-clear",
};

static struct str
name_of(enum conf_service s)
{
	return (struct str){ services[s], strlen(services[s]) };
}

const char *
conf_service_name(enum conf_service s)
{
	return services[s];
}

static bool
is_not_bracket(unsigned char c)
{
	return c != ']';
}

static bool
is_not_colon(unsigned char c)
{
	return c != ':' && c != '/';
}

/* [ADDRESS:]port[/clear]: the address, if there is one. */
static bool
take_address(struct conf_reader *p, struct str word, struct str *in,
    struct conf_listen *l, struct ip *ip)
{
	struct str rest = *in;

	if (str_take_byte(&rest, '[')) {
		l->address = str_take_while(&rest, is_not_bracket);
		if (!str_take_byte(&rest, ']') || !ip_parse(ip, l->address) ||
		    memchr(l->address.ptr, ':', l->address.len) == NULL)
			return conf_fail(p, word,
			    "not an IPv6 address in brackets");
	} else {
		l->address = str_take_while(&rest, is_not_colon);
		if (str_peek(rest) != ':') {
			l->address = STR("");
			return true;		/* a port alone */
		}
		if (!ip_parse(ip, l->address))
			return conf_fail(p, word, "not an IPv4 address "
			    "(IPv6 is written in brackets)");
	}
	if (!str_take_byte(&rest, ':'))
		return conf_fail(p, word, "a colon and a port are missing");
	*in = rest;
	return true;
}

static bool
take_where(struct conf_reader *p, struct str word, struct conf_listen *l)
{
	struct str in = word;
	struct ip ip = { .v6 = false };
	uint64_t port;

	if (!take_address(p, word, &in, l, &ip))
		return false;
	if (!str_take_u64(&in, &port) || port < 1 || port > 65535)
		return conf_fail(p, word, "a port is a number from 1 to 65535");
	l->port = (uint16_t)port;
	if (in.len > 0 && !str_eq(in, STR("/clear")))
		return conf_fail(p, in, "only /clear may stand behind a port");
	if (in.len > 0 && l->service != CONF_IMAP)
		return conf_fail(p, in, "/clear is for imap only");
	l->clear = in.len > 0 || l->service == CONF_HTTP_CLEAR;
	if (!l->clear || (l->address.len > 0 && ip_is_loopback(&ip)))
		return true;
	return conf_fail(p, in.len > 0 ? in : word, in.len > 0 ?
	    "/clear is for loopback addresses only" :
	    "http-clear is for loopback addresses only");
}

static bool
add_listen(struct conf_reader *p, struct str word, const struct conf_listen *l)
{
	struct conf *c = p->conf;

	for (size_t i = 0; i < c->listens; i++)
		if (c->listen[i].port == l->port &&
		    str_eq_nocase(c->listen[i].address, l->address))
			return conf_fail(p, word, "this port is named twice");
	if (c->listens == CONF_LISTENS_MAX)
		return conf_fail(p, word, "more than 32 places to listen");
	c->listen[c->listens++] = *l;
	return true;
}

static bool
service_by_name(struct str word, enum conf_service *out)
{
	for (int s = 0; s < CONF_SERVICES; s++)
		if (str_eq_nocase(word, name_of((enum conf_service)s))) {
			*out = (enum conf_service)s;
			return true;
		}
	return false;
}

/* A service and where, then more places for it, or another service. */
static bool
take_listen(struct conf_reader *p)
{
	struct conf_listen l = { .service = CONF_SERVICES };
	struct str word = STR("");
	bool ok;

	do {
		if (!conf_take_value(p, &word, "a service is missing"))
			return false;
		if (word.len > 0 && is_alpha((unsigned char)word.ptr[0])) {
			if (!service_by_name(word, &l.service))
				return conf_fail(p, word, "a service is one "
				    "of mx submissions submission imaps imap "
				    "https http-clear");
			if (!conf_take_value(p, &word, "a port is missing"))
				return false;
		} else if (l.service == CONF_SERVICES) {
			return conf_fail(p, word, "a service should be here");
		}
		if (!take_where(p, word, &l) || !add_listen(p, word, &l))
			return false;
	} while (conf_more(p, &ok));
	return ok;
}

static bool
take_cert(struct conf_reader *p)
{
	struct str word;

	if (!conf_take_value(p, &word, "self or file is missing"))
		return false;
	if (str_eq_nocase(word, STR("self")))
		return conf_take_end(p);
	if (!str_eq_nocase(word, STR("file")))
		return conf_fail(p, word, "self, or file CHAIN KEY");
	return conf_take_path(p, &p->conf->chain) &&
	    conf_take_path(p, &p->conf->key) && conf_take_end(p);
}

static bool
take_size(struct conf_reader *p)
{
	static const struct conf_unit units[] = {
		{ 'k', 1 << 10 }, { 'm', 1 << 20 }, { 'g', 1 << 30 }, { 0, 0 },
	};

	return conf_take_quantity(p, units, CONF_SIZE_MIN, CONF_SIZE_MAX,
	    "a size from 64K to 256M", &p->conf->size);
}

static bool
take_retry(struct conf_reader *p)
{
	static const struct conf_unit units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
		{ 0, 0 },
	};

	return conf_take_quantity(p, units, 1, CONF_RETRY_MAX,
	    "a time from 1s to 30d", &p->conf->retry);
}

static const struct {
	struct str name;
	bool repeats;
	bool (*take)(struct conf_reader *);
} keywords[] = {
	{ STR_INIT("host"), false, take_host },
	{ STR_INIT("mx"), false, take_mx },
	{ STR_INIT("domain"), true, take_domain },
	{ STR_INIT("listen"), true, take_listen },
	{ STR_INIT("proxy"), true, take_proxy },
	{ STR_INIT("cert"), false, take_cert },
	{ STR_INIT("size"), false, take_size },
	{ STR_INIT("retry"), false, take_retry },
	{ STR_INIT("resolver"), true, conf_take_resolver },
	{ STR_INIT("anchor"), false, conf_take_anchor },
	{ STR_INIT("smarthost"), false, conf_take_smarthost },
	{ STR_INIT("dkim"), false, conf_take_dkim },
	{ STR_INIT("send-port"), false, conf_take_send_port },
};

static bool
take_line(struct conf_reader *p)
{
	struct str word;
	enum conf_taken t = conf_take(p, &word);

	if (t != TAKEN_WORD)
		return t == TAKEN_END;
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
		if (!str_eq_nocase(word, keywords[i].name))
			continue;
		if (!keywords[i].repeats && (p->seen & 1U << i))
			return conf_fail(p, word, "this keyword may stand only "
			    "once");
		p->seen |= 1U << i;
		return keywords[i].take(p);
	}
	return conf_fail(p, word, "unknown keyword");
}

static bool
is_not_lf(unsigned char c)
{
	return c != '\n';
}

static void
set_defaults(struct conf *c)
{
	static const struct conf_listen listen[] = {
		{ CONF_MX, STR_INIT(""), 25, false },
		{ CONF_SUBMISSIONS, STR_INIT(""), 465, false },
		{ CONF_SUBMISSION, STR_INIT(""), 587, false },
		{ CONF_IMAPS, STR_INIT(""), 993, false },
		{ CONF_IMAP, STR_INIT(""), 143, false },
		{ CONF_HTTPS, STR_INIT(""), 443, false },
	};

	if (c->mx.len == 0)
		c->mx = c->host;
	if (c->listens == 0) {
		memcpy(c->listen, listen, sizeof(listen));
		c->listens = sizeof(listen) / sizeof(listen[0]);
	}
}

bool
conf_parse(struct conf *c, struct str text, struct conf_error *error)
{
	struct conf_reader p = { .conf = c, .error = error };

	*c = (struct conf){ .size = CONF_SIZE, .retry = CONF_RETRY,
	    .send_port = CONF_SEND_PORT };
	p.line = p.rest = (struct str){ text.ptr, 0 };
	if (text.len > CONF_TEXT_MAX) {
		p.number = 1;
		return conf_fail_here(&p, "the file is longer than 64 KiB");
	}
	while (text.len > 0) {
		p.line = p.rest = str_take_while(&text, is_not_lf);
		p.number++;
		if (!take_line(&p))
			return false;
		str_take_byte(&text, '\n');
	}
	p.number++;
	p.line = p.rest = text;
	if (c->host.len == 0)
		return conf_fail_here(&p, "the keyword host is missing");
	if (c->domains == 0)
		return conf_fail_here(&p, "the keyword domain is missing");
	set_defaults(c);
	return true;
}
