/* cert.c - seal to a certificate. */

#include "pgp/cert.h"

#include <assert.h>
#include <stdlib.h>

#include "pgp/rnpwrap.h"

struct cert {
	struct rnpwrap rnp;
};

static const char *const words[CERT_STATUSES] = {
	[CERT_OK] = "ok", [CERT_EMPTY] = "empty", [CERT_SECRET] = "secret",
	[CERT_SEVERAL] = "several", [CERT_VERSION] = "version",
	[CERT_BROKEN] = "broken", [CERT_REVOKED] = "revoked",
	[CERT_EXPIRED] = "expired", [CERT_NO_ENCRYPTION] = "no-encryption",
	[CERT_WEAK] = "weak", [CERT_BIG] = "big", [CERT_LATER] = "later",
};

const char *
cert_word(enum cert_status status)
{
	assert(status < CERT_STATUSES);
	return words[status];
}

/* malloc: the library's memory is beside it, no arena could hold that. */
struct cert *
cert_load(struct str use, uint64_t now, enum cert_status *why)
{
	struct cert *c = malloc(sizeof(*c));

	*why = c == NULL ? CERT_LATER : rnpwrap_open(&c->rnp, use, now, true);
	if (*why != CERT_OK) {
		cert_free(c);
		return NULL;
	}
	return c;
}

void
cert_free(struct cert *c)
{
	if (c != NULL)
		rnpwrap_close(&c->rnp);
	free(c);
}

uint64_t
cert_expires(const struct cert *c)
{
	return c->rnp.expires == UINT64_MAX ? 0 : c->rnp.expires;
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
encrypt(struct cert *c, rnp_input_t in, rnp_output_t out)
{
	rnp_op_encrypt_t op = NULL;
	bool ok;

	ok = rnp_op_encrypt_create(&op, c->rnp.ffi, in, out) == RNP_SUCCESS &&
	    rnp_op_encrypt_add_recipient(op, c->rnp.encrypt) == RNP_SUCCESS &&
	    rnp_op_encrypt_set_cipher(op, "AES256") == RNP_SUCCESS &&
	    rnp_op_encrypt_set_aead(op, "None") == RNP_SUCCESS &&
	    rnp_op_encrypt_set_armor(op, false) == RNP_SUCCESS &&
	    rnp_op_encrypt_set_compression(op, "Uncompressed", 0) ==
	    RNP_SUCCESS &&
	    rnp_op_encrypt_execute(op) == RNP_SUCCESS;
	rnp_op_encrypt_destroy(op);
	return ok;
}

bool
cert_seal(struct cert *c, struct str text, cert_sink *sink, void *ctx)
{
	struct drain d = { sink, ctx, false };
	rnp_input_t in = NULL;
	rnp_output_t out = NULL;
	bool ok;

	ok = rnp_input_from_memory(&in, (const uint8_t *)text.ptr, text.len,
	    false) == RNP_SUCCESS &&
	    rnp_output_to_callback(&out, drain_write, drain_close, &d) ==
	    RNP_SUCCESS &&
	    encrypt(c, in, out) &&
	    /* what it kept back comes now */
	    rnp_output_finish(out) == RNP_SUCCESS;
	rnp_output_destroy(out);
	rnp_input_destroy(in);
	return ok && !d.failed;
}
