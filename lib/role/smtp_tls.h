/*
 * smtp_tls.h - SMTP under TLS: the handshake, then the session.
 *
 * For the children of mxtls and submit.
 */
#ifndef ROLE_SMTP_TLS_H
#define ROLE_SMTP_TLS_H

#include "os/tls.h"
#include "role/smtp_serve.h"

enum { SMTP_HANDSHAKE_MS = 60 * 1000 };

/* more: keys has more to do for this child than the one signature.  A
 * handshake that fails is logged; ctx NULL: so does every one.  The exit
 * status of the child. */
int smtp_tls_serve(struct role *, struct child *, const struct smtp_port *,
    struct tls_ctx *ctx, bool more);

#endif
