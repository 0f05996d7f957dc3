/* sign.c - signatures. */

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <sodium.h>

#include "keys.h"
#include "proto/tls_content.h"

/* RFC 8446, 4.2.3 */
static const struct scheme {
	unsigned id;
	const char *type, *hash;
	int pad;
} schemes[] = {
	{ 0x0403, "EC",		"SHA256",	0 },
	{ 0x0503, "EC",		"SHA384",	0 },
	{ 0x0603, "EC",		"SHA512",	0 },
	{ 0x0807, "ED25519",	NULL,		0 },
	{ 0x0804, "RSA",	"SHA256",	RSA_PKCS1_PSS_PADDING },
	{ 0x0805, "RSA",	"SHA384",	RSA_PKCS1_PSS_PADDING },
	{ 0x0806, "RSA",	"SHA512",	RSA_PKCS1_PSS_PADDING },
	{ 0x0809, "RSA-PSS",	"SHA256",	RSA_PKCS1_PSS_PADDING },
	{ 0x080a, "RSA-PSS",	"SHA384",	RSA_PKCS1_PSS_PADDING },
	{ 0x080b, "RSA-PSS",	"SHA512",	RSA_PKCS1_PSS_PADDING },
	{ 0x0401, "RSA",	"SHA256",	RSA_PKCS1_PADDING },
	{ 0x0501, "RSA",	"SHA384",	RSA_PKCS1_PADDING },
	{ 0x0601, "RSA",	"SHA512",	RSA_PKCS1_PADDING },
};

static const struct scheme *
scheme_of(const EVP_PKEY *key, unsigned id)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (schemes[i].id == id &&
		    EVP_PKEY_is_a(key, schemes[i].type))
			return &schemes[i];
	return NULL;
}

static bool
set_pad(EVP_PKEY_CTX *ctx, int pad)
{
	if (pad == 0)
		return true;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, pad) == 1 &&
	    (pad != RSA_PKCS1_PSS_PADDING ||
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) == 1);
}

bool
sign_tls(const struct keys_pair *pair, unsigned id, struct str content,
    struct buf *sig)
{
	const struct scheme *s = scheme_of(pair->key, id);
	size_t n = SIGNATURE_MAX;
	unsigned char *out = (unsigned char *)buf_room(sig, n);
	EVP_PKEY_CTX *ctx;
	EVP_MD_CTX *md;
	bool ok;

	if (s == NULL || out == NULL ||
	    !tls_content_fits(tls_content_of(content), id))
		return false;
	md = EVP_MD_CTX_new();
	ok = md != NULL && EVP_DigestSignInit_ex(md, &ctx, s->hash, NULL, NULL,
	    pair->key, NULL) == 1 && set_pad(ctx, s->pad) &&
	    EVP_DigestSign(md, out, &n, (const unsigned char *)content.ptr,
	    content.len) == 1;
	EVP_MD_CTX_free(md);
	ERR_clear_error();
	if (ok)
		buf_grow(sig, n);
	return ok;
}

bool
sign_seal(const struct keys *k, struct str content, struct buf *sig)
{
	char *out = buf_room(sig, crypto_sign_BYTES);

	if (out == NULL || crypto_sign_detached((unsigned char *)out, NULL,
	    (const unsigned char *)content.ptr, content.len, k->seal) != 0)
		return false;
	buf_grow(sig, crypto_sign_BYTES);
	return true;
}
