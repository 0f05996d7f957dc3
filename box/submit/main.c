/*
 * main.c - submit: ports 465 and 587, for our users.
 *
 * The master accepts and forks; a child serves one client.  On 465 it begins
 * with the handshake, on 587 after STARTTLS, and then it begins afresh: what
 * was said in clear is forgotten (RFC 3207, section 4.2).
 */

#include "login.h"
#include "os/log.h"
#include "role/smtp_origin.h"
#include "role/smtp_tls.h"
#include "role/tls_keys.h"
#include "submit/submit.h"

enum {
	MEMORY = 128 << 20,
	FILES = 3 * CHILDREN_MAX,
	LOGIN_MS = 2 * 60 * 1000,
};

static struct tls_ctx *ctx;

/* REQUIRETLS is told in TLS alone: RFC 8689, 3. */
static void
offer(struct buf *out, bool tls)
{
	buf_add(out, STR("\r\n250-DSN"));
	if (tls)
		buf_add(out, STR("\r\n250-REQUIRETLS\r\n250-AUTH "
		    "SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN"));
}

static const struct smtp_port port = {
	.service = SMTP_ON_SUBMISSION,
	.with = SMTP_WITH_DSN | SMTP_WITH_REQUIRETLS,
	.login_ms = LOGIN_MS,
	.mail = &submit_mail, .offer = offer, .auth = login_auth,
};

static int
serve_child(struct role *r, struct child *c)
{
	if (!smtp_origin_first(r, c))
		return 0;
	if (c->listen->service != CONF_SUBMISSIONS &&
	    smtp_serve(r, c, &port, NULL) != CHILD_HAND_OVER)
		return 0;
	(void)smtp_tls_serve(r, c, &port, ctx, true);
	return 0;
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
		.busy = "421 4.7.0 Too many connections; try later\r\n",
		/* in clear, then under TLS */
		.lifetime_ms = 2 * SMTP_SESSION_MS + SMTP_WAIT_MS,
		.changed = changed,
	};
	static struct role role;

	role_begin(&role, ROLE_SUBMIT, argc, argv);
	if (sodium_init() < 0)
		log_die("library-unusable", "name=sodium");
	ctx = tls_keys_ctx(&role);
	role_enter(&role, &sandbox);
	master_run(&role, &ops);
}
