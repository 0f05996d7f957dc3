/* main.c - imapd: a process for each connection to a mailbox. */

#include "imapd.h"
#include "os/heap.h"
#include "role/tls_keys.h"

static struct tls_ctx *tls_ctx;

static int
child(struct role *r, struct child *c)
{
	return imap_serve(r, c, tls_ctx);
}

/* keys is new, or has new certificates. */
static bool
changed(struct role *r)
{
	struct tls_ctx *fresh = tls_keys_ctx(r);

	if (fresh == NULL)
		return true;	/* the old one may still do */
	if (tls_ctx != NULL)
		tls_ctx_free(tls_ctx);
	tls_ctx = fresh;
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
	static struct role r;

	heap_begin();
	role_begin(&r, ROLE_IMAPD, argc, argv);
	tls_ctx = tls_keys_ctx(&r);
	role_enter(&r, &sandbox);
	heap_settle();
	master_run(&r, &ops);
}
