/*
 * tls_provider.c - a key whose private half is elsewhere, for OpenSSL.
 *
 * OpenSSL frees what it asked a provider to allocate through that provider,
 * so boxes and contexts here come from OPENSSL_zalloc, not from an arena.
 */

#include "os/tls_provider.h"

#include <string.h>
#include <strings.h>

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/provider.h>

#define NAME	"pli"
#define PARAM	"pli-key"	/* struct tls_key *, in an octet pointer */

/* What OpenSSL holds of a key of ours. */
struct box {
	struct tls_key *key;	/* &own, or tls.c's */
	struct tls_key own;	/* imported: public only */
	const char *type;
};

enum pad { PAD_PKCS1, PAD_PSS };

struct signing {
	struct box *box;
	unsigned hash;		/* in bits; 0: none named */
	enum pad pad;
};

/* Provider functions have types of their own; a dispatch table wants one. */
#define FN(id, f)	{ id, (void (*)(void))(f) }

static struct box *
box_new(const char *type)
{
	struct box *box = OPENSSL_zalloc(sizeof(*box));

	if (box != NULL)
		box->type = type;
	return box;
}

static void *
new_ec(void *provctx)
{
	(void)provctx;
	return box_new("EC");
}

static void *
new_rsa(void *provctx)
{
	(void)provctx;
	return box_new("RSA");
}

static void *
new_rsa_pss(void *provctx)
{
	(void)provctx;
	return box_new("RSA-PSS");
}

static void *
new_ed25519(void *provctx)
{
	(void)provctx;
	return box_new("ED25519");
}

static void
box_free(void *data)
{
	struct box *box = data;

	EVP_PKEY_free(box->own.public);
	OPENSSL_free(box);
}

static int
box_has(const void *data, int selection)
{
	const struct box *box = data;

	(void)selection;
	return box->key != NULL;
}

static int
box_match(const void *a, const void *b, int selection)
{
	const struct box *x = a, *y = b;

	(void)selection;
	return x->key != NULL && y->key != NULL &&
	    EVP_PKEY_eq(x->key->public, y->key->public) == 1;
}

/* A certificate's key, brought here to be compared with ours. */
static int
import_public(struct box *box, const OSSL_PARAM params[])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, box->type,
	    "provider=default");
	int ok = ctx != NULL && EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &box->own.public, EVP_PKEY_PUBLIC_KEY,
	    (OSSL_PARAM *)(uintptr_t)params) == 1;

	EVP_PKEY_CTX_free(ctx);
	if (ok)
		box->key = &box->own;
	return ok;
}

static int
box_import(void *data, int selection, const OSSL_PARAM params[])
{
	const OSSL_PARAM *p = OSSL_PARAM_locate_const(params, PARAM);
	struct box *box = data;
	const void *key;
	size_t n;

	(void)selection;
	if (p == NULL)
		return import_public(box, params);
	if (OSSL_PARAM_get_octet_ptr(p, &key, &n) != 1)
		return 0;
	box->key = (struct tls_key *)(uintptr_t)key;
	return 1;
}

static const OSSL_PARAM *
box_import_types(int selection)
{
	static const OSSL_PARAM types[] = {
		OSSL_PARAM_octet_ptr(PARAM, NULL, 0),
		OSSL_PARAM_END,
	};

	(void)selection;
	return types;
}

static int
box_export(void *data, int selection, OSSL_CALLBACK *cb, void *arg)
{
	struct box *box = data;

	if (box->key == NULL ||
	    (selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0)
		return 0;
	return EVP_PKEY_export(box->key->public, selection, cb, arg);
}

static const OSSL_PARAM *
box_export_types(int selection)
{
	static const OSSL_PARAM none[] = { OSSL_PARAM_END };

	(void)selection;
	return none;
}

static int
box_get_params(void *data, OSSL_PARAM params[])
{
	struct box *box = data;

	return box->key != NULL &&
	    EVP_PKEY_get_params(box->key->public, params);
}

static const OSSL_PARAM *
box_gettable(void *provctx)
{
	static const OSSL_PARAM types[] = {
		OSSL_PARAM_int(OSSL_PKEY_PARAM_BITS, NULL),
		OSSL_PARAM_int(OSSL_PKEY_PARAM_SECURITY_BITS, NULL),
		OSSL_PARAM_int(OSSL_PKEY_PARAM_MAX_SIZE, NULL),
		OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, NULL, 0),
		OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_DEFAULT_DIGEST, NULL, 0),
		OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_MANDATORY_DIGEST, NULL,
		    0),
		OSSL_PARAM_END,
	};

	(void)provctx;
	return types;
}

static const char *
op_ec(int op)
{
	return op == OSSL_OP_SIGNATURE ? "ECDSA" : NULL;
}

static const char *
op_rsa(int op)
{
	return op == OSSL_OP_SIGNATURE ? "RSA" : NULL;
}

static const char *
op_ed25519(int op)
{
	return op == OSSL_OP_SIGNATURE ? "ED25519" : NULL;
}

#define KEYMGMT(name, make, op)						\
static const OSSL_DISPATCH name[] = {					\
	FN(OSSL_FUNC_KEYMGMT_NEW, make),				\
	FN(OSSL_FUNC_KEYMGMT_FREE, box_free),				\
	FN(OSSL_FUNC_KEYMGMT_HAS, box_has),				\
	FN(OSSL_FUNC_KEYMGMT_MATCH, box_match),				\
	FN(OSSL_FUNC_KEYMGMT_IMPORT, box_import),			\
	FN(OSSL_FUNC_KEYMGMT_IMPORT_TYPES, box_import_types),		\
	FN(OSSL_FUNC_KEYMGMT_EXPORT, box_export),			\
	FN(OSSL_FUNC_KEYMGMT_EXPORT_TYPES, box_export_types),		\
	FN(OSSL_FUNC_KEYMGMT_GET_PARAMS, box_get_params),		\
	FN(OSSL_FUNC_KEYMGMT_GETTABLE_PARAMS, box_gettable),		\
	FN(OSSL_FUNC_KEYMGMT_QUERY_OPERATION_NAME, op),			\
	{ 0, NULL },							\
}

KEYMGMT(keymgmt_ec, new_ec, op_ec);
KEYMGMT(keymgmt_rsa, new_rsa, op_rsa);
KEYMGMT(keymgmt_rsa_pss, new_rsa_pss, op_rsa);
KEYMGMT(keymgmt_ed25519, new_ed25519, op_ed25519);

static void *
signing_new(void *provctx, const char *propq)
{
	(void)provctx;
	(void)propq;
	return OPENSSL_zalloc(sizeof(struct signing));
}

static void
signing_free(void *ctx)
{
	OPENSSL_free(ctx);
}

static void *
signing_dup(void *ctx)
{
	return OPENSSL_memdup(ctx, sizeof(struct signing));
}

static unsigned
hash_bits(const char *name)
{
	static const struct {
		const char *name;
		unsigned bits;
	} hash[] = {
		{ "SHA256", 256 }, { "SHA2-256", 256 },
		{ "SHA384", 384 }, { "SHA2-384", 384 },
		{ "SHA512", 512 }, { "SHA2-512", 512 },
	};

	if (name != NULL)
		for (size_t i = 0; i < sizeof(hash) / sizeof(hash[0]); i++)
			if (strcasecmp(hash[i].name, name) == 0)
				return hash[i].bits;
	return 0;
}

static int
set_pad(struct signing *s, const OSSL_PARAM *p)
{
	const char *name;
	int n;

	if (p->data_type == OSSL_PARAM_INTEGER) {
		if (OSSL_PARAM_get_int(p, &n) != 1)
			return 0;
		s->pad = n == 6 ? PAD_PSS : PAD_PKCS1;	/* RSA_PKCS1_PSS_… */
		return n == 6 || n == 1;
	}
	if (OSSL_PARAM_get_utf8_string_ptr(p, &name) != 1)
		return 0;
	s->pad = strcmp(name, OSSL_PKEY_RSA_PAD_MODE_PSS) == 0 ? PAD_PSS :
	    PAD_PKCS1;
	return 1;
}

/* The salt is as long as the hash, in TLS; nothing to choose. */
static int
signing_set(void *ctx, const OSSL_PARAM params[])
{
	const OSSL_PARAM *p = params == NULL ? NULL :
	    OSSL_PARAM_locate_const(params, OSSL_SIGNATURE_PARAM_PAD_MODE);

	return p == NULL || set_pad(ctx, p);
}

static const OSSL_PARAM *
signing_settable(void *ctx, void *provctx)
{
	static const OSSL_PARAM types[] = {
		OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_PAD_MODE, NULL, 0),
		OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_PSS_SALTLEN, NULL,
		    0),
		OSSL_PARAM_END,
	};

	(void)ctx;
	(void)provctx;
	return types;
}

static int
signing_init(void *ctx, const char *hash, void *key, const OSSL_PARAM params[])
{
	struct signing *s = ctx;

	if (key != NULL)
		s->box = key;
	s->hash = hash_bits(hash);
	return s->box != NULL && s->box->key != NULL &&
	    signing_set(s, params);
}

/* RFC 8446, 4.2.3; 0: nothing that we sign. */
static unsigned
scheme(const struct signing *s)
{
	unsigned n = s->hash == 256 ? 0 : s->hash == 384 ? 1 : 2;

	if (strcmp(s->box->type, "ED25519") == 0)
		return 0x0807;
	if (s->hash == 0)
		return 0;
	if (strcmp(s->box->type, "EC") == 0)
		return 0x0403 + (n << 8);
	if (strcmp(s->box->type, "RSA-PSS") == 0)
		return 0x0809 + n;
	return s->pad == PAD_PSS ? 0x0804 + n : 0x0401 + (n << 8);
}

static int
signing_sign(void *ctx, unsigned char *out, size_t *len, size_t room,
    const unsigned char *content, size_t n)
{
	const struct signing *s = ctx;
	const struct tls_key *key = s->box->key;
	int most = EVP_PKEY_get_size(key->public);
	struct buf sig;
	int ok;

	if (most <= 0 || most > TLS_SIGNATURE_MAX)
		return 0;
	if (out == NULL) {
		*len = (size_t)most;
		return 1;
	}
	if (key->sign == NULL || n > TLS_CONTENT_MAX || scheme(s) == 0)
		return 0;
	buf_init(&sig, (size_t)most < room ? (size_t)most : room);
	ok = key->sign(key->arg, scheme(s),
	    (struct str){ (const char *)content, n }, &sig) &&
	    !sig.failed && sig.len > 0;
	if (ok) {
		memcpy(out, sig.ptr, sig.len);
		*len = sig.len;
	}
	buf_free(&sig);
	return ok;
}

static const OSSL_DISPATCH signature[] = {
	FN(OSSL_FUNC_SIGNATURE_NEWCTX, signing_new),
	FN(OSSL_FUNC_SIGNATURE_FREECTX, signing_free),
	FN(OSSL_FUNC_SIGNATURE_DUPCTX, signing_dup),
	FN(OSSL_FUNC_SIGNATURE_DIGEST_SIGN_INIT, signing_init),
	FN(OSSL_FUNC_SIGNATURE_DIGEST_SIGN, signing_sign),
	FN(OSSL_FUNC_SIGNATURE_SET_CTX_PARAMS, signing_set),
	FN(OSSL_FUNC_SIGNATURE_SETTABLE_CTX_PARAMS, signing_settable),
	{ 0, NULL },
};

#define PROPERTY	"provider=" NAME

static const OSSL_ALGORITHM keymgmts[] = {
	{ "EC:id-ecPublicKey:1.2.840.10045.2.1", PROPERTY, keymgmt_ec, NULL },
	{ "RSA:rsaEncryption:1.2.840.113549.1.1.1", PROPERTY, keymgmt_rsa,
	  NULL },
	{ "RSA-PSS:RSASSA-PSS:1.2.840.113549.1.1.10", PROPERTY,
	  keymgmt_rsa_pss, NULL },
	{ "ED25519:1.3.101.112", PROPERTY, keymgmt_ed25519, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const OSSL_ALGORITHM signatures[] = {
	{ "ECDSA", PROPERTY, signature, NULL },
	{ "RSA:rsaEncryption:1.2.840.113549.1.1.1", PROPERTY, signature, NULL },
	{ "ED25519:1.3.101.112", PROPERTY, signature, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const OSSL_ALGORITHM *
query(void *provctx, int op, int *no_cache)
{
	(void)provctx;
	*no_cache = 0;
	return op == OSSL_OP_KEYMGMT ? keymgmts :
	    op == OSSL_OP_SIGNATURE ? signatures : NULL;
}

static const OSSL_DISPATCH provider[] = {
	FN(OSSL_FUNC_PROVIDER_QUERY_OPERATION, query),
	{ 0, NULL },
};

static int
provider_init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in,
    const OSSL_DISPATCH **out, void **provctx)
{
	static int none;

	(void)handle;
	(void)in;
	*out = provider;
	*provctx = &none;
	return 1;
}

bool
tls_provider_load(void)
{
	static OSSL_PROVIDER *theirs, *ours;

	if (ours != NULL)
		return true;
	theirs = OSSL_PROVIDER_load(NULL, "default");
	/* Both know EC: ours only on request. */
	if (theirs != NULL && OSSL_PROVIDER_add_builtin(NULL, NAME,
	    provider_init) == 1 &&
	    EVP_set_default_properties(NULL, "?provider=default") == 1)
		ours = OSSL_PROVIDER_load(NULL, NAME);
	return ours != NULL;
}

EVP_PKEY *
tls_provider_key(struct tls_key *key)
{
	void *ptr = key;
	OSSL_PARAM params[] = {
		OSSL_PARAM_octet_ptr(PARAM, &ptr, sizeof(*key)),
		OSSL_PARAM_END,
	};
	const char *type = EVP_PKEY_get0_type_name(key->public);
	EVP_PKEY_CTX *ctx = type == NULL ? NULL :
	    EVP_PKEY_CTX_new_from_name(NULL, type, PROPERTY);
	EVP_PKEY *pkey = NULL;

	if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_KEYPAIR, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}
