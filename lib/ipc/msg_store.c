/* msg_store.c - the table of msg_store.h. */

#include "ipc/msg_store.h"

static const struct field rcpt[] = {
	FIELD_STR_OF(msg_store_rcpt, local, LOCAL_PART_MAX),
	FIELD_STR_OF(msg_store_rcpt, domain, DOMAIN_OCTETS_MAX),
	FIELD_U64_OF(msg_store_rcpt, size),
};

static const struct field rcpt_is[] = {
	FIELD_U32_OF(msg_store_rcpt_is, verdict),
	FIELD_U32_OF(msg_store_rcpt_is, reason),
	FIELD_STR_OF(msg_store_rcpt_is, targets, TARGETS_MAX * TARGET_SIZE),
};

const struct field fields_deliver[11] = {
	FIELD_U64_OF(msg_store_deliver, ticket),
	FIELD_U64_OF(msg_store_deliver, group),
	FIELD_U32_OF(msg_store_deliver, part),
	FIELD_U32_OF(msg_store_deliver, parts),
	FIELD_U64_OF(msg_store_deliver, account),
	FIELD_U32_OF(msg_store_deliver, cert),
	FIELD_U32_OF(msg_store_deliver, head_len),
	FIELD_U64_OF(msg_store_deliver, size),
	FIELD_U64_OF(msg_store_deliver, date),
	FIELD_STR_OF(msg_store_deliver, refs, REFS_MAX * 8),
	FIELD_U32_OF(msg_store_deliver, attached),
};

static const struct field delivered[] = {
	FIELD_U64_OF(msg_store_delivered, group),
	FIELD_U32_OF(msg_store_delivered, verdict),
	FIELD_U32_OF(msg_store_delivered, reason),
};

static const struct field cert[] = {
	FIELD_U64_OF(msg_store_cert, account),
	FIELD_U32_OF(msg_store_cert, cert),
};

static const struct field cert_is[] = {
	FIELD_U64_OF(msg_store_cert_is, account),
	FIELD_U32_OF(msg_store_cert_is, cert),
	FIELD_U32_OF(msg_store_cert_is, verdict),
	FIELD_STR_OF(msg_store_cert_is, use, CERT_USE_MAX),
};

static const struct field login[] = {
	FIELD_U64_OF(msg_store_login, id),
	FIELD_STR_OF(msg_store_login, user, USER_MAX),
};

static const struct field login_is[] = {
	FIELD_U64_OF(msg_store_login_is, id),
	FIELD_U32_OF(msg_store_login_is, verdict),
	FIELD_U64_OF(msg_store_login_is, account),
	FIELD_U32_OF(msg_store_login_is, iterations),
	FIELD_STR_OF(msg_store_login_is, salt, SALT_MAX),
	FIELD_STR_OF(msg_store_login_is, stored_key, VERIFIER_KEY),
	FIELD_STR_OF(msg_store_login_is, server_key, VERIFIER_KEY),
	FIELD_STR_OF(msg_store_login_is, name, ADDRESS_TEXT_MAX),
};

static const struct field bind[] = {
	FIELD_U64_OF(msg_store_bind, id),
	FIELD_U64_OF(msg_store_bind, account),
	FIELD_U32_OF(msg_store_bind, kind),
	FIELD_STR_OF(msg_store_bind, device, DEVICE_MAX),
};

static const struct field pair_find[] = {
	FIELD_U64_OF(msg_store_pair_find, id),
	FIELD_STR_OF(msg_store_pair_find, hash, PAIR_HASH),
};

static const struct field pair[] = {
	FIELD_U64_OF(msg_store_pair, id),
	FIELD_STR_OF(msg_store_pair, hash, PAIR_HASH),
	FIELD_STR_OF(msg_store_pair, args, PAIR_ARGS_MAX),
};

static const struct field pair_is[] = {
	FIELD_U64_OF(msg_store_pair_is, id),
	FIELD_U32_OF(msg_store_pair_is, verdict),
	FIELD_STR_OF(msg_store_pair_is, why, 64),
	FIELD_STR_OF(msg_store_pair_is, name, ADDRESS_TEXT_MAX),
};

static const struct field bound[] = {
	FIELD_U64_OF(msg_store_bound, id),
	FIELD_U32_OF(msg_store_bound, verdict),
};

static const struct field may_send[] = {
	FIELD_STR_OF(msg_store_may_send, local, LOCAL_PART_MAX),
	FIELD_STR_OF(msg_store_may_send, domain, DOMAIN_OCTETS_MAX),
};

static const struct field may_send_is[] = {
	FIELD_U32_OF(msg_store_may_send_is, verdict),
	FIELD_U32_OF(msg_store_may_send_is, reason),
};

static const struct field sent[] = {
	FIELD_STR_OF(msg_store_sent, message_id, MESSAGE_ID_MAX),
	FIELD_U64_OF(msg_store_sent, size),
};

static const struct field enqueue[] = {
	FIELD_U64_OF(msg_store_enqueue, group),
	FIELD_U32_OF(msg_store_enqueue, part),
	FIELD_U32_OF(msg_store_enqueue, parts),
	FIELD_U32_OF(msg_store_enqueue, flags),
	FIELD_U64_OF(msg_store_enqueue, size),
	FIELD_U64_OF(msg_store_enqueue, octets),
	FIELD_U64_OF(msg_store_enqueue, date),
	FIELD_STR_OF(msg_store_enqueue, sender, LOCAL_PART_MAX +
	    DOMAIN_OCTETS_MAX + 1),
	FIELD_STR_OF(msg_store_enqueue, envid, ENVID_MAX),
	FIELD_STR_OF(msg_store_enqueue, message_id, MESSAGE_ID_MAX),
	FIELD_STR_OF(msg_store_enqueue, wrapped, WRAPPED_KEY),
	FIELD_STR_OF(msg_store_enqueue, rcpts, RCPT_RECORDS_MAX),
};

static const struct field submission[] = {
	FIELD_U64_OF(msg_store_submission, group),
	FIELD_U32_OF(msg_store_submission, part),
	FIELD_U32_OF(msg_store_submission, parts),
	FIELD_U64_OF(msg_store_submission, id),
	FIELD_U64_OF(msg_store_submission, email),
	FIELD_U64_OF(msg_store_submission, thread),
	FIELD_U64_OF(msg_store_submission, identity),
	FIELD_U64_OF(msg_store_submission, date),
	FIELD_STR_OF(msg_store_submission, envelope, ENVELOPE_MAX),
};

static const struct field contact[] = {
	FIELD_STR_OF(msg_store_contact, address, ADDRESS_TEXT_MAX),
};

static const struct field contact_is[] = {
	FIELD_U32_OF(msg_store_contact_is, verdict),
	FIELD_STR_OF(msg_store_contact_is, cert, CERT_USE_MAX),
};

const struct field_msg msg_store[STORE_TYPES] = {
	[MSG_CHILD]	  = FIELD_MSG_CHILD,
	[STORE_RCPT]	  = FIELD_MSG("rcpt", msg_store_rcpt, rcpt, 0),
	[STORE_RCPT_IS]	  = FIELD_MSG("rcpt_is", msg_store_rcpt_is, rcpt_is, 0),
	[STORE_DELIVER]	  = FIELD_MSG("deliver", msg_store_deliver,
			      fields_deliver, 1),
	[STORE_DELIVERED] = FIELD_MSG("delivered", msg_store_delivered,
			      delivered, 0),
	[STORE_CERT]	  = FIELD_MSG("cert", msg_store_cert, cert, 0),
	[STORE_CERT_IS]	  = FIELD_MSG("cert_is", msg_store_cert_is, cert_is, 0),
	[STORE_LOGIN]	  = FIELD_MSG("login", msg_store_login, login, 0),
	[STORE_LOGIN_IS]  = FIELD_MSG("login_is", msg_store_login_is,
			      login_is, 0),
	[STORE_BIND]	  = FIELD_MSG("bind", msg_store_bind, bind, 0),
	[STORE_BOUND]	  = FIELD_MSG("bound", msg_store_bound, bound, 2),
	[STORE_NOT_BOUND] = FIELD_MSG("not_bound", msg_store_bound, bound, 0),
	[STORE_BOUND_SENDER] = FIELD_MSG("bound_sender", msg_store_bound,
			      bound, 1),
	[STORE_PAIR_FIND] = FIELD_MSG("pair_find", msg_store_pair_find,
			      pair_find, 0),
	[STORE_PAIR]	  = FIELD_MSG("pair", msg_store_pair, pair, 0),
	[STORE_PAIR_IS]	  = FIELD_MSG("pair_is", msg_store_pair_is, pair_is, 0),
	[STORE_MAY_SEND]  = FIELD_MSG("may_send", msg_store_may_send,
			      may_send, 0),
	[STORE_MAY_SEND_IS] = FIELD_MSG("may_send_is", msg_store_may_send_is,
			      may_send_is, 0),
	[STORE_SENT]	  = FIELD_MSG("sent", msg_store_sent, sent, 0),
	[STORE_ENQUEUE]	  = FIELD_MSG("enqueue", msg_store_enqueue,
			      enqueue, 1),
	[STORE_BOUND_WEB] = FIELD_MSG("bound_web", msg_store_bound, bound, 4),
	[STORE_SUBMISSION] = FIELD_MSG("submission", msg_store_submission,
			      submission, 0),
	[STORE_CONTACT]	  = FIELD_MSG("contact", msg_store_contact, contact, 0),
	[STORE_CONTACT_IS] = FIELD_MSG("contact_is", msg_store_contact_is,
			      contact_is, 0),
};

void
msg_target_put(struct buf *out, const struct msg_target *t)
{
	field_put_u64(out, t->ticket);
	field_put_u64(out, t->account);
	field_put_u32(out, t->cert);
}

bool
msg_target_take(struct str *in, struct msg_target *t)
{
	return field_take_u64(in, &t->ticket) &&
	    field_take_u64(in, &t->account) && field_take_u32(in, &t->cert);
}

void
msg_rcpt_put(struct buf *out, const struct msg_rcpt *r)
{
	field_put_u32(out, r->notify);
	field_put_str(out, r->local);
	field_put_str(out, r->domain);
	field_put_str(out, r->orcpt);
}

bool
msg_rcpt_take(struct str *in, struct msg_rcpt *r)
{
	return field_take_u32(in, &r->notify) &&
	    field_take_str(in, &r->local) && field_take_str(in, &r->domain) &&
	    field_take_str(in, &r->orcpt);
}
