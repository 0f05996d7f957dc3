/* certscan.c - what kind of OpenPGP octets are these? */

#include "pgp/certscan.h"

#include <stdint.h>

enum {
	TAG_SECRET = 5, TAG_PUBLIC = 6, TAG_SECRET_SUB = 7, TAG_USER_ID = 13,
	TAG_PUBLIC_SUB = 14,
};

static bool
take_number(struct str *in, unsigned octets, uint64_t *out)
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

/* Partial bodies are for data alone, RFC 9580, 4.2.1.4. */
static bool
take_new_length(struct str *in, uint64_t *out)
{
	uint64_t more;

	if (!take_number(in, 1, out))
		return false;
	if (*out < 192)
		return true;
	if (*out == 255)
		return take_number(in, 4, out);
	if (*out >= 224 || !take_number(in, 1, &more))
		return false;
	*out = ((*out - 192) << 8) + more + 192;
	return true;
}

static bool
take_packet(struct str *in, unsigned *tag, struct str *body)
{
	uint64_t c, len;
	bool ok;

	if (!take_number(in, 1, &c) || (c & 0x80) == 0)
		return false;
	if ((c & 0x40) != 0) {
		*tag = (unsigned)c & 63;
		ok = take_new_length(in, &len);
	} else {
		*tag = (unsigned)c >> 2 & 15;
		ok = (c & 3) != 3 && take_number(in, 1u << (c & 3), &len);
	}
	if (!ok || len > in->len)
		return false;
	*body = (struct str){ in->ptr, (size_t)len };
	in->ptr += body->len;
	in->len -= body->len;
	return true;
}

static void
count(struct certscan *s, unsigned tag)
{
	s->primaries += tag == TAG_PUBLIC;
	s->subkeys += tag == TAG_PUBLIC_SUB;
	s->secrets += tag == TAG_SECRET || tag == TAG_SECRET_SUB;
	s->secret_primaries += tag == TAG_SECRET;
	s->user_ids += tag == TAG_USER_ID;
}

bool
certscan(struct str in, struct certscan *out)
{
	struct str body;
	unsigned tag;

	*out = (struct certscan){ 0 };
	for (size_t n = 0; in.len > 0; n++) {
		if (n == CERTSCAN_PACKETS_MAX || !take_packet(&in, &tag, &body))
			return false;
		if (n == 0 && ((tag != TAG_PUBLIC && tag != TAG_SECRET) ||
		    body.len == 0))
			return false;
		if (n == 0)
			out->version = (unsigned char)body.ptr[0];
		count(out, tag);
	}
	return out->primaries + out->secrets > 0 &&
	    out->primaries + out->subkeys + out->secrets <= CERTSCAN_KEYS_MAX;
}
