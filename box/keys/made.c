/* made.c - keys and certificates that plid makes itself. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "keys.h"

enum {
	DAY = 24 * 60 * 60,
	LIFE = 3650 * DAY,
	RENEW = 30 * DAY,	/* before its end */
	CN_MAX = 64,		/* RFC 5280, ub-common-name */
};

struct names {			/* NUL-terminated */
	char key[KEYS_PATH_MAX], cert[KEYS_PATH_MAX];
	char key_file[32], cert_file[32];
	char host[256];
};

static bool
fail(struct buf *why, const char *path, const char *what)
{
	buf_add_c(why, path);
	buf_add_c(why, ": ");
	buf_add_c(why, what);
	ERR_clear_error();
	return false;
}

static bool
put_pem(BIO *bio, const char *dir, const char *file, const char *path,
    struct buf *why)
{
	char *pem;
	long n = BIO_get_mem_data(bio, &pem);

	return n > 0 && disk_write(dir, file, (struct str){ pem, (size_t)n }) ?
	    true : fail(why, path, strerror(errno));
}

/* A new key, on the disk; NULL: *why. */
static EVP_PKEY *
make_key(const char *dir, const struct names *n, struct buf *why)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	BIO *bio = BIO_new(BIO_s_secmem());

	if (key == NULL || bio == NULL ||
	    PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL,
	    NULL) != 1 || !put_pem(bio, dir, n->key_file, n->key, why)) {
		if (why->len == 0)
			fail(why, n->key, "cannot make a key");
		EVP_PKEY_free(key);
		key = NULL;
	}
	BIO_free(bio);
	return key;
}

/* Not in OpenSSL's configuration syntax, in which a name could say more. */
static bool
add_san(X509 *x, const char *host)
{
	GENERAL_NAMES *all = GENERAL_NAMES_new();
	GENERAL_NAME *one = GENERAL_NAME_new();
	ASN1_IA5STRING *text = ASN1_IA5STRING_new();
	bool ok = false;

	if (all != NULL && one != NULL && text != NULL &&
	    ASN1_STRING_set(text, host, -1) == 1) {
		GENERAL_NAME_set0_value(one, GEN_DNS, text);
		text = NULL;
		if (sk_GENERAL_NAME_push(all, one) > 0) {
			one = NULL;
			ok = X509_add1_ext_i2d(x, NID_subject_alt_name, all, 0,
			    X509V3_ADD_APPEND) == 1;
		}
	}
	ASN1_IA5STRING_free(text);
	GENERAL_NAME_free(one);
	GENERAL_NAMES_free(all);
	return ok;
}

static bool
add_ext(X509 *x, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	bool ok = e != NULL && X509_add_ext(x, e, -1) == 1;

	X509_EXTENSION_free(e);
	return ok;
}

static bool
set_serial(X509 *x)
{
	unsigned char octets[16];
	BIGNUM *n;
	bool ok;

	if (RAND_bytes(octets, sizeof(octets)) != 1)
		return false;
	octets[0] = (octets[0] & 0x3f) | 0x40;	/* positive, full length */
	n = BN_bin2bn(octets, sizeof(octets), NULL);
	ok = n != NULL &&
	    BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x)) != NULL;
	BN_free(n);
	return ok;
}

static bool
fill(X509 *x, EVP_PKEY *key, const char *host)
{
	X509_NAME *name = X509_get_subject_name(x);

	return X509_set_version(x, X509_VERSION_3) == 1 && set_serial(x) &&
	    X509_gmtime_adj(X509_getm_notBefore(x), -DAY) != NULL &&
	    X509_gmtime_adj(X509_getm_notAfter(x), LIFE) != NULL &&
	    (strlen(host) > CN_MAX || X509_NAME_add_entry_by_NID(name,
	    NID_commonName, MBSTRING_UTF8, (const unsigned char *)host, -1, -1,
	    0) == 1) &&
	    X509_set_issuer_name(x, name) == 1 &&
	    X509_set_pubkey(x, key) == 1 && add_san(x, host) &&
	    add_ext(x, NID_basic_constraints, "critical,CA:FALSE") &&
	    add_ext(x, NID_key_usage, "critical,digitalSignature") &&
	    add_ext(x, NID_ext_key_usage, "serverAuth") &&
	    X509_sign(x, key, EVP_sha256()) > 0;
}

static bool
make_cert(EVP_PKEY *key, const char *dir, const struct names *n,
    struct buf *why)
{
	BIO *bio = BIO_new(BIO_s_mem());
	X509 *x = X509_new();
	bool ok = bio != NULL && x != NULL && fill(x, key, n->host) &&
	    PEM_write_bio_X509(bio, x) == 1;

	ok = ok ? put_pem(bio, dir, n->cert_file, n->cert, why) :
	    fail(why, n->cert, "cannot make a certificate");
	X509_free(x);
	BIO_free(bio);
	return ok;
}

/* Is the certificate there, of this key, for this name, and in force? */
static bool
fits(EVP_PKEY *key, const struct names *n)
{
	time_t soon = time(NULL) + RENEW;
	X509 *x = NULL;
	struct buf pem;
	BIO *bio;
	bool ok;

	buf_init(&pem, KEYS_FILE_MAX + 1);
	if (disk_read(n->cert, &pem) &&
	    (bio = BIO_new_mem_buf(pem.ptr, (int)pem.len)) != NULL) {
		x = PEM_read_bio_X509(bio, NULL, NULL, NULL);
		BIO_free(bio);
	}
	ok = x != NULL && X509_check_private_key(x, key) == 1 &&
	    X509_check_host(x, n->host, 0, X509_CHECK_FLAG_NO_WILDCARDS,
	    NULL) == 1 &&
	    X509_cmp_time(X509_get0_notAfter(x), &soon) > 0 &&
	    X509_cmp_current_time(X509_get0_notBefore(x)) < 0;
	X509_free(x);
	buf_free(&pem);
	ERR_clear_error();
	return ok;
}

static bool
name_all(struct names *n, const char *dir, const char *name, struct str host)
{
	snprintf(n->key_file, sizeof(n->key_file), "%s.key", name);
	snprintf(n->cert_file, sizeof(n->cert_file), "%s.pem", name);
	return snprintf(n->key, sizeof(n->key), "%s/%s.key", dir, name) <
	    (int)sizeof(n->key) &&
	    snprintf(n->cert, sizeof(n->cert), "%s/%s.pem", dir, name) <
	    (int)sizeof(n->cert) &&
	    snprintf(n->host, sizeof(n->host), "%.*s", (int)host.len,
	    host.ptr) < (int)sizeof(n->host);
}

bool
made_load(struct keys_pair *pair, const char *dir, const char *name,
    struct str host, struct buf *why)
{
	struct names n;
	EVP_PKEY *key;
	bool ok;

	if (!name_all(&n, dir, name, host))
		return fail(why, dir, "the path or the host's name is too "
		    "long");
	/* only a key that is not there is made: one that cannot be read may
	 * be the one whose fingerprint is published */
	if (access(n.key, F_OK) != 0 && errno == ENOENT)
		key = make_key(dir, &n, why);
	else
		key = pair_read_key(n.key, why);
	ok = key != NULL && (fits(key, &n) || make_cert(key, dir, &n, why));
	EVP_PKEY_free(key);
	return ok && pair_load(pair, n.cert, n.key, why);
}
