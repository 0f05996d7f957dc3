/*
 * main.c - mxtls: port 25 after STARTTLS.
 *
 * The master is handed sockets by mx, which has said 220 on them, and forks;
 * a child does the handshake, signed by keys, and serves afresh: what was said
 * in clear is forgotten (RFC 3207, section 4.2).
 */

#include "role/smtp_tls.h"
#include "role/tls_keys.h"

enum {
	MEMORY = 96 << 20,
	FILES = 3 * CHILDREN_MAX,
};

static struct tls_ctx *ctx;

static int
serve_child(struct role *r, struct child *c)
{
	return smtp_tls_serve(r, c, &smtp_port_mx, ctx, false);
}

static bool
changed(struct role *r)
{
	(void)tls_keys_renew(r, &ctx);
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
