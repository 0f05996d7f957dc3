/*
 * tls.h - the server's side of TLS 1.2 and 1.3, without the private key.
 *
 * A master makes a tls_ctx from certificates before it forks; a child serves
 * one connection with it.  Signatures come from a callback that asks somebody
 * else: no process that calls this ever holds a private key.
 *
 * No tickets, no session cache, no renegotiation, no compression, no early
 * data, no client certificates; SNI is ignored.  Only ECDHE with AEAD.
 *
 * The socket is blocking, stays the caller's and keeps its flags; waiting is
 * by poll with a deadline, and no write raises SIGPIPE.  No file is opened
 * after tls_ctx_new.  One tls_ctx per thread of control: the callback belongs
 * to the connection that was accepted last.
 */
#ifndef OS_TLS_H
#define OS_TLS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

enum {
	TLS_BINDING = 32,		/* octets: RFC 9266 */
	TLS_CONTENT_MAX = 4096,		/* what is to be signed */
	TLS_SIGNATURE_MAX = 1024,
};

struct tls_ctx;
struct tls;

/*
 * Sign content with the key of the certificate: all of a CertificateVerify's
 * input (RFC 8446 4.4.3) or of a ServerKeyExchange's (RFC 8422 5.4), never its
 * hash.  scheme is a SignatureScheme (RFC 8446 4.2.3).  The signature is
 * appended to *sig as TLS wants it; false: none to be had.
 */
typedef bool tls_sign(void *arg, unsigned scheme, struct str content,
    struct buf *sig);

/*
 * chain: PEM, the server's certificate first.  NULL when it is of no use, and
 * then *why (a literal, may be NULL) says why.  Also runs half a handshake
 * with itself, so that children share what the library keeps for later.
 */
struct tls_ctx *tls_ctx_new(struct str chain, const char **why);
void tls_ctx_free(struct tls_ctx *);

/* The one protocol that is spoken on it (RFC 7301), a literal: a client that
 * offers others alone is refused, one that offers none is not. */
void tls_ctx_alpn(struct tls_ctx *, const char *protocol);

/*
 * The whole handshake, within timeout_ms.  NULL: it failed, and *why (a
 * literal, may be NULL) is for the log.  sign(arg, …) is called once, in here.
 */
struct tls *tls_accept(struct tls_ctx *, int sock, tls_sign *sign, void *arg,
    int timeout_ms, const char **why);

/* Send close_notify if the socket has room for it, and free. */
void tls_close(struct tls *);

enum { TLS_EOF = 0, TLS_TIMEOUT = -1, TLS_BROKEN = -2 };

/*
 * Up to n octets: how many, at least one, or TLS_EOF, TLS_TIMEOUT, TLS_BROKEN
 * (which includes an end without close_notify).  timeout_ms -1: for ever.
 */
ptrdiff_t tls_read(struct tls *, void *, size_t n, int timeout_ms);

/* Octets that tls_read has without the socket: look before poll(2). */
size_t tls_pending(const struct tls *);

/* All of it, or false; after that the connection is of no more use. */
bool tls_write(struct tls *, struct str, int timeout_ms);

/* What was agreed on, for Received fields and logs.  They live as long as the
 * connection: "TLSv1.3", "TLS_AES_128_GCM_SHA256", "X25519". */
const char *tls_version(const struct tls *);
const char *tls_cipher(const struct tls *);
const char *tls_group(const struct tls *);

/* Channel binding "tls-exporter", RFC 9266; false if this connection has
 * none: TLS 1.2 without extended master secret. */
bool tls_binding(const struct tls *, unsigned char out[TLS_BINDING]);

#endif
