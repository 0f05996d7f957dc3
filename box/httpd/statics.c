/* statics.c - pages that are compiled in. */

#include "httpd.h"

static const struct {
	struct str path, type, text;
} pages[] = {
	{ STR_INIT("/"), STR_INIT("text/plain; charset=utf-8"),
	    STR_INIT("pli: a sealed mailbox.  JMAP is at "
	    "/.well-known/jmap.\n") },
	{ STR_INIT("/robots.txt"), STR_INIT("text/plain; charset=utf-8"),
	    STR_INIT("User-agent: *\nDisallow: /\n") },
};

bool
http_static(struct http *h)
{
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		if (str_eq(h->rq.path, pages[i].path)) {
			http_reply_begin(h, 200, pages[i].type, STR(""));
			http_put_field(&h->out, STR("Cache-Control"),
			    STR("max-age=3600"));
			http_reply_octets(h, pages[i].text.len);
			http_reply_data(h, pages[i].text);
			return true;
		}
	return false;
}
