/* main.c - imapd: a process for each connection to a mailbox. */

#include <stdalign.h>

#include "imapd.h"
#include "os/heap.h"
#include "role/tls_keys.h"

enum { PAGE = 4096 };

/* What a child writes to, side by side: each page costs every connection. */
static struct {
	alignas(PAGE) struct role role;
	struct imap session;
	struct tls_ctx *tls_ctx;
} here;

static int
child(struct role *r, struct child *c)
{
	return imap_serve(&here.session, r, c, here.tls_ctx);
}

static bool
changed(struct role *r)
{
	if (tls_keys_renew(r, &here.tls_ctx))
		heap_settle();
	return true;
}

int
main(int argc, char **argv)
{
	static const struct sandbox sandbox = {
		.may = SANDBOX_CHANNELS | SANDBOX_MEMFD | SANDBOX_FORK |
		    SANDBOX_ACCEPT,
		.files = 1024,
	};
	static const struct master_ops ops = {
		.child = child, .hand_to = ROLES,
		.busy = "* BYE [UNAVAILABLE] Too many connections\r\n",
		.changed = changed,
	};

	heap_begin();
	role_begin(&here.role, ROLE_IMAPD, argc, argv);
	here.tls_ctx = tls_keys_ctx(&here.role);
	role_enter(&here.role, &sandbox);
	heap_settle();
	master_run(&here.role, &ops);
}
