/* rnpwrap.c - a key ring of one key. */

#include "pgp/rnpwrap.h"

#include <string.h>

#include "pgp/certscan.h"

static bool
load(struct rnpwrap *w, struct str binary)
{
	rnp_input_t in = NULL;
	bool ok;

	ok = rnp_input_from_memory(&in, (const uint8_t *)binary.ptr,
	    binary.len, false) == RNP_SUCCESS &&
	    rnp_import_keys(w->ffi, in, RNP_LOAD_SAVE_PUBLIC_KEYS |
	    RNP_LOAD_SAVE_PERMISSIVE, NULL) == RNP_SUCCESS;
	rnp_input_destroy(in);
	return ok;
}

/* The one primary key of the ring. */
static bool
find_primary(struct rnpwrap *w, rnp_key_handle_t *key)
{
	rnp_identifier_iterator_t it = NULL;
	const char *grip = NULL;
	bool primary = false;

	if (rnp_identifier_iterator_create(w->ffi, &it, "grip") != RNP_SUCCESS)
		return false;
	while (!primary && rnp_identifier_iterator_next(it, &grip) ==
	    RNP_SUCCESS && grip != NULL) {
		rnp_key_handle_destroy(*key);
		*key = NULL;
		if (rnp_locate_key(w->ffi, "grip", grip, key) !=
		    RNP_SUCCESS || *key == NULL)
			break;
		if (rnp_key_is_primary(*key, &primary) != RNP_SUCCESS)
			break;
	}
	rnp_identifier_iterator_destroy(it);
	return primary;
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
	key = NULL;
	if (w->encrypt == NULL && find_primary(w, &key))
		consider(w, key, now);
	if (w->encrypt == NULL)
		return CERT_NO_ENCRYPTION;
	if (w->expires == 0)
		return CERT_BROKEN;
	return w->expires <= now ? CERT_EXPIRED : CERT_OK;
}

static enum cert_status
open_at(struct rnpwrap *w, struct str binary, uint64_t when)
{
	*w = (struct rnpwrap){ 0 };
	if (rnp_ffi_create(&w->ffi, "GPG", "GPG") != RNP_SUCCESS ||
	    rnp_set_timestamp(w->ffi, when) != RNP_SUCCESS)
		return CERT_LATER;
	if (!load(w, binary) || !find_primary(w, &w->primary))
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
