/*
 * dkim.c - the keys that mail of our domains is signed with.
 *
 * A domain has two, which are made when they are not there.  The names of the
 * files are the selectors: they stay, whatever is configured, since what is
 * published in the DNS stays too.
 *
 * RSA keys take their time, on a small machine some seconds each, and the box
 * waits for us: what is not made in MAKE_MS is left for the next start, and
 * mail of that domain has one signature till then.
 */

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/ascii.h"
#include "keys.h"
#include "os/clock.h"
#include "os/log.h"

enum { RSA_BITS = 2048, HASH = 32, MAKE_MS = 8000 };

static const struct {
	struct str selector;
	const char *file, *type;
} kinds[DKIM_ALGORITHMS] = {
	[DKIM_ED25519] = { STR_INIT("pe1"), "pe1.key", "ED25519" },
	[DKIM_RSA]     = { STR_INIT("pr1"), "pr1.key", "RSA" },
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

static EVP_PKEY *
make_key(const char *dir, int kind, struct buf *why)
{
	EVP_PKEY *key = kind == DKIM_RSA ?
	    EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)RSA_BITS) :
	    EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	BIO *bio = BIO_new(BIO_s_secmem());
	char *pem;
	long n = 0;

	if (key != NULL && bio != NULL && PEM_write_bio_PKCS8PrivateKey(bio,
	    key, NULL, NULL, 0, NULL, NULL) == 1)
		n = BIO_get_mem_data(bio, &pem);
	if (n <= 0 || !disk_write(dir, kinds[kind].file,
	    (struct str){ pem, (size_t)n })) {
		fail(why, dir, n <= 0 ? "cannot make a key" :
		    strerror(errno));
		EVP_PKEY_free(key);
		key = NULL;
	}
	BIO_free(bio);
	return key;
}

/* make: if it is not there. */
static bool
load_key(struct keys_dkim *d, const char *dir, int kind, bool make,
    struct buf *why)
{
	char path[KEYS_PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", dir, kinds[kind].file) >=
	    (int)sizeof(path))
		return fail(why, dir, "the path is too long");
	/* one that cannot be read may be the one that is published */
	if (access(path, F_OK) != 0 && errno == ENOENT) {
		if (!make)
			return true;
		d->key[kind] = make_key(dir, kind, why);
	} else {
		d->key[kind] = pair_read_key(path, why);
	}
	if (d->key[kind] == NULL)
		return false;
	return EVP_PKEY_is_a(d->key[kind], kinds[kind].type) ||
	    fail(why, path, "not a key of its kind");
}

static bool
make_folder(const char *path, struct buf *why)
{
	return mkdir(path, 0700) == 0 || errno == EEXIST ||
	    fail(why, path, strerror(errno));
}

static bool
load_domain(struct keys_dkim *d, const char *dir, struct str domain,
    bool make_rsa, struct buf *why)
{
	char path[KEYS_PATH_MAX];

	for (size_t i = 0; i < domain.len; i++)
		d->domain[i] = (char)ascii_lower(domain.ptr[i]);
	d->len = domain.len;
	if (snprintf(path, sizeof(path), "%s/dkim/%.*s", dir, (int)d->len,
	    d->domain) >= (int)sizeof(path))
		return fail(why, dir, "the path is too long");
	return make_folder(path, why) &&
	    load_key(d, path, DKIM_ED25519, true, why) &&
	    load_key(d, path, DKIM_RSA, make_rsa, why);
}

bool
dkim_load(struct keys *k, const struct conf *conf, const char *dir,
    struct buf *why)
{
	int64_t until = clock_ms() + MAKE_MS;
	char path[KEYS_PATH_MAX];
	unsigned left = 0;

	if (snprintf(path, sizeof(path), "%s/dkim", dir) >= (int)sizeof(path))
		return fail(why, dir, "the path is too long");
	if (!make_folder(path, why))
		return false;
	for (size_t i = 0; !conf->no_dkim && i < conf->domains; i++) {
		struct keys_dkim *d = &k->dkim[k->dkims++];

		if (!load_domain(d, dir, conf->domain[i],
		    clock_ms() < until, why))
			return false;
		left += d->key[DKIM_RSA] == NULL;
	}
	if (left > 0)
		log_event("dkim-keys-left", "domains=%u: made at the next "
		    "start or reload", left);
	return true;
}

static const struct keys_dkim *
domain_of(const struct keys *k, struct str domain, uint32_t algorithm)
{
	if (algorithm >= DKIM_ALGORITHMS)
		return NULL;
	for (size_t i = 0; i < k->dkims; i++)
		if (str_eq_nocase(domain,
		    (struct str){ k->dkim[i].domain, k->dkim[i].len }))
			return k->dkim[i].key[algorithm] != NULL ?
			    &k->dkim[i] : NULL;
	return NULL;
}

/* RFC 8463, 3: Ed25519 signs the hash, like RSA. */
bool
dkim_sign(const struct keys *k, uint32_t algorithm, struct str domain,
    struct str content, struct buf *sig)
{
	const struct keys_dkim *d = domain_of(k, domain, algorithm);
	const unsigned char *in = (const unsigned char *)content.ptr;
	unsigned char hash[HASH];
	unsigned hash_len = HASH;
	size_t n = SIGNATURE_MAX;
	unsigned char *out = (unsigned char *)buf_room(sig, n);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool ok = d != NULL && out != NULL && md != NULL;

	if (ok && algorithm == DKIM_ED25519)
		ok = EVP_Digest(in, content.len, hash, &hash_len, EVP_sha256(),
		    NULL) == 1 && EVP_DigestSignInit_ex(md, NULL, NULL, NULL,
		    NULL, d->key[algorithm], NULL) == 1 &&
		    EVP_DigestSign(md, out, &n, hash, HASH) == 1;
	else if (ok)
		ok = EVP_DigestSignInit_ex(md, NULL, "SHA256", NULL, NULL,
		    d->key[algorithm], NULL) == 1 &&
		    EVP_DigestSign(md, out, &n, in, content.len) == 1;
	EVP_MD_CTX_free(md);
	ERR_clear_error();
	if (ok)
		buf_grow(sig, n);
	return ok;
}

bool
dkim_public(const struct keys *k, uint32_t algorithm, struct str domain,
    struct str *selector, struct buf *key)
{
	const struct keys_dkim *d = domain_of(k, domain, algorithm);
	unsigned char *out = (unsigned char *)buf_room(key, DKIM_KEY_MAX);
	size_t n = DKIM_KEY_MAX;
	int len;

	if (d == NULL || out == NULL)
		return false;
	*selector = kinds[algorithm].selector;
	if (algorithm == DKIM_ED25519) {
		if (EVP_PKEY_get_raw_public_key(d->key[algorithm], out, &n) !=
		    1)
			return false;
		buf_grow(key, n);
		return true;
	}
	len = i2d_PUBKEY(d->key[algorithm], NULL);
	if (len <= 0 || len > DKIM_KEY_MAX)
		return false;
	len = i2d_PUBKEY(d->key[algorithm], &out);
	buf_grow(key, (size_t)len);
	return true;
}
