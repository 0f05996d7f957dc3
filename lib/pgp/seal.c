/* seal.c - encrypt to one certificate. */

#include "pgp/seal.h"

#include <rnp/rnp.h>
#include <rnp/rnp_err.h>
#include <stdlib.h>

struct seal_cert {
	rnp_ffi_t ffi;
	rnp_key_handle_t key;
	seal_sink *sink;
	void *arg;
};

static bool
first_primary(struct seal_cert *c)
{
	rnp_identifier_iterator_t it = NULL;
	const char *fpr;
	bool primary = false;

	if (rnp_identifier_iterator_create(c->ffi, &it, "fingerprint")
	    != RNP_SUCCESS)
		return false;
	while (!primary && rnp_identifier_iterator_next(it, &fpr)
	    == RNP_SUCCESS && fpr != NULL) {
		if (rnp_locate_key(c->ffi, "fingerprint", fpr, &c->key)
		    != RNP_SUCCESS || c->key == NULL)
			break;
		if (rnp_key_is_primary(c->key, &primary) != RNP_SUCCESS ||
		    !primary) {
			rnp_key_handle_destroy(c->key);
			c->key = NULL;
		}
	}
	rnp_identifier_iterator_destroy(it);
	return primary;
}

/* An expired certificate is used as of just before its end. */
static void
go_back_in_time(struct seal_cert *c)
{
	bool expired = false;
	uint64_t till = 0;
	rnp_key_handle_t sub = NULL;

	(void)rnp_key_is_expired(c->key, &expired);
	if (!expired && rnp_key_get_default_key(c->key, "encrypt", 0, &sub)
	    == RNP_SUCCESS && sub != NULL) {
		rnp_key_handle_destroy(sub);
		return;
	}
	if (rnp_key_valid_till64(c->key, &till) == RNP_SUCCESS && till > 1)
		(void)rnp_set_timestamp(c->ffi, till - 1);
}

struct seal_cert *
seal_cert_load(struct str use)
{
	struct seal_cert *c = calloc(1, sizeof(*c));
	rnp_input_t in = NULL;
	bool revoked = true;

	if (c == NULL)
		return NULL;
	if (rnp_ffi_create(&c->ffi, "GPG", "GPG") != RNP_SUCCESS ||
	    rnp_input_from_memory(&in, (const uint8_t *)use.ptr, use.len,
	    false) != RNP_SUCCESS || rnp_load_keys(c->ffi, "GPG", in,
	    RNP_LOAD_SAVE_PUBLIC_KEYS) != RNP_SUCCESS || !first_primary(c) ||
	    rnp_key_is_revoked(c->key, &revoked) != RNP_SUCCESS || revoked) {
		seal_cert_free(c);
		c = NULL;
	}
	rnp_input_destroy(in);
	if (c != NULL)
		go_back_in_time(c);
	return c;
}

void
seal_cert_free(struct seal_cert *c)
{
	if (c == NULL)
		return;
	rnp_key_handle_destroy(c->key);
	rnp_ffi_destroy(c->ffi);
	free(c);
}

static bool
pass_on(void *arg, const void *mem, size_t n)
{
	struct seal_cert *c = arg;

	return c->sink(c->arg, mem, n);
}

static bool
set_up(rnp_op_encrypt_t op, struct seal_cert *c)
{
	return rnp_op_encrypt_add_recipient(op, c->key) == RNP_SUCCESS &&
	    rnp_op_encrypt_set_armor(op, false) == RNP_SUCCESS &&
	    rnp_op_encrypt_set_cipher(op, "AES256") == RNP_SUCCESS &&
	    rnp_op_encrypt_set_compression(op, "Uncompressed", 0)
	    == RNP_SUCCESS;
}

bool
seal_encrypt(struct seal_cert *c, struct str plain, seal_sink *sink, void *arg)
{
	rnp_op_encrypt_t op = NULL;
	rnp_output_t out = NULL;
	rnp_input_t in = NULL;
	bool ok;

	c->sink = sink;
	c->arg = arg;
	ok = rnp_input_from_memory(&in, (const uint8_t *)plain.ptr, plain.len,
	    false) == RNP_SUCCESS &&
	    rnp_output_to_callback(&out, pass_on, NULL, c) == RNP_SUCCESS &&
	    rnp_op_encrypt_create(&op, c->ffi, in, out) == RNP_SUCCESS &&
	    set_up(op, c) && rnp_op_encrypt_execute(op) == RNP_SUCCESS;
	rnp_op_encrypt_destroy(op);
	/* what waits in the output comes now */
	if (rnp_output_finish(out) != RNP_SUCCESS)
		ok = false;
	rnp_output_destroy(out);
	rnp_input_destroy(in);
	return ok;
}
