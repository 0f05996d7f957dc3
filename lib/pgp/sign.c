/* sign.c - a message is signed, encrypted, or both. */

#include "pgp/sign.h"

#include <assert.h>
#include <stdlib.h>

#include "pgp/rnpwrap.h"

/* All that one message needs. */
struct work {
	rnp_ffi_t ffi;
	rnp_key_handle_t signer;	/* NULL: it is not signed */
	struct rnpwrap *to;
	size_t count;			/* of them, opened */
	rnp_input_t in;
	rnp_output_t out;
};

const char *
sign_word(enum sign_status status)
{
	static const char *const words[SIGN_STATUSES] = {
		[SIGN_OK] = "ok", [SIGN_NO_KEY] = "no-signing",
		[SIGN_RECIPIENT] = "recipient", [SIGN_LATER] = "later",
	};

	assert(status < SIGN_STATUSES);
	return words[status];
}

/* The key or subkey that signs now. */
static bool
find_signer(struct work *w, struct str key)
{
	rnp_key_handle_t primary;
	uint64_t till = 0;
	bool revoked = true, ok;

	if (!rnpwrap_add(w->ffi, key, true))
		return false;
	primary = rnpwrap_primary(w->ffi);
	ok = primary != NULL &&
	    rnp_key_is_revoked(primary, &revoked) == RNP_SUCCESS && !revoked &&
	    rnp_key_get_default_key(primary, "sign", 0, &w->signer) ==
	    RNP_SUCCESS && w->signer != NULL &&
	    rnp_key_valid_till64(w->signer, &till) == RNP_SUCCESS;
	rnp_key_handle_destroy(primary);
	return ok;
}

static enum sign_status
find_recipients(struct work *w, const struct sign_job *job, size_t *bad,
    enum cert_status *why)
{
	if (job->count == 0)
		return SIGN_OK;
	w->to = calloc(job->count, sizeof(*w->to));
	if (w->to == NULL)
		return SIGN_LATER;
	while (w->count < job->count) {
		*bad = w->count;
		*why = rnpwrap_open(&w->to[w->count],
		    job->recipients[w->count], job->now, false);
		w->count++;
		if (*why != CERT_OK)
			return *why == CERT_LATER ? SIGN_LATER :
			    SIGN_RECIPIENT;
	}
	return SIGN_OK;
}

struct drain {
	cert_sink *sink;
	void *ctx;
	bool failed;		/* librnp forgets it */
};

static bool
drain_write(void *ctx, const void *octets, size_t n)
{
	struct drain *d = ctx;

	if (!d->failed && !d->sink(d->ctx, octets, n))
		d->failed = true;
	return !d->failed;
}

static void
drain_close(void *ctx, bool discard)
{
	(void)ctx;
	(void)discard;
}

static bool
encrypt(const struct work *w, bool armour)
{
	rnp_op_encrypt_t op = NULL;
	bool ok;

	ok = rnp_op_encrypt_create(&op, w->ffi, w->in, w->out) == RNP_SUCCESS;
	for (size_t i = 0; ok && i < w->count; i++)
		ok = rnp_op_encrypt_add_recipient(op, w->to[i].encrypt) ==
		    RNP_SUCCESS;
	if (ok && w->signer != NULL)
		ok = rnp_op_encrypt_add_signature(op, w->signer, NULL) ==
		    RNP_SUCCESS;
	ok = ok && rnp_op_encrypt_set_cipher(op, "AES256") == RNP_SUCCESS &&
	    rnp_op_encrypt_set_aead(op, "None") == RNP_SUCCESS &&
	    rnp_op_encrypt_set_hash(op, "SHA512") == RNP_SUCCESS &&
	    rnp_op_encrypt_set_armor(op, armour) == RNP_SUCCESS &&
	    rnp_op_encrypt_set_compression(op, "Uncompressed", 0) ==
	    RNP_SUCCESS &&
	    rnp_op_encrypt_execute(op) == RNP_SUCCESS;
	rnp_op_encrypt_destroy(op);
	return ok;
}

static bool
only_sign(const struct work *w, bool armour, bool detached)
{
	rnp_op_sign_t op = NULL;
	bool ok;

	ok = (detached ?
	    rnp_op_sign_detached_create(&op, w->ffi, w->in, w->out) :
	    rnp_op_sign_create(&op, w->ffi, w->in, w->out)) == RNP_SUCCESS &&
	    rnp_op_sign_add_signature(op, w->signer, NULL) == RNP_SUCCESS &&
	    rnp_op_sign_set_hash(op, "SHA512") == RNP_SUCCESS &&
	    rnp_op_sign_set_armor(op, armour) == RNP_SUCCESS &&
	    (detached || rnp_op_sign_set_compression(op, "Uncompressed", 0) ==
	    RNP_SUCCESS) &&
	    rnp_op_sign_execute(op) == RNP_SUCCESS;
	rnp_op_sign_destroy(op);
	return ok;
}

static void
end(struct work *w)
{
	rnp_output_destroy(w->out);
	rnp_input_destroy(w->in);
	rnp_key_handle_destroy(w->signer);
	for (size_t i = 0; i < w->count; i++)
		rnpwrap_close(&w->to[i]);
	free(w->to);
	rnp_ffi_destroy(w->ffi);
}

static bool
begin(struct work *w, struct str text, uint64_t now)
{
	static const uint8_t nothing[1];

	*w = (struct work){ .ffi = rnpwrap_ring(now) };
	return w->ffi != NULL && rnp_input_from_memory(&w->in,
	    text.len > 0 ? (const uint8_t *)text.ptr : nothing, text.len,
	    false) == RNP_SUCCESS;
}

enum sign_status
sign_message(const struct sign_job *job, struct str text, cert_sink *sink,
    void *ctx, size_t *bad, enum cert_status *why)
{
	struct drain d = { sink, ctx, false };
	enum sign_status status = SIGN_LATER;
	struct work w;

	assert(job->count > 0 || job->key.len > 0);
	assert(job->count <= SIGN_RECIPIENTS_MAX);
	if (begin(&w, text, job->now))
		status = job->key.len > 0 && !find_signer(&w, job->key) ?
		    SIGN_NO_KEY : find_recipients(&w, job, bad, why);
	if (status == SIGN_OK && (rnp_output_to_callback(&w.out, drain_write,
	    drain_close, &d) != RNP_SUCCESS ||
	    !(job->count > 0 ? encrypt(&w, job->armour) :
	    only_sign(&w, job->armour, false)) ||
	    /* what it kept back comes now */
	    rnp_output_finish(w.out) != RNP_SUCCESS || d.failed))
		status = SIGN_LATER;
	end(&w);
	return status;
}

enum sign_status
sign_detached(struct str key, struct str text, uint64_t now,
    struct buf *armoured)
{
	enum sign_status status = SIGN_LATER;
	struct str octets;
	struct work w;

	if (begin(&w, text, now))
		status = find_signer(&w, key) ? SIGN_OK : SIGN_NO_KEY;
	if (status == SIGN_OK) {
		status = SIGN_LATER;
		if (rnp_output_to_memory(&w.out, CERT_FILE_MAX) == RNP_SUCCESS
		    && only_sign(&w, true, true) &&
		    rnpwrap_octets(w.out, &octets)) {
			buf_add(armoured, octets);
			status = armoured->failed ? SIGN_LATER : SIGN_OK;
		}
	}
	end(&w);
	return status;
}
