/* load.c - all keys of the box, and locked memory for them. */

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <sodium.h>

#include "base/wipe.h"
#include "keys.h"

/* Room for an RSA key of each of 64 domains, which is some 2 KiB. */
enum { SECURE_HEAP = 512 * 1024, SECURE_LEAST = 32 };

static bool
fail(struct buf *why, const char *path, const char *what)
{
	buf_add_c(why, path);
	buf_add_c(why, ": ");
	buf_add_c(why, what);
	return false;
}

static bool
read_seed(const char *path, unsigned char seed[crypto_sign_SEEDBYTES])
{
	struct buf hex;
	size_t n = 0;
	bool ok;

	buf_init(&hex, KEYS_FILE_MAX + 1);
	ok = disk_read(path, &hex) && sodium_hex2bin(seed,
	    crypto_sign_SEEDBYTES, hex.ptr, hex.len, "\n", &n, NULL) == 0 &&
	    n == crypto_sign_SEEDBYTES;
	buf_free(&hex);
	return ok;
}

static bool
make_seed(const char *dir, const char *file,
    unsigned char seed[crypto_sign_SEEDBYTES])
{
	struct buf hex;
	bool ok;

	randombytes_buf(seed, crypto_sign_SEEDBYTES);
	buf_init(&hex, KEYS_FILE_MAX);
	buf_add_hex(&hex, (struct str){ (char *)seed, crypto_sign_SEEDBYTES });
	buf_byte(&hex, '\n');
	ok = disk_write(dir, file, buf_str(&hex));
	buf_free(&hex);
	return ok;
}

/* An Ed25519 key, made if it is not there. */
static bool
load_signer(unsigned char **secret, unsigned char *public, const char *dir,
    const char *file, struct buf *why)
{
	unsigned char seed[crypto_sign_SEEDBYTES];
	char path[KEYS_PATH_MAX];
	bool ok = true;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	*secret = sodium_malloc(crypto_sign_SECRETKEYBYTES);
	if (*secret == NULL)
		return fail(why, path, "no locked memory");
	if (access(path, F_OK) != 0 && errno == ENOENT)
		ok = make_seed(dir, file, seed) ||
		    fail(why, path, strerror(errno));
	else if (!read_seed(path, seed))
		ok = fail(why, path, "not 64 hex digits, or not readable");
	if (ok) {
		crypto_sign_seed_keypair(public, *secret, seed);
		sodium_mprotect_readonly(*secret);
	}
	wipe(seed, sizeof(seed));
	return ok;
}

static bool
load_files(struct keys *k, const struct conf *conf, struct buf *why)
{
	char chain[KEYS_PATH_MAX], key[KEYS_PATH_MAX];

	if (snprintf(chain, sizeof(chain), "%.*s", (int)conf->chain.len,
	    conf->chain.ptr) >= (int)sizeof(chain) ||
	    snprintf(key, sizeof(key), "%.*s", (int)conf->key.len,
	    conf->key.ptr) >= (int)sizeof(key))
		return fail(why, "cert file", "a path is too long");
	for (int i = 0; i < KEYS_SERVICES; i++)
		if (!pair_load(&k->pair[i], chain, key, why))
			return false;
	return true;
}

bool
keys_load(struct keys *k, const struct conf *conf, const char *dir,
    struct buf *why)
{
	/* no configuration file, and private keys in memory that is locked
	 * and in no core dump, if the limit allows it */
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG |
	    OPENSSL_INIT_NO_ATEXIT, NULL) != 1 || sodium_init() < 0)
		return fail(why, "keys", "a library does not start");
	(void)CRYPTO_secure_malloc_init(SECURE_HEAP, SECURE_LEAST);
	if (!load_signer(&k->seal, k->seal_public, dir, "seal.key", why) ||
	    !load_signer(&k->identity, k->identity_public, dir,
	    "identity.key", why))
		return false;
	if (conf->chain.len > 0 ? !load_files(k, conf, why) :
	    !made_load(&k->pair[KEYS_MX], dir, "mx", conf->mx, why) ||
	    !made_load(&k->pair[KEYS_MAIL], dir, "mail", conf->host, why))
		return false;
	if (!dkim_load(k, conf, dir, why) ||
	    !identity_load(k, conf, dir, why))
		return false;
	(void)mlockall(MCL_CURRENT | MCL_ONFAULT);
	return true;
}
