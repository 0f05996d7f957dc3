/* tls_keys.c - TLS of a child, signed by keys. */

#include "role/tls_keys.h"

#include <stdalign.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/verdict.h"
#include "ipc/msg_keys.h"
#include "os/log.h"
#include "os/tls_heap.h"

enum {
	PAGE = 4096,
	CHAIN_MS = 10000,	/* keys may just be starting */
	SIGN_MS = 10000,
};

union answer {
	struct msg_keys_chain_is chain;
	struct msg_keys_signed sig;
	struct msg_child child;
	struct msg_keys_sign sign;
	struct msg_keys_sign_seal seal;
	struct msg_keys_seal_public_is public;
};

/* In .bss: only what is used is touched. */
static alignas(PAGE) char in_buf[IPC_MAX];

/* The answer, if it is of that type and comes in time; *m points into
 * in_buf. */
static bool
hear(int fd, int type, int timeout_ms, union answer *m)
{
	struct chan_msg in;

	return chan_wait(&fd, 1, timeout_ms) == 0 &&
	    chan_get(fd, in_buf, msg_keys, KEYS_TYPES, m, &in) == type;
}

static int
newest_edge(const struct role *r)
{
	int fd = -1, next;

	for (size_t n = 0; (next = role_edge_fd(r, ROLE_KEYS, n)) >= 0; n++)
		fd = next;
	return fd;
}

struct tls_ctx *
tls_keys_ctx(struct role *r)
{
	int fd = newest_edge(r);
	const char *why = "keys does not answer";
	struct tls_ctx *ctx = NULL;
	union answer m;

	if (fd >= 0 && chan_put(fd, msg_keys, KEYS_TYPES, KEYS_CHAIN, NULL,
	    NULL, 0) == CHAN_OK &&
	    hear(fd, KEYS_CHAIN_IS, CHAIN_MS, &m)) {
		if (m.chain.verdict == VERDICT_YES)
			ctx = tls_ctx_new(m.chain.pem, &why);
		else
			why = "keys has no certificate for this service";
	}
	if (ctx == NULL)
		log_event("no-tls", "why=\"%s\"", why);
	return ctx;
}

bool
tls_keys_renew(struct role *r, struct tls_ctx **ctx)
{
	struct tls_ctx *fresh = tls_keys_ctx(r);

	if (fresh == NULL)
		return false;
	tls_ctx_free(*ctx);
	*ctx = fresh;
	return true;
}

static bool
ask_keys(void *arg, unsigned scheme, struct str content, struct buf *sig)
{
	struct child *c = arg;
	struct msg_keys_sign ask = { scheme, content };
	union answer m;

	if (c->chan[ROLE_KEYS] < 0 || chan_put(c->chan[ROLE_KEYS], msg_keys,
	    KEYS_TYPES, KEYS_SIGN, &ask, NULL, 0) != CHAN_OK)
		return false;
	if (!hear(c->chan[ROLE_KEYS], KEYS_SIGNED, SIGN_MS, &m) ||
	    m.sig.verdict != VERDICT_YES)
		return false;
	buf_add(sig, m.sig.signature);
	return true;
}

struct tls *
tls_keys_accept_more(struct tls_ctx *ctx, struct child *c, int timeout_ms,
    const char **why)
{
	struct tls *tls;

	tls_heap_child();
	tls = tls_accept(ctx, c->sock, ask_keys, c, timeout_ms, why);
	tls_heap_rest();
	(void)madvise(in_buf, sizeof(in_buf), MADV_DONTNEED);
	return tls;
}

struct tls *
tls_keys_accept(struct tls_ctx *ctx, struct child *c, int timeout_ms,
    const char **why)
{
	struct tls *tls = tls_keys_accept_more(ctx, c, timeout_ms, why);

	if (c->chan[ROLE_KEYS] >= 0)
		close(c->chan[ROLE_KEYS]);
	c->chan[ROLE_KEYS] = -1;
	return tls;
}

static ptrdiff_t
stream_read(void *tls, void *mem, size_t n, int timeout_ms)
{
	return tls_read(tls, mem, n, timeout_ms);
}

static bool
stream_write(void *tls, struct str s, int timeout_ms)
{
	return tls_write(tls, s, timeout_ms);
}

static void
stream_end(void *tls)
{
	tls_close(tls);
}

const struct stream_ops tls_keys_stream = {
	stream_read, stream_write, stream_end,
};
