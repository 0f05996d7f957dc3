/*
 * main.c - dns: what is the address, and is it really?
 *
 * Resolves and validates for the children of send.  The bytes of foreign name
 * servers are parsed here and nowhere else.
 */

#include "dns.h"
#include "loop.h"

enum { MEMORY = 256 << 20, FILES = 8192, TICK_MS = 1000, DNS_PORT = 53 };

static void
ready(struct role *r)
{
	(void)r;
	loop_run();
}

/* A new question may have moved the next moment at which to act. */
static void
settle(struct role *r)
{
	(void)r;
	loop_run();
}

/* The ports that TCP may go to: of all servers, or of ours. */
static void
name_ports(struct sandbox *s, const struct conf *c)
{
	size_t n = 0;

	s->ports[n++] = DNS_PORT;
	for (size_t i = 0; i < c->resolvers; i++)
		if (c->resolver[i].port != DNS_PORT && n < 7)
			s->ports[n++] = c->resolver[i].port;
}

int
main(int argc, char **argv)
{
	static struct sandbox sandbox = {
		.may = SANDBOX_RESOLVE,
		.memory = MEMORY,
		.files = FILES,
	};
	static const struct serve_ops ops = {
		.message = answer_message,
		.gone = answer_gone,
		.settle = settle,
		.tick = answer_tick,
		.tick_ms = TICK_MS,
	};
	static struct role role;

	role_begin(&role, ROLE_DNS, argc, argv);
	resolver_begin(&role, answer_heard);
	name_ports(&sandbox, &role.conf);
	serve_begin(&role, &ops);
	serve_watch(&role, loop_fd(), ready);
	role_enter(&role, &sandbox);
	serve_run(&role, &ops);
}
