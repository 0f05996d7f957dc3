/* routes.c - which path is whose. */

#include <string.h>

#include "jmap.h"
#include "web.h"

#define MAY(method)	(1u << HTTP_##method)

enum { GETS = MAY(GET) | MAY(HEAD) };

struct route {
	struct str path;
	bool below;		/* what begins with it, too */
	unsigned may;
	bool login;
	void (*serve)(struct http *);
	bool web;		/* with the webmail alone */
};

static void
page(struct http *h)
{
	if (!web_page(h) && !http_static(h))
		http_error(h, 404);
}

static const struct route routes[] = {
	{ STR_INIT("/.well-known/jmap"), false, GETS, true, jmap_session,
	    false },
	{ STR_INIT("/jmap/api"), false, MAY(POST), true, jmap_api, false },
	{ STR_INIT("/jmap/upload/"), true, MAY(POST), true, jmap_upload,
	    false },
	{ STR_INIT("/jmap/download/"), true, GETS, true, jmap_download,
	    false },
	{ STR_INIT("/jmap/events"), false, GETS, true, jmap_events, false },
	{ STR_INIT("/.well-known/pli"), false, GETS, false, identity_page,
	    false },
	{ STR_INIT("/pli/pair"), false, MAY(POST), false, pair_post, false },
	{ STR_INIT("/pli/device"), false, GETS | MAY(POST), true,
	    device_page, false },
	{ STR_INIT("/pli/device-code"), false, MAY(POST), true, device_code,
	    false },
	{ STR_INIT("/pli/device/"), true, MAY(DELETE), true, device_delete,
	    false },
	{ STR_INIT("/session"), false, MAY(POST) | MAY(DELETE), false,
	    session_page, true },
	{ STR_INIT("/view/"), true, GETS, true, view_page, true },
	{ STR_INIT("/"), true, GETS, false, page, false },
};

static bool
fits(const struct route *r, struct str path)
{
	if (r->web && !web_is_here())
		return false;
	if (!r->below)
		return str_eq(path, r->path);
	return path.len >= r->path.len &&
	    memcmp(path.ptr, r->path.ptr, r->path.len) == 0;
}

static void
put_allowed(struct http *h, unsigned status, unsigned may)
{
	static const char *const names[HTTP_METHODS] = {
		"GET, ", "HEAD, ", "POST, ", "PUT, ", "DELETE, ", "OPTIONS, ",
	};
	struct buf list;

	buf_init(&list, 128);
	for (unsigned m = 0; m < HTTP_METHODS; m++)
		if (((may | MAY(OPTIONS)) & 1u << m) != 0)
			buf_add_c(&list, names[m]);
	list.len -= 2;
	http_reply_begin(h, status, STR(""), STR(""));
	http_put_field(&h->out, STR("Allow"), buf_str(&list));
	buf_free(&list);
	http_reply_octets(h, 0);
}

static bool
changes(const struct http *h)
{
	return h->rq.method != HTTP_GET && h->rq.method != HTTP_HEAD;
}

/* What a browser sends for a page of somebody else's: nobody's business.  One
 * that has a cookie names its page whenever something is to be changed. */
static bool
is_foreign(const struct http *h, const struct route *r)
{
	struct str origin = http_request_field(&h->rq, STR("Origin"));
	struct str site = http_request_field(&h->rq, STR("Sec-Fetch-Site"));
	struct str host = http_request_field(&h->rq, STR("Host"));

	if (origin.ptr != NULL)
		return !str_take_word(&origin, h->tls != NULL ?
		    STR("https://") : STR("http://")) ||
		    !str_eq_nocase(origin, host);
	if (!r->login && !changes(h))
		return false;		/* a link from anywhere */
	if (site.ptr != NULL)
		return !str_eq(site, STR("same-origin")) &&
		    !str_eq(site, STR("none"));
	return web_is_here() && changes(h) && http_request_field(&h->rq,
	    STR("Authorization")).ptr == NULL;
}

void
http_route(struct http *h)
{
	const struct route *r = routes;

	if (str_eq(h->rq.path, STR("*"))) {
		put_allowed(h, 200, GETS | MAY(POST));
		return;
	}
	while (!fits(r, h->rq.path))
		r++;		/* the last fits all */
	if (h->rq.method == HTTP_OPTIONS)
		put_allowed(h, 200, r->may);
	else if ((r->may & 1u << h->rq.method) == 0)
		put_allowed(h, 405, r->may);
	else if (!web_is_host(h))
		http_error(h, 421);
	else if (is_foreign(h, r))
		http_error(h, 403);
	else if (!r->login || http_login(h))
		r->serve(h);
}
