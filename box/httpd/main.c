/* main.c - httpd: a process for each connection to port 443. */

#include <jansson.h>
#include <sodium.h>
#include <stdalign.h>

#include "httpd.h"
#include "os/crypt.h"
#include "os/heap.h"
#include "os/log.h"
#include "role/tls_keys.h"
#include "web.h"

enum { PAGE = 4096, MEMORY = 256 << 20 };

/* What a child writes to, side by side: each page costs every connection. */
static struct {
	alignas(PAGE) struct role role;
	struct http http;
	struct tls_ctx *tls_ctx;
} here;

static int
child(struct role *r, struct child *c)
{
	return http_serve(&here.http, r, c, here.tls_ctx);
}

/* keys is new, or has new certificates. */
static bool
changed(struct role *r)
{
	struct tls_ctx *fresh = tls_keys_ctx(r);

	identity_fetch(r);
	web_look(r);
	if (fresh == NULL)
		return true;	/* the old one may still do */
	tls_ctx_alpn(fresh, "http/1.1");
	tls_ctx_free(here.tls_ctx);
	here.tls_ctx = fresh;
	heap_settle();
	return true;
}

/* Jansson would look for chance in a file. */
static void
seed(void)
{
	size_t chance;

	crypt_random(&chance, sizeof(chance));
	json_object_seed(chance | 1);
}

int
main(int argc, char **argv)
{
	static const struct sandbox sandbox = {
		.may = SANDBOX_CHANNELS | SANDBOX_MEMFD | SANDBOX_FORK |
		    SANDBOX_ACCEPT,
		.memory = MEMORY,
		.files = 1024,
	};
	static const struct master_ops ops = {
		.child = child, .hand_to = ROLES, .changed = changed,
	};
	struct crypt_verifier v;

	heap_begin();
	role_begin(&here.role, ROLE_HTTPD, argc, argv);
	if (sodium_init() < 0)
		log_die("library-unusable", "name=sodium");
	seed();
	/* what the library loads late, it loads now */
	crypt_verifier(&v, STR("password"), STR("salt"), 1);
	(void)changed(&here.role);
	role_enter(&here.role, &sandbox);
	heap_settle();
	master_run(&here.role, &ops);
}
