/*
 * dns_mx.h - which servers take mail for a domain, and in which order.
 *
 * Pure: randomness is an argument.  RFC 5321, 5.1; RFC 7505.
 */
#ifndef PROTO_DNS_MX_H
#define PROTO_DNS_MX_H

#include <stdint.h>

#include "proto/dns_name.h"

enum { DNS_MX_MAX = 100 };

struct dns_mx {
	uint16_t preference;
	uint32_t chance;		/* order among equals */
	char name[DNS_TEXT_MAX];	/* not NUL-terminated */
	size_t len;
};

enum dns_mx_kind {
	DNS_MX_NONE,		/* no MX: the domain's own addresses */
	DNS_MX_NULL,		/* it takes no mail at all: RFC 7505 */
	DNS_MX_SOME,
	DNS_MX_BROKEN,		/* records, but none that names a host */
};

/*
 * records is a packed list of MX rdata (dns_reply.h); chance holds a random
 * number for each of out[DNS_MX_MAX].  At most DNS_MX_MAX are taken, then
 * ordered: lowest preference first, equals by chance.  A host that stands
 * twice stays once.
 */
enum dns_mx_kind dns_mx_list(struct str records,
    const uint32_t chance[DNS_MX_MAX], struct dns_mx out[DNS_MX_MAX],
    size_t *n);

#endif
