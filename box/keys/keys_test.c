/*
 * keys_test.c - keys as its peers see it: argv[1] is the program.
 *
 * The test plays the parent, two masters and their children, and seal.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sodium.h>

#include "base/verdict.h"
#include "ipc/msg_keys.h"
#include "os/signature.h"
#include "role/tls_keys.h"
#include "tests/check.h"

static const char *program;
static char dir[] = "/tmp/keys-test-XXXXXX";
static char buf[IPC_MAX];

enum { PARENT, LOG, IMAPD, MXTLS, SEAL, CONTROL, SUBMIT, HTTPD, ENDS };
static const char *const end_name[ENDS] = {
	"parent", "log", "imapd", "mxtls", "seal", "control", "submit",
	"httpd",
};

struct box {
	pid_t pid;
	int end[ENDS];
};

static union answer {
	struct msg_child child;
	struct msg_keys_chain_is chain;
	struct msg_keys_sign sign;
	struct msg_keys_sign_seal seal;
	struct msg_keys_signed sig;
	struct msg_keys_seal_public_is public;
	struct msg_keys_sign_dkim dkim;
	struct msg_keys_dkim_public_is dkim_public;
	struct msg_keys_identity_is identity;
} got;

static int
conf_fd(const char *text)
{
	int fd = memfd_create("conf", 0);

	CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text), "conf");
	return fd;
}

/* Started, and whether it came up. */
static bool
start(struct box *b, const char *conf)
{
	char arg[ENDS + 3][64], *argv[ENDS + 5];
	int theirs[ENDS], fd = conf_fd(conf), n = 0;
	int boot = conf_fd("thirty-two octets of a boot key.");
	struct chan_msg in;

	for (int i = 0; i < ENDS; i++) {
		int pair[2];

		CHECK(chan_pair(pair), "pair");
		b->end[i] = pair[0];
		theirs[i] = pair[1];
		fcntl(theirs[i], F_SETFD, 0);
		snprintf(arg[i], sizeof(arg[i]), "%s=%d", end_name[i],
		    theirs[i]);
	}
	snprintf(arg[ENDS], sizeof(arg[0]), "conf=%d", fd);
	snprintf(arg[ENDS + 1], sizeof(arg[0]), "work=%s", dir);
	snprintf(arg[ENDS + 2], sizeof(arg[0]), "boot=%d", boot);
	argv[n++] = (char *)(uintptr_t)program;
	for (int i = 0; i < ENDS + 3; i++)
		argv[n++] = arg[i];
	argv[n] = NULL;
	b->pid = fork();
	if (b->pid == 0) {
		execv(program, argv);
		_exit(99);
	}
	for (int i = 0; i < ENDS; i++)
		close(theirs[i]);
	close(fd);
	close(boot);
	return chan_recv(b->end[PARENT], true, buf, &in) == CHAN_OK &&
	    field_type_of(in.wire) == PARENT_READY;
}

static int
stop(struct box *b)
{
	int status;

	for (int i = 0; i < ENDS; i++)
		close(b->end[i]);
	CHECK(waitpid(b->pid, &status, 0) == b->pid, "wait");
	return WEXITSTATUS(status);
}

static int
ask(int fd, unsigned type, const void *m)
{
	struct chan_msg in;

	if (chan_put(fd, msg_keys, KEYS_TYPES, type, m, NULL, 0) != CHAN_OK)
		return -1;
	return chan_get(fd, buf, msg_keys, KEYS_TYPES, &got, &in);
}

/* A child of the master at that end: its channel. */
static int
child_of(struct box *b, int end)
{
	struct msg_child m = { 1, STR("192.0.2.1") };
	int pair[2];

	CHECK(chan_pair(pair), "pair");
	CHECK(chan_put(b->end[end], msg_keys, KEYS_TYPES, MSG_CHILD, &m,
	    &pair[1], 1) == CHAN_OK, "mint");
	close(pair[1]);
	return pair[0];
}

static X509 *
leaf(struct box *b, int end)
{
	BIO *bio;
	X509 *x;

	assert_int_equal(ask(b->end[end], KEYS_CHAIN, NULL), KEYS_CHAIN_IS);
	assert_int_equal(got.chain.verdict, VERDICT_YES);
	bio = BIO_new_mem_buf(got.chain.pem.ptr, (int)got.chain.pem.len);
	x = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	assert_non_null(x);
	BIO_free(bio);
	return x;
}

static const char conf[] = "host mail.example\nmx mx.example\n"
    "domain example\n";

static void
foreign_client(int sock)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl = SSL_new(ctx);

	SSL_set_fd(ssl, sock);
	_exit(SSL_connect(ssl) == 1 ? 0 : 1);
}

/* A whole handshake of a child of that master; true: the client is content,
 * and the channel is spent. */
static bool
serve_one(struct box *b, struct tls_ctx *ctx, int end)
{
	struct child c = { .addr = "192.0.2.1" };
	int pair[2], status;
	const char *why;
	struct tls *tls;
	pid_t pid;

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "pair");
	pid = fork();
	if (pid == 0) {
		close(pair[0]);
		foreign_client(pair[1]);
	}
	close(pair[1]);
	c.sock = pair[0];
	c.chan[ROLE_KEYS] = child_of(b, end);
	tls = tls_keys_accept(ctx, &c, 5000, &why);
	assert_int_equal(c.chan[ROLE_KEYS], -1);
	tls_close(tls);
	close(pair[0]);
	waitpid(pid, &status, 0);
	return tls != NULL && status == 0;
}

TEST(serves_tls_by_service)
{
	struct role r = { .edges = 1 };
	struct tls_ctx *ctx;
	X509 *mx, *mail;
	struct box b;
	struct stat st;
	char path[64];

	TEST_BEGIN;
	assert_true(start(&b, conf));
	mx = leaf(&b, MXTLS);
	mail = leaf(&b, IMAPD);
	assert_int_equal(X509_check_host(mx, "mx.example", 0, 0, NULL), 1);
	assert_int_equal(X509_check_host(mx, "mail.example", 0, 0, NULL), 0);
	assert_int_equal(X509_check_host(mail, "mail.example", 0, 0, NULL), 1);
	assert_int_equal(EVP_PKEY_eq(X509_get0_pubkey(mx),
	    X509_get0_pubkey(mail)), 0);
	X509_free(mx);
	X509_free(mail);
	r.edge[0] = (struct role_edge){ ROLE_KEYS, true, b.end[IMAPD] };
	ctx = tls_keys_ctx(&r);
	assert_non_null(ctx);
	assert_true(serve_one(&b, ctx, IMAPD));
	assert_true(serve_one(&b, ctx, IMAPD));
	/* a port-25 child cannot pose as the IMAP server */
	assert_false(serve_one(&b, ctx, MXTLS));
	tls_ctx_free(ctx);
	snprintf(path, sizeof(path), "%s/mail.key", dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stop(&b), 0);
}

TEST(signs_once_and_only_handshakes)
{
	static const char name[] = "TLS 1.3, server CertificateVerify";
	char content[64 + sizeof(name) + 32];
	struct msg_keys_sign m = { 0x0403, { content, sizeof(content) } };
	struct box b;
	int child;

	TEST_BEGIN;
	memset(content, ' ', sizeof(content));
	memcpy(content + 64, name, sizeof(name));
	assert_true(start(&b, conf));
	child = child_of(&b, IMAPD);
	assert_int_equal(ask(child, KEYS_SIGN, &m), KEYS_SIGNED);
	assert_int_equal(got.sig.verdict, VERDICT_YES);
	assert_int_equal(ask(child, KEYS_SIGN, &m), -1);
	close(child);
	/* not a key of that kind */
	m.scheme = 0x0804;
	child = child_of(&b, IMAPD);
	assert_int_equal(ask(child, KEYS_SIGN, &m), KEYS_SIGNED);
	assert_int_equal(got.sig.verdict, VERDICT_NO);
	close(child);
	m.scheme = 0x0403;
	content[0] = 'x';
	child = child_of(&b, MXTLS);
	assert_int_equal(ask(child, KEYS_SIGN, &m), KEYS_SIGNED);
	assert_int_equal(got.sig.verdict, VERDICT_NO);
	assert_int_equal(ask(child, KEYS_SIGN, &m), -1);
	close(child);
	stop(&b);
}

static const struct { int end; unsigned type; bool child; } bad[] = {
	{ IMAPD, KEYS_SIGN_SEAL, false }, { IMAPD, KEYS_SIGN, false },
	{ IMAPD, KEYS_SEAL_PUBLIC, false },
	{ SEAL, KEYS_CHAIN, false }, { SEAL, KEYS_SIGN, false },
	{ CONTROL, KEYS_SIGN_SEAL, false },
	{ CONTROL, KEYS_CHAIN, false },
	{ CONTROL, KEYS_SEAL_PUBLIC, false },
	{ MXTLS, KEYS_SIGN_SEAL, true }, { MXTLS, KEYS_CHAIN, true },
	{ IMAPD, KEYS_SEAL_PUBLIC, true },
	{ IMAPD, KEYS_SIGN_DKIM, true },
	{ MXTLS, KEYS_SIGN_DKIM, true },
	{ IMAPD, KEYS_DKIM_PUBLIC, true },
	{ SUBMIT, KEYS_SIGN_DKIM, false },
	{ CONTROL, KEYS_SIGN_DKIM, false },
	{ SUBMIT, KEYS_SIGN_SEAL, true },
	{ HTTPD, KEYS_IDENTITY, true },
	{ IMAPD, KEYS_IDENTITY, false }, { SEAL, KEYS_IDENTITY, false },
};

TEST(answers_each_only_what_is_its_own)
{
	struct msg_keys_sign_seal seal = { 7, STR("whatever") };
	struct msg_keys_sign sign = { 0x0403, STR("x") };
	struct msg_keys_sign_dkim dkim = { 1, DKIM_RSA, STR("example"),
	    STR("x") };
	struct msg_keys_dkim_public public = { 1, DKIM_RSA, STR("example") };

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const void *m = bad[i].type == KEYS_SIGN ? (void *)&sign :
		    bad[i].type == KEYS_SIGN_DKIM ? (void *)&dkim :
		    bad[i].type == KEYS_DKIM_PUBLIC ? (void *)&public :
		    (void *)&seal;
		struct box b;
		int fd;

		assert_true(start(&b, conf));
		fd = bad[i].child ? child_of(&b, bad[i].end) :
		    b.end[bad[i].end];
		CHECK(ask(fd, bad[i].type, m) == -1, "%zu", i);
		if (bad[i].child)
			close(fd);
		stop(&b);
	}
}

/* The public key that a record would have. */
static EVP_PKEY *
dkim_key(struct box *b, uint32_t algorithm, const char *domain)
{
	struct msg_keys_dkim_public m = { 3, algorithm,
	    { domain, strlen(domain) } };
	const unsigned char *der;

	assert_int_equal(ask(b->end[CONTROL], KEYS_DKIM_PUBLIC, &m),
	    KEYS_DKIM_PUBLIC_IS);
	assert_int_equal(got.dkim_public.id, 3);
	if (got.dkim_public.verdict != VERDICT_YES)
		return NULL;
	CHECK(str_eq(got.dkim_public.selector, algorithm == DKIM_RSA ?
	    STR("pr1") : STR("pe1")), "selector");
	der = (const unsigned char *)got.dkim_public.key.ptr;
	return algorithm == DKIM_RSA ? d2i_PUBKEY(NULL, &der,
	    (long)got.dkim_public.key.len) :
	    EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, der,
	    got.dkim_public.key.len);
}

static bool
dkim_verifies(struct box *b, int child, uint32_t algorithm)
{
	struct msg_keys_sign_dkim m = { 9, algorithm, STR("EXAMPLE"),
	    STR("from:x\r\ndkim-signature:v=1; b=") };
	EVP_PKEY *key = dkim_key(b, algorithm, "example");
	unsigned char hash[32];
	const unsigned char *over = hash;
	size_t n = sizeof(hash);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool ok;

	assert_int_equal(ask(child, KEYS_SIGN_DKIM, &m), KEYS_SIGNED);
	assert_int_equal(got.sig.id, 9);
	assert_int_equal(got.sig.verdict, VERDICT_YES);
	EVP_Digest(m.content.ptr, m.content.len, hash, NULL, EVP_sha256(),
	    NULL);
	if (algorithm == DKIM_RSA) {
		over = (const unsigned char *)m.content.ptr;
		n = m.content.len;
	}
	ok = EVP_DigestVerifyInit(md, NULL, algorithm == DKIM_RSA ?
	    EVP_sha256() : NULL, NULL, key) == 1 && EVP_DigestVerify(md,
	    (const unsigned char *)got.sig.signature.ptr,
	    got.sig.signature.len, over, n) == 1;
	EVP_MD_CTX_free(md);
	EVP_PKEY_free(key);
	return ok;
}

TEST(signs_mail_of_our_domains)
{
	struct msg_keys_sign_dkim other = { 9, DKIM_RSA, STR("elsewhere"),
	    STR("x") };
	EVP_PKEY *before, *after;
	struct box b;
	int child;

	TEST_BEGIN;
	assert_true(start(&b, conf));
	child = child_of(&b, SUBMIT);
	assert_true(dkim_verifies(&b, child, DKIM_ED25519));
	assert_true(dkim_verifies(&b, child, DKIM_RSA));
	assert_int_equal(ask(child, KEYS_SIGN_DKIM, &other), KEYS_SIGNED);
	assert_int_equal(got.sig.verdict, VERDICT_NO);
	other.algorithm = DKIM_ALGORITHMS;
	other.domain = STR("example");
	assert_int_equal(ask(child, KEYS_SIGN_DKIM, &other), KEYS_SIGNED);
	assert_int_equal(got.sig.verdict, VERDICT_NO);
	assert_null(dkim_key(&b, DKIM_RSA, "elsewhere"));
	before = dkim_key(&b, DKIM_RSA, "example");
	assert_int_equal(EVP_PKEY_get_bits(before), 2048);
	close(child);
	stop(&b);
	/* the same after a restart, and one more for one domain more */
	assert_true(start(&b, "host mail.example\nmx mx.example\n"
	    "domain example second.example\n"));
	after = dkim_key(&b, DKIM_RSA, "example");
	assert_int_equal(EVP_PKEY_eq(before, after), 1);
	EVP_PKEY_free(after);
	after = dkim_key(&b, DKIM_RSA, "second.example");
	assert_int_equal(EVP_PKEY_eq(before, after), 0);
	EVP_PKEY_free(after);
	EVP_PKEY_free(before);
	stop(&b);
}

/* A handshake, then mail; and no second handshake. */
TEST(goes_on_with_submit)
{
	static const char name[] = "TLS 1.3, server CertificateVerify";
	char content[64 + sizeof(name) + 32];
	struct msg_keys_sign m = { 0x0403, { content, sizeof(content) } };
	struct box b;
	int child;

	TEST_BEGIN;
	memset(content, ' ', sizeof(content));
	memcpy(content + 64, name, sizeof(name));
	assert_true(start(&b, conf));
	child = child_of(&b, SUBMIT);
	assert_int_equal(ask(child, KEYS_SIGN, &m), KEYS_SIGNED);
	assert_int_equal(got.sig.verdict, VERDICT_YES);
	assert_true(dkim_verifies(&b, child, DKIM_ED25519));
	assert_int_equal(ask(child, KEYS_SIGN, &m), -1);
	close(child);
	stop(&b);
}

TEST(signs_seals)
{
	struct msg_keys_sign_seal m = { 7, STR("v=1; h=abc") };
	unsigned char key[32], sig[64];
	struct box b;

	TEST_BEGIN;
	assert_true(start(&b, conf));
	assert_int_equal(ask(b.end[SEAL], KEYS_SEAL_PUBLIC, NULL),
	    KEYS_SEAL_PUBLIC_IS);
	assert_int_equal(got.public.key.len, 32);
	memcpy(key, got.public.key.ptr, 32);
	assert_int_equal(ask(b.end[SEAL], KEYS_SIGN_SEAL, &m), KEYS_SIGNED);
	assert_int_equal(got.sig.id, 7);
	assert_int_equal(got.sig.signature.len, 64);
	memcpy(sig, got.sig.signature.ptr, 64);
	assert_int_equal(crypto_sign_verify_detached(sig,
	    (const unsigned char *)m.content.ptr, m.content.len, key), 0);
	stop(&b);
	/* the same key after a restart */
	assert_true(start(&b, conf));
	assert_int_equal(ask(b.end[SEAL], KEYS_SEAL_PUBLIC, NULL),
	    KEYS_SEAL_PUBLIC_IS);
	assert_memory_equal(got.public.key.ptr, key, 32);
	stop(&b);
}

TEST(keeps_the_key_when_the_name_changes)
{
	X509 *before, *after;
	struct box b;

	TEST_BEGIN;
	assert_true(start(&b, conf));
	before = leaf(&b, IMAPD);
	stop(&b);
	assert_true(start(&b, conf));
	after = leaf(&b, IMAPD);
	assert_int_equal(X509_cmp(before, after), 0);
	X509_free(after);
	stop(&b);
	assert_true(start(&b, "host new.example\nmx mx.example\n"
	    "domain example\n"));
	after = leaf(&b, IMAPD);
	assert_int_equal(X509_check_host(after, "new.example", 0, 0, NULL), 1);
	assert_int_equal(EVP_PKEY_eq(X509_get0_pubkey(before),
	    X509_get0_pubkey(after)), 1);
	X509_free(before);
	X509_free(after);
	stop(&b);
}

static int
check(const char *chain, const char *key)
{
	char c[64], k[64];
	int status;
	pid_t pid;

	snprintf(c, sizeof(c), "%s/%s", dir, chain);
	snprintf(k, sizeof(k), "%s/%s", dir, key);
	pid = fork();
	if (pid == 0) {
		(void)!freopen("/dev/null", "w", stderr);
		execl(program, program, "--check", c, k, (char *)NULL);
		_exit(99);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static void
put(const char *name, const char *from, const char *also)
{
	char cmd[512], path[64];
	FILE *in, *out;
	int c;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	out = fopen(path, "w");
	for (int i = 0; i < 2; i++) {
		const char *f = i == 0 ? from : also;

		if (f == NULL)
			continue;
		snprintf(cmd, sizeof(cmd), "%s/%s", dir, f);
		in = fopen(cmd, "r");
		while ((c = getc(in)) != EOF)
			putc(c, out);
		fclose(in);
	}
	fclose(out);
}

/* The document that httpd is given, in *d, whose text is the test's. */
static void
identity(struct box *b, struct pli_identity *d)
{
	static char text[PLI_IDENTITY_MAX];
	struct msg_keys_identity m = { 11 };
	struct str s;

	assert_int_equal(ask(b->end[HTTPD], KEYS_IDENTITY, &m),
	    KEYS_IDENTITY_IS);
	assert_int_equal(got.identity.id, 11);
	s = got.identity.document;
	memcpy(text, s.ptr, s.len);
	assert_true(pli_identity_parse((struct str){ text, s.len }, d));
	assert_true(signature_identity(d));
}

static void
hash_of(EVP_PKEY *key, unsigned char out[PLI_KEY])
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);

	assert_int_equal(EVP_Digest(der, (size_t)n, out, NULL, EVP_sha256(),
	    NULL), 1);
	OPENSSL_free(der);
}

static void
make_next(EVP_PKEY *key)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/mail-next.key", dir);
	f = fopen(path, "w");
	assert_int_equal(PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL,
	    NULL), 1);
	fclose(f);
}

static const char renamed[] = "host Post.example\nmx mx.example\n"
    "domain example\n";

TEST(lists_its_keys_and_counts_changes)
{
	EVP_PKEY *next = EVP_EC_gen("P-256");
	unsigned char hash[PLI_KEY];
	struct pli_identity d, again;
	struct box b;
	X509 *mail;

	TEST_BEGIN;
	assert_true(start(&b, conf));
	identity(&b, &d);
	assert_true(str_eq(d.host, STR("mail.example")));
	mail = leaf(&b, HTTPD);
	hash_of(X509_get0_pubkey(mail), hash);
	X509_free(mail);
	assert_memory_equal(d.tls, hash, PLI_KEY);
	assert_false(d.has_next);
	assert_int_equal(ask(b.end[SEAL], KEYS_SEAL_PUBLIC, NULL),
	    KEYS_SEAL_PUBLIC_IS);
	assert_int_equal(d.seals, 1);
	assert_memory_equal(d.seal[0], got.public.key.ptr, PLI_KEY);
	assert_memory_not_equal(d.seal[0], d.key, PLI_KEY);
	stop(&b);
	/* a start is no change */
	assert_true(start(&b, conf));
	identity(&b, &again);
	assert_int_equal(again.serial, d.serial);
	assert_int_equal(again.time, d.time);
	stop(&b);
	/* one of each */
	make_next(next);
	assert_true(start(&b, renamed));
	identity(&b, &again);
	assert_memory_equal(again.key, d.key, PLI_KEY);
	assert_int_equal(again.serial, d.serial + 1);
	assert_true(str_eq(again.host, STR("post.example")));
	hash_of(next, hash);
	assert_true(again.has_next);
	assert_memory_equal(again.tls_next, hash, PLI_KEY);
	stop(&b);
	EVP_PKEY_free(next);
}

TEST(takes_files_that_match)
{
	char text[512];
	struct box b;

	TEST_BEGIN;
	assert_int_equal(check("mx.pem", "mx.key"), 0);
	assert_int_equal(check("mx.pem", "mail.key"), 1);
	assert_int_equal(check("mx.key", "mx.pem"), 1);
	assert_int_equal(check("none.pem", "mx.key"), 1);
	assert_int_equal(check("mx.pem", "none.key"), 1);
	assert_int_equal(check("mx.pem", "seal.key"), 1);
	/* key and certificates in one file: the key stays here */
	put("both.pem", "mx.key", "mx.pem");
	snprintf(text, sizeof(text), "%scert file %s/both.pem %s/both.pem\n",
	    conf, dir, dir);
	assert_true(start(&b, text));
	assert_int_equal(ask(b.end[IMAPD], KEYS_CHAIN, NULL), KEYS_CHAIN_IS);
	assert_int_equal(memcmp(got.chain.pem.ptr,
	    "-----BEGIN CERTIFICATE-----", 27), 0);
	assert_null(memmem(got.chain.pem.ptr, got.chain.pem.len, "PRIVATE",
	    7));
	stop(&b);
	snprintf(text, sizeof(text), "%scert file %s/mx.pem %s/mail.key\n",
	    conf, dir, dir);
	assert_false(start(&b, text));
	assert_int_equal(stop(&b), 1);
}

static int
teardown(void **state)
{
	static const char *const files[] = { "mx.key", "mx.pem", "mail.key",
	    "mail.pem", "seal.key", "identity.key", "identity.txt",
	    "mail-next.key",
	    "both.pem", "dkim/example/pe1.key",
	    "dkim/example/pr1.key", "dkim/second.example/pe1.key",
	    "dkim/second.example/pr1.key" };
	static const char *const folders[] = { "dkim/example",
	    "dkim/second.example", "dkim" };
	char path[64];

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		unlink(path);
	}
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, folders[i]);
		rmdir(path);
	}
	return rmdir(dir);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		RUN(serves_tls_by_service),
		RUN(signs_once_and_only_handshakes),
		RUN(answers_each_only_what_is_its_own),
		RUN(signs_mail_of_our_domains),
		RUN(goes_on_with_submit),
		RUN(signs_seals),
		RUN(keeps_the_key_when_the_name_changes),
		RUN(lists_its_keys_and_counts_changes),
		RUN(takes_files_that_match),
	};

	if (argc != 2 || mkdtemp(dir) == NULL || sodium_init() < 0)
		return 1;
	program = argv[1];
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG |
	    OPENSSL_INIT_NO_ATEXIT, NULL);
	return cmocka_run_group_tests(tests, NULL, teardown);
}
