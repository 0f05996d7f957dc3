/* msg_queue.c - the tables of msg_queue.h. */

#include "ipc/msg_queue.h"

enum { SENDER_MAX = LOCAL_PART_MAX + DOMAIN_OCTETS_MAX + 1 };

static const struct field ask[] = {
	FIELD_U64_OF(msg_queue_ask, id),
	FIELD_U32_OF(msg_queue_ask, most),
};

static const struct field domains[] = {
	FIELD_U64_OF(msg_queue_domains, id),
	FIELD_U64_OF(msg_queue_domains, next),
	FIELD_STR_OF(msg_queue_domains, domains, QUEUE_DOMAINS_MAX),
};

static const struct field take[] = {
	FIELD_U64_OF(msg_queue_take, id),
	FIELD_U32_OF(msg_queue_take, most),
	FIELD_U64_OF(msg_queue_take, letter),
	FIELD_U32_OF(msg_queue_take, rcpt),
	FIELD_STR_OF(msg_queue_take, domain, DOMAIN_OCTETS_MAX),
};

static const struct field entry[] = {
	FIELD_U64_OF(msg_queue_entry, id),
	FIELD_U64_OF(msg_queue_entry, letter),
	FIELD_U32_OF(msg_queue_entry, rcpt),
	FIELD_U32_OF(msg_queue_entry, state),
	FIELD_U32_OF(msg_queue_entry, owed),
	FIELD_U64_OF(msg_queue_entry, entered),
	FIELD_U64_OF(msg_queue_entry, tried),
	FIELD_U64_OF(msg_queue_entry, octets),
	FIELD_U64_OF(msg_queue_entry, size),
	FIELD_U32_OF(msg_queue_entry, flags),
	FIELD_U32_OF(msg_queue_entry, notify),
	FIELD_U32_OF(msg_queue_entry, attempts),
	FIELD_STR_OF(msg_queue_entry, sender, SENDER_MAX),
	FIELD_STR_OF(msg_queue_entry, envid, ENVID_MAX),
	FIELD_STR_OF(msg_queue_entry, local, LOCAL_PART_MAX),
	FIELD_STR_OF(msg_queue_entry, domain, DOMAIN_OCTETS_MAX),
	FIELD_STR_OF(msg_queue_entry, orcpt, ORCPT_MAX),
	FIELD_STR_OF(msg_queue_entry, message_id, MESSAGE_ID_MAX),
	FIELD_STR_OF(msg_queue_entry, wrapped, WRAPPED_KEY),
	FIELD_STR_OF(msg_queue_entry, status, STATUS_CODE_MAX),
	FIELD_STR_OF(msg_queue_entry, reply, QUEUE_REPLY_MAX),
	FIELD_STR_OF(msg_queue_entry, host, DOMAIN_OCTETS_MAX),
};

static const struct field asked[] = {
	FIELD_U64_OF(msg_queue_asked, id),
	FIELD_U32_OF(msg_queue_asked, more),
};

static const struct field body[] = {
	FIELD_U64_OF(msg_queue_body, letter),
	FIELD_U64_OF(msg_queue_body, size),
};

static const struct field mark[] = {
	FIELD_U64_OF(msg_queue_mark, letter),
	FIELD_U32_OF(msg_queue_mark, rcpt),
	FIELD_U32_OF(msg_queue_mark, verdict),
	FIELD_U32_OF(msg_queue_mark, relayed),
	FIELD_STR_OF(msg_queue_mark, domain, DOMAIN_OCTETS_MAX),
	FIELD_STR_OF(msg_queue_mark, status, STATUS_CODE_MAX),
	FIELD_STR_OF(msg_queue_mark, reply, QUEUE_REPLY_MAX),
	FIELD_STR_OF(msg_queue_mark, host, DOMAIN_OCTETS_MAX),
	FIELD_STR_OF(msg_queue_mark, facts, QUEUE_FACTS_MAX),
};

static const struct field notice[] = {
	FIELD_U64_OF(msg_queue_notice, letter),
	FIELD_U32_OF(msg_queue_notice, owed),
	FIELD_U32_OF(msg_queue_notice, upto),
	FIELD_U64_OF(msg_queue_notice, size),
};

static const struct field boot[] = {
	FIELD_STR_OF(msg_queue_boot, id, BOOT_ID),
};

static const struct field delivered[] = {
	FIELD_U64_OF(msg_store_delivered, group),
	FIELD_U32_OF(msg_store_delivered, verdict),
	FIELD_U32_OF(msg_store_delivered, reason),
};

static const struct field notice_is[] = {
	FIELD_U64_OF(msg_queue_notice_is, letter),
	FIELD_U32_OF(msg_queue_notice_is, verdict),
	FIELD_STR_OF(msg_queue_notice_is, target, TARGET_SIZE),
	FIELD_STR_OF(msg_queue_notice_is, user, USER_MAX),
};

const struct field_msg msg_queue[QUEUE_TYPES] = {
	[MSG_CHILD]	  = FIELD_MSG_CHILD,
	[QUEUE_ASK]	  = FIELD_MSG("ask", msg_queue_ask, ask, 0),
	[QUEUE_DOMAINS]	  = FIELD_MSG("domains", msg_queue_domains, domains,
			      0),
	[QUEUE_TAKE]	  = FIELD_MSG("take", msg_queue_take, take, 0),
	[QUEUE_OWED]	  = FIELD_MSG("owed", msg_queue_ask, ask, 0),
	[QUEUE_ENTRY]	  = FIELD_MSG("entry", msg_queue_entry, entry, 0),
	[QUEUE_ASKED]	  = FIELD_MSG("asked", msg_queue_asked, asked, 0),
	[QUEUE_NEWS]	  = FIELD_MSG_EMPTY("news", 0),
	[QUEUE_BODY]	  = FIELD_MSG("body", msg_queue_body, body, 0),
	[QUEUE_BODY_IS]	  = FIELD_MSG("body_is", msg_queue_body, body, 1),
	[QUEUE_NO_BODY]	  = FIELD_MSG("no_body", msg_queue_body, body, 0),
	[QUEUE_MARK]	  = FIELD_MSG("mark", msg_queue_mark, mark, 0),
	[QUEUE_LOST]	  = FIELD_MSG("lost", msg_queue_body, body, 0),
	[QUEUE_NOTICE]	  = FIELD_MSG("notice", msg_queue_notice, notice, 0),
	[QUEUE_NOTICE_IS] = FIELD_MSG("notice_is", msg_queue_notice_is,
			      notice_is, 0),
	[QUEUE_DELIVER]	  = FIELD_MSG("deliver", msg_store_deliver,
			      fields_deliver, 1),
	[QUEUE_DELIVERED] = FIELD_MSG("delivered", msg_store_delivered,
			      delivered, 0),
	[QUEUE_BOOT]	  = FIELD_MSG("boot", msg_queue_boot, boot, 0),
};

static const struct field go[] = {
	FIELD_U64_OF(msg_send_go, attempt),
};

static const struct field to[] = {
	FIELD_STR_OF(msg_send_to, domain, DOMAIN_OCTETS_MAX + 8),
	FIELD_U32_OF(msg_send_to, smart),
	FIELD_U32_OF(msg_send_to, flags),
};

static const struct field message[] = {
	FIELD_U64_OF(msg_send_message, letter),
	FIELD_U64_OF(msg_send_message, size),
	FIELD_U64_OF(msg_send_message, octets),
	FIELD_U32_OF(msg_send_message, flags),
	FIELD_STR_OF(msg_send_message, sender, SENDER_MAX),
	FIELD_STR_OF(msg_send_message, envid, ENVID_MAX),
	FIELD_STR_OF(msg_send_message, key, LETTER_KEY),
	FIELD_STR_OF(msg_send_message, rcpts, RCPT_RECORDS_MAX),
};

static const struct field result[] = {
	FIELD_U64_OF(msg_send_result, letter),
	FIELD_U32_OF(msg_send_result, rcpt),
	FIELD_U32_OF(msg_send_result, verdict),
	FIELD_U32_OF(msg_send_result, relayed),
	FIELD_STR_OF(msg_send_result, status, STATUS_CODE_MAX),
	FIELD_STR_OF(msg_send_result, reply, QUEUE_REPLY_MAX),
	FIELD_STR_OF(msg_send_result, host, DOMAIN_OCTETS_MAX),
	FIELD_STR_OF(msg_send_result, facts, QUEUE_FACTS_MAX),
};

const struct field_msg msg_send[SEND_TYPES] = {
	[MSG_CHILD]    = FIELD_MSG_CHILD,
	[SEND_GO]      = FIELD_MSG("go", msg_send_go, go, 0),
	[SEND_READY]   = FIELD_MSG("ready", msg_send_go, go, 0),
	[SEND_TO]      = FIELD_MSG("to", msg_send_to, to, 0),
	[SEND_MESSAGE] = FIELD_MSG("message", msg_send_message, message, 1),
	[SEND_RESULT]  = FIELD_MSG("result", msg_send_result, result, 0),
	[SEND_NEXT]    = FIELD_MSG_EMPTY("next", 0),
	[SEND_NO_MORE] = FIELD_MSG_EMPTY("no_more", 0),
	[SEND_TALKS]   = FIELD_MSG_EMPTY("talks", 0),
};
