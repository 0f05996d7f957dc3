/* reply.c - answers: their heads, then octets or chunks. */

#include <time.h>

#include "httpd.h"

void
http_reply_begin(struct http *h, unsigned status, struct str type,
    struct str policy)
{
	struct buf date;

	h->answered = true;
	buf_clear(&h->out);
	http_put_status(&h->out, status);
	buf_init(&date, 64);
	http_put_date(&date, (uint64_t)time(NULL));
	http_put_field(&h->out, STR("Date"), buf_str(&date));
	buf_free(&date);
	if (type.len > 0)
		http_put_field(&h->out, STR("Content-Type"), type);
	http_put_security(&h->out, policy, h->tls != NULL);
	if (h->close)
		http_put_field(&h->out, STR("Connection"), STR("close"));
}

static void
put_head(struct http *h)
{
	http_put_end(&h->out);
	/* a field that did not fit would be a lie */
	if (h->out.failed)
		h->close = true;
	else
		stream_put(&h->stream, buf_str(&h->out));
	buf_clear(&h->out);
}

void
http_reply_octets(struct http *h, uint64_t n)
{
	http_put_number(&h->out, STR("Content-Length"), n);
	put_head(h);
}

void
http_reply_empty(struct http *h)
{
	put_head(h);
}

void
http_reply_chunks(struct http *h)
{
	http_put_field(&h->out, STR("Transfer-Encoding"), STR("chunked"));
	put_head(h);
	h->chunks = true;
}

static void
put_size(struct http *h, size_t n)
{
	char digits[18], *at = digits + sizeof(digits);

	*--at = '\n';
	*--at = '\r';
	for (; n > 0; n /= 16)
		*--at = "0123456789abcdef"[n % 16];
	stream_put(&h->stream, (struct str){ at,
	    (size_t)(digits + sizeof(digits) - at) });
}

void
http_reply_data(struct http *h, struct str data)
{
	if (data.len == 0 || h->rq.method == HTTP_HEAD)
		return;
	if (h->chunks)
		put_size(h, data.len);
	stream_put(&h->stream, data);
	if (h->chunks)
		stream_put(&h->stream, STR("\r\n"));
}

void
http_reply_end(struct http *h)
{
	if (h->chunks && h->rq.method != HTTP_HEAD)
		stream_put(&h->stream, STR("0\r\n\r\n"));
	h->chunks = false;
}

void
http_reply(struct http *h, unsigned status, struct str type, struct str body)
{
	http_reply_begin(h, status, type, STR(""));
	http_put_field(&h->out, STR("Cache-Control"), STR("no-store"));
	http_reply_octets(h, body.len);
	http_reply_data(h, body);
}

/* A status line says it; so does the body, for people. */
void
http_error(struct http *h, unsigned status)
{
	struct buf text;
	struct str line;

	if (h->answered) {	/* too late for words */
		h->close = true;
		return;
	}
	if (status == 413)
		h->close = true;
	buf_init(&text, 256);
	http_put_status(&text, status);
	line = buf_str(&text);
	line.ptr += sizeof("HTTP/1.1 ") - 1;
	line.len -= sizeof("HTTP/1.1 ") - 1;
	http_reply(h, status, STR("text/plain; charset=utf-8"), line);
	buf_free(&text);
}
