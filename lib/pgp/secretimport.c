/* secretimport.c - what a person hands in as her own key. */

#include <string.h>

#include "base/wipe.h"
#include "pgp/certscan.h"
#include "pgp/rnpwrap.h"
#include "pgp/secret.h"

/* Take the armour off; the octets are librnp's and end with *out. */
static bool
dearmour(struct str file, rnp_output_t *out, struct str *binary)
{
	rnp_input_t in = NULL;
	bool ok;

	ok = rnp_input_from_memory(&in, (const uint8_t *)file.ptr, file.len,
	    false) == RNP_SUCCESS &&
	    rnp_output_to_memory(out, CERT_FILE_MAX) == RNP_SUCCESS &&
	    rnp_dearmor(in, *out) == RNP_SUCCESS &&
	    rnpwrap_octets(*out, binary);
	rnp_input_destroy(in);
	return ok;
}

static enum secret_status
unpack(struct str file, rnp_output_t *out, struct str *binary)
{
	static const char mark[] = "-----BEGIN PGP ";

	if (file.len > CERT_FILE_MAX)
		return SECRET_BIG;
	if (file.len == 0)
		return SECRET_EMPTY;
	if (((unsigned char)file.ptr[0] & 0x80) != 0) {
		*binary = file;
		return SECRET_OK;
	}
	if (memmem(file.ptr, file.len, mark, sizeof(mark) - 1) == NULL)
		return SECRET_EMPTY;
	return dearmour(file, out, binary) ? SECRET_OK : SECRET_BROKEN;
}

static enum secret_status
judge(struct str binary)
{
	struct certscan scan;
	bool whole = certscan(binary, &scan);

	if (scan.secret_primaries + scan.primaries > 1)
		return SECRET_SEVERAL;
	if (scan.secret_primaries == 0)
		return scan.primaries > 0 ? SECRET_PUBLIC : SECRET_EMPTY;
	if (scan.version != 4)
		return SECRET_VERSION;
	return whole ? SECRET_OK : SECRET_BROKEN;
}

/* One key's protection is taken off. */
static enum secret_status
unlock(rnp_key_handle_t key, const char *passphrase)
{
	bool secret = false, protected = true;
	char *type = NULL;
	bool stub;

	if (rnp_key_have_secret(key, &secret) != RNP_SUCCESS || !secret)
		return SECRET_STUB;
	if (rnp_key_is_protected(key, &protected) != RNP_SUCCESS)
		return SECRET_BROKEN;
	if (!protected)
		return SECRET_OK;
	if (rnp_key_get_protection_type(key, &type) != RNP_SUCCESS)
		return SECRET_BROKEN;
	stub = strcmp(type, "GPG-None") == 0 ||
	    strcmp(type, "GPG-Smartcard") == 0;
	rnp_buffer_destroy(type);
	if (stub)
		return SECRET_STUB;
	return rnp_key_unprotect(key, passphrase) == RNP_SUCCESS ?
	    SECRET_OK : SECRET_PASSPHRASE;
}

static enum secret_status
unlock_all(rnp_key_handle_t primary, const char *passphrase)
{
	enum secret_status status = unlock(primary, passphrase);
	size_t subkeys = 0;

	(void)rnp_key_get_subkey_count(primary, &subkeys);
	for (size_t i = 0; status == SECRET_OK && i < subkeys; i++) {
		rnp_key_handle_t sub = NULL;

		status = rnp_key_get_subkey_at(primary, i, &sub) ==
		    RNP_SUCCESS ? unlock(sub, passphrase) : SECRET_BROKEN;
		rnp_key_handle_destroy(sub);
	}
	return status;
}

static enum secret_status
write_out(rnp_key_handle_t primary, struct buf *key)
{
	enum secret_status status = SECRET_LATER;
	rnp_output_t out = NULL;
	struct str octets;

	if (rnp_output_to_memory(&out, CERT_FILE_MAX) == RNP_SUCCESS &&
	    rnp_key_export(primary, out, RNP_KEY_EXPORT_SECRET |
	    RNP_KEY_EXPORT_SUBKEYS) == RNP_SUCCESS &&
	    rnpwrap_octets(out, &octets)) {
		buf_add(key, octets);
		status = key->failed || key->len > SECRET_KEY_MAX ?
		    SECRET_BIG : SECRET_OK;
	}
	rnp_output_destroy(out);
	return status;
}

/* The primary or a subkey may; whether it has expired is not asked. */
static bool
signs(rnp_key_handle_t primary)
{
	size_t subkeys = 0;
	bool may = false;

	(void)rnp_key_allows_usage(primary, "sign", &may);
	(void)rnp_key_get_subkey_count(primary, &subkeys);
	for (size_t i = 0; !may && i < subkeys; i++) {
		rnp_key_handle_t sub = NULL;

		if (rnp_key_get_subkey_at(primary, i, &sub) == RNP_SUCCESS)
			(void)rnp_key_allows_usage(sub, "sign", &may);
		rnp_key_handle_destroy(sub);
	}
	return may;
}

static enum secret_status
open_up(struct str binary, const char *passphrase, uint64_t now,
    struct buf *key)
{
	enum secret_status status = SECRET_BROKEN;
	rnp_ffi_t ffi = rnpwrap_ring(now);
	rnp_key_handle_t primary = NULL;

	if (ffi == NULL)
		return SECRET_LATER;
	if (rnpwrap_add(ffi, binary, true))
		primary = rnpwrap_primary(ffi);
	if (primary != NULL)
		status = unlock_all(primary, passphrase);
	if (status == SECRET_OK && !signs(primary))
		status = SECRET_NO_SIGNING;
	if (status == SECRET_OK)
		status = write_out(primary, key);
	rnp_key_handle_destroy(primary);
	rnp_ffi_destroy(ffi);
	return status;
}

/* Is the public half of use to others? */
static enum secret_status
look(struct str key, uint64_t now)
{
	static struct cert_info info;

	switch (secret_info(key, now, &info)) {
	case CERT_OK:
	case CERT_EXPIRED:
		return SECRET_OK;
	case CERT_REVOKED:
		return SECRET_REVOKED;
	case CERT_NO_ENCRYPTION:
		return SECRET_NO_ENCRYPTION;
	case CERT_WEAK:
		return SECRET_WEAK;
	case CERT_VERSION:
		return SECRET_VERSION;
	case CERT_BIG:
		return SECRET_BIG;
	case CERT_LATER:
		return SECRET_LATER;
	default:
		return SECRET_BROKEN;
	}
}

enum secret_status
secret_import(struct str file, struct str passphrase, uint64_t now,
    struct buf *key)
{
	char text[SECRET_PASSPHRASE_MAX + 1];
	enum secret_status status;
	rnp_output_t out = NULL;
	struct str binary;

	if (passphrase.len >= sizeof(text))
		return SECRET_PASSPHRASE;
	status = unpack(file, &out, &binary);
	if (status == SECRET_OK)
		status = judge(binary);
	if (status == SECRET_OK) {
		memcpy(text, passphrase.len > 0 ? passphrase.ptr : "",
		    passphrase.len);
		text[passphrase.len] = '\0';
		status = open_up(binary, text, now, key);
		wipe(text, sizeof(text));
	}
	rnp_output_destroy(out);
	return status == SECRET_OK ? look(buf_str(key), now) : status;
}
