/*
 * echo.c - a master in imapd's place that only speaks TLS: tests/tls/tls.py.
 *
 * Each connection is told in one line what was agreed on and its channel
 * binding in hexadecimal, then gets every line back.
 */

#include <string.h>
#include <unistd.h>

#include "ipc/msg_keys.h"
#include "os/log.h"
#include "role/tls_keys.h"

static struct tls_ctx *ctx;

static void
greet(struct stream *s, struct tls *tls)
{
	unsigned char binding[TLS_BINDING];
	char hex[2 * TLS_BINDING + 1] = "none", line[256];
	int n;

	if (tls_binding(tls, binding))
		for (size_t i = 0; i < TLS_BINDING; i++)
			snprintf(hex + 2 * i, 3, "%02x", binding[i]);
	n = snprintf(line, sizeof(line), "%s %s %s %s\r\n", tls_version(tls),
	    tls_cipher(tls), tls_group(tls), hex);
	stream_put(s, (struct str){ line, (size_t)n });
}

static int
serve_child(struct role *r, struct child *c)
{
	static char in[4096], out[4096];
	struct stream s;
	struct tls *tls;
	struct str line;
	const char *why;

	(void)r;
	tls = tls_keys_accept(ctx, c, 10000, &why);
	if (tls == NULL) {
		log_event("handshake-failed", "why=%s", why);
		return 0;
	}
	stream_plain(&s, c->sock, in, sizeof(in), out, sizeof(out));
	stream_change(&s, &tls_keys_stream, tls);
	greet(&s, tls);
	while (stream_line(&s, sizeof(in), &line) == STREAM_OK)
		stream_put(&s, line);
	stream_close(&s);
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
		.may = SANDBOX_CHANNELS | SANDBOX_FORK | SANDBOX_ACCEPT,
		.files = 3 * CHILDREN_MAX,
	};
	static const struct master_ops ops = {
		.child = serve_child, .hand_to = ROLES, .changed = changed,
	};
	static struct role role;

	role_begin(&role, ROLE_IMAPD, argc, argv);
	ctx = tls_keys_ctx(&role);
	role_enter(&role, &sandbox);
	master_run(&role, &ops);
}
