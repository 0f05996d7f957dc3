/* proxy2.c - whose connection is it that a gate passes on? */

#include "proto/proxy2.h"

#include <string.h>

static const char signature[12] = {
	0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
};

enum {
	AT_VERSION = 12, AT_FAMILY, AT_LENGTH,
	VERSION = 2, LOCAL = 0, PROXY = 1,
	TCP4 = 0x11, TCP6 = 0x21,
	TCP4_LEN = 12,		/* 2 addresses, 2 ports */
	TCP6_LEN = 36,
};

static unsigned
octet(struct str in, size_t at)
{
	return (unsigned char)in.ptr[at];
}

static unsigned
number(struct str in, size_t at)
{
	return octet(in, at) << 8 | octet(in, at + 1);
}

bool
proxy2_is_signature(struct str in)
{
	return in.len >= sizeof(signature) &&
	    memcmp(in.ptr, signature, sizeof(signature)) == 0;
}

static bool
take_source(struct str in, size_t octets, size_t need, struct proxy2 *out)
{
	if (out->len - PROXY2_HEAD < need)
		return false;
	memcpy(out->source, in.ptr + PROXY2_HEAD, octets);
	out->source_port = (uint16_t)number(in, PROXY2_HEAD + 2 * octets);
	return true;
}

static enum proxy2_status
take_addresses(struct str in, struct proxy2 *out)
{
	unsigned command = octet(in, AT_VERSION) & 15;

	if (command == LOCAL)
		return PROXY2_OK;
	switch (octet(in, AT_FAMILY)) {
	case TCP4:
		out->family = PROXY2_IPV4;
		return take_source(in, 4, TCP4_LEN, out) ? PROXY2_OK :
		    PROXY2_BAD;
	case TCP6:
		out->family = PROXY2_IPV6;
		return take_source(in, 16, TCP6_LEN, out) ? PROXY2_OK :
		    PROXY2_BAD;
	case 0:				/* unknown */
		return PROXY2_OK;
	default:			/* datagrams, paths: not for mail */
		return PROXY2_BAD;
	}
}

enum proxy2_status
proxy2_parse(struct str in, struct proxy2 *out)
{
	size_t look = in.len < sizeof(signature) ? in.len : sizeof(signature);

	*out = (struct proxy2){ 0 };
	if (look > 0 && memcmp(in.ptr, signature, look) != 0)
		return PROXY2_BAD;
	if (in.len < PROXY2_HEAD)
		return PROXY2_MORE;
	if (octet(in, AT_VERSION) >> 4 != VERSION ||
	    (octet(in, AT_VERSION) & 15) > PROXY)
		return PROXY2_BAD;
	out->len = PROXY2_HEAD + number(in, AT_LENGTH);
	if (out->len > PROXY2_MAX)
		return PROXY2_BAD;
	if (in.len < out->len)
		return PROXY2_MORE;
	return take_addresses(in, out);
}
