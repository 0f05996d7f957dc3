/* secret.c - a key is made, brought, handed on. */

#include "pgp/secret.h"

#include <assert.h>
#include <string.h>

#include "base/wipe.h"
#include "pgp/certscan.h"
#include "pgp/rnpwrap.h"

enum { S2K_COUNT_MAX = 0x3e00000 };	/* RFC 4880, 3.7.1.3 */

static const char *const words[SECRET_STATUSES] = {
	[SECRET_OK] = "ok", [SECRET_EMPTY] = "empty",
	[SECRET_PUBLIC] = "public", [SECRET_SEVERAL] = "several",
	[SECRET_VERSION] = "version", [SECRET_BROKEN] = "broken",
	[SECRET_STUB] = "stub", [SECRET_PASSPHRASE] = "passphrase",
	[SECRET_REVOKED] = "revoked",
	[SECRET_NO_ENCRYPTION] = "no-encryption",
	[SECRET_NO_SIGNING] = "no-signing", [SECRET_WEAK] = "weak",
	[SECRET_BIG] = "big", [SECRET_NAME] = "name",
	[SECRET_LATER] = "later",
};

const char *
secret_word(enum secret_status status)
{
	assert(status < SECRET_STATUSES);
	return words[status];
}

/* A key ring of the one key. */
struct own {
	rnp_ffi_t ffi;
	rnp_key_handle_t primary;
};

static bool
own_open(struct own *o, struct str key, uint64_t now)
{
	*o = (struct own){ .ffi = rnpwrap_ring(now) };
	if (o->ffi != NULL && rnpwrap_add(o->ffi, key, true))
		o->primary = rnpwrap_primary(o->ffi);
	return o->primary != NULL;
}

static void
own_close(struct own *o)
{
	rnp_key_handle_destroy(o->primary);
	rnp_ffi_destroy(o->ffi);
}

typedef bool key_fn(rnp_key_handle_t, void *ctx);

/* The primary key, then its subkeys, until one says false. */
static bool
each(const struct own *o, key_fn *fn, void *ctx)
{
	size_t subkeys = 0;
	bool ok = fn(o->primary, ctx);

	(void)rnp_key_get_subkey_count(o->primary, &subkeys);
	for (size_t i = 0; ok && i < subkeys; i++) {
		rnp_key_handle_t sub = NULL;

		ok = rnp_key_get_subkey_at(o->primary, i, &sub) ==
		    RNP_SUCCESS && fn(sub, ctx);
		rnp_key_handle_destroy(sub);
	}
	return ok;
}

static enum secret_status
put(const struct own *o, uint32_t flags, struct buf *to)
{
	rnp_output_t out = NULL;
	struct str octets;
	enum secret_status status = SECRET_LATER;

	if (rnp_output_to_memory(&out, CERT_FILE_MAX) == RNP_SUCCESS &&
	    rnp_key_export(o->primary, out, flags | RNP_KEY_EXPORT_SUBKEYS) ==
	    RNP_SUCCESS && rnpwrap_octets(out, &octets)) {
		buf_add(to, octets);
		status = to->failed ? SECRET_BIG : SECRET_OK;
	}
	rnp_output_destroy(out);
	return status;
}

static bool
is_plain(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 0x7f ||
		    s.ptr[i] == '<' || s.ptr[i] == '>')
			return false;
	return s.len <= SECRET_NAME_MAX;
}

bool
secret_user_id(struct buf *out, struct str name, struct str address)
{
	if (!is_plain(name) || !is_plain(address) || address.len == 0)
		return false;
	if (name.len > 0) {
		buf_add(out, name);
		buf_add_c(out, " <");
	}
	buf_add(out, address);
	if (name.len > 0)
		buf_byte(out, '>');
	return !out->failed;
}

static bool
make_primary(rnp_ffi_t ffi, const char *user_id, uint32_t life,
    rnp_key_handle_t *key)
{
	rnp_op_generate_t op = NULL;
	bool ok;

	ok = rnp_op_generate_create(&op, ffi, "EDDSA") == RNP_SUCCESS &&
	    rnp_op_generate_set_userid(op, user_id) == RNP_SUCCESS &&
	    rnp_op_generate_set_hash(op, "SHA512") == RNP_SUCCESS &&
	    rnp_op_generate_set_expiration(op, life) == RNP_SUCCESS &&
	    rnp_op_generate_add_usage(op, "certify") == RNP_SUCCESS &&
	    rnp_op_generate_add_usage(op, "sign") == RNP_SUCCESS &&
	    rnp_op_generate_add_pref_hash(op, "SHA512") == RNP_SUCCESS &&
	    rnp_op_generate_add_pref_hash(op, "SHA256") == RNP_SUCCESS &&
	    rnp_op_generate_add_pref_cipher(op, "AES256") == RNP_SUCCESS &&
	    rnp_op_generate_add_pref_cipher(op, "AES128") == RNP_SUCCESS &&
	    rnp_op_generate_add_pref_compression(op, "Uncompressed") ==
	    RNP_SUCCESS &&
	    rnp_op_generate_execute(op) == RNP_SUCCESS &&
	    rnp_op_generate_get_key(op, key) == RNP_SUCCESS;
	rnp_op_generate_destroy(op);
	return ok;
}

static bool
make_subkey(rnp_ffi_t ffi, rnp_key_handle_t primary, uint32_t life)
{
	rnp_op_generate_t op = NULL;
	rnp_key_handle_t key = NULL;
	bool ok;

	ok = rnp_op_generate_subkey_create(&op, ffi, primary, "ECDH") ==
	    RNP_SUCCESS &&
	    rnp_op_generate_set_curve(op, "Curve25519") == RNP_SUCCESS &&
	    rnp_op_generate_set_hash(op, "SHA512") == RNP_SUCCESS &&
	    rnp_op_generate_set_expiration(op, life) == RNP_SUCCESS &&
	    rnp_op_generate_add_usage(op, "encrypt") == RNP_SUCCESS &&
	    rnp_op_generate_execute(op) == RNP_SUCCESS &&
	    rnp_op_generate_get_key(op, &key) == RNP_SUCCESS &&
	    /* librnp keeps the scalar as it was drawn; gpg wants the bits of
	     * RFC 7748, 5 set */
	    rnp_key_25519_bits_tweak(key) == RNP_SUCCESS;
	rnp_key_handle_destroy(key);
	rnp_op_generate_destroy(op);
	return ok;
}

/* Seconds of life of what was made then; false: the format cannot say it. */
static bool
life_of(uint64_t made, uint64_t expires, uint32_t *life)
{
	if (expires != 0 && (expires <= made || expires - made > UINT32_MAX))
		return false;
	*life = expires == 0 ? 0 : (uint32_t)(expires - made);
	return true;
}

enum secret_status
secret_generate(struct str user_id, uint64_t now, uint64_t expires,
    struct buf *key)
{
	char text[2 * SECRET_NAME_MAX + 8];
	struct own o = { .ffi = rnpwrap_ring(now) };
	enum secret_status status = SECRET_LATER;
	uint32_t life;

	if (user_id.len == 0 || user_id.len >= sizeof(text) ||
	    !life_of(now, expires, &life)) {
		own_close(&o);
		return SECRET_NAME;
	}
	memcpy(text, user_id.ptr, user_id.len);
	text[user_id.len] = '\0';
	if (o.ffi != NULL && make_primary(o.ffi, text, life, &o.primary) &&
	    make_subkey(o.ffi, o.primary, life))
		status = put(&o, RNP_KEY_EXPORT_SECRET, key);
	own_close(&o);
	return status;
}

static bool
protect(rnp_key_handle_t key, void *passphrase)
{
	return rnp_key_protect(key, passphrase, "AES256", "CFB", "SHA512",
	    S2K_COUNT_MAX) == RNP_SUCCESS;
}

enum secret_status
secret_export(struct str key, struct str passphrase, uint64_t now,
    struct buf *armoured)
{
	char text[SECRET_PASSPHRASE_MAX + 1];
	enum secret_status status = SECRET_LATER;
	struct own o;

	if (passphrase.len == 0 || passphrase.len >= sizeof(text) ||
	    memchr(passphrase.ptr, '\0', passphrase.len) != NULL)
		return SECRET_PASSPHRASE;
	memcpy(text, passphrase.ptr, passphrase.len);
	text[passphrase.len] = '\0';
	if (own_open(&o, key, now) && each(&o, protect, text))
		status = put(&o, RNP_KEY_EXPORT_SECRET |
		    RNP_KEY_EXPORT_ARMORED, armoured);
	own_close(&o);
	wipe(text, sizeof(text));
	return status;
}

enum secret_status
secret_public(struct str key, uint64_t now, bool armour, struct buf *out)
{
	enum secret_status status = SECRET_LATER;
	struct own o;

	if (own_open(&o, key, now))
		status = put(&o, RNP_KEY_EXPORT_PUBLIC |
		    (armour ? RNP_KEY_EXPORT_ARMORED : 0), out);
	own_close(&o);
	return status;
}

enum cert_status
secret_info(struct str key, uint64_t now, struct cert_info *info)
{
	enum cert_status status = CERT_LATER;
	struct buf public;

	buf_init(&public, CERT_FILE_MAX);
	if (secret_public(key, now, false, &public) == SECRET_OK)
		status = cert_check(buf_str(&public), now, info);
	buf_free(&public);
	return status;
}

struct extend {
	uint64_t now, expires;
	char encrypts[CERT_FINGERPRINT_MAX + 1];	/* chosen for that */
	bool primary;			/* this is it: the first one */
};

/* Subkeys that were let expire, or revoked, stay so. */
static bool
is_in_use(const struct extend *e, rnp_key_handle_t key)
{
	char fingerprint[CERT_FINGERPRINT_MAX + 1];
	bool revoked = false;
	uint64_t till = 0;
	char *text = NULL;

	if (rnp_key_is_revoked(key, &revoked) != RNP_SUCCESS || revoked)
		return false;
	if (rnp_key_get_fprint(key, &text) != RNP_SUCCESS)
		return false;
	rnpwrap_text(fingerprint, CERT_FINGERPRINT_MAX, text);
	return strcmp(fingerprint, e->encrypts) == 0 ||
	    (rnp_key_valid_till64(key, &till) == RNP_SUCCESS && till > e->now);
}

static bool
extend(rnp_key_handle_t key, void *ctx)
{
	struct extend *e = ctx;
	uint32_t made = 0, life;
	bool primary = e->primary;

	e->primary = false;
	if (!primary && !is_in_use(e, key))
		return true;
	return rnp_key_get_creation(key, &made) == RNP_SUCCESS &&
	    life_of(made, e->expires, &life) &&
	    rnp_key_set_expiration(key, life) == RNP_SUCCESS;
}

/* Of the public half: which key others encrypt to, the clock set back if all
 * have expired. */
static bool
choose(struct str public, struct extend *e)
{
	struct rnpwrap w;
	char *text = NULL;
	bool ok = rnpwrap_open(&w, public, e->now, true) == CERT_OK &&
	    rnp_key_get_fprint(w.encrypt, &text) == RNP_SUCCESS;

	rnpwrap_text(e->encrypts, CERT_FINGERPRINT_MAX, text);
	rnpwrap_close(&w);
	return ok;
}

enum secret_status
secret_extend(struct str key, uint64_t now, uint64_t expires,
    struct buf *extended)
{
	struct extend e = { .now = now, .expires = expires, .primary = true };
	enum secret_status status = SECRET_BROKEN;
	struct buf public;
	struct own o;

	if (expires != 0 && expires <= now)
		return SECRET_NAME;
	buf_init(&public, CERT_FILE_MAX);
	if (secret_public(key, now, false, &public) == SECRET_OK &&
	    choose(buf_str(&public), &e)) {
		status = SECRET_LATER;
		if (own_open(&o, key, now) && each(&o, extend, &e))
			status = put(&o, RNP_KEY_EXPORT_SECRET, extended);
		own_close(&o);
	}
	buf_free(&public);
	return status;
}

enum secret_status
secret_revocation(struct str key, uint64_t now, enum secret_reason reason,
    struct buf *armoured)
{
	static const char *const codes[REASONS] = { "no", "superseded",
	    "compromised", "retired" };
	enum secret_status status = SECRET_LATER;
	rnp_output_t out = NULL;
	struct str octets;
	struct own o;

	assert(reason < REASONS);
	if (own_open(&o, key, now) &&
	    rnp_output_to_memory(&out, CERT_FILE_MAX) == RNP_SUCCESS &&
	    rnp_key_export_revocation(o.primary, out, RNP_KEY_EXPORT_ARMORED,
	    "SHA512", codes[reason], NULL) == RNP_SUCCESS &&
	    rnpwrap_octets(out, &octets)) {
		buf_add(armoured, octets);
		status = armoured->failed ? SECRET_BIG : SECRET_OK;
	}
	rnp_output_destroy(out);
	own_close(&o);
	return status;
}
