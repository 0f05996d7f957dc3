/* body.c - the body of a request, as it arrives. */

#include "httpd.h"

static void
begin(struct http *h)
{
	h->body_begun = true;
	h->stream.end = stream_now() + BODY_MS;
	if (h->reader < 0 && h->until < h->stream.end)
		h->stream.end = h->until;
	h->stream.idle_ms = READ_MS;
	/* unless it is under way already: RFC 9110, 10.1.1 */
	if (h->rq.expects && h->rq.framing != HTTP_NO_BODY &&
	    !stream_has_input(&h->stream)) {
		stream_put(&h->stream, STR("HTTP/1.1 100 Continue\r\n\r\n"));
		(void)stream_flush(&h->stream);
	}
}

static bool
refill(struct http *h)
{
	if (stream_some(&h->stream, &h->some) != STREAM_OK) {
		h->body_bad = h->close = true;
		return false;
	}
	h->held = h->some.len;
	return true;
}

static void
let_go(struct http *h)
{
	if (h->held > 0)
		stream_eat(&h->stream, h->held - h->some.len);
	h->held = 0;
	h->some = STR("");
}

bool
http_piece(struct http *h, struct str *data)
{
	if (!h->body_begun)
		begin(h);
	for (;;) {
		if (h->body_bad || h->body_done)
			return false;
		switch (http_body_next(&h->body, &h->some, data)) {
		case HTTP_BODY_DATA:
			return true;
		case HTTP_BODY_MORE:
			let_go(h);
			if (!refill(h))
				return false;
			break;
		case HTTP_BODY_DONE:
			let_go(h);
			h->body_done = true;
			h->stream.idle_ms = WRITE_MS;
			h->stream.end = h->reader < 0 ? h->until : 0;
			return false;
		case HTTP_BODY_BAD:
			h->body_bad = h->close = true;
			return false;
		}
	}
}

bool
http_whole(struct http *h, struct buf *out)
{
	struct str data;

	if (h->rq.framing == HTTP_LENGTH && h->rq.length > out->limit) {
		http_error(h, 413);
		return false;
	}
	while (http_piece(h, &data)) {
		buf_add(out, data);
		if (out->failed) {
			http_error(h, 413);
			return false;
		}
	}
	if (h->body_bad)
		http_error(h, h->stream.failed == STREAM_TIMEOUT ? 408 : 400);
	return !h->body_bad;
}

void
http_drain(struct http *h)
{
	size_t n = 0;
	struct str data;

	/* who waits for "100 Continue" may send nothing or all of it now */
	if (!h->body_begun && h->rq.expects &&
	    h->rq.framing != HTTP_NO_BODY)
		h->close = true;
	while (!h->close && http_piece(h, &data)) {
		n += data.len;
		if (n > DRAIN_MAX)
			h->close = true;
	}
}
