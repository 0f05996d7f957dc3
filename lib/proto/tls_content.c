/* tls_content.c - is this what a TLS server signs, and nothing else? */

#include "proto/tls_content.h"

enum {
	RANDOMS = 64,		/* the client's and the server's, 32 each */
	SPACES = 64,
	SHA256 = 32, SHA384 = 48,	/* of the transcript */
	NAMED_CURVE = 3,
	X25519 = 0x001d, X25519_POINT = 32,
	P256 = 0x0017, P256_POINT = 65,	/* uncompressed */
	UNCOMPRESSED = 4,
};

static unsigned
octet(struct str s, size_t i)
{
	return (unsigned char)s.ptr[i];
}

static bool
is_13(struct str s)
{
	static const struct str name =
	    STR_INIT("TLS 1.3, server CertificateVerify\0");

	if (s.len != SPACES + name.len + SHA256 &&
	    s.len != SPACES + name.len + SHA384)
		return false;
	for (size_t i = 0; i < SPACES; i++)
		if (s.ptr[i] != ' ')
			return false;
	return str_eq((struct str){ s.ptr + SPACES, name.len }, name);
}

static bool
is_12(struct str s)
{
	enum { HEAD = RANDOMS + 4 };	/* type, curve, length */
	unsigned curve, point;

	if (s.len < HEAD + 1 || octet(s, RANDOMS) != NAMED_CURVE)
		return false;
	curve = octet(s, RANDOMS + 1) << 8 | octet(s, RANDOMS + 2);
	point = octet(s, RANDOMS + 3);
	if (s.len != HEAD + point)
		return false;
	return (curve == X25519 && point == X25519_POINT) ||
	    (curve == P256 && point == P256_POINT &&
	    octet(s, HEAD) == UNCOMPRESSED);
}

enum tls_content
tls_content_of(struct str s)
{
	return is_13(s) ? TLS_CONTENT_13 :
	    is_12(s) ? TLS_CONTENT_12 : TLS_CONTENT_OTHER;
}

bool
tls_content_fits(enum tls_content content, unsigned scheme)
{
	bool pkcs1 = scheme == 0x0401 || scheme == 0x0501 || scheme == 0x0601;

	return content == TLS_CONTENT_12 ||
	    (content == TLS_CONTENT_13 && !pkcs1);
}
