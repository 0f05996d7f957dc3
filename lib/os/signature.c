/* signature.c - Ed25519, verified. */

#include "os/signature.h"

#include <openssl/err.h>
#include <openssl/evp.h>

bool
signature_ed25519(const unsigned char key[PLI_KEY], struct str text,
    const unsigned char signature[PLI_SIGNATURE])
{
	EVP_PKEY *pub = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
	    key, PLI_KEY);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool ok = pub != NULL && md != NULL && EVP_DigestVerifyInit(md, NULL,
	    NULL, NULL, pub) == 1 && EVP_DigestVerify(md, signature,
	    PLI_SIGNATURE, (const unsigned char *)text.ptr, text.len) == 1;

	EVP_MD_CTX_free(md);
	EVP_PKEY_free(pub);
	ERR_clear_error();
	return ok;
}

bool
signature_identity(const struct pli_identity *d)
{
	return signature_ed25519(d->key, d->text, d->signature);
}
