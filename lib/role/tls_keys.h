/*
 * tls_keys.h - TLS of a child, signed by keys.
 *
 * The master asks keys for the certificates of its service and makes the
 * tls_ctx (before the first fork, and again when the edge to keys is new);
 * the child accepts with its one channel to keys, which is closed afterwards:
 * it was good for one signature.
 */
#ifndef ROLE_TLS_KEYS_H
#define ROLE_TLS_KEYS_H

#include "os/tls.h"
#include "role/master.h"
#include "role/stream.h"

/*
 * In a master: ask on its edge to keys and wait for the answer.  NULL: keys is
 * gone or has none; the reason has been logged.  The edge must be the
 * master's own (not a child's channel), and nothing else be under way on it.
 */
struct tls_ctx *tls_keys_ctx(struct role *);

/* For the hook `changed`: keys is new, or the certificate is, and children to
 * come shall have it.  False: there is none, and the old one stays. */
bool tls_keys_renew(struct role *, struct tls_ctx **);

/* In a child: the handshake on child->sock.  Closes and forgets
 * child->chan[ROLE_KEYS].  NULL: failed, and *why (a literal) is for the
 * log. */
struct tls *tls_keys_accept(struct tls_ctx *, struct child *, int timeout_ms,
    const char **why);

/* The same, but the channel stays: it has more uses than this one. */
struct tls *tls_keys_accept_more(struct tls_ctx *, struct child *,
    int timeout_ms, const char **why);

/* For stream_change; ctx is the struct tls. */
extern const struct stream_ops tls_keys_stream;

#endif
