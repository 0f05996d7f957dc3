/* scram.c - SASL PLAIN and SCRAM, a server's view. */

#include "proto/scram.h"

#include <string.h>

#include "base/ascii.h"
#include "codec/base64.h"

static bool
not_nul(unsigned char c)
{
	return c != '\0';
}

static bool
not_comma(unsigned char c)
{
	return c != ',' && c != '\0';
}

bool
sasl_plain_parse(struct str in, struct sasl_plain *out)
{
	out->authorize = str_take_while(&in, not_nul);
	if (!str_take_byte(&in, '\0'))
		return false;
	out->user = str_take_while(&in, not_nul);
	if (!str_take_byte(&in, '\0'))
		return false;
	out->password = str_take_while(&in, not_nul);
	return in.len == 0 && out->user.len > 0 &&
	    out->user.len <= SASL_NAME_MAX && out->password.len > 0 &&
	    out->password.len <= SASL_PASSWORD_MAX &&
	    out->authorize.len <= SASL_NAME_MAX;
}

static bool
is_nonce(unsigned char c)
{
	return is_vchar(c) && c != ',';
}

static bool
take_attribute(struct str *in, char name, struct str *value)
{
	struct str rest = *in;

	if (!str_take_byte(&rest, name) || !str_take_byte(&rest, '='))
		return false;
	*value = str_take_while(&rest, not_comma);
	*in = rest;
	return true;
}

static bool
is_cb_name(unsigned char c)
{
	return is_ldh(c) || c == '.';
}

static bool
take_gs2(struct str *in, struct scram_first *out)
{
	struct str start = *in;

	out->binding = out->authorize = (struct str){ "", 0 };
	if (str_take_byte(in, 'n')) {
		out->flag = 'n';
	} else if (str_take_byte(in, 'y')) {
		out->flag = 'y';
	} else if (str_take_byte(in, 'p') && str_take_byte(in, '=')) {
		out->flag = 'p';
		out->binding = str_take_while(in, is_cb_name);
		if (out->binding.len == 0)
			return false;
	} else {
		return false;
	}
	if (!str_take_byte(in, ','))
		return false;
	if (str_peek(*in) == 'a' && !take_attribute(in, 'a', &out->authorize))
		return false;
	if (!str_take_byte(in, ','))
		return false;
	out->gs2 = str_before(start, *in);
	return true;
}

bool
scram_first_parse(struct str in, struct scram_first *out)
{
	struct str nonce;

	if (!take_gs2(&in, out))
		return false;
	out->bare = in;
	if (!take_attribute(&in, 'n', &out->user) || out->user.len == 0 ||
	    out->user.len > SASL_NAME_MAX || !str_take_byte(&in, ',') ||
	    !take_attribute(&in, 'r', &out->nonce))
		return false;
	nonce = out->nonce;
	if (nonce.len == 0 || nonce.len > SCRAM_NONCE_MAX ||
	    str_take_while(&nonce, is_nonce).len != out->nonce.len)
		return false;
	/* extensions come after; none is known */
	return in.len == 0 || str_peek(in) == ',';
}

bool
scram_name(struct str in, struct buf *out)
{
	while (in.len > 0) {
		if (str_take_word(&in, STR("=2C")))
			buf_byte(out, ',');
		else if (str_take_word(&in, STR("=3D")))
			buf_byte(out, '=');
		else if (in.ptr[0] == '=')
			return false;
		else {
			buf_byte(out, in.ptr[0]);
			in.ptr++;
			in.len--;
		}
	}
	return !out->failed;
}

static void
add_base64(struct buf *out, struct str s)
{
	char *room = buf_room(out, base64_encoded_len(s.len));

	if (room != NULL)
		buf_grow(out, base64_encode(room, s));
}

void
scram_server_first(struct buf *out, struct str nonce, struct str salt,
    uint32_t iterations)
{
	buf_add_c(out, "r=");
	buf_add(out, nonce);
	buf_add_c(out, ",s=");
	add_base64(out, salt);
	buf_add_c(out, ",i=");
	buf_add_u64(out, iterations);
}

static bool
take_proof(struct str value, unsigned char out[SCRAM_PROOF])
{
	char mem[SCRAM_PROOF + 8];
	size_t n = 0;

	if (value.len != base64_encoded_len(SCRAM_PROOF) ||
	    !base64_decode(mem, &n, value) || n != SCRAM_PROOF)
		return false;
	memcpy(out, mem, SCRAM_PROOF);
	return true;
}

bool
scram_final_parse(struct str in, struct scram_final *out)
{
	struct str whole = in, skipped, proof;

	if (!take_attribute(&in, 'c', &out->binding) ||
	    !str_take_byte(&in, ',') ||
	    !take_attribute(&in, 'r', &out->nonce))
		return false;
	for (;;) {
		out->without_proof = str_before(whole, in);
		if (!str_take_byte(&in, ','))
			return false;
		if (take_attribute(&in, 'p', &proof))
			break;
		/* an extension, which is not ours to know */
		skipped = str_take_while(&in, not_comma);
		if (skipped.len < 3 || skipped.ptr[1] != '=' ||
		    skipped.ptr[0] == 'm')
			return false;
	}
	return in.len == 0 && take_proof(proof, out->proof);
}

void
scram_server_final(struct buf *out,
    const unsigned char signature[SCRAM_PROOF])
{
	buf_add_c(out, "v=");
	add_base64(out, (struct str){ (const char *)signature, SCRAM_PROOF });
}
