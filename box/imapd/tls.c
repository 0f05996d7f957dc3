/* tls.c - the stream of a connection, under TLS. */

#include "imapd.h"
#include "os/log.h"
#include "role/tls_keys.h"

enum { HANDSHAKE_MS = 30 * 1000 };

static ptrdiff_t
tls_in(void *ctx, void *mem, size_t n, int timeout_ms)
{
	ptrdiff_t got = tls_read(ctx, mem, n, timeout_ms);

	switch (got) {
	case TLS_EOF:
		return STREAM_EOF;
	case TLS_TIMEOUT:
		return STREAM_TIMEOUT;
	case TLS_BROKEN:
		return STREAM_BROKEN;
	default:
		return got;
	}
}

static bool
tls_out(void *ctx, struct str bytes, int timeout_ms)
{
	return tls_write(ctx, bytes, timeout_ms);
}

static void
tls_end(void *ctx)
{
	tls_close(ctx);
}

static const struct stream_ops ops = { tls_in, tls_out, tls_end };

bool
imap_begin_tls(struct imap *s)
{
	const char *why = NULL;

	if (s->tls_ctx != NULL)
		s->tls = tls_keys_accept(s->tls_ctx, s->child, HANDSHAKE_MS,
		    &why);
	if (s->tls == NULL) {
		log_event("tls-failed", "why=%s", why != NULL ? why :
		    "no-certificate");
		return false;
	}
	stream_change(&s->stream, &ops, s->tls);
	return true;
}
