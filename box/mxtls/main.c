/*
 * main.c - mxtls: port 25 after STARTTLS.
 *
 * The master is handed sockets by mx, which has said 220 on them, and forks;
 * a child does the handshake, signed by keys, and serves afresh: what was said
 * in clear is forgotten (RFC 3207, section 4.2).
 */

#include <string.h>

#include "os/log.h"
#include "role/smtp_serve.h"
#include "role/tls_keys.h"

enum {
	MEMORY = 96 << 20,
	FILES = 3 * CHILDREN_MAX,
	HANDSHAKE_MS = 60 * 1000,
};

static struct tls_ctx *ctx;

static int
serve_child(struct role *r, struct child *c)
{
	const char *why = "no certificate";
	struct tls *tls = ctx == NULL ? NULL :
	    tls_keys_accept(ctx, c, HANDSHAKE_MS, &why);
	struct smtp_tls with = { &tls_keys_stream, tls, NULL, NULL };

	if (tls == NULL) {
		log_event("handshake-failed", "why=%s",
		    why != NULL ? why : "unknown");
		return 0;
	}
	with.version = tls_version(tls);
	with.cipher = tls_cipher(tls);
	return smtp_serve(r, c, &smtp_port_mx, &with);
}

/* Keys is new, or the certificate is: children to come shall have it. */
static bool
changed(struct role *r)
{
	struct tls_ctx *fresh = tls_keys_ctx(r);

	if (fresh != NULL) {
		tls_ctx_free(ctx);
		ctx = fresh;
	}
	return true;
}

int
main(int argc, char **argv)
{
	static const struct sandbox sandbox = {
		.may = SANDBOX_CHANNELS | SANDBOX_MEMFD | SANDBOX_FORK |
		    SANDBOX_ACCEPT,
		.memory = MEMORY,
		.files = FILES,
	};
	static const struct master_ops ops = {
		.child = serve_child,
		.hand_to = ROLES,
		.lifetime_ms = SMTP_SESSION_MS + SMTP_WAIT_MS,
		.busy = NULL,
		.changed = changed,
	};
	static struct role role;

	role_begin(&role, ROLE_MXTLS, argc, argv);
	ctx = tls_keys_ctx(&role);
	role_enter(&role, &sandbox);
	master_run(&role, &ops);
}
