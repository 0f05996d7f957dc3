/* crypt.c - the few primitives that logins and DKIM need. */

#include "os/crypt.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/random.h>

#include "base/wipe.h"
#include "os/log.h"

static void
must(bool ok, const char *what)
{
	if (!ok)
		log_die("crypt-failed", "step=%s", what);
}

void
crypt_random(void *out, size_t n)
{
	must(n <= 256 && getrandom(out, n, 0) == (ssize_t)n, "random");
}

void
crypt_sha256(unsigned char out[CRYPT_HASH], struct str s)
{
	unsigned n = CRYPT_HASH;

	must(EVP_Digest(s.ptr, s.len, out, &n, EVP_sha256(), NULL) == 1,
	    "sha256");
}

void
crypt_hash_begin(struct crypt_hash *h)
{
	h->state = EVP_MD_CTX_new();
	must(h->state != NULL &&
	    EVP_DigestInit_ex(h->state, EVP_sha256(), NULL) == 1, "sha256");
}

void
crypt_hash_feed(struct crypt_hash *h, struct str s)
{
	must(EVP_DigestUpdate(h->state, s.ptr, s.len) == 1, "sha256");
}

void
crypt_hash_end(struct crypt_hash *h, unsigned char out[CRYPT_HASH])
{
	must(EVP_DigestFinal_ex(h->state, out, NULL) == 1, "sha256");
	EVP_MD_CTX_free(h->state);
	h->state = NULL;
}

void
crypt_hmac(unsigned char out[CRYPT_HASH], struct str key, struct str s)
{
	unsigned n = CRYPT_HASH;

	must(HMAC(EVP_sha256(), key.ptr, (int)key.len,
	    (const unsigned char *)s.ptr, s.len, out, &n) != NULL, "hmac");
}

void
crypt_pbkdf2(unsigned char out[CRYPT_HASH], struct str password,
    struct str salt, uint32_t iterations)
{
	must(PKCS5_PBKDF2_HMAC(password.len == 0 ? "" : password.ptr,
	    (int)password.len, (const unsigned char *)salt.ptr, (int)salt.len,
	    (int)iterations, EVP_sha256(), CRYPT_HASH, out) == 1, "pbkdf2");
}

void
crypt_verifier(struct crypt_verifier *v, struct str password, struct str salt,
    uint32_t iterations)
{
	unsigned char salted[CRYPT_HASH], client[CRYPT_HASH];
	struct str key = { (char *)salted, sizeof(salted) };

	crypt_pbkdf2(salted, password, salt, iterations);
	crypt_hmac(client, key, STR("Client Key"));
	crypt_sha256(v->stored_key, (struct str){ (char *)client, CRYPT_HASH });
	crypt_hmac(v->server_key, key, STR("Server Key"));
	wipe(salted, sizeof(salted));
	wipe(client, sizeof(client));
}

bool
crypt_equal(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}
