/* certcheck.c - what a person hands in as a certificate. */

#include <stdlib.h>
#include <string.h>

#include "pgp/certscan.h"
#include "pgp/rnpwrap.h"

static bool
contains(struct str in, struct str word, struct str *rest)
{
	const char *at = in.len == 0 ? NULL :
	    memmem(in.ptr, in.len, word.ptr, word.len);

	if (at == NULL)
		return false;
	at += word.len;
	*rest = (struct str){ at, in.len - (size_t)(at - in.ptr) };
	return true;
}

/* Take the armour off; *mem is librnp's and frees with *out. */
static enum cert_status
dearmour(struct str file, rnp_output_t *out, struct str *binary)
{
	rnp_input_t in = NULL;
	uint8_t *mem = NULL;
	size_t len = 0;
	bool ok;

	ok = rnp_input_from_memory(&in, (const uint8_t *)file.ptr, file.len,
	    false) == RNP_SUCCESS &&
	    rnp_output_to_memory(out, CERT_FILE_MAX) == RNP_SUCCESS &&
	    rnp_dearmor(in, *out) == RNP_SUCCESS &&
	    rnp_output_memory_get_buf(*out, &mem, &len, false) == RNP_SUCCESS;
	rnp_input_destroy(in);
	*binary = (struct str){ (const char *)mem, len };
	return ok ? CERT_OK : CERT_BROKEN;
}

static enum cert_status
unpack(struct str file, rnp_output_t *out, struct str *binary)
{
	static const struct str begin = STR_INIT("-----BEGIN PGP ");
	struct str rest, after;

	if (file.len > CERT_FILE_MAX)
		return CERT_BIG;
	if (file.len > 0 && ((unsigned char)file.ptr[0] & 0x80) != 0) {
		*binary = file;
		return CERT_OK;
	}
	if (!contains(file, begin, &rest))
		return CERT_EMPTY;
	if (contains(file, STR("-----BEGIN PGP PRIVATE KEY"), &after))
		return CERT_SECRET;
	if (!contains(file, STR("-----BEGIN PGP PUBLIC KEY BLOCK"), &after))
		return CERT_EMPTY;
	if (contains(rest, begin, &after))
		return CERT_SEVERAL;
	return dearmour(file, out, binary);
}

static enum cert_status
judge(struct str binary)
{
	struct certscan scan;
	bool whole = certscan(binary, &scan);

	if (scan.secrets > 0)
		return CERT_SECRET;
	if (scan.primaries > 1)
		return CERT_SEVERAL;
	if (scan.primaries == 0)
		return CERT_EMPTY;
	if (scan.version != 4)
		return CERT_VERSION;
	return whole ? CERT_OK : CERT_BROKEN;
}

/* As much as fits; control octets, which might steer a terminal, become "?".
 * What stands here is shown to the operator. */
static void
take_text(char *out, size_t max, const char *in)
{
	size_t n = in == NULL ? 0 : strnlen(in, max);

	/* not through a UTF-8 sequence */
	if (n == max && in[n] != '\0')
		while (n > 0 && ((unsigned char)in[n] & 0xc0) == 0x80)
			n--;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)in[i];

		out[i] = c < 0x20 || c == 0x7f ? '?' : in[i];
	}
	out[n] = '\0';
}

static void
take_rnp(char *out, size_t max, char *in)
{
	take_text(out, max, in);
	rnp_buffer_destroy(in);
}

static void
append(char *out, size_t max, const char *in)
{
	size_t have = strlen(out);

	take_text(out + have, max - have, in);
}

/* "RSA 4096", "ECDH Curve25519" */
static enum cert_status
describe_algorithm(rnp_key_handle_t key, struct cert_info *info)
{
	char bits_text[16];
	char *alg = NULL, *curve = NULL;
	uint32_t bits = 0;

	if (rnp_key_get_alg(key, &alg) != RNP_SUCCESS)
		return CERT_BROKEN;
	take_rnp(info->algorithm, CERT_ALGORITHM_MAX, alg);
	append(info->algorithm, CERT_ALGORITHM_MAX, " ");
	if (rnp_key_get_curve(key, &curve) == RNP_SUCCESS) {
		append(info->algorithm, CERT_ALGORITHM_MAX, curve);
		rnp_buffer_destroy(curve);
		return CERT_OK;
	}
	if (rnp_key_get_bits(key, &bits) != RNP_SUCCESS)
		return CERT_BROKEN;
	snprintf(bits_text, sizeof(bits_text), "%u", bits);
	append(info->algorithm, CERT_ALGORITHM_MAX, bits_text);
	return bits < CERT_BITS_MIN ? CERT_WEAK : CERT_OK;
}

/* -1: no use, 0: good, 1: good, and the primary one. */
static int
rank(rnp_uid_handle_t uid)
{
	bool valid = false, revoked = true, primary = false;
	uint32_t type = 0;

	if (rnp_uid_get_type(uid, &type) != RNP_SUCCESS ||
	    type != RNP_USER_ID ||
	    rnp_uid_is_valid(uid, &valid) != RNP_SUCCESS || !valid ||
	    rnp_uid_is_revoked(uid, &revoked) != RNP_SUCCESS || revoked)
		return -1;
	(void)rnp_uid_is_primary(uid, &primary);
	return primary;
}

/* The user id that the key certifies; NULL: none.  The caller frees it. */
static char *
user_id(rnp_key_handle_t key)
{
	rnp_uid_handle_t uid = NULL;
	size_t count = 0, best = 0;
	int best_rank = -1;
	char *text = NULL;

	(void)rnp_key_get_uid_count(key, &count);
	for (size_t i = 0; i < count && best_rank < 1; i++) {
		uid = NULL;
		if (rnp_key_get_uid_handle_at(key, i, &uid) == RNP_SUCCESS &&
		    rank(uid) > best_rank) {
			best_rank = rank(uid);
			best = i;
		}
		rnp_uid_handle_destroy(uid);
	}
	if (best_rank >= 0)
		(void)rnp_key_get_uid_at(key, best, &text);
	return text;
}

static enum cert_status
describe(struct rnpwrap *w, struct cert_info *info)
{
	char *text = NULL;
	uint32_t when = 0;
	size_t ids = 0;

	if (rnp_key_get_fprint(w->primary, &text) != RNP_SUCCESS ||
	    rnp_key_get_creation(w->primary, &when) != RNP_SUCCESS)
		return CERT_BROKEN;
	take_rnp(info->fingerprint, CERT_FINGERPRINT_MAX, text);
	text = user_id(w->primary);
	(void)rnp_key_get_uid_count(w->primary, &ids);
	if (text == NULL && ids > 0)
		return CERT_BROKEN;
	take_rnp(info->user_id, CERT_USER_ID_MAX, text);
	info->created = when;
	info->expires = w->expires == UINT64_MAX ? 0 : w->expires;
	return describe_algorithm(w->encrypt, info);
}

/* Key, user id, subkey and their self-signatures; where librnp cannot make
 * that (no user id, or the primary itself encrypts) the whole. */
static bool
export(struct rnpwrap *w, rnp_output_t out)
{
	char *uid = user_id(w->primary);
	bool is_primary = true, ok;

	(void)rnp_key_is_primary(w->encrypt, &is_primary);
	ok = !is_primary && uid != NULL &&
	    rnp_key_export_autocrypt(w->primary, w->encrypt, uid, out, 0) ==
	    RNP_SUCCESS;
	rnp_buffer_destroy(uid);
	return ok;
}

static enum cert_status
keep(struct cert_info *info, rnp_output_t out)
{
	uint8_t *mem = NULL;
	size_t len = 0;

	if (rnp_output_memory_get_buf(out, &mem, &len, false) != RNP_SUCCESS)
		return CERT_LATER;
	if (len > sizeof(info->use))
		return CERT_BIG;
	memcpy(info->use, mem, len);
	info->use_len = len;
	return CERT_OK;
}

static enum cert_status
minimise(struct rnpwrap *w, struct cert_info *info)
{
	enum cert_status status;
	rnp_output_t out = NULL;
	bool ok;

	if (rnp_output_to_memory(&out, CERT_FILE_MAX) != RNP_SUCCESS)
		return CERT_LATER;
	ok = export(w, out);
	if (!ok) {
		rnp_output_destroy(out);
		out = NULL;
		ok = rnp_output_to_memory(&out, CERT_FILE_MAX) ==
		    RNP_SUCCESS &&
		    rnp_key_export(w->primary, out, RNP_KEY_EXPORT_PUBLIC |
		    RNP_KEY_EXPORT_SUBKEYS) == RNP_SUCCESS;
	}
	status = ok ? keep(info, out) : CERT_BIG;
	rnp_output_destroy(out);
	return status;
}

static enum cert_status
look(struct str binary, uint64_t now, struct cert_info *info)
{
	struct rnpwrap w;
	enum cert_status status = rnpwrap_open(&w, binary, now, false);
	enum cert_status other = CERT_OK;

	if (status == CERT_OK || status == CERT_EXPIRED)
		other = describe(&w, info);
	if (other == CERT_OK && (status == CERT_OK || status == CERT_EXPIRED))
		other = minimise(&w, info);
	rnpwrap_close(&w);
	return other != CERT_OK ? other : status;
}

/* What was kept must be good for what it is kept for. */
static enum cert_status
try(struct cert_info *info, uint64_t now)
{
	enum cert_status status;
	struct cert *c = cert_load((struct str){ info->use, info->use_len },
	    now, &status);

	cert_free(c);
	return status;
}

enum cert_status
cert_check(struct str file, uint64_t now, struct cert_info *info)
{
	rnp_output_t out = NULL;
	struct str binary;
	enum cert_status status;

	memset(info, 0, sizeof(*info));
	status = unpack(file, &out, &binary);
	if (status == CERT_OK)
		status = judge(binary);
	if (status == CERT_OK)
		status = look(binary, now, info);
	if (status == CERT_OK)
		status = try(info, now);
	rnp_output_destroy(out);
	return status;
}
