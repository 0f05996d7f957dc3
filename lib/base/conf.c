/* conf.c - plid.conf(5), taken apart. */

#include "base/conf.h"

#include <string.h>

#include "base/ascii.h"

enum { WORDS_MAX = 96, NAME_MAX_ = 253, LABEL_MAX = 63 };

#define DAYS	(24 * 60 * 60)

struct word {
	struct str text;
	unsigned column;
};

struct line {
	struct word word[WORDS_MAX];
	size_t words;
	unsigned number;
};

struct parser {
	struct conf *conf;
	struct conf_error *error;
	unsigned seen;			/* bits of keywords */
};

static const struct str services[CONF_SERVICES] = {
	[CONF_MX]		= STR_INIT("mx"),
	[CONF_SUBMISSIONS]	= STR_INIT("submissions"),
	[CONF_SUBMISSION]	= STR_INIT("submission"),
	[CONF_IMAPS]		= STR_INIT("imaps"),
	[CONF_IMAP]		= STR_INIT("imap"),
	[CONF_HTTPS]		= STR_INIT("https"),
};

static const struct conf_listen default_listen[] = {
	{ CONF_MX, STR_INIT(""), 25, false },
	{ CONF_SUBMISSIONS, STR_INIT(""), 465, false },
	{ CONF_SUBMISSION, STR_INIT(""), 587, false },
	{ CONF_IMAPS, STR_INIT(""), 993, false },
	{ CONF_IMAP, STR_INIT(""), 143, false },
	{ CONF_HTTPS, STR_INIT(""), 443, false },
};

const char *
conf_service_name(enum conf_service s)
{
	return services[s].ptr;
}

static bool
fail(struct parser *p, const struct line *l, size_t word, const char *what)
{
	const struct word *w = &l->word[word < l->words ? word : l->words - 1];

	p->error->line = l->number;
	p->error->column = w->column;
	if (word >= l->words)		/* just behind the last one */
		p->error->column += (unsigned)w->text.len + 1;
	p->error->what = what;
	p->error->word = word < l->words ? w->text : STR("");
	return false;
}

static bool
is_host_name(struct str s)
{
	size_t label = 0;

	if (s.len == 0 || s.len > NAME_MAX_)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c == '.') {
			if (label == 0 || s.ptr[i - 1] == '-')
				return false;
			label = 0;
		} else if ((is_ldh(c) || c >= 0x80) &&
		    (c != '-' || label > 0) && label < LABEL_MAX) {
			label++;
		} else {
			return false;
		}
	}
	return label > 0 && s.ptr[s.len - 1] != '-';
}

static bool
is_ipv4(struct str s)
{
	for (int i = 0; i < 4; i++) {
		struct str whole = s;
		uint64_t n;

		if (i > 0 && !str_take_byte(&s, '.'))
			return false;
		whole = s;
		if (!str_take_u64(&s, &n) || n > 255 ||
		    str_before(whole, s).len > 3)
			return false;
	}
	return s.len == 0;
}

static bool
is_ipv6_byte(unsigned char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') ||
	    (c >= 'A' && c <= 'F') || c == ':' || c == '.';
}

/* Its exact form is the kernel's to judge, when it is bound. */
static bool
is_ipv6(struct str s)
{
	struct str rest = s;

	return s.len >= 2 && s.len <= 45 &&
	    memchr(s.ptr, ':', s.len) != NULL &&
	    str_take_while(&rest, is_ipv6_byte).len == s.len;
}

static bool
is_loopback(struct str s)
{
	struct str v4 = s;

	return str_eq(s, STR("::1")) ||
	    (is_ipv4(s) && str_take_word(&v4, STR("127.")));
}

static bool
take_host(struct parser *p, const struct line *l)
{
	if (!is_host_name(l->word[1].text))
		return fail(p, l, 1, "not a host name");
	p->conf->host = l->word[1].text;
	return true;
}

static bool
take_mx(struct parser *p, const struct line *l)
{
	if (!is_host_name(l->word[1].text))
		return fail(p, l, 1, "not a host name");
	p->conf->mx = l->word[1].text;
	return true;
}

static bool
take_domain(struct parser *p, const struct line *l)
{
	for (size_t i = 1; i < l->words; i++) {
		if (!is_host_name(l->word[i].text))
			return fail(p, l, i, "not a domain");
		if (p->conf->domains == CONF_DOMAINS_MAX)
			return fail(p, l, i, "too many domains");
		p->conf->domain[p->conf->domains++] = l->word[i].text;
	}
	return true;
}

static bool
not_colon_or_slash(unsigned char c)
{
	return c != ':' && c != '/';
}

static bool
not_bracket(unsigned char c)
{
	return c != ']';
}

/* 25, 192.0.2.1:25, [2001:db8::1]:25, each perhaps with /clear */
static bool
take_address(struct str in, struct conf_listen *out)
{
	struct str rest = in, host = STR("");
	uint64_t port;

	if (str_take_byte(&rest, '[')) {
		host = str_take_while(&rest, not_bracket);
		if (!str_take_byte(&rest, ']') || !str_take_byte(&rest, ':') ||
		    !is_ipv6(host))
			return false;
	} else {
		struct str v4 = rest, text = str_take_while(&v4,
		    not_colon_or_slash);

		if (str_take_byte(&v4, ':')) {
			if (!is_ipv4(text))
				return false;
			host = text;
			rest = v4;
		}
	}
	if (!str_take_u64(&rest, &port) || port == 0 || port > 65535)
		return false;
	out->clear = str_eq(rest, STR("/clear"));
	out->address = host;
	out->port = (uint16_t)port;
	return rest.len == 0 || out->clear;
}

static int
service_of(struct str word)
{
	for (int s = 0; s < CONF_SERVICES; s++)
		if (str_eq(services[s], word))
			return s;
	return -1;
}

static bool
add_listen(struct parser *p, const struct line *l, size_t i, int service)
{
	struct conf_listen listen = { .service = (enum conf_service)service };

	if (!take_address(l->word[i].text, &listen))
		return fail(p, l, i, "not a service, nor [ADDRESS:]PORT");
	if (listen.clear && listen.service != CONF_IMAP)
		return fail(p, l, i, "only imap can be clear");
	if (listen.clear && !is_loopback(listen.address))
		return fail(p, l, i, "clear needs a loopback address");
	if (p->conf->listens == CONF_LISTENS_MAX)
		return fail(p, l, i, "too many listeners");
	p->conf->listen[p->conf->listens++] = listen;
	return true;
}

static bool
take_listen(struct parser *p, const struct line *l)
{
	int service = -1;
	bool bare = false;

	for (size_t i = 1; i < l->words; i++) {
		int named = service_of(l->word[i].text);

		if (named >= 0) {
			if (bare)
				return fail(p, l, i - 1, "needs a port");
			service = named;
			bare = true;
			continue;
		}
		if (service < 0)
			return fail(p, l, i, "not a service");
		if (!add_listen(p, l, i, service))
			return false;
		bare = false;
	}
	return !bare || fail(p, l, l->words, "needs a port");
}

static bool
take_proxy(struct parser *p, const struct line *l)
{
	for (size_t i = 1; i < l->words; i++) {
		if (!is_ipv4(l->word[i].text) && !is_ipv6(l->word[i].text))
			return fail(p, l, i, "not an address");
		if (p->conf->proxies == CONF_PROXIES_MAX)
			return fail(p, l, i, "too many proxies");
		p->conf->proxy[p->conf->proxies++] = l->word[i].text;
	}
	return true;
}

static bool
take_cert(struct parser *p, const struct line *l)
{
	if (str_eq(l->word[1].text, STR("self")))
		return l->words == 2 || fail(p, l, 2, "self takes no value");
	if (!str_eq(l->word[1].text, STR("file")))
		return fail(p, l, 1, "must be self or file");
	if (l->words != 4)
		return fail(p, l, l->words > 4 ? 4 : l->words,
		    "file takes a chain and a key");
	p->conf->chain = l->word[2].text;
	p->conf->key = l->word[3].text;
	return true;
}

/* A number and one unit of the table; units[i] is worth scale[i]. */
static bool
take_amount(struct str in, const char *units, const uint64_t *scale,
    uint64_t *out)
{
	const char *unit;
	uint64_t n;

	if (!str_take_u64(&in, &n) || n == 0 || in.len > 1)
		return false;
	if (in.len == 1) {
		unit = in.ptr[0] == '\0' ? NULL : strchr(units, in.ptr[0]);
		if (unit == NULL || n > UINT64_MAX / scale[unit - units])
			return false;
		n *= scale[unit - units];
	}
	*out = n;
	return true;
}

static bool
take_size(struct parser *p, const struct line *l)
{
	static const uint64_t scale[] = { 1 << 10, 1 << 20, 1 << 30 };

	if (!take_amount(l->word[1].text, "KMG", scale, &p->conf->size) ||
	    p->conf->size < CONF_SIZE_MIN || p->conf->size > CONF_SIZE_MAX)
		return fail(p, l, 1, "not a size from 64K to 1G, as 50M");
	return true;
}

static bool
take_retry(struct parser *p, const struct line *l)
{
	static const uint64_t scale[] = { 1, 60, 60 * 60, DAYS };

	if (!take_amount(l->word[1].text, "smhd", scale, &p->conf->retry) ||
	    p->conf->retry > CONF_RETRY_MAX)
		return fail(p, l, 1, "not a time up to 30d, as 5d or 12h");
	return true;
}

static const struct keyword {
	struct str name;
	bool (*take)(struct parser *, const struct line *);
	bool repeats;
	size_t values;		/* at most; 0: any number */
} keywords[] = {
	{ STR_INIT("host"),	take_host,	false,	1 },
	{ STR_INIT("mx"),	take_mx,	false,	1 },
	{ STR_INIT("domain"),	take_domain,	true,	0 },
	{ STR_INIT("listen"),	take_listen,	true,	0 },
	{ STR_INIT("proxy"),	take_proxy,	true,	0 },
	{ STR_INIT("cert"),	take_cert,	false,	0 },
	{ STR_INIT("size"),	take_size,	false,	1 },
	{ STR_INIT("retry"),	take_retry,	false,	1 },
};

static bool
take_line(struct parser *p, const struct line *l)
{
	for (size_t k = 0; k < sizeof(keywords) / sizeof(keywords[0]); k++) {
		if (!str_eq(keywords[k].name, l->word[0].text))
			continue;
		if ((p->seen & (1u << k)) != 0 && !keywords[k].repeats)
			return fail(p, l, 0, "may not repeat");
		p->seen |= 1u << k;
		if (l->words < 2)
			return fail(p, l, 1, "needs a value");
		if (keywords[k].values > 0 && l->words > keywords[k].values + 1)
			return fail(p, l, keywords[k].values + 1,
			    "one value too many");
		return keywords[k].take(p, l);
	}
	return fail(p, l, 0, "unknown keyword");
}

static bool
is_bare(unsigned char c)
{
	return c > ' ' && c != '#' && c != '"' && c != 0x7f;
}

static bool
is_quoted(unsigned char c)
{
	return (c >= ' ' || c == '\t') && c != '"' && c != 0x7f;
}

/* NULL, or what is wrong at *in. */
static const char *
take_word(struct str *in, struct str *out)
{
	bool quoted = str_take_byte(in, '"');

	*out = str_take_while(in, quoted ? is_quoted : is_bare);
	if (quoted && !str_take_byte(in, '"'))
		return "no closing quote";
	if (in->len > 0 && !is_wsp((unsigned char)in->ptr[0]) &&
	    in->ptr[0] != '#')
		return quoted ? "a blank must follow a quote" :
		    "not a printable character";
	return NULL;
}

static bool
split_line(struct parser *p, struct str text, struct line *l)
{
	struct str in = text;

	l->words = 0;
	for (;;) {
		struct word *w = &l->word[l->words];
		const char *wrong;

		str_take_while(&in, is_wsp);
		if (in.len == 0 || in.ptr[0] == '#')
			return true;
		p->error->line = l->number;
		p->error->column = (unsigned)(text.len - in.len) + 1;
		p->error->word = STR("");
		if (l->words == WORDS_MAX) {
			p->error->what = "too many values";
			return false;
		}
		w->column = p->error->column;
		wrong = take_word(&in, &w->text);
		if (wrong != NULL) {
			p->error->column = (unsigned)(text.len - in.len) + 1;
			p->error->what = wrong;
			return false;
		}
		l->words++;
	}
}

static bool
not_newline(unsigned char c)
{
	return c != '\n';
}

static bool
finish(struct parser *p, unsigned lines)
{
	struct conf *c = p->conf;

	*p->error = (struct conf_error){ .line = lines, .column = 1,
	    .word = STR("") };
	p->error->what = c->host.len == 0 ? "host is missing" :
	    c->domains == 0 ? "domain is missing" : NULL;
	if (p->error->what != NULL)
		return false;
	if (c->mx.len == 0)
		c->mx = c->host;
	if (c->listens == 0) {
		memcpy(c->listen, default_listen, sizeof(default_listen));
		c->listens = sizeof(default_listen) /
		    sizeof(default_listen[0]);
	}
	return true;
}

bool
conf_parse(struct conf *conf, struct str text, struct conf_error *error)
{
	struct parser p = { .conf = conf, .error = error };
	struct line l = { .number = 0 };

	*conf = (struct conf){ .size = 50 << 20, .retry = 5 * DAYS };
	conf->host = conf->mx = conf->chain = conf->key = STR("");
	while (text.len > 0) {
		struct str line = str_take_while(&text, not_newline);

		str_take_byte(&text, '\n');
		if (line.len > 0 && line.ptr[line.len - 1] == '\r')
			line.len--;
		l.number++;
		if (!split_line(&p, line, &l) ||
		    (l.words > 0 && !take_line(&p, &l)))
			return false;
	}
	return finish(&p, l.number + 1);
}
