/* rnpwrap.c - a key ring of one key. */

#include "pgp/rnpwrap.h"

#include <string.h>

#include "pgp/certscan.h"

rnp_ffi_t
rnpwrap_ring(uint64_t now)
{
	rnp_ffi_t ffi = NULL;

	if (rnp_ffi_create(&ffi, "GPG", "GPG") == RNP_SUCCESS &&
	    rnp_set_timestamp(ffi, now) == RNP_SUCCESS)
		return ffi;
	rnp_ffi_destroy(ffi);
	return NULL;
}

bool
rnpwrap_add(rnp_ffi_t ffi, struct str keys, bool secret)
{
	uint32_t flags = RNP_LOAD_SAVE_PUBLIC_KEYS | RNP_LOAD_SAVE_PERMISSIVE;
	rnp_input_t in = NULL;
	bool ok;

	if (secret)
		flags |= RNP_LOAD_SAVE_SECRET_KEYS;
	ok = rnp_input_from_memory(&in, (const uint8_t *)keys.ptr, keys.len,
	    false) == RNP_SUCCESS &&
	    rnp_import_keys(ffi, in, flags, NULL) == RNP_SUCCESS;
	rnp_input_destroy(in);
	return ok;
}

rnp_key_handle_t
rnpwrap_primary(rnp_ffi_t ffi)
{
	rnp_identifier_iterator_t it = NULL;
	rnp_key_handle_t key = NULL;
	const char *grip = NULL;
	bool primary = false;

	if (rnp_identifier_iterator_create(ffi, &it, "grip") != RNP_SUCCESS)
		return NULL;
	while (!primary && rnp_identifier_iterator_next(it, &grip) ==
	    RNP_SUCCESS && grip != NULL) {
		rnp_key_handle_destroy(key);
		key = NULL;
		if (rnp_locate_key(ffi, "grip", grip, &key) !=
		    RNP_SUCCESS || key == NULL)
			break;
		if (rnp_key_is_primary(key, &primary) != RNP_SUCCESS)
			break;
	}
	rnp_identifier_iterator_destroy(it);
	if (primary)
		return key;
	rnp_key_handle_destroy(key);
	return NULL;
}

bool
rnpwrap_octets(rnp_output_t out, struct str *octets)
{
	uint8_t *mem = NULL;
	size_t len = 0;

	if (rnp_output_memory_get_buf(out, &mem, &len, false) != RNP_SUCCESS)
		return false;
	*octets = (struct str){ (const char *)mem, len };
	return true;
}

void
rnpwrap_text(char *out, size_t max, char *rnps)
{
	size_t n = rnps == NULL ? 0 : strnlen(rnps, max);

	if (n > 0)
		memcpy(out, rnps, n);
	out[n] = '\0';
	rnp_buffer_destroy(rnps);
}

static bool
is_good(rnp_key_handle_t key, uint64_t *till)
{
	bool may = false, revoked = true;

	return rnp_key_allows_usage(key, "encrypt", &may) == RNP_SUCCESS &&
	    may && rnp_key_is_revoked(key, &revoked) == RNP_SUCCESS &&
	    !revoked && rnp_key_valid_till64(key, till) == RNP_SUCCESS;
}

static uint64_t
creation(rnp_key_handle_t key)
{
	uint32_t when = 0;

	(void)rnp_key_get_creation(key, &when);
	return when;
}

/* Keep it if it is better than what we have: valid now before valid no
 * longer; of those the newest, of these the one that was valid longest. */
static void
consider(struct rnpwrap *w, rnp_key_handle_t key, uint64_t now)
{
	uint64_t till = 0;
	bool better = false;

	if (key != NULL && is_good(key, &till)) {
		if (w->encrypt == NULL)
			better = true;
		else if (till > now && w->expires > now)
			better = creation(key) > creation(w->encrypt);
		else
			better = till > w->expires;
	}
	if (!better) {
		rnp_key_handle_destroy(key);
		return;
	}
	rnp_key_handle_destroy(w->encrypt);
	w->encrypt = key;
	w->expires = till;
}

static enum cert_status
choose(struct rnpwrap *w, uint64_t now)
{
	rnp_key_handle_t key = NULL;
	size_t subkeys = 0;
	bool revoked = true;

	if (rnp_key_is_revoked(w->primary, &revoked) != RNP_SUCCESS)
		return CERT_BROKEN;
	if (revoked)
		return CERT_REVOKED;
	(void)rnp_key_get_subkey_count(w->primary, &subkeys);
	for (size_t i = 0; i < subkeys && i < CERTSCAN_KEYS_MAX; i++) {
		key = NULL;
		if (rnp_key_get_subkey_at(w->primary, i, &key) == RNP_SUCCESS)
			consider(w, key, now);
	}
	if (w->encrypt == NULL)
		consider(w, rnpwrap_primary(w->ffi), now);
	if (w->encrypt == NULL)
		return CERT_NO_ENCRYPTION;
	if (w->expires == 0)
		return CERT_BROKEN;
	return w->expires <= now ? CERT_EXPIRED : CERT_OK;
}

static enum cert_status
open_at(struct rnpwrap *w, struct str binary, uint64_t when)
{
	*w = (struct rnpwrap){ .ffi = rnpwrap_ring(when) };
	if (w->ffi == NULL)
		return CERT_LATER;
	if (rnpwrap_add(w->ffi, binary, false))
		w->primary = rnpwrap_primary(w->ffi);
	if (w->primary == NULL)
		return CERT_BROKEN;
	return choose(w, when);
}

enum cert_status
rnpwrap_open(struct rnpwrap *w, struct str binary, uint64_t now, bool expired)
{
	enum cert_status status = open_at(w, binary, now);
	uint64_t till = w->expires;

	if (status != CERT_EXPIRED || !expired)
		return status;
	rnpwrap_close(w);
	status = open_at(w, binary, till - 1);
	if (w->encrypt != NULL)
		w->expires = till;
	return status;
}

void
rnpwrap_close(struct rnpwrap *w)
{
	rnp_key_handle_destroy(w->encrypt);
	rnp_key_handle_destroy(w->primary);
	rnp_ffi_destroy(w->ffi);
	*w = (struct rnpwrap){ 0 };
}
