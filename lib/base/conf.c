/* conf.c - plid.conf(5), taken apart. */

#include "base/conf.h"

#include <string.h>

#include "base/ascii.h"
#include "base/ip.h"

enum {
	NAME_MAX_ = 253,		/* octets of a host name: RFC 1035 */
	LABEL_MAX = 63,
	PATH_MAX_ = 1024,
};

struct parse {
	struct conf *conf;
	struct conf_error *error;
	struct str line;		/* without its end */
	struct str rest;		/* of it, not yet taken */
	unsigned number;
	unsigned seen;			/* one bit a keyword */
};

enum taken { TAKEN_WORD, TAKEN_END, TAKEN_BAD };

/* at is a piece of the line. */
static bool
fail(struct parse *p, struct str at, const char *what)
{
	p->error->line = p->number;
	p->error->column = (unsigned)(at.ptr - p->line.ptr) + 1;
	p->error->what = what;
	p->error->word = at;
	return false;
}

/* Here, where something else should be. */
static bool
fail_here(struct parse *p, const char *what)
{
	return fail(p, (struct str){ p->rest.ptr, 0 }, what);
}

static bool
is_bare(unsigned char c)
{
	return is_vchar(c) ? c != '#' && c != '"' : c >= 0x80;
}

static bool
is_quoted(unsigned char c)
{
	return (is_print(c) && c != '"') || c == '\t' || c >= 0x80;
}

static enum taken
take(struct parse *p, struct str *word)
{
	struct str start;

	str_take_while(&p->rest, is_wsp);
	start = p->rest;
	if (start.len == 0 || start.ptr[0] == '#')
		return TAKEN_END;
	if (str_take_byte(&p->rest, '"')) {
		*word = str_take_while(&p->rest, is_quoted);
		if (!str_take_byte(&p->rest, '"')) {
			fail(p, (struct str){ start.ptr, 1 },
			    "a quote that is not closed on its line");
			return TAKEN_BAD;
		}
	} else {
		*word = str_take_while(&p->rest, is_bare);
	}
	if (p->rest.len > 0 && p->rest.ptr[0] != '#' &&
	    !is_wsp((unsigned char)p->rest.ptr[0])) {
		fail_here(p, p->rest.ptr[0] == '"' || word->len > 0 ?
		    "a blank should be here" : "a control character");
		return TAKEN_BAD;
	}
	return TAKEN_WORD;
}

static bool
take_value(struct parse *p, struct str *word, const char *missing)
{
	enum taken t = take(p, word);

	return t == TAKEN_WORD || (t == TAKEN_END && fail_here(p, missing));
}

static bool
take_end(struct parse *p)
{
	struct str word;
	enum taken t = take(p, &word);

	return t == TAKEN_END ||
	    (t == TAKEN_WORD && fail(p, word, "one value too many"));
}

/* Letters, digits, hyphens, dots; not an address.  RFC 1123 2.1. */
static const char *
name_fault(struct str name)
{
	bool letter = false;
	size_t label = 0;

	if (name.len == 0 || name.len > NAME_MAX_)
		return "a host name has 1 to 253 characters";
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];
		bool last = i + 1 == name.len || name.ptr[i + 1] == '.';

		if (c >= 0x80)
			return "write this name in its ASCII form (xn--...)";
		if (c == '.' ? label == 0 || i + 1 == name.len : !is_ldh(c))
			return "not a host name";
		if (c == '-' && (label == 0 || last))
			return "a hyphen where a host name may have none";
		label = c == '.' ? 0 : label + 1;
		letter = c == '.' ? false : letter || !is_digit(c);
		if (label > LABEL_MAX)
			return "a part of a host name has at most 63 "
			    "characters";
	}
	return letter ? NULL : "a name should be here, not an address";
}

static bool
take_name(struct parse *p, struct str *out)
{
	const char *fault;

	if (!take_value(p, out, "a name is missing"))
		return false;
	fault = name_fault(*out);
	return fault == NULL || fail(p, *out, fault);
}

static bool
take_host(struct parse *p)
{
	return take_name(p, &p->conf->host) && take_end(p);
}

static bool
take_mx(struct parse *p)
{
	return take_name(p, &p->conf->mx) && take_end(p);
}

static bool
add_domain(struct parse *p, struct str name)
{
	struct conf *c = p->conf;

	for (size_t i = 0; i < c->domains; i++)
		if (str_eq_nocase(c->domain[i], name))
			return fail(p, name, "this domain is named twice");
	if (c->domains == CONF_DOMAINS_MAX)
		return fail(p, name, "more than 64 domains");
	c->domain[c->domains++] = name;
	return true;
}

/* Are there more values?  If it says false, *ok tells why. */
static bool
more(struct parse *p, bool *ok)
{
	struct str before, word;
	enum taken t;

	str_take_while(&p->rest, is_wsp);
	before = p->rest;
	t = take(p, &word);
	*ok = t != TAKEN_BAD;
	if (t == TAKEN_WORD)
		p->rest = before;
	return t == TAKEN_WORD;
}

static bool
take_domain(struct parse *p)
{
	struct str name;
	bool ok;

	do {
		if (!take_name(p, &name) || !add_domain(p, name))
			return false;
	} while (more(p, &ok));
	return ok;
}

static bool
take_proxy(struct parse *p)
{
	struct conf *c = p->conf;
	struct str word;
	struct ip ip;
	bool ok;

	do {
		if (!take_value(p, &word, "an address is missing"))
			return false;
		if (!ip_parse(&ip, word))
			return fail(p, word, "not an IPv4 or IPv6 address");
		if (c->proxies == CONF_PROXIES_MAX)
			return fail(p, word, "more than 16 proxies");
		c->proxy[c->proxies++] = word;
	} while (more(p, &ok));
	return ok;
}

static const char *const services[CONF_SERVICES] = {
	[CONF_MX] = "mx", [CONF_SUBMISSIONS] = "submissions",
	[CONF_SUBMISSION] = "submission", [CONF_IMAPS] = "imaps",
	[CONF_IMAP] = "imap", [CONF_HTTPS] = "https",
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
take_address(struct parse *p, struct str word, struct str *in,
    struct conf_listen *l, struct ip *ip)
{
	struct str rest = *in;

	if (str_take_byte(&rest, '[')) {
		l->address = str_take_while(&rest, is_not_bracket);
		if (!str_take_byte(&rest, ']') || !ip_parse(ip, l->address) ||
		    memchr(l->address.ptr, ':', l->address.len) == NULL)
			return fail(p, word, "not an IPv6 address in brackets");
	} else {
		l->address = str_take_while(&rest, is_not_colon);
		if (str_peek(rest) != ':') {
			l->address = STR("");
			return true;		/* a port alone */
		}
		if (!ip_parse(ip, l->address))
			return fail(p, word, "not an IPv4 address (IPv6 is "
			    "written in brackets)");
	}
	if (!str_take_byte(&rest, ':'))
		return fail(p, word, "a colon and a port are missing");
	*in = rest;
	return true;
}

static bool
take_where(struct parse *p, struct str word, struct conf_listen *l)
{
	struct str in = word;
	struct ip ip = { .v6 = false };
	uint64_t port;

	if (!take_address(p, word, &in, l, &ip))
		return false;
	if (!str_take_u64(&in, &port) || port < 1 || port > 65535)
		return fail(p, word, "a port is a number from 1 to 65535");
	l->port = (uint16_t)port;
	l->clear = str_eq(in, STR("/clear"));
	if (in.len > 0 && !l->clear)
		return fail(p, in, "only /clear may stand behind a port");
	if (l->clear && l->service != CONF_IMAP)
		return fail(p, in, "/clear is for imap only");
	if (l->clear && (l->address.len == 0 || !ip_is_loopback(&ip)))
		return fail(p, in, "/clear is for loopback addresses only");
	return true;
}

static bool
add_listen(struct parse *p, struct str word, const struct conf_listen *l)
{
	struct conf *c = p->conf;

	for (size_t i = 0; i < c->listens; i++)
		if (c->listen[i].port == l->port &&
		    str_eq_nocase(c->listen[i].address, l->address))
			return fail(p, word, "this port is named twice");
	if (c->listens == CONF_LISTENS_MAX)
		return fail(p, word, "more than 32 places to listen");
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
take_listen(struct parse *p)
{
	struct conf_listen l = { .service = CONF_SERVICES };
	struct str word = STR("");
	bool ok;

	do {
		if (!take_value(p, &word, "a service is missing"))
			return false;
		if (word.len > 0 && is_alpha((unsigned char)word.ptr[0])) {
			if (!service_by_name(word, &l.service))
				return fail(p, word, "a service is one of mx "
				    "submissions submission imaps imap https");
			if (!take_value(p, &word, "a port is missing"))
				return false;
		} else if (l.service == CONF_SERVICES) {
			return fail(p, word, "a service should be here");
		}
		if (!take_where(p, word, &l) || !add_listen(p, word, &l))
			return false;
	} while (more(p, &ok));
	return ok;
}

static bool
take_path(struct parse *p, struct str *out)
{
	if (!take_value(p, out, "a file name is missing"))
		return false;
	if (out->len > PATH_MAX_ || str_peek(*out) != '/')
		return fail(p, *out, "a file name begins with /");
	return true;
}

static bool
take_cert(struct parse *p)
{
	struct str word;

	if (!take_value(p, &word, "self or file is missing"))
		return false;
	if (str_eq_nocase(word, STR("self")))
		return take_end(p);
	if (!str_eq_nocase(word, STR("file")))
		return fail(p, word, "self, or file CHAIN KEY");
	return take_path(p, &p->conf->chain) && take_path(p, &p->conf->key) &&
	    take_end(p);
}

struct unit { char letter; uint64_t of; };

/* A number and a unit; units end in { 0 }. */
static bool
take_quantity(struct parse *p, const struct unit *units, uint64_t least,
    uint64_t most, const char *what, uint64_t *out)
{
	struct str word, in;
	uint64_t n, unit = 1;

	if (!take_value(p, &word, what))
		return false;
	in = word;
	if (!str_take_u64(&in, &n))
		return fail(p, word, what);
	for (const struct unit *u = units; in.len == 1 && u->of > 0; u++)
		if ((in.ptr[0] | 0x20) == u->letter) {
			unit = u->of;
			in.len = 0;
		}
	if (in.len > 0 || n > most / unit || n * unit < least)
		return fail(p, word, what);
	*out = n * unit;
	return take_end(p);
}

static bool
take_size(struct parse *p)
{
	static const struct unit units[] = {
		{ 'k', 1 << 10 }, { 'm', 1 << 20 }, { 'g', 1 << 30 }, { 0, 0 },
	};

	return take_quantity(p, units, CONF_SIZE_MIN, CONF_SIZE_MAX,
	    "a size from 64K to 256M", &p->conf->size);
}

static bool
take_retry(struct parse *p)
{
	static const struct unit units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
		{ 0, 0 },
	};

	return take_quantity(p, units, 1, CONF_RETRY_MAX,
	    "a time from 1s to 30d", &p->conf->retry);
}

static const struct {
	struct str name;
	bool repeats;
	bool (*take)(struct parse *);
} keywords[] = {
	{ STR_INIT("host"), false, take_host },
	{ STR_INIT("mx"), false, take_mx },
	{ STR_INIT("domain"), true, take_domain },
	{ STR_INIT("listen"), true, take_listen },
	{ STR_INIT("proxy"), true, take_proxy },
	{ STR_INIT("cert"), false, take_cert },
	{ STR_INIT("size"), false, take_size },
	{ STR_INIT("retry"), false, take_retry },
};

static bool
take_line(struct parse *p)
{
	struct str word;
	enum taken t = take(p, &word);

	if (t != TAKEN_WORD)
		return t == TAKEN_END;
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
		if (!str_eq_nocase(word, keywords[i].name))
			continue;
		if (!keywords[i].repeats && (p->seen & 1U << i))
			return fail(p, word, "this keyword may stand only "
			    "once");
		p->seen |= 1U << i;
		return keywords[i].take(p);
	}
	return fail(p, word, "unknown keyword");
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
	struct parse p = { .conf = c, .error = error };

	*c = (struct conf){ .size = CONF_SIZE, .retry = CONF_RETRY };
	p.line = p.rest = (struct str){ text.ptr, 0 };
	if (text.len > CONF_TEXT_MAX) {
		p.number = 1;
		return fail_here(&p, "the file is longer than 64 KiB");
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
		return fail_here(&p, "the keyword host is missing");
	if (c->domains == 0)
		return fail_here(&p, "the keyword domain is missing");
	set_defaults(c);
	return true;
}
