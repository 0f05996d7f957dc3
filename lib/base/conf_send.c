/* conf_send.c - plid.conf(5): what mail that goes out needs. */

#include <string.h>

#include "base/conf_word.h"
#include "base/ip.h"

enum { DNS_PORT = 53 };

static bool
is_not_at(unsigned char c)
{
	return c != '@';
}

static bool
is_not_colon(unsigned char c)
{
	return c != ':';
}

static bool
is_not_bracket(unsigned char c)
{
	return c != ']';
}

/* A port, up to the end of in. */
static bool
port_of(struct conf_reader *p, struct str word, struct str in, uint16_t *out)
{
	uint64_t port;

	if (!str_take_u64(&in, &port) || in.len > 0 || port < 1 ||
	    port > 65535)
		return conf_fail(p, word,
		    "a port is a number from 1 to 65535");
	*out = (uint16_t)port;
	return true;
}

/* ADDRESS[@PORT] ... */
bool
conf_take_resolver(struct conf_reader *p)
{
	struct conf *c = p->conf;
	struct str word, in;
	struct ip ip;
	bool ok;

	do {
		struct conf_resolver r = { .port = DNS_PORT };

		if (!conf_take_value(p, &word, "an address is missing"))
			return false;
		in = word;
		r.address = str_take_while(&in, is_not_at);
		if (!ip_parse(&ip, r.address))
			return conf_fail(p, word,
			    "not an IPv4 or IPv6 address");
		if (str_take_byte(&in, '@') && !port_of(p, word, in, &r.port))
			return false;
		if (c->resolvers == CONF_RESOLVERS_MAX)
			return conf_fail(p, word, "more than 8 resolvers");
		c->resolver[c->resolvers++] = r;
	} while (conf_more(p, &ok));
	return ok;
}

bool
conf_take_anchor(struct conf_reader *p)
{
	return conf_take_path(p, &p->conf->anchor) && conf_take_end(p);
}

/* HOST[:PORT], [ADDRESS][:PORT]: the brackets stay, as in mail addresses. */
static bool
take_host(struct conf_reader *p, struct str word)
{
	struct conf *c = p->conf;
	struct str in = word;
	struct ip ip;

	if (str_take_byte(&in, '[')) {
		struct str addr = str_take_while(&in, is_not_bracket);

		if (!str_take_byte(&in, ']') || !ip_parse(&ip, addr))
			return conf_fail(p, word, "not an address in brackets");
	} else {
		(void)str_take_while(&in, is_not_colon);
	}
	c->smart = str_before(word, in);
	c->smart_port = CONF_SMART_PORT;
	return !str_take_byte(&in, ':') || port_of(p, word, in, &c->smart_port);
}

bool
conf_take_smarthost(struct conf_reader *p)
{
	const char *fault = NULL;
	struct str word;
	bool ok;

	if (!conf_take_value(p, &word, "a name is missing") ||
	    !take_host(p, word))
		return false;
	if (str_peek(word) != '[')
		fault = conf_name_fault(p->conf->smart);
	if (fault != NULL)
		return conf_fail(p, word, fault);
	if (!conf_more(p, &ok))
		return ok;
	if (!conf_take_value(p, &word, "user is missing"))
		return false;
	if (str_eq_nocase(word, STR("all")))
		p->conf->smart_all = true;
	else if (!str_eq_nocase(word, STR("user")))
		return conf_fail(p, word, "only user FILE may stand here, or "
		    "all");
	else if (!conf_take_path(p, &p->conf->smart_user))
		return false;
	return conf_take_end(p);
}

bool
conf_take_dkim(struct conf_reader *p)
{
	struct str word;

	if (!conf_take_value(p, &word, "off is missing"))
		return false;
	if (!str_eq_nocase(word, STR("off")))
		return conf_fail(p, word, "only off may stand here");
	p->conf->no_dkim = true;
	return conf_take_end(p);
}

/* PORT[/loopback] */
bool
conf_take_send_port(struct conf_reader *p)
{
	static const struct str here = STR_INIT("/loopback");
	struct conf *c = p->conf;
	struct str word, in;

	if (!conf_take_value(p, &word, "a port is missing"))
		return false;
	in = word;
	if (in.len > here.len && str_eq_nocase((struct str){
	    in.ptr + in.len - here.len, here.len }, here)) {
		c->send_loopback = true;
		in.len -= here.len;
	}
	return port_of(p, word, in, &c->send_port) && conf_take_end(p);
}
