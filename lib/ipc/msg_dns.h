/*
 * msg_dns.h - questions to the resolver, and what it makes of the answers.
 *
 * From a child of send (later: mx, fetch) to dns.  DNSSEC is validated there;
 * what is bogus is never handed on.
 */
#ifndef IPC_MSG_DNS_H
#define IPC_MSG_DNS_H

#include "ipc/msg_role.h"

enum {
	DNS_NAME_MAX = 255,
	DNS_RECORDS_MAX = 100,		/* handed on; the rest is dropped */
	DNS_DATA_MAX = 32768,
	DNS_QUESTIONS_MAX = 32,		/* of one child, under way */
};

enum msg_dns {
	DNS_ASK = 1,
	DNS_ANSWER,
	DNS_TYPES,
};

enum dns_status {
	DNS_OK,			/* records may be none: NODATA */
	DNS_NO_NAME,		/* NXDOMAIN */
	DNS_BOGUS,		/* DNSSEC says: forged or broken */
	DNS_FAILED,		/* SERVFAIL, refused, unreachable */
	DNS_TIMEOUT,
};

struct msg_dns_ask {
	uint64_t id;
	uint32_t type;		/* of the record: 1 A, 15 MX, 28 AAAA, … */
	struct str name;	/* as text, without the last dot needed */
};

struct msg_dns_answer {
	uint64_t id;
	uint32_t status;	/* enum dns_status */
	uint32_t secure;	/* 1: validated by DNSSEC, with all CNAMEs */
	uint32_t ttl;
	struct str canonical;	/* the name after all CNAMEs, as text */
	struct str why;		/* for people, when it is bogus or failed */
	struct str records;	/* packed: u32 length, rdata as on the wire,
				   names in it not compressed */
};

extern const struct field_msg msg_dns[DNS_TYPES];

#endif
