/* serve.c - a connection: one request after the other. */

#include <stdalign.h>
#include <string.h>
#include <unistd.h>

#include "base/wipe.h"
#include "httpd.h"
#include "os/log.h"
#include "role/smtp_origin.h"
#include "role/tls_keys.h"

enum { PAGE = 4096, IN_BUF = 64 * 1024, OUT_BUF = 16 * 1024,
    HANDSHAKE_MS = 30 * 1000 };

/* One connection to a process: in .bss, so that only what is used is
 * touched.  The head is copied, for the body is read over where it stood. */
static alignas(PAGE) char in_buf[IN_BUF];
static alignas(PAGE) char out_buf[OUT_BUF];
static char head_buf[HTTP_HEAD_MAX];

static bool
begin_tls(struct http *h, struct tls_ctx *ctx)
{
	const char *why = NULL;

	if (ctx != NULL)
		h->tls = tls_keys_accept_more(ctx, h->child, HANDSHAKE_MS,
		    &why);
	if (h->tls == NULL) {
		log_event("tls-failed", "why=%s", why != NULL ? why :
		    "no-certificate");
		return false;
	}
	stream_change(&h->stream, &tls_keys_stream, h->tls);
	return true;
}

/* 0: there is one; else the status to answer, 1 when there is nobody to
 * answer. */
static unsigned
take_head(struct http *h)
{
	struct http_head head = { 0 };
	struct str some = { NULL, 0 };
	enum http_head_is is;
	unsigned status;

	while ((is = http_head_next(&head, some)) == HTTP_HEAD_MORE) {
		h->stream.idle_ms = some.len > 0 ? HEAD_MS : KEEP_MS;
		if (stream_more(&h->stream, some.len, &some) != STREAM_OK)
			return some.len > 0 && h->stream.failed ==
			    STREAM_TIMEOUT ? 408 : 1;
	}
	if (is != HTTP_HEAD_DONE)
		return is == HTTP_HEAD_LONG ? 431 : 400;
	some = (struct str){ some.ptr + head.skip, head.at - head.skip };
	memcpy(head_buf, some.ptr, some.len);
	stream_eat(&h->stream, head.at);
	status = http_request_parse(&h->rq, (struct str){ head_buf,
	    some.len });
	/* passwords do not stay behind */
	wipe(h->stream.in, h->stream.from);
	return status;
}

static void
begin_request(struct http *h)
{
	h->body_begun = h->body_bad = h->body_done = false;
	h->some = STR("");
	h->held = 0;
	h->answered = h->chunks = false;
	buf_clear(&h->out);
	h->rq.method = HTTP_GET;
	h->rq.framing = HTTP_NO_BODY;
}

static bool
next(struct http *h)
{
	unsigned status;

	begin_request(h);
	status = take_head(h);
	if (status == 1)
		return false;
	if (status != 0) {
		h->close = true;
		h->body_bad = true;
		http_error(h, status);
		return false;
	}
	h->close |= h->rq.close;
	h->stream.idle_ms = WRITE_MS;
	http_body_begin(&h->body, &h->rq);
	return true;
}

static void
talk(struct http *h)
{
	for (unsigned n = 0; n < REQUESTS_MAX && !h->close; n++) {
		if (!next(h))
			break;
		h->close |= n + 1 == REQUESTS_MAX;
		http_route(h);
		if (!h->answered)
			http_error(h, 500);
		http_drain(h);
		wipe(head_buf, sizeof(head_buf));
	}
}

int
http_serve(struct http *h, struct role *r, struct child *c,
    struct tls_ctx *ctx)
{
	*h = (struct http){ .role = r, .child = c, .reader = -1,
	    .writer = -1 };
	stream_plain(&h->stream, c->sock, in_buf, sizeof(in_buf), out_buf,
	    sizeof(out_buf));
	h->stream.end = h->until = stream_now() + STRANGER_MS;
	if (!smtp_origin_first(r, c))
		return 0;
	if (c->listen->service == CONF_HTTPS && !begin_tls(h, ctx))
		return 0;
	buf_init(&h->out, REPLY_HEAD_MAX);
	talk(h);
	wipe(head_buf, sizeof(head_buf));
	buf_free(&h->out);
	stream_close_gently(&h->stream);
	return 0;
}
