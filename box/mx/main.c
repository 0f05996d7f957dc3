/*
 * main.c - mx: port 25 in clear.
 *
 * The master accepts and forks; a child serves one peer
 * (role/smtp_serve.h).  After STARTTLS the socket goes to mxtls: nothing here
 * can reach keys, or maps a TLS library.
 */

#include "role/smtp_serve.h"

enum {
	MEMORY = 64 << 20,	/* of one child: header, its protected form,
				   buffers; messages are in memfds */
	FILES = 3 * CHILDREN_MAX,
};

static int
serve_child(struct role *r, struct child *c)
{
	return smtp_serve(r, c, &smtp_port_mx, NULL);
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
		.hand_to = ROLE_MXTLS,
		.lifetime_ms = SMTP_SESSION_MS + SMTP_WAIT_MS,
		.busy = "421 4.7.0 Too many connections; try later\r\n",
	};
	static struct role role;

	role_begin(&role, ROLE_MX, argc, argv);
	role_enter(&role, &sandbox);
	master_run(&role, &ops);
}
