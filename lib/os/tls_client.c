/* tls_client.c - the client's side of TLS 1.2 and 1.3. */

#include "os/tls_client.h"

#include <limits.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "base/ip.h"
#include "os/tls_conn.h"

#define SYSTEM_FILE	"/etc/ssl/certs/ca-certificates.crt"
#define CIPHERS12	"ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:AESGCM:" \
			"ECDHE+AES:DHE+AES:AES:@SECLEVEL=1"
#define GROUPS		"X25519:P-256:P-384:P-521"
#define GROUPS_PQ	"X25519MLKEM768:" GROUPS

enum {
	DEPTH_MAX = 8,
	CERTS_OCTETS_MAX = 65536,	/* what a server may show */
	AUTHORITIES_MAX = 64,		/* in a PEM of the operator's */
};

struct tls_client {
	SSL_CTX *ssl;
};

static bool
add_authorities(SSL_CTX *ssl, struct str pem)
{
	BIO *bio = pem.len > INT_MAX ? NULL :
	    BIO_new_mem_buf(pem.ptr, (int)pem.len);
	X509 *x;
	size_t n = 0;

	if (bio == NULL)
		return false;
	while (n < AUTHORITIES_MAX &&
	    (x = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
		if (X509_STORE_add_cert(SSL_CTX_get_cert_store(ssl), x) == 1)
			n++;
		X509_free(x);
	}
	BIO_free(bio);
	ERR_clear_error();
	return n > 0;
}

/* Without the system's file everything works, and nothing is verified. */
static bool
trust(SSL_CTX *ssl, struct str authorities)
{
	X509_VERIFY_PARAM *p = SSL_CTX_get0_param(ssl);

	/* a certificate of the operator's need not be self-signed */
	(void)X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_PARTIAL_CHAIN);
	if (authorities.len > 0)
		return add_authorities(ssl, authorities);
	(void)SSL_CTX_load_verify_file(ssl, SYSTEM_FILE);
	ERR_clear_error();
	return true;
}

static bool
set_rules(SSL_CTX *ssl)
{
	SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
	    SSL_OP_NO_COMPRESSION);
	SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS |
	    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_verify(ssl, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_verify_depth(ssl, DEPTH_MAX);
	SSL_CTX_set_max_cert_list(ssl, CERTS_OCTETS_MAX);
	if (SSL_CTX_set1_groups_list(ssl, GROUPS_PQ) != 1 &&
	    SSL_CTX_set1_groups_list(ssl, GROUPS) != 1)
		return false;
	ERR_clear_error();
	return SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION) == 1 &&
	    SSL_CTX_set_cipher_list(ssl, CIPHERS12) == 1;
}

struct tls_client *
tls_client_new(struct str authorities)
{
	struct tls_client *c;

	if (OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG |
	    OPENSSL_INIT_NO_LOAD_SSL_STRINGS | OPENSSL_INIT_NO_ATEXIT,
	    NULL) != 1)
		return NULL;
	tzset();	/* gmtime of certificates opens no file then */
	c = OPENSSL_zalloc(sizeof(*c));
	if (c != NULL)
		c->ssl = SSL_CTX_new(TLS_client_method());
	if (c != NULL && c->ssl != NULL && set_rules(c->ssl) &&
	    trust(c->ssl, authorities))
		return c;
	tls_client_free(c);
	return NULL;
}

void
tls_client_free(struct tls_client *c)
{
	if (c == NULL)
		return;
	SSL_CTX_free(c->ssl);
	OPENSSL_free(c);
}

static bool
set_name(SSL *ssl, struct str name)
{
	char text[TLS_NAME_MAX + 1];
	struct ip ip;

	if (name.len == 0 || name.len > TLS_NAME_MAX)
		return false;
	memcpy(text, name.ptr, name.len);
	text[name.len] = '\0';
	if (ip_parse(&ip, name))
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl),
		    text) == 1;
	return SSL_set1_host(ssl, text) == 1 &&
	    SSL_set_tlsext_host_name(ssl, text) == 1;
}

static const char *
reason(const char *why)
{
	switch (ERR_GET_REASON(ERR_peek_error())) {
	case SSL_R_UNSUPPORTED_PROTOCOL:
	case SSL_R_VERSION_TOO_LOW:
	case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
		return "its TLS is too old";
	case SSL_R_WRONG_VERSION_NUMBER:
	case SSL_R_UNEXPECTED_MESSAGE:
		return "what it says is not TLS";
	case SSL_R_EXCESSIVE_MESSAGE_SIZE:
		return "its certificate is too large";
	case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
		return "it finds nothing in common";
	default:
		return why;
	}
}

struct tls *
tls_connect(struct tls_client *c, int sock, struct str name, int timeout_ms,
    const char **why)
{
	struct tls *tls = OPENSSL_zalloc(sizeof(*tls));
	const char *wrong = "out of memory";
	BIO *bio;

	if (tls != NULL) {
		*tls = (struct tls){ SSL_new(c->ssl), sock };
		bio = tls_conn_bio(tls);
		if (tls->ssl != NULL && bio != NULL &&
		    set_name(tls->ssl, name)) {
			SSL_set_bio(tls->ssl, bio, bio);
			wrong = tls_conn_handshake(tls, SSL_connect,
			    timeout_ms);
		} else {
			BIO_free(bio);
		}
	}
	if (wrong != NULL) {
		wrong = reason(wrong);
		ERR_clear_error();
		if (tls != NULL)
			SSL_free(tls->ssl);
		OPENSSL_free(tls);
		tls = NULL;
	}
	if (why != NULL)
		*why = wrong;
	return tls;
}

bool
tls_pinned(const struct tls *tls, const unsigned char (*pins)[TLS_PIN],
    size_t n)
{
	X509 *x = SSL_get0_peer_certificate(tls->ssl);
	unsigned char *der = NULL, hash[TLS_PIN];
	int len = x == NULL ? -1 :
	    i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);
	bool ok = len > 0 && EVP_Digest(der, (size_t)len, hash, NULL,
	    EVP_sha256(), NULL) == 1, found = false;

	for (size_t i = 0; ok && i < n; i++)
		found = found || memcmp(pins[i], hash, TLS_PIN) == 0;
	OPENSSL_free(der);
	return found;
}

bool
tls_verified(const struct tls *tls)
{
	return SSL_get_verify_result(tls->ssl) == X509_V_OK &&
	    SSL_get0_peer_certificate(tls->ssl) != NULL;
}
