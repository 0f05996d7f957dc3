/* web.c - the webmail's files, and who may ask for them. */

#include "web.h"

#include "pages.h"

enum { HOST_MAX = 64 };

/* Nothing but what comes from here, and no markup of anybody's. */
#define POLICY	"default-src 'none'; script-src 'self'; style-src 'self'; " \
	"img-src 'self' data: blob:; connect-src 'self'; " \
	"frame-src 'self'; form-action 'none'; base-uri 'none'; " \
	"frame-ancestors 'none'"

static bool here;

void
web_look(const struct role *r)
{
	here = here || role_edge_fd(r, ROLE_OPEN, 0) >= 0;
}

bool
web_is_here(void)
{
	return here;
}

static bool
is_at(struct str host, const char *name, uint16_t port)
{
	struct buf want;
	bool same;

	buf_init(&want, HOST_MAX);
	buf_add_c(&want, name);
	buf_byte(&want, ':');
	buf_add_u64(&want, port);
	same = str_eq_nocase(host, buf_str(&want));
	buf_free(&want);
	return same;
}

bool
web_is_host(const struct http *h)
{
	static const char *const names[] = { "127.0.0.1", "[::1]",
	    "localhost" };
	struct str host = http_request_field(&h->rq, STR("Host"));
	const struct conf *conf = &h->role->conf;

	/* under TLS the certificate has told */
	if (!here || h->tls != NULL)
		return true;
	for (size_t i = 0; i < conf->listens; i++)
		for (size_t n = 0; n < sizeof(names) / sizeof(*names); n++)
			if (conf->listen[i].service == CONF_HTTP_CLEAR &&
			    is_at(host, names[n], conf->listen[i].port))
				return true;
	return false;
}

bool
web_is_browser(const struct http *h)
{
	return http_request_field(&h->rq, STR("Sec-Fetch-Mode")).ptr != NULL;
}

static void
put_age(struct http *h, const struct page *p)
{
	http_put_field(&h->out, STR("Cache-Control"), p->tag.len > 0 ?
	    STR("no-cache") : STR("max-age=31536000, immutable"));
	if (p->tag.len > 0)
		http_put_field(&h->out, STR("ETag"), p->tag);
}

bool
web_page(struct http *h)
{
	struct str known = http_request_field(&h->rq, STR("If-None-Match"));
	const struct page *p = pages;
	bool same;

	while (p < pages + pages_count && !str_eq(p->path, h->rq.path))
		p++;
	if (!here || p == pages + pages_count)
		return false;
	same = p->tag.len > 0 && str_eq(known, p->tag);
	http_reply_begin(h, same ? 304 : 200, p->type, STR(POLICY));
	put_age(h, p);
	if (same) {
		http_reply_empty(h);
		return true;
	}
	http_reply_octets(h, p->text.len);
	http_reply_data(h, p->text);
	return true;
}
