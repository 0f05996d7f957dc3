/* openhidden.c - messages that do not say for whom they are. */

#include "pgp/openhidden.h"

#include <string.h>

#include "base/ascii.h"

enum { TAG_PKESK = 1, TAG_SKESK = 3, PKESK_MIN = 10 };

static bool
take_number(struct str *in, unsigned octets, size_t *out)
{
	*out = 0;
	if (in->len < octets)
		return false;
	for (; octets > 0; octets--) {
		*out = *out << 8 | (unsigned char)*in->ptr++;
		in->len--;
	}
	return true;
}

/* The length of a packet that is no data: never in parts. */
static bool
take_length(struct str *in, bool old, unsigned kind, size_t *len)
{
	size_t more;

	if (old)
		return kind != 3 && take_number(in, 1U << kind, len);
	if (!take_number(in, 1, len))
		return false;
	if (*len < 192)
		return true;
	if (*len == 255)
		return take_number(in, 4, len);
	if (*len >= 224 || !take_number(in, 1, &more))
		return false;
	*len = ((*len - 192) << 8) + more + 192;
	return true;
}

/* One packet of those in front; false: here they end. */
static bool
take_packet(struct str *in, unsigned *tag, struct str *body)
{
	struct str rest = *in;
	size_t c, len;
	bool old;

	if (!take_number(&rest, 1, &c) || (c & 0x80) == 0)
		return false;
	old = (c & 0x40) == 0;
	*tag = old ? c >> 2 & 15 : c & 63;
	if ((*tag != TAG_PKESK && *tag != TAG_SKESK) ||
	    !take_length(&rest, old, c & 3, &len) || len > rest.len)
		return false;
	*body = (struct str){ rest.ptr, len };
	*in = (struct str){ rest.ptr + len, rest.len - len };
	return true;
}

static void
find(struct hidden *h)
{
	static const char zero[KEY_ID];
	struct str in = buf_str(&h->message), body;
	unsigned tag;

	while (h->count < HIDDEN_MAX && take_packet(&in, &tag, &body))
		if (tag == TAG_PKESK && body.len >= PKESK_MIN &&
		    body.ptr[0] == 3 && memcmp(body.ptr + 1, zero, KEY_ID) == 0)
			h->at[h->count++] =
			    (size_t)(body.ptr + 1 - h->message.ptr);
}

static bool
take_hex(const char *hex, unsigned char id[KEY_ID])
{
	for (size_t i = 0; i < 2 * KEY_ID; i++) {
		char c = ascii_lower(hex[i]);

		if (!is_digit((unsigned char)c) && (c < 'a' || c > 'f'))
			return false;
		id[i / 2] = (unsigned char)(id[i / 2] << 4 |
		    (is_digit((unsigned char)c) ? c - '0' : c - 'a' + 10));
	}
	return hex[2 * KEY_ID] == '\0';
}

static void
add_key(struct hidden *h, rnp_ffi_t ffi, const char *hex)
{
	rnp_key_handle_t key = NULL;
	bool secret = false, may = false;

	if (rnp_locate_key(ffi, "keyid", hex, &key) == RNP_SUCCESS &&
	    key != NULL && rnp_key_have_secret(key, &secret) == RNP_SUCCESS &&
	    secret && rnp_key_allows_usage(key, "encrypt", &may) ==
	    RNP_SUCCESS && may && take_hex(hex, h->id[h->ids]))
		h->ids++;
	rnp_key_handle_destroy(key);
}

static void
find_keys(struct hidden *h, rnp_ffi_t ffi)
{
	rnp_identifier_iterator_t it = NULL;
	const char *hex = NULL;

	if (rnp_identifier_iterator_create(ffi, &it, "keyid") != RNP_SUCCESS)
		return;
	while (h->ids < HIDDEN_KEYS_MAX &&
	    rnp_identifier_iterator_next(it, &hex) == RNP_SUCCESS &&
	    hex != NULL)
		add_key(h, ffi, hex);
	rnp_identifier_iterator_destroy(it);
}

static void
take_binary(struct hidden *h, struct str message)
{
	rnp_output_t out = NULL;
	rnp_input_t in = NULL;
	struct str octets;

	if (((unsigned char)message.ptr[0] & 0x80) != 0)
		buf_add(&h->message, message);
	else if (rnp_input_from_memory(&in, (const uint8_t *)message.ptr,
	    message.len, false) == RNP_SUCCESS &&
	    rnp_output_to_memory(&out, message.len) == RNP_SUCCESS &&
	    rnp_dearmor(in, out) == RNP_SUCCESS &&
	    rnpwrap_octets(out, &octets))
		buf_add(&h->message, octets);
	rnp_output_destroy(out);
	rnp_input_destroy(in);
}

bool
hidden_begin(struct hidden *h, rnp_ffi_t ffi, struct str message)
{
	memset(h, 0, sizeof(*h));
	buf_init(&h->message, message.len);
	take_binary(h, message);
	if (!h->message.failed)
		find(h);
	if (h->count > 0)
		find_keys(h, ffi);
	return h->ids > 0;
}

void
hidden_end(struct hidden *h)
{
	buf_free(&h->message);
}

struct str
hidden_with(struct hidden *h, size_t n)
{
	for (size_t i = 0; i < h->count; i++)
		memcpy(h->message.ptr + h->at[i], h->id[n], KEY_ID);
	return buf_str(&h->message);
}
