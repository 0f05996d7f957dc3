/* msg_dns.c - the table of msg_dns.h. */

#include "ipc/msg_dns.h"

static const struct field ask[] = {
	FIELD_U64_OF(msg_dns_ask, id),
	FIELD_U32_OF(msg_dns_ask, type),
	FIELD_STR_OF(msg_dns_ask, name, DNS_NAME_MAX),
};

static const struct field answer[] = {
	FIELD_U64_OF(msg_dns_answer, id),
	FIELD_U32_OF(msg_dns_answer, status),
	FIELD_U32_OF(msg_dns_answer, secure),
	FIELD_U32_OF(msg_dns_answer, ttl),
	FIELD_STR_OF(msg_dns_answer, canonical, DNS_NAME_MAX),
	FIELD_STR_OF(msg_dns_answer, why, WHY_MAX),
	FIELD_STR_OF(msg_dns_answer, records, DNS_DATA_MAX),
};

const struct field_msg msg_dns[DNS_TYPES] = {
	[MSG_CHILD]  = FIELD_MSG_CHILD,
	[DNS_ASK]    = FIELD_MSG("ask", msg_dns_ask, ask, 0),
	[DNS_ANSWER] = FIELD_MSG("answer", msg_dns_answer, answer, 0),
};
