/* pair.c - a certificate chain and its private key, from files. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "keys.h"

enum { RSA_BITS_MIN = 2048, RSA_BITS_MAX = 8192, CHAIN_CERTS_MAX = 8 };

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
read_file(const char *path, struct buf *out, struct buf *why)
{
	buf_init(out, KEYS_FILE_MAX + 1);
	if (disk_read(path, out))
		return true;
	fail(why, path, strerror(errno));
	if (errno == EACCES) {
		buf_add_c(why, ": it must be readable for uid ");
		buf_add_u64(why, geteuid());
	}
	buf_free(out);
	return false;
}

/* Nobody is there to be asked for a password. */
static int
no_password(char *out, int n, int write, void *arg)
{
	bool *asked = arg;

	(void)out;
	(void)n;
	(void)write;
	*asked = true;
	return -1;
}

static const char *
unusable(const EVP_PKEY *key)
{
	int bits = EVP_PKEY_get_bits(key);

	if (EVP_PKEY_is_a(key, "EC") || EVP_PKEY_is_a(key, "ED25519"))
		return NULL;
	if (!EVP_PKEY_is_a(key, "RSA") && !EVP_PKEY_is_a(key, "RSA-PSS"))
		return "the key is neither EC, RSA nor Ed25519";
	if (bits < RSA_BITS_MIN)
		return "an RSA key of less than 2048 bits";
	if (bits > RSA_BITS_MAX)
		return "an RSA key of more than 8192 bits";
	return NULL;
}

EVP_PKEY *
pair_read_key(const char *path, struct buf *why)
{
	EVP_PKEY *key = NULL;
	const char *wrong = NULL;
	bool asked = false;
	struct buf pem;
	BIO *bio;

	if (!read_file(path, &pem, why))
		return NULL;
	bio = BIO_new_mem_buf(pem.ptr, (int)pem.len);
	if (bio != NULL)
		key = PEM_read_bio_PrivateKey(bio, NULL, no_password, &asked);
	BIO_free(bio);
	buf_free(&pem);
	if (key == NULL)
		wrong = asked ? "the key is protected by a password; store "
		    "it without one" : "no private key in PEM";
	else
		wrong = unusable(key);
	if (wrong == NULL)
		return key;
	fail(why, path, wrong);
	EVP_PKEY_free(key);
	return NULL;
}

/* The first certificate; all of them, and nothing else that may stand in the
 * file (a private key, say), go to *out as PEM. */
static X509 *
read_chain(struct str pem, struct buf *out)
{
	BIO *in = BIO_new_mem_buf(pem.ptr, (int)pem.len);
	BIO *copy = BIO_new(BIO_s_mem());
	X509 *first = NULL, *x;
	bool ok = in != NULL && copy != NULL;
	char *text;
	int n = 0;

	while (ok && n < CHAIN_CERTS_MAX &&
	    (x = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL) {
		ok = PEM_write_bio_X509(copy, x) == 1;
		if (n++ == 0)
			first = x;
		else
			X509_free(x);
	}
	ok = ok && n < CHAIN_CERTS_MAX &&
	    ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
	if (ok) {
		long len = BIO_get_mem_data(copy, &text);

		buf_add_mem(out, text, (size_t)len);
		ok = !out->failed;
	}
	if (!ok) {
		X509_free(first);
		first = NULL;
	}
	ERR_clear_error();
	BIO_free(in);
	BIO_free(copy);
	return first;
}

bool
pair_load(struct keys_pair *pair, const char *chain, const char *key,
    struct buf *why)
{
	struct buf file;
	X509 *first;
	bool ok;

	pair->key = NULL;
	buf_init(&pair->chain, CHAIN_MAX);
	if (!read_file(chain, &file, why))
		return false;
	first = read_chain(buf_str(&file), &pair->chain);
	buf_free(&file);
	if (first == NULL) {
		pair_free(pair);
		return fail(why, chain, "no chain of certificates in PEM");
	}
	pair->key = pair_read_key(key, why);
	ok = pair->key != NULL;
	if (ok && X509_check_private_key(first, pair->key) != 1) {
		ok = fail(why, key, "not the key of the first certificate in ");
		buf_add_c(why, chain);
	}
	X509_free(first);
	if (!ok)
		pair_free(pair);
	return ok;
}

void
pair_free(struct keys_pair *pair)
{
	EVP_PKEY_free(pair->key);
	pair->key = NULL;
	buf_free(&pair->chain);
}
