/* tls.c - the stream of a connection, under TLS. */

#include "imapd.h"
#include "os/log.h"
#include "role/tls_keys.h"

enum { HANDSHAKE_MS = 30 * 1000 };

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
	stream_change(&s->stream, &tls_keys_stream, s->tls);
	return true;
}
