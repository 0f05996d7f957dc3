/* proof.c - does the client know the password? */

#include "auth.h"

#include "codec/base64.h"

bool
proof_plain(struct login *l)
{
	struct crypt_verifier v;
	struct sasl_plain p;
	bool right;

	if (!sasl_plain_parse(buf_str(&l->secret), &p))
		return false;
	/* the same work, whether the user exists or not */
	crypt_verifier(&v, p.password, buf_str(&l->salt), l->iterations);
	right = crypt_equal(v.stored_key, l->verifier.stored_key, CRYPT_HASH);
	wipe(&v, sizeof(v));
	buf_free(&l->secret);
	return right && l->exists;
}

/* c= is base64 of the GS2 header and, with p=, of the channel's binding. */
static bool
binding_is_right(const struct login *l, struct str encoded)
{
	struct buf want;
	bool ok;

	buf_init(&want, 4096);
	if (buf_room(&want, base64_encoded_len(l->binding.len)) != NULL)
		buf_grow(&want, base64_encode(want.ptr, buf_str(&l->binding)));
	ok = !want.failed && str_eq(buf_str(&want), encoded);
	buf_free(&want);
	return ok;
}

/* client-first-bare,server-first,client-final-without-proof */
static void
auth_message(const struct login *l, const struct scram_final *f,
    struct buf *out)
{
	struct scram_first first;

	if (!scram_first_parse(buf_str(&l->secret), &first))
		return;
	buf_add(out, first.bare);
	buf_byte(out, ',');
	buf_add(out, buf_str(&l->server_first));
	buf_byte(out, ',');
	buf_add(out, f->without_proof);
}

bool
proof_scram(struct login *l, struct str client_final)
{
	unsigned char signature[CRYPT_HASH], key[CRYPT_HASH];
	unsigned char stored[CRYPT_HASH], server[CRYPT_HASH];
	struct str nonce = { l->nonce, l->nonce_len };
	struct scram_final f;
	struct buf message;
	bool right;

	if (!scram_final_parse(client_final, &f) ||
	    !str_eq(f.nonce, nonce) || !binding_is_right(l, f.binding))
		return false;
	buf_init(&message, 3 * SASL_MAX);
	auth_message(l, &f, &message);
	crypt_hmac(signature, (struct str){
	    (char *)l->verifier.stored_key, CRYPT_HASH }, buf_str(&message));
	for (size_t i = 0; i < CRYPT_HASH; i++)
		key[i] = f.proof[i] ^ signature[i];
	crypt_sha256(stored, (struct str){ (char *)key, CRYPT_HASH });
	right = crypt_equal(stored, l->verifier.stored_key, CRYPT_HASH) &&
	    !message.failed && l->exists;
	crypt_hmac(server, (struct str){
	    (char *)l->verifier.server_key, CRYPT_HASH }, buf_str(&message));
	if (right)
		scram_server_final(&l->final, server);
	wipe(key, sizeof(key));
	wipe(signature, sizeof(signature));
	wipe(server, sizeof(server));
	buf_free(&message);
	return right;
}
