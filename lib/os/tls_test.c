/* tls_test.c - handshakes with a foreign client, signed from outside. */

#include "os/tls.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "tests/check.h"

/* The signer: in life another process. */
struct signer {
	EVP_PKEY *key;
	unsigned scheme;		/* the last asked for */
	size_t content;			/* its octets */
	bool refuse;
	int calls;
};

static const struct scheme {
	unsigned id;
	const char *hash;
	int pad;
} schemes[] = {
	{ 0x0403, "SHA256", 0 }, { 0x0503, "SHA384", 0 },
	{ 0x0603, "SHA512", 0 }, { 0x0807, NULL, 0 },
	{ 0x0401, "SHA256", RSA_PKCS1_PADDING },
	{ 0x0804, "SHA256", RSA_PKCS1_PSS_PADDING },
	{ 0x0805, "SHA384", RSA_PKCS1_PSS_PADDING },
	{ 0x0809, "SHA256", RSA_PKCS1_PSS_PADDING },
};

static bool
sign(void *arg, unsigned scheme, struct str content, struct buf *sig)
{
	struct signer *s = arg;
	const struct scheme *found = NULL;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx;
	unsigned char out[TLS_SIGNATURE_MAX];
	size_t n = sizeof(out);

	s->calls++;
	s->scheme = scheme;
	s->content = content.len;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (schemes[i].id == scheme)
			found = &schemes[i];
	CHECK(found != NULL, "scheme %04x", scheme);
	CHECK(EVP_DigestSignInit_ex(md, &ctx, found->hash, NULL,
	    "provider=default", s->key, NULL) == 1, "init");
	if (found->pad != 0)
		EVP_PKEY_CTX_set_rsa_padding(ctx, found->pad);
	if (found->pad == RSA_PKCS1_PSS_PADDING)
		EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST);
	CHECK(EVP_DigestSign(md, out, &n, (const unsigned char *)content.ptr,
	    content.len) == 1, "sign");
	EVP_MD_CTX_free(md);
	buf_add_mem(sig, out, n);
	return !s->refuse;
}

static X509 *
certificate(EVP_PKEY *key)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), -60);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const unsigned char *)"mx.example", -1, -1, 0);
	X509_set_issuer_name(x, name);
	X509_set_pubkey(x, key);
	CHECK(X509_sign(x, key, EVP_PKEY_is_a(key, "ED25519") ? NULL :
	    EVP_sha256()) > 0, "X509_sign");
	return x;
}

/* A context and, in *s, who signs for it. */
static struct tls_ctx *
context(EVP_PKEY *key, struct signer *s)
{
	X509 *x = certificate(key);
	BIO *bio = BIO_new(BIO_s_mem());
	struct tls_ctx *ctx;
	const char *why;
	char *pem;
	long n;

	*s = (struct signer){ .key = key };
	PEM_write_bio_X509(bio, x);
	n = BIO_get_mem_data(bio, &pem);
	ctx = tls_ctx_new((struct str){ pem, (size_t)n }, &why);
	CHECK(ctx != NULL, "%s", why);
	BIO_free(bio);
	X509_free(x);
	return ctx;
}

/* What the client saw, over a pipe. */
struct seen {
	int ok;
	char version[16], cipher[64];
	unsigned char binding[32];
	int resumable, renegotiable;
	char echo[8];
};

struct wish {
	int version;
	const char *groups, *ciphers;
	unsigned long options;
};

static void
client(int sock, int out, const struct wish *w)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl = SSL_new(ctx);
	struct seen seen = { 0 };
	char c;

	signal(SIGPIPE, SIG_IGN);
	SSL_set_options(ssl, w->options);
	SSL_set_min_proto_version(ssl, w->version);
	SSL_set_max_proto_version(ssl, w->version);
	if (w->groups != NULL)
		SSL_set1_groups_list(ssl, w->groups);
	if (w->ciphers != NULL)
		SSL_set_cipher_list(ssl, w->ciphers);
	SSL_set_fd(ssl, sock);
	seen.ok = SSL_connect(ssl) == 1;
	if (seen.ok) {
		snprintf(seen.version, sizeof(seen.version), "%s",
		    SSL_get_version(ssl));
		snprintf(seen.cipher, sizeof(seen.cipher), "%s",
		    SSL_CIPHER_standard_name(SSL_get_current_cipher(ssl)));
		SSL_export_keying_material(ssl, seen.binding, 32,
		    "EXPORTER-Channel-Binding", 24,
		    (const unsigned char *)"", 0, 1);
		SSL_write(ssl, "hello", 5);
		SSL_read(ssl, seen.echo, 5);
		seen.renegotiable = w->version == TLS1_2_VERSION &&
		    SSL_renegotiate(ssl) == 1 && SSL_do_handshake(ssl) == 1;
		SSL_read(ssl, &c, 1);		/* a ticket would come by now */
		seen.resumable = SSL_SESSION_is_resumable(SSL_get_session(ssl))
		    && (SSL_SESSION_has_ticket(SSL_get_session(ssl)) ||
		    w->version == TLS1_2_VERSION);
	}
	(void)!write(out, &seen, sizeof(seen));
	_exit(0);
}

static struct tls *
meet(struct tls_ctx *ctx, struct signer *s, const struct wish *w, int *sock,
    int *from)
{
	int pair[2], pipes[2];
	struct tls *tls;
	const char *why;

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "socketpair");
	CHECK(pipe(pipes) == 0, "pipe");
	if (fork() == 0) {
		close(pair[0]);
		client(pair[1], pipes[1], w);
	}
	close(pair[1]);
	close(pipes[1]);
	tls = tls_accept(ctx, pair[0], sign, s, 10000, &why);
	if (tls == NULL)
		close(pair[0]);
	*sock = pair[0];
	*from = pipes[0];
	return tls;
}

static struct seen
part(struct tls *tls, int sock, int from)
{
	struct seen seen = { 0 };

	if (tls != NULL) {
		tls_close(tls);
		close(sock);
	}
	CHECK(read(from, &seen, sizeof(seen)) == sizeof(seen), "client");
	close(from);
	wait(NULL);
	return seen;
}

static void
good(EVP_PKEY *key, const struct wish *w, unsigned scheme, const char *version,
    const char *cipher, const char *group)
{
	struct signer s;
	struct tls_ctx *ctx = context(key, &s);
	unsigned char binding[TLS_BINDING];
	struct seen seen;
	char got[8];
	int sock, from;
	struct tls *tls = meet(ctx, &s, w, &sock, &from);

	CHECK(tls != NULL, "%s", version);
	CHECK(s.calls == 1 && s.scheme == scheme, "%d %04x", s.calls, s.scheme);
	CHECK(s.content > 64, "a hash only: %zu", s.content);
	assert_string_equal(tls_version(tls), version);
	assert_string_equal(tls_cipher(tls), cipher);
	assert_string_equal(tls_group(tls), group);
	assert_true(tls_binding(tls, binding));
	assert_int_equal(tls_read(tls, got, sizeof(got), 5000), 5);
	assert_int_equal(tls_pending(tls), 0);
	assert_true(tls_write(tls, (struct str){ got, 5 }, 5000));
	if (w->version == TLS1_2_VERSION)
		assert_true(tls_read(tls, got, 1, 200) < 0);
	seen = part(tls, sock, from);
	assert_true(seen.ok);
	assert_string_equal(seen.echo, "hello");
	assert_memory_equal(seen.binding, binding, TLS_BINDING);
	assert_false(seen.resumable);
	assert_false(seen.renegotiable);
	tls_ctx_free(ctx);
	EVP_PKEY_free(key);
}

static const struct wish tls13 = { .version = TLS1_3_VERSION,
    .groups = "X25519" };
static const struct wish tls12 = { .version = TLS1_2_VERSION,
    .groups = "P-256" };

TEST(signs_with_ec)
{
	TEST_BEGIN;
	good(EVP_EC_gen("P-256"), &tls13, 0x0403, "TLSv1.3",
	    "TLS_AES_128_GCM_SHA256", "X25519");
	good(EVP_EC_gen("P-256"), &tls12, 0x0403, "TLSv1.2",
	    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "P-256");
	good(EVP_EC_gen("P-384"), &tls13, 0x0503, "TLSv1.3",
	    "TLS_AES_128_GCM_SHA256", "X25519");
}

static EVP_PKEY *
rsa_pss(void)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA-PSS", NULL);
	EVP_PKEY *key = NULL;

	EVP_PKEY_keygen_init(ctx);
	EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, 2048);
	EVP_PKEY_generate(ctx, &key);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

TEST(signs_with_rsa)
{
	TEST_BEGIN;
	good(EVP_RSA_gen(2048), &tls13, 0x0804, "TLSv1.3",
	    "TLS_AES_128_GCM_SHA256", "X25519");
	good(EVP_RSA_gen(2048), &tls12, 0x0804, "TLSv1.2",
	    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "P-256");
	good(rsa_pss(), &tls13, 0x0809, "TLSv1.3",
	    "TLS_AES_128_GCM_SHA256", "X25519");
}

TEST(signs_with_ed25519)
{
	TEST_BEGIN;
	good(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), &tls13, 0x0807,
	    "TLSv1.3", "TLS_AES_128_GCM_SHA256", "X25519");
	good(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), &tls12, 0x0807,
	    "TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "P-256");
}

static const struct wish old[] = {
	{ .version = TLS1_1_VERSION },
	{ .version = TLS1_2_VERSION, .ciphers = "AES128-SHA" },
	{ .version = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES128-SHA" },
	{ .version = TLS1_2_VERSION, .ciphers = "DHE-RSA-AES128-GCM-SHA256" },
	{ .version = TLS1_3_VERSION, .groups = "P-521" },
};

TEST(refuses_what_is_old)
{
	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++) {
		EVP_PKEY *key = EVP_EC_gen("P-256");
		struct signer s;
		struct tls_ctx *ctx = context(key, &s);
		int sock, from;
		struct tls *tls = meet(ctx, &s, &old[i], &sock, &from);

		CHECK(tls == NULL, "%zu", i);
		CHECK(s.calls == 0, "%zu", i);
		assert_false(part(tls, sock, from).ok);
		tls_ctx_free(ctx);
		EVP_PKEY_free(key);
	}
}

TEST(fails_without_a_signature)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct signer s;
	struct tls_ctx *ctx = context(key, &s);
	int sock, from;
	struct tls *tls;

	TEST_BEGIN;
	s.refuse = true;
	tls = meet(ctx, &s, &tls13, &sock, &from);
	assert_null(tls);
	assert_false(part(tls, sock, from).ok);
	tls_ctx_free(ctx);
	EVP_PKEY_free(key);
}

TEST(has_no_binding_without_extended_master_secret)
{
	struct wish w = { .version = TLS1_2_VERSION,
	    .options = SSL_OP_NO_EXTENDED_MASTER_SECRET };
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct signer s;
	struct tls_ctx *ctx = context(key, &s);
	unsigned char binding[TLS_BINDING];
	int sock, from;
	struct tls *tls = meet(ctx, &s, &w, &sock, &from);

	TEST_BEGIN;
	assert_non_null(tls);
	assert_false(tls_binding(tls, binding));
	part(tls, sock, from);
	tls_ctx_free(ctx);
	EVP_PKEY_free(key);
}

TEST(waits_no_longer_than_told)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct signer s;
	struct tls_ctx *ctx = context(key, &s);
	const char *why;
	int pair[2];

	TEST_BEGIN;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_null(tls_accept(ctx, pair[0], sign, &s, 50, &why));
	assert_string_equal(why, "timeout");
	assert_int_equal(write(pair[1], "EHLO there\r\n", 12), 12);
	assert_null(tls_accept(ctx, pair[0], sign, &s, 5000, &why));
	assert_string_equal(why, "not TLS");
	close(pair[1]);
	assert_null(tls_accept(ctx, pair[0], sign, &s, 5000, &why));
	close(pair[0]);
	tls_ctx_free(ctx);
	EVP_PKEY_free(key);
}

TEST(reads_and_ends)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct signer s;
	struct tls_ctx *ctx = context(key, &s);
	char got[4];
	int sock, from;
	struct tls *tls = meet(ctx, &s, &tls13, &sock, &from);

	TEST_BEGIN;
	assert_non_null(tls);
	assert_int_equal(tls_read(tls, got, 2, 5000), 2);
	assert_int_equal(tls_pending(tls), 3);
	assert_int_equal(tls_read(tls, got, 4, 5000), 3);
	assert_int_equal(tls_pending(tls), 0);
	assert_int_equal(tls_read(tls, got, 4, 20), TLS_TIMEOUT);
	part(tls, sock, from);
	tls_ctx_free(ctx);
	EVP_PKEY_free(key);
}

/* What a child draws its sibling must not. */
static void
draw(unsigned char out[16])
{
	int pipes[2];

	CHECK(pipe(pipes) == 0, "pipe");
	if (fork() == 0) {
		CHECK(RAND_bytes(out, 16) == 1, "random");
		_exit(write(pipes[1], out, 16) != 16);
	}
	CHECK(read(pipes[0], out, 16) == 16, "child");
	close(pipes[0]);
	close(pipes[1]);
	wait(NULL);
}

TEST(children_draw_different_numbers)
{
	unsigned char a[16], b[16], c[16];

	TEST_BEGIN;
	assert_int_equal(RAND_bytes(c, 16), 1);		/* seeded by now */
	draw(a);
	draw(b);
	assert_int_equal(RAND_bytes(c, 16), 1);
	assert_memory_not_equal(a, b, 16);
	assert_memory_not_equal(a, c, 16);
	assert_memory_not_equal(b, c, 16);
}

#if OPENSSL_VERSION_PREREQ(3, 5)
TEST(agrees_on_a_hybrid_group)
{
	static const struct wish hybrid = { .version = TLS1_3_VERSION,
	    .groups = "X25519MLKEM768" };

	TEST_BEGIN;
	good(EVP_EC_gen("P-256"), &hybrid, 0x0403, "TLSv1.3",
	    "TLS_AES_128_GCM_SHA256", "X25519MLKEM768");
}
#endif

TEST(refuses_what_is_no_chain)
{
	const char *why = NULL;

	TEST_BEGIN;
	assert_null(tls_ctx_new(STR(""), &why));
	assert_string_equal(why, "no certificate in it");
	assert_null(tls_ctx_new(STR("-----BEGIN CERTIFICATE-----\nAAAA\n"
	    "-----END CERTIFICATE-----\n"), &why));
	assert_null(tls_ctx_new(STR("no"), NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(signs_with_ec),
		RUN(signs_with_rsa),
		RUN(signs_with_ed25519),
		RUN(refuses_what_is_old),
		RUN(fails_without_a_signature),
		RUN(has_no_binding_without_extended_master_secret),
		RUN(waits_no_longer_than_told),
		RUN(reads_and_ends),
#if OPENSSL_VERSION_PREREQ(3, 5)
		RUN(agrees_on_a_hybrid_group),
#endif
		RUN(children_draw_different_numbers),
		RUN(refuses_what_is_no_chain),
	};

	/* as tls.c does, before the tests make keys */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG |
	    OPENSSL_INIT_NO_ATEXIT, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
