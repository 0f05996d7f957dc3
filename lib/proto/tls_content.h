/*
 * tls_content.h - is this what a TLS server signs, and nothing else?
 *
 * Pure.  A key that signs for others must know what: only the input of a
 * TLS 1.3 server's CertificateVerify or of a TLS 1.2 ServerKeyExchange passes,
 * exact to the octet.  Neither can be taken for the other, nor for a
 * certificate, a message or a client's signature.
 */
#ifndef PROTO_TLS_CONTENT_H
#define PROTO_TLS_CONTENT_H

#include "base/str.h"

enum tls_content {
	TLS_CONTENT_OTHER,
	TLS_CONTENT_12,		/* RFC 5246 7.4.3, RFC 8422 5.4 */
	TLS_CONTENT_13,		/* RFC 8446 4.4.3 */
};

enum tls_content tls_content_of(struct str);

/* TLS 1.3 knows no PKCS #1 v1.5 in a handshake: RFC 8446 4.2.3. */
bool tls_content_fits(enum tls_content, unsigned scheme);

#endif
