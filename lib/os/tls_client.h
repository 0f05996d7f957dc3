/*
 * tls_client.h - the client's side of TLS 1.2 and 1.3.
 *
 * A context is made before the fork and before the sandbox, which reads the
 * certificates of the authorities; children connect with it.  What is made is
 * a struct tls of os/tls.h, read, written and closed by its functions.
 *
 * A certificate that cannot be verified does not end the handshake: whether it
 * could is a fact to be asked for.  No session is kept, no certificate of ours
 * is shown.
 */
#ifndef OS_TLS_CLIENT_H
#define OS_TLS_CLIENT_H

#include <stdbool.h>

#include "base/str.h"
#include "os/tls.h"

struct tls_client;

enum { TLS_NAME_MAX = 255 };

/* authorities: PEM, or "" for those of the system.  NULL: the library does not
 * start, or no certificate is in a PEM that is not empty. */
struct tls_client *tls_client_new(struct str authorities);
void tls_client_free(struct tls_client *);

/* name: of the server, for SNI and for the certificate; an address literal is
 * good for the certificate alone.  NULL: failed, and *why (a literal, may be
 * NULL) says how. */
struct tls *tls_connect(struct tls_client *, int sock, struct str name,
    int timeout_ms, const char **why);

enum { TLS_PIN = 32 };

/* Has it one of these keys: SHA-256 of the SubjectPublicKeyInfo? */
bool tls_pinned(const struct tls *, const unsigned char (*pins)[TLS_PIN],
    size_t n);

/* Does its certificate lead to an authority, and is it for that name? */
bool tls_verified(const struct tls *);

#endif
