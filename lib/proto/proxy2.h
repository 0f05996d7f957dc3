/*
 * proxy2.h - whose connection is it that a gate passes on?
 *
 * Pure.  The PROXY protocol, version 2 (binary), as written by HAProxy: 12
 * octets of signature, version and command, family, a length, addresses,
 * TLVs (not looked at).
 */
#ifndef PROTO_PROXY2_H
#define PROTO_PROXY2_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum {
	PROXY2_HEAD = 16,	/* octets up to and with the length */
	PROXY2_MAX = PROXY2_HEAD + 1024,	/* a header that we take */
};

enum proxy2_status {
	PROXY2_OK,
	PROXY2_MORE,		/* so far it may become one; read on */
	PROXY2_BAD,
};

enum proxy2_family {
	PROXY2_NONE,		/* the proxy's own: a health check, or unknown;
				   the connection's addresses hold */
	PROXY2_IPV4,
	PROXY2_IPV6,
};

struct proxy2 {
	enum proxy2_family family;
	unsigned char source[16];	/* 4 or 16 of them, network order */
	uint16_t source_port;
	size_t len;		/* octets of the header, TLVs included */
};

enum proxy2_status proxy2_parse(struct str in, struct proxy2 *out);

/* Does this begin like one?  For those who may not send any. */
bool proxy2_is_signature(struct str in);

#endif
