/* open.c - an OpenPGP message is opened. */

#include "pgp/open.h"

#include <assert.h>
#include <string.h>

#include "mail/armour.h"
#include "pgp/openhidden.h"
#include "pgp/opensigned.h"

static const char *const words[OPEN_STATUSES] = {
	[OPEN_OK] = "ok", [OPEN_BROKEN] = "broken", [OPEN_CLEAR] = "clear",
	[OPEN_NO_KEY] = "no-key", [OPEN_UNPROTECTED] = "unprotected",
	[OPEN_TAMPERED] = "tampered", [OPEN_UNSUPPORTED] = "unsupported",
	[OPEN_BIG] = "big", [OPEN_LATER] = "later",
};

const char *
open_word(enum open_status status)
{
	assert(status < OPEN_STATUSES);
	return words[status];
}

struct drain {
	cert_sink *sink;
	void *ctx;
	uint64_t left;
	bool big, failed;	/* librnp forgets it */
};

static bool
drain_write(void *ctx, const void *octets, size_t n)
{
	struct drain *d = ctx;

	if (n > d->left)
		d->big = true;
	else if (!d->failed && !d->sink(d->ctx, octets, n))
		d->failed = true;
	d->left -= d->big ? 0 : n;
	return !d->big && !d->failed;
}

static void
drain_close(void *ctx, bool discard)
{
	(void)ctx;
	(void)discard;
}

/* Octets that may come out of so many. */
static uint64_t
limit(const struct open_job *job, size_t in)
{
	uint64_t room = OPEN_FREE + (uint64_t)in * OPEN_RATIO;

	return job->most < room ? job->most : room;
}

static bool
no_password(rnp_ffi_t ffi, void *ctx, rnp_key_handle_t key,
    const char *context, char *out, size_t room)
{
	(void)ffi;
	(void)ctx;
	(void)key;
	(void)context;
	(void)out;
	(void)room;
	return false;
}

static rnp_ffi_t
ring(const struct open_job *job)
{
	rnp_ffi_t ffi = rnpwrap_ring(job->now);

	if (ffi == NULL)
		return NULL;
	(void)rnp_ffi_set_pass_provider(ffi, no_password, NULL);
	/* what of it cannot be read is not there */
	if (job->certs.len > 0)
		(void)rnpwrap_add(ffi, job->certs, false);
	if (job->key.len > 0)
		(void)rnpwrap_add(ffi, job->key, true);
	return ffi;
}

/* How it was encrypted, and which key it was opened with. */
static void
describe(rnp_op_verify_t op, struct open_result *r, bool *sound)
{
	rnp_recipient_handle_t used = NULL;
	char *mode = NULL, *cipher = NULL, *id = NULL;

	*sound = false;
	if (rnp_op_verify_get_protection_info(op, &mode, &cipher, sound) !=
	    RNP_SUCCESS)
		*sound = false;
	r->encrypted = mode != NULL && strcmp(mode, "none") != 0;
	rnpwrap_text(r->mode, OPEN_WORD_MAX, mode);
	rnpwrap_text(r->cipher, OPEN_WORD_MAX, cipher);
	(void)rnp_op_verify_get_recipient_count(op, &r->recipients);
	if (rnp_op_verify_get_used_recipient(op, &used) == RNP_SUCCESS &&
	    used != NULL && rnp_recipient_get_keyid(used, &id) == RNP_SUCCESS)
		rnpwrap_text(r->key_id, OPEN_WORD_MAX, id);
}

/* librnp could not read it.  Is it whole by the format, then it is newer. */
static enum open_status
unread(struct str message)
{
	static struct armour a;
	bool whole;

	a = (struct armour){ 0 };
	if (message.len > 0 && ((unsigned char)message.ptr[0] & 0x80) != 0)
		whole = pgppacket_is_encrypted(message);
	else
		whole = armour_feed(&a, message) && armour_end(&a);
	return whole ? OPEN_UNSUPPORTED : OPEN_BROKEN;
}

/* A signature that is not good is no fault of the message. */
static bool
is_about_signatures(rnp_result_t got)
{
	return got == RNP_ERROR_SIGNATURE_INVALID ||
	    got == RNP_ERROR_SIGNATURE_EXPIRED ||
	    got == RNP_ERROR_SIGNATURE_UNKNOWN ||
	    got == RNP_ERROR_KEY_NOT_FOUND ||
	    got == RNP_ERROR_NO_SIGNATURES_FOUND;
}

static enum open_status
judge(const struct open_job *job, struct str message, rnp_result_t got,
    bool sound, const struct drain *d, const struct open_result *r)
{
	if (d->failed)
		return OPEN_LATER;
	if (strcmp(r->mode, "cfb") == 0)
		return OPEN_UNPROTECTED;
	if (d->big)
		return OPEN_BIG;
	if (got == RNP_ERROR_OUT_OF_MEMORY)
		return OPEN_LATER;
	/* a password, and nobody to ask for it */
	if (got == RNP_ERROR_BAD_PASSWORD)
		return OPEN_NO_KEY;
	if (r->encrypted && r->key_id[0] == '\0')
		return got == RNP_ERROR_NOT_SUPPORTED ? OPEN_UNSUPPORTED :
		    OPEN_NO_KEY;
	if (r->encrypted && !sound)
		return OPEN_TAMPERED;
	if (got != RNP_SUCCESS && !is_about_signatures(got))
		return r->encrypted ? OPEN_BROKEN : unread(message);
	return r->encrypted || job->clear ? OPEN_OK : OPEN_CLEAR;
}

static enum open_status
run(const struct open_job *job, rnp_ffi_t ffi, rnp_input_t in,
    rnp_output_t out, struct drain *d, struct str message,
    struct open_result *r)
{
	rnp_op_verify_t op = NULL;
	enum open_status status;
	rnp_result_t got;
	bool sound;

	if (rnp_op_verify_create(&op, ffi, in, out) != RNP_SUCCESS ||
	    rnp_op_verify_set_flags(op, RNP_VERIFY_IGNORE_SIGS_ON_DECRYPT) !=
	    RNP_SUCCESS) {
		rnp_op_verify_destroy(op);
		return OPEN_LATER;
	}
	got = rnp_op_verify_execute(op);
	(void)rnp_output_finish(out);
	describe(op, r, &sound);
	status = judge(job, message, got, sound, d, r);
	if (status == OPEN_OK)
		opensigned_take(ffi, op, job->now, r);
	rnp_op_verify_destroy(op);
	return status;
}

static enum open_status
try(const struct open_job *job, rnp_ffi_t ffi, struct str message,
    struct drain *d, struct open_result *r)
{
	enum open_status status = OPEN_LATER;
	rnp_output_t out = NULL;
	rnp_input_t in = NULL;

	memset(r, 0, sizeof(*r));
	if (rnp_input_from_memory(&in, (const uint8_t *)message.ptr,
	    message.len, false) == RNP_SUCCESS &&
	    rnp_output_to_callback(&out, drain_write, drain_close, d) ==
	    RNP_SUCCESS)
		status = run(job, ffi, in, out, d, message, r);
	rnp_output_destroy(out);
	rnp_input_destroy(in);
	return status;
}

/* What was for nobody we know may be for us, unsaid.  The sink has had nothing
 * so far: without a key there is no text. */
static enum open_status
try_hidden(const struct open_job *job, rnp_ffi_t ffi, struct str message,
    struct drain *d, struct open_result *r)
{
	enum open_status status = OPEN_NO_KEY;
	uint64_t left = d->left;
	struct hidden h;

	if (hidden_begin(&h, ffi, message))
		for (size_t i = 0; i < h.ids && status == OPEN_NO_KEY &&
		    d->left == left; i++)
			status = try(job, ffi, hidden_with(&h, i), d, r);
	hidden_end(&h);
	return status;
}

enum open_status
open_message(const struct open_job *job, struct str message, cert_sink *sink,
    void *ctx, struct open_result *r)
{
	struct drain d = { sink, ctx, limit(job, message.len), false, false };
	enum open_status status;
	rnp_ffi_t ffi;

	memset(r, 0, sizeof(*r));
	if (message.len == 0)
		return OPEN_BROKEN;
	ffi = ring(job);
	if (ffi == NULL)
		return OPEN_LATER;
	status = try(job, ffi, message, &d, r);
	if (status == OPEN_NO_KEY)
		status = try_hidden(job, ffi, message, &d, r);
	rnp_ffi_destroy(ffi);
	return status;
}

enum open_status
open_detached(const struct open_job *job, struct str text,
    struct str signature, struct open_result *r)
{
	enum open_status status = OPEN_LATER;
	rnp_ffi_t ffi = ring(job);
	rnp_input_t in = NULL, sig = NULL;
	rnp_op_verify_t op = NULL;
	rnp_result_t got;

	memset(r, 0, sizeof(*r));
	if (text.len == 0 || signature.len == 0)
		status = OPEN_BROKEN;
	else if (ffi != NULL && rnp_input_from_memory(&in,
	    (const uint8_t *)text.ptr, text.len, false) == RNP_SUCCESS &&
	    rnp_input_from_memory(&sig, (const uint8_t *)signature.ptr,
	    signature.len, false) == RNP_SUCCESS &&
	    rnp_op_verify_detached_create(&op, ffi, in, sig) == RNP_SUCCESS) {
		got = rnp_op_verify_execute(op);
		opensigned_take(ffi, op, job->now, r);
		status = r->signatures > 0 && (got == RNP_SUCCESS ||
		    is_about_signatures(got)) ? OPEN_OK : OPEN_BROKEN;
	}
	rnp_op_verify_destroy(op);
	rnp_input_destroy(sig);
	rnp_input_destroy(in);
	rnp_ffi_destroy(ffi);
	return status;
}
