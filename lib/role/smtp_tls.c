/* smtp_tls.c - SMTP under TLS: the handshake, then the session. */

#include "role/smtp_tls.h"

#include "os/log.h"
#include "role/tls_keys.h"

int
smtp_tls_serve(struct role *r, struct child *c, const struct smtp_port *port,
    struct tls_ctx *ctx, bool more)
{
	const char *why = "no certificate";
	struct smtp_tls with = { .ops = &tls_keys_stream };
	struct tls *tls = NULL;

	if (ctx != NULL)
		tls = (more ? tls_keys_accept_more : tls_keys_accept)(ctx, c,
		    SMTP_HANDSHAKE_MS, &why);
	if (tls == NULL) {
		log_event("handshake-failed", "why=%s",
		    why != NULL ? why : "unknown");
		return 0;
	}
	with.ctx = tls;
	with.version = tls_version(tls);
	with.cipher = tls_cipher(tls);
	return smtp_serve(r, c, port, &with);
}
