/*
 * dns_reply.h - what a DNS message says about a question (RFC 1035, 4).
 *
 * Pure, total.  CNAMEs are followed within the message; records of the type
 * that was asked for come out packed, their names no longer compressed:
 *
 *	u32 length (little-endian), rdata
 */
#ifndef PROTO_DNS_REPLY_H
#define PROTO_DNS_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "proto/dns_name.h"

enum dns_type {
	DNS_A = 1, DNS_CNAME = 5, DNS_MX = 15, DNS_TXT = 16, DNS_AAAA = 28,
	DNS_TLSA = 52,
};

enum {
	DNS_NOERROR = 0, DNS_NXDOMAIN = 3,
	DNS_CNAMES_MAX = 16,		/* in a row */
	DNS_TTL_MAX = 86400,
};

struct dns_reply {
	unsigned rcode;
	uint32_t ttl;			/* the least of all that count */
	struct dns_name canonical;	/* after all CNAMEs */
	size_t records;
};

/* At most `most` records are added to *out; what does not fit below its limit
 * is dropped.  false: not a DNS answer, or broken. */
bool dns_reply_parse(struct dns_reply *, struct str packet, unsigned type,
    size_t most, struct buf *out);

/* The next record off a packed list. */
bool dns_record_take(struct str *list, struct str *rdata);

#endif
