/* fuzz_conf.c - no text makes the parser read, or point, outside it. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void
check_slice(struct str text, struct str part)
{
	if (part.len == 0)
		return;
	assert(part.ptr >= text.ptr);
	assert(part.len <= text.len - (size_t)(part.ptr - text.ptr));
	assert(memchr(part.ptr, '\n', part.len) == NULL);
	assert(memchr(part.ptr, '\0', part.len) == NULL);
}

static void
check_conf(struct str text, const struct conf *c)
{
	assert(c->host.len > 0 && c->mx.len > 0 && c->domains > 0);
	assert(c->domains <= CONF_DOMAINS_MAX && c->listens > 0 &&
	    c->listens <= CONF_LISTENS_MAX && c->proxies <= CONF_PROXIES_MAX);
	check_slice(text, c->host);
	check_slice(text, c->mx);
	check_slice(text, c->chain);
	check_slice(text, c->key);
	assert((c->chain.len == 0) == (c->key.len == 0));
	for (size_t i = 0; i < c->domains; i++)
		check_slice(text, c->domain[i]);
	for (size_t i = 0; i < c->listens; i++) {
		check_slice(text, c->listen[i].address);
		assert(c->listen[i].port > 0);
		assert(c->listen[i].service < CONF_SERVICES);
		assert(!c->listen[i].clear ||
		    c->listen[i].service == CONF_IMAP);
	}
	for (size_t i = 0; i < c->proxies; i++)
		check_slice(text, c->proxy[i]);
	assert(c->resolvers <= CONF_RESOLVERS_MAX && c->send_port > 0);
	for (size_t i = 0; i < c->resolvers; i++)
		check_slice(text, c->resolver[i].address);
	check_slice(text, c->anchor);
	check_slice(text, c->smart);
	check_slice(text, c->smart_user);
	assert(c->smart.len == 0 || c->smart_port > 0);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	char *exact = malloc(size);	/* so that one byte too far is seen */
	struct str text = { exact, size };
	struct conf_error error;
	struct conf conf;

	if (size > 0)
		memcpy(exact, data, size);
	if (conf_parse(&conf, text, &error))
		check_conf(text, &conf);
	else
		assert(error.line > 0 && error.column > 0 &&
		    error.what != NULL);
	free(exact);
	return 0;
}
