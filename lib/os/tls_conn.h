/*
 * tls_conn.h - a connection under TLS, for tls.c and tls_client.c alone.
 */
#ifndef OS_TLS_CONN_H
#define OS_TLS_CONN_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/ssl.h>

struct tls {
	SSL *ssl;
	int sock;
};

/* On the socket of tls: never blocks, never raises SIGPIPE. */
BIO *tls_conn_bio(struct tls *);

int64_t tls_conn_deadline(int timeout_ms);

/* After an SSL_ function said ret: 1 try again, else a TLS_ status. */
ptrdiff_t tls_conn_wait(struct tls *, int ret, int64_t until);

/* step is SSL_accept or SSL_connect; NULL, or a literal that says why not. */
const char *tls_conn_handshake(struct tls *, int (*step)(SSL *),
    int timeout_ms);

#endif
