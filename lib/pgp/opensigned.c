/* opensigned.c - what librnp found out about signatures. */

#include "pgp/opensigned.h"

#include <assert.h>
#include <string.h>

static const char *const words[SIGNED_VERDICTS] = {
	[SIGNED_GOOD] = "good", [SIGNED_BAD] = "bad",
	[SIGNED_UNKNOWN] = "unknown", [SIGNED_EXPIRED_KEY] = "expired-key",
	[SIGNED_REVOKED_KEY] = "revoked-key", [SIGNED_EXPIRED] = "expired",
	[SIGNED_WEAK] = "weak", [SIGNED_UNSUPPORTED] = "unsupported",
};

const char *
signed_word(enum signed_verdict verdict)
{
	assert(verdict < SIGNED_VERDICTS);
	return words[verdict];
}

/* Whoever can find collisions can date a signature back as well: these count
 * as weak whenever they are said to be made. */
static bool
is_weak_hash(const char *hash)
{
	static const char *const weak[] = { "MD5", "SHA1", "RIPEMD160" };

	for (size_t i = 0; i < sizeof(weak) / sizeof(weak[0]); i++)
		if (strcmp(hash, weak[i]) == 0)
			return true;
	return false;
}

static bool
is_weak_key(rnp_key_handle_t key)
{
	uint32_t bits = 0;
	char *curve = NULL;

	if (rnp_key_get_curve(key, &curve) == RNP_SUCCESS) {
		rnp_buffer_destroy(curve);
		return false;
	}
	return rnp_key_get_bits(key, &bits) != RNP_SUCCESS ||
	    bits < CERT_BITS_MIN;
}

static bool
is_revoked(rnp_key_handle_t key)
{
	bool revoked = true;

	return rnp_key_is_revoked(key, &revoked) != RNP_SUCCESS || revoked;
}

/* The handle of the primary key, or NULL; the caller destroys it. */
static rnp_key_handle_t
primary_of(rnp_ffi_t ffi, rnp_key_handle_t key)
{
	rnp_key_handle_t primary = NULL;
	char *grip = NULL;

	if (ffi != NULL && rnp_key_get_primary_grip(key, &grip) == RNP_SUCCESS
	    && grip != NULL)
		(void)rnp_locate_key(ffi, "grip", grip, &primary);
	rnp_buffer_destroy(grip);
	return primary;
}

static void
name(rnp_key_handle_t key, struct open_signature *s)
{
	char *text = NULL;
	bool sub = false;

	(void)rnp_key_is_sub(key, &sub);
	if ((sub ? rnp_key_get_primary_fprint(key, &text) :
	    rnp_key_get_fprint(key, &text)) != RNP_SUCCESS)
		text = NULL;
	rnpwrap_text(s->fingerprint, CERT_FINGERPRINT_MAX, text);
}

/* What its key has to say of a signature that holds, or does not. */
static enum signed_verdict
of_key(rnp_ffi_t ffi, rnp_key_handle_t key, rnp_result_t got, uint64_t now)
{
	rnp_key_handle_t primary = primary_of(ffi, key);
	uint64_t till = 0, whole = UINT64_MAX;
	bool revoked = is_revoked(key) ||
	    (primary != NULL && is_revoked(primary));

	if (rnp_key_valid_till64(key, &till) != RNP_SUCCESS)
		till = 0;
	if (primary != NULL && rnp_key_valid_till64(primary, &whole) !=
	    RNP_SUCCESS)
		whole = 0;
	rnp_key_handle_destroy(primary);
	if (revoked)
		return SIGNED_REVOKED_KEY;
	if (till <= now || whole <= now)
		return got == RNP_SUCCESS ? SIGNED_EXPIRED_KEY : SIGNED_BAD;
	if (is_weak_key(key))
		return SIGNED_WEAK;
	return got == RNP_SUCCESS ? SIGNED_GOOD : SIGNED_BAD;
}

static enum signed_verdict
judge(rnp_ffi_t ffi, rnp_key_handle_t key, rnp_result_t got, const char *hash,
    uint64_t now)
{
	if (got == RNP_ERROR_KEY_NOT_FOUND || (key == NULL &&
	    got != RNP_ERROR_SIGNATURE_UNKNOWN))
		return SIGNED_UNKNOWN;
	if (got == RNP_ERROR_SIGNATURE_UNKNOWN || key == NULL)
		return SIGNED_UNSUPPORTED;
	if (is_weak_hash(hash))
		return SIGNED_WEAK;
	if (got == RNP_ERROR_SIGNATURE_EXPIRED)
		return SIGNED_EXPIRED;
	return of_key(ffi, key, got, now);
}

static void
take(rnp_ffi_t ffi, rnp_op_verify_signature_t sig, uint64_t now,
    struct open_signature *s)
{
	rnp_result_t got = rnp_op_verify_signature_get_status(sig);
	rnp_signature_handle_t handle = NULL;
	rnp_key_handle_t key = NULL;
	char *hash = NULL, *id = NULL;
	uint32_t made = 0;

	(void)rnp_op_verify_signature_get_times(sig, &made, NULL);
	s->made = made;
	(void)rnp_op_verify_signature_get_hash(sig, &hash);
	rnpwrap_text(s->hash, OPEN_WORD_MAX, hash);
	if (rnp_op_verify_signature_get_handle(sig, &handle) == RNP_SUCCESS)
		(void)rnp_signature_get_keyid(handle, &id);
	rnpwrap_text(s->key_id, OPEN_WORD_MAX, id);
	rnp_signature_handle_destroy(handle);
	if (rnp_op_verify_signature_get_key(sig, &key) != RNP_SUCCESS)
		key = NULL;
	if (key != NULL)
		name(key, s);
	s->verdict = judge(ffi, key, got, s->hash, now);
	rnp_key_handle_destroy(key);
}

void
opensigned_take(rnp_ffi_t ffi, rnp_op_verify_t op, uint64_t now,
    struct open_result *r)
{
	rnp_op_verify_signature_t sig;

	if (rnp_op_verify_get_signature_count(op, &r->signatures) !=
	    RNP_SUCCESS)
		r->signatures = 0;
	for (size_t i = 0; i < r->signatures && i < OPEN_SIGNATURES_MAX; i++) {
		sig = NULL;
		/* until it is known to be more */
		r->signature[i].verdict = SIGNED_UNSUPPORTED;
		if (rnp_op_verify_get_signature_at(op, i, &sig) ==
		    RNP_SUCCESS)
			take(ffi, sig, now, &r->signature[i]);
	}
}
