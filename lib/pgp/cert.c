/* cert.c - a certificate as gpg or Thunderbird exports it. */

#include "pgp/cert.h"

#include <rnp/rnp.h>
#include <rnp/rnp_err.h>
#include <string.h>

static void
copy_text(char *out, size_t room, const char *text)
{
	size_t n = text == NULL ? 0 : strlen(text);

	if (n >= room)
		n = room - 1;
	if (n > 0)
		memcpy(out, text, n);
	out[n] = '\0';
}

/* The one primary key: NULL if there is none, *several if there are more. */
static rnp_key_handle_t
only_primary(rnp_ffi_t ffi, bool *several)
{
	rnp_identifier_iterator_t it = NULL;
	rnp_key_handle_t found = NULL, key;
	const char *fpr;

	*several = false;
	if (rnp_identifier_iterator_create(ffi, &it, "fingerprint")
	    != RNP_SUCCESS)
		return NULL;
	while (rnp_identifier_iterator_next(it, &fpr) == RNP_SUCCESS &&
	    fpr != NULL) {
		bool primary = false;

		key = NULL;
		if (rnp_locate_key(ffi, "fingerprint", fpr, &key)
		    != RNP_SUCCESS || key == NULL)
			continue;
		(void)rnp_key_is_primary(key, &primary);
		if (primary && found == NULL) {
			found = key;
			continue;
		}
		*several = *several || primary;
		rnp_key_handle_destroy(key);
	}
	rnp_identifier_iterator_destroy(it);
	return found;
}

static bool
load(rnp_ffi_t ffi, struct str raw)
{
	rnp_input_t in = NULL;
	bool ok = rnp_input_from_memory(&in, (const uint8_t *)raw.ptr,
	    raw.len, false) == RNP_SUCCESS && rnp_load_keys(ffi, "GPG", in,
	    RNP_LOAD_SAVE_PUBLIC_KEYS | RNP_LOAD_SAVE_SECRET_KEYS)
	    == RNP_SUCCESS;

	rnp_input_destroy(in);
	return ok;
}

static bool
has_secret(rnp_ffi_t ffi)
{
	size_t n = 0;

	return rnp_get_secret_key_count(ffi, &n) != RNP_SUCCESS || n > 0;
}

static void
describe(rnp_key_handle_t key, rnp_key_handle_t sub, struct cert_info *out)
{
	char *fpr = NULL, *uid = NULL, *alg = NULL, *curve = NULL;
	uint32_t created = 0, bits = 0;
	uint64_t till = 0;

	(void)rnp_key_get_fprint(key, &fpr);
	(void)rnp_key_get_primary_uid(key, &uid);
	if (uid == NULL)
		(void)rnp_key_get_uid_at(key, 0, &uid);
	(void)rnp_key_get_alg(sub, &alg);
	(void)rnp_key_get_curve(sub, &curve);
	(void)rnp_key_get_bits(sub, &bits);
	(void)rnp_key_get_creation(key, &created);
	(void)rnp_key_valid_till64(sub, &till);
	copy_text(out->fingerprint, sizeof(out->fingerprint), fpr);
	copy_text(out->user_id, sizeof(out->user_id), uid);
	if (curve != NULL)
		copy_text(out->algorithm, sizeof(out->algorithm), curve);
	else
		snprintf(out->algorithm, sizeof(out->algorithm), "%s %u",
		    alg == NULL ? "?" : alg, bits);
	out->created = created;
	out->expires = till == UINT64_MAX ? 0 : till;
	rnp_buffer_destroy(fpr);
	rnp_buffer_destroy(uid);
	rnp_buffer_destroy(alg);
	rnp_buffer_destroy(curve);
}

static bool
may_encrypt(rnp_key_handle_t key)
{
	bool can = false, revoked = true;

	return rnp_key_allows_usage(key, "encrypt", &can) == RNP_SUCCESS &&
	    can && rnp_key_is_revoked(key, &revoked) == RNP_SUCCESS &&
	    !revoked;
}

/* The newest subkey that encrypts, even if it has expired; or the primary. */
static rnp_key_handle_t
encryption_key(rnp_key_handle_t key)
{
	rnp_key_handle_t best = NULL, sub = NULL;
	uint32_t best_created = 0, created;
	size_t n = 0;

	if (rnp_key_get_default_key(key, "encrypt", 0, &best) == RNP_SUCCESS &&
	    best != NULL)
		return best;
	(void)rnp_key_get_subkey_count(key, &n);
	for (size_t i = 0; i < n; i++) {
		if (rnp_key_get_subkey_at(key, i, &sub) != RNP_SUCCESS)
			continue;
		created = 0;
		(void)rnp_key_get_creation(sub, &created);
		if (may_encrypt(sub) && created >= best_created) {
			rnp_key_handle_destroy(best);
			best = sub;
			best_created = created;
		} else {
			rnp_key_handle_destroy(sub);
		}
	}
	return best;
}

/* Primary, user ID, subkey.  Where Autocrypt's form cannot be had (RSA keys
 * that encrypt themselves), all of the public key. */
static bool
minimise(rnp_key_handle_t key, rnp_key_handle_t sub, struct buf *use)
{
	rnp_output_t out = NULL;
	uint8_t *mem = NULL;
	size_t n = 0;
	bool ok;

	buf_init(use, CERT_USE_SIZE_MAX);
	if (rnp_output_to_memory(&out, CERT_RAW_MAX) != RNP_SUCCESS)
		return false;
	ok = rnp_key_export_autocrypt(key, sub, NULL, out, 0) == RNP_SUCCESS;
	if (!ok) {
		rnp_output_destroy(out);
		out = NULL;
		ok = rnp_output_to_memory(&out, CERT_RAW_MAX) == RNP_SUCCESS &&
		    rnp_key_export(key, out, RNP_KEY_EXPORT_PUBLIC |
		    RNP_KEY_EXPORT_SUBKEYS) == RNP_SUCCESS;
	}
	ok = ok && rnp_output_memory_get_buf(out, &mem, &n, false)
	    == RNP_SUCCESS;
	if (ok)
		buf_add_mem(use, mem, n);
	rnp_output_destroy(out);
	return ok && !use->failed;
}

static const char *
look_at(rnp_ffi_t ffi, struct str raw, struct cert_info *out)
{
	rnp_key_handle_t key, sub;
	const char *wrong = NULL;
	bool several, revoked = true;

	if (raw.len == 0 || raw.len > CERT_RAW_MAX || !load(ffi, raw))
		return "not-openpgp";
	if (has_secret(ffi))
		return "secret-key";
	key = only_primary(ffi, &several);
	if (key == NULL)
		return "not-openpgp";
	sub = encryption_key(key);
	if (several)
		wrong = "several-keys";
	else if (rnp_key_is_revoked(key, &revoked) != RNP_SUCCESS || revoked)
		wrong = "revoked";
	else if (sub == NULL)
		wrong = "no-encryption";
	else if (!minimise(key, sub, &out->use))
		wrong = "too-large";
	else
		describe(key, sub, out);
	rnp_key_handle_destroy(sub);
	rnp_key_handle_destroy(key);
	return wrong;
}

const char *
cert_look(struct str raw, struct cert_info *out)
{
	rnp_ffi_t ffi = NULL;
	const char *wrong;

	memset(out, 0, sizeof(*out));
	buf_init(&out->use, CERT_USE_SIZE_MAX);
	if (rnp_ffi_create(&ffi, "GPG", "GPG") != RNP_SUCCESS)
		return "not-openpgp";
	wrong = look_at(ffi, raw, out);
	rnp_ffi_destroy(ffi);
	return wrong;
}
