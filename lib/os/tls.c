/*
 * tls.c - the server's side of TLS 1.2 and 1.3, without the private key.
 *
 * OpenSSL allocates and frees on its own; what is ours hangs on that.
 */

#include "os/tls.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "os/clock.h"
#include "os/tls_conn.h"
#include "os/tls_heap.h"
#include "os/tls_provider.h"

#define GROUPS		"X25519:P-256"
#define GROUPS_PQ	"X25519MLKEM768:" GROUPS
#define CIPHERS12	"ECDHE+AESGCM:ECDHE+CHACHA20:@SECLEVEL=2"
#define CIPHERS13	"TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:" \
			"TLS_CHACHA20_POLY1305_SHA256"
#define SIGALGS		"ed25519:ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:" \
			"rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:" \
			"rsa_pss_rsae_sha512:rsa_pss_pss_sha256:" \
			"rsa_pss_pss_sha384:rsa_pss_pss_sha512:" \
			"RSA+SHA256:RSA+SHA384:RSA+SHA512"

enum { CHAIN_CERTS_MAX = 8, REST_MS = 1000 };

struct tls_ctx {
	SSL_CTX *ssl;
	struct tls_key key;
	struct str alpn;
};

/* A BIO on a blocking socket that never blocks and never raises SIGPIPE. */

static int
sock_of(BIO *bio)
{
	return ((struct tls *)BIO_get_data(bio))->sock;
}

static int
sock_read(BIO *bio, char *buf, int n)
{
	ssize_t got;

	BIO_clear_retry_flags(bio);
	do
		got = recv(sock_of(bio), buf, (size_t)n, MSG_DONTWAIT);
	while (got < 0 && errno == EINTR);
	if (got < 0 && errno == EAGAIN)
		BIO_set_retry_read(bio);
	return (int)got;
}

static int
sock_write(BIO *bio, const char *buf, int n)
{
	ssize_t put;

	BIO_clear_retry_flags(bio);
	do
		put = send(sock_of(bio), buf, (size_t)n,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
	while (put < 0 && errno == EINTR);
	if (put < 0 && errno == EAGAIN)
		BIO_set_retry_write(bio);
	return (int)put;
}

static long
sock_ctrl(BIO *bio, int cmd, long num, void *ptr)
{
	(void)bio;
	(void)num;
	(void)ptr;
	return cmd == BIO_CTRL_FLUSH || cmd == BIO_CTRL_DUP;
}

BIO *
tls_conn_bio(struct tls *tls)
{
	static BIO_METHOD *method;
	BIO *bio;

	if (method == NULL) {
		method = BIO_meth_new(BIO_get_new_index() |
		    BIO_TYPE_SOURCE_SINK, "socket");
		if (method == NULL)
			return NULL;
		BIO_meth_set_read(method, sock_read);
		BIO_meth_set_write(method, sock_write);
		BIO_meth_set_ctrl(method, sock_ctrl);
	}
	bio = BIO_new(method);
	if (bio != NULL) {
		BIO_set_data(bio, tls);
		BIO_set_init(bio, 1);
	}
	return bio;
}

/* The context. */

static bool
library(void)
{
	/* No configuration file, no clean-up at exit: children just end. */
	return OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG |
	    OPENSSL_INIT_NO_LOAD_SSL_STRINGS | OPENSSL_INIT_NO_ATEXIT,
	    NULL) == 1 && tls_provider_load();
}

static bool
set_rules(SSL_CTX *ssl)
{
	SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
	    SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
	    SSL_OP_PRIORITIZE_CHACHA);
	SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS |
	    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_read_ahead(ssl, 1);
	SSL_CTX_set_verify(ssl, SSL_VERIFY_NONE, NULL);
	if (SSL_CTX_set1_groups_list(ssl, GROUPS_PQ) != 1 &&
	    SSL_CTX_set1_groups_list(ssl, GROUPS) != 1)
		return false;
	return SSL_CTX_set_num_tickets(ssl, 0) == 1 &&
	    SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION) == 1 &&
	    SSL_CTX_set_max_proto_version(ssl, TLS1_3_VERSION) == 1 &&
	    SSL_CTX_set_cipher_list(ssl, CIPHERS12) == 1 &&
	    SSL_CTX_set_ciphersuites(ssl, CIPHERS13) == 1 &&
	    SSL_CTX_set1_sigalgs_list(ssl, SIGALGS) == 1;
}

static const char *
use_leaf(struct tls_ctx *ctx, X509 *leaf)
{
	EVP_PKEY *pkey;
	bool ok;

	ctx->key.public = X509_get_pubkey(leaf);
	if (ctx->key.public == NULL)
		return "the certificate's key cannot be read";
	if (EVP_PKEY_get_size(ctx->key.public) > TLS_SIGNATURE_MAX)
		return "the certificate's key is too large";
	pkey = tls_provider_key(&ctx->key);
	if (pkey == NULL)
		return "the certificate's key is not EC, RSA or Ed25519";
	ok = SSL_CTX_use_certificate(ctx->ssl, leaf) == 1 &&
	    SSL_CTX_use_PrivateKey(ctx->ssl, pkey) == 1;
	EVP_PKEY_free(pkey);
	return ok ? NULL : "the certificate cannot be used";
}

static const char *
use_chain(struct tls_ctx *ctx, struct str chain)
{
	const char *why = "no certificate in it";
	BIO *bio = BIO_new_mem_buf(chain.ptr, (int)chain.len);
	X509 *x;
	size_t n;

	if (bio == NULL)
		return "out of memory";
	for (n = 0; n < CHAIN_CERTS_MAX &&
	    (x = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL; n++) {
		if (n == 0)
			why = use_leaf(ctx, x);
		else if (SSL_CTX_add1_chain_cert(ctx->ssl, x) != 1)
			why = "a certificate after the first cannot be used";
		X509_free(x);
		if (why != NULL)
			break;
	}
	BIO_free(bio);
	return why;
}

/* Let a client of our own see our first flight, with a signature that it will
 * refuse: by then everything that OpenSSL looks up and keeps is there, before
 * the fork.  What becomes of it does not matter. */

static bool
warm_sign(void *arg, unsigned scheme, struct str content, struct buf *sig)
{
	(void)arg;
	(void)scheme;
	(void)content;
	buf_add(sig, STR("no signature"));
	return true;
}

static void
warm(struct tls_ctx *ctx, int version)
{
	SSL_CTX *client_ctx = SSL_CTX_new(TLS_client_method());
	SSL *client = client_ctx != NULL ? SSL_new(client_ctx) : NULL;
	SSL *server = SSL_new(ctx->ssl);
	BIO *up = BIO_new(BIO_s_mem()), *down = BIO_new(BIO_s_mem());

	if (client != NULL && server != NULL && up != NULL && down != NULL &&
	    SSL_set_max_proto_version(client, version) == 1 &&
	    BIO_up_ref(up) == 1 && BIO_up_ref(down) == 1) {
		SSL_set_bio(client, down, up);
		SSL_set_bio(server, up, down);
		ctx->key.sign = warm_sign;
		SSL_connect(client);
		SSL_accept(server);
		SSL_connect(client);
		SSL_accept(server);
		ctx->key.sign = NULL;
	} else {
		BIO_free(up);
		BIO_free(down);
	}
	SSL_free(client);
	SSL_free(server);
	SSL_CTX_free(client_ctx);
	ERR_clear_error();
}

static struct tls_ctx *
make(struct str chain, const char **why)
{
	struct tls_ctx *ctx = NULL;
	const char *wrong = NULL;

	if (chain.len > INT_MAX || !library() ||
	    (ctx = OPENSSL_zalloc(sizeof(*ctx))) == NULL ||
	    (ctx->ssl = SSL_CTX_new(TLS_server_method())) == NULL ||
	    !set_rules(ctx->ssl))
		wrong = "the TLS library does not start";
	else
		wrong = use_chain(ctx, chain);
	ERR_clear_error();
	if (why != NULL)
		*why = wrong;
	if (wrong != NULL) {
		tls_ctx_free(ctx);
		return NULL;
	}
	BIO_free(tls_conn_bio(NULL));	/* its methods: children share them */
	warm(ctx, TLS1_2_VERSION);
	warm(ctx, TLS1_3_VERSION);
	return ctx;
}

static void *
play_make(void *chain)
{
	return make(*(struct str *)chain, NULL);
}

static void
play_use(void *ctx)
{
	warm(ctx, TLS1_3_VERSION);
}

struct tls_ctx *
tls_ctx_new(struct str chain, const char **why)
{
	struct tls_heap_play play = { play_make, play_use, &chain };

	tls_heap_begin(&play);
	return make(chain, why);
}

void
tls_ctx_free(struct tls_ctx *ctx)
{
	if (ctx == NULL)
		return;
	SSL_CTX_free(ctx->ssl);
	EVP_PKEY_free(ctx->key.public);
	OPENSSL_free(ctx);
}

static int
choose(SSL *ssl, const unsigned char **out, unsigned char *len,
    const unsigned char *in, unsigned n, void *arg)
{
	const struct tls_ctx *ctx = arg;

	(void)ssl;
	for (unsigned i = 0, size; i < n; i += size + 1) {
		size = in[i];
		if (str_eq(ctx->alpn, (struct str){
		    (const char *)in + i + 1, size })) {
			*out = in + i + 1;
			*len = (unsigned char)size;
			return SSL_TLSEXT_ERR_OK;
		}
	}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

void
tls_ctx_alpn(struct tls_ctx *ctx, const char *protocol)
{
	ctx->alpn = from_c(protocol);
	SSL_CTX_set_alpn_select_cb(ctx->ssl, choose, ctx);
}

/* A connection. */

int64_t
tls_conn_deadline(int timeout_ms)
{
	return timeout_ms < 0 ? -1 : clock_ms() + timeout_ms;
}

/* A peer that says nothing for a second will not miss our buffers. */
static int
wait_on(struct pollfd *p, int64_t ms)
{
	int64_t first = ms < 0 || ms > REST_MS ? REST_MS : ms;
	int got = poll(p, 1, (int)first);

	if (got != 0 || first == ms)
		return got;
	tls_heap_rest();
	return poll(p, 1, ms < 0 ? -1 : (int)(ms - first));
}

/* After an SSL_ function said ret: 1 try again, else a TLS_ status. */
ptrdiff_t
tls_conn_wait(struct tls *tls, int ret, int64_t until)
{
	struct pollfd p = { .fd = tls->sock };
	int64_t left = -1;
	int got;

	switch (SSL_get_error(tls->ssl, ret)) {
	case SSL_ERROR_WANT_READ:
		p.events = POLLIN;
		break;
	case SSL_ERROR_WANT_WRITE:
		p.events = POLLOUT;
		break;
	case SSL_ERROR_ZERO_RETURN:
		return TLS_EOF;
	default:
		return TLS_BROKEN;
	}
	if (until >= 0 && (left = until - clock_ms()) <= 0)
		return TLS_TIMEOUT;
	got = wait_on(&p, left);
	if (got < 0 && errno != EINTR)
		return TLS_BROKEN;
	return got == 0 ? TLS_TIMEOUT : 1;
}

const char *
tls_conn_handshake(struct tls *tls, int (*step)(SSL *), int timeout_ms)
{
	int64_t until = tls_conn_deadline(timeout_ms);
	ptrdiff_t more;
	int ret;

	for (;;) {
		ERR_clear_error();
		ret = step(tls->ssl);
		if (ret == 1)
			return NULL;
		more = tls_conn_wait(tls, ret, until);
		if (more == TLS_TIMEOUT)
			return "timeout";
		if (more != 1)
			return ERR_peek_error() == 0 ? "closed" : "refused";
	}
}

/* OpenSSL's word for what was wrong; a literal of the library's own, there
 * even though the error strings are not loaded is not: name the few that an
 * operator meets. */
static const char *
reason(const char *why)
{
	switch (ERR_GET_REASON(ERR_peek_error())) {
	case SSL_R_NO_SHARED_CIPHER:
		return "no cipher in common";
	case SSL_R_UNSUPPORTED_PROTOCOL:
	case SSL_R_VERSION_TOO_LOW:
		return "protocol too old";
	case SSL_R_HTTP_REQUEST:
	case SSL_R_WRONG_VERSION_NUMBER:
	case SSL_R_UNEXPECTED_MESSAGE:
		return "not TLS";
	case SSL_R_NO_SUITABLE_KEY_SHARE:
	case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
		return "no group or signature in common";
	case SSL_R_UNEXPECTED_EOF_WHILE_READING:
		return "closed";
	default:
		return why;
	}
}

struct tls *
tls_accept(struct tls_ctx *ctx, int sock, tls_sign *sign, void *arg,
    int timeout_ms, const char **why)
{
	struct tls *tls = OPENSSL_zalloc(sizeof(*tls));
	const char *wrong = "out of memory";
	BIO *bio;

	if (tls != NULL) {
		*tls = (struct tls){ SSL_new(ctx->ssl), sock };
		bio = tls_conn_bio(tls);
		if (tls->ssl != NULL && bio != NULL) {
			SSL_set_bio(tls->ssl, bio, bio);
			ctx->key.sign = sign;
			ctx->key.arg = arg;
			wrong = tls_conn_handshake(tls, SSL_accept,
			    timeout_ms);
			ctx->key.sign = NULL;
		} else
			BIO_free(bio);
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

void
tls_close(struct tls *tls)
{
	if (tls == NULL)
		return;
	ERR_clear_error();
	SSL_shutdown(tls->ssl);
	SSL_free(tls->ssl);
	OPENSSL_free(tls);
}

ptrdiff_t
tls_read(struct tls *tls, void *buf, size_t n, int timeout_ms)
{
	int64_t until = tls_conn_deadline(timeout_ms);
	ptrdiff_t more;
	int got;

	if (n > INT_MAX)
		n = INT_MAX;
	do {
		ERR_clear_error();
		got = SSL_read(tls->ssl, buf, (int)n);
		if (got > 0)
			return got;
		more = tls_conn_wait(tls, got, until);
	} while (more == 1);
	return more;
}

size_t
tls_pending(const struct tls *tls)
{
	int n = SSL_pending(tls->ssl);
	char c;

	/* What was read ahead may be a record, or half of one; our BIO does
	 * not block, so that looking is safe. */
	if (n == 0 && SSL_has_pending(tls->ssl) == 1) {
		ERR_clear_error();
		SSL_peek(tls->ssl, &c, 1);
		n = SSL_pending(tls->ssl);
	}
	return n > 0 ? (size_t)n : 0;
}

bool
tls_write(struct tls *tls, struct str s, int timeout_ms)
{
	int64_t until = tls_conn_deadline(timeout_ms);

	while (s.len > 0) {
		int n = s.len > INT_MAX ? INT_MAX : (int)s.len;
		int put;

		ERR_clear_error();
		put = SSL_write(tls->ssl, s.ptr, n);
		if (put > 0) {
			s.ptr += put;
			s.len -= (size_t)put;
		} else if (tls_conn_wait(tls, put, until) != 1)
			return false;
	}
	return true;
}

const char *
tls_version(const struct tls *tls)
{
	return SSL_get_version(tls->ssl);
}

const char *
tls_cipher(const struct tls *tls)
{
	return SSL_CIPHER_standard_name(SSL_get_current_cipher(tls->ssl));
}

const char *
tls_group(const struct tls *tls)
{
	int id = (int)SSL_get_negotiated_group(tls->ssl);
	const char *name;

	if (id == NID_X25519)
		return "X25519";
	if (id == NID_X9_62_prime256v1)
		return "P-256";
	name = SSL_group_to_name(tls->ssl, id);
	return name != NULL ? name : "?";
}

bool
tls_binding(const struct tls *tls, unsigned char out[TLS_BINDING])
{
	static const char label[] = "EXPORTER-Channel-Binding";

	if (SSL_version(tls->ssl) < TLS1_3_VERSION &&
	    SSL_get_extms_support(tls->ssl) != 1)
		return false;
	return SSL_export_keying_material(tls->ssl, out, TLS_BINDING, label,
	    sizeof(label) - 1, (const unsigned char *)"", 0, 1) == 1;
}
