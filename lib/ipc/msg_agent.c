/* msg_agent.c - the table of msg_agent.h. */

#include "ipc/msg_agent.h"

static const struct field make[] = {
	FIELD_U64_OF(msg_agent_make, id),
	FIELD_U32_OF(msg_agent_make, how),
	FIELD_U32_OF(msg_agent_make, idle),
	FIELD_U64_OF(msg_agent_make, expires),
	FIELD_STR_OF(msg_agent_make, address, AGENT_NAME_MAX),
	FIELD_STR_OF(msg_agent_make, name, AGENT_NAME_MAX),
	FIELD_STR_OF(msg_agent_make, passphrase, AGENT_PASSPHRASE_MAX),
	FIELD_STR_OF(msg_agent_make, key_secret, AGENT_PASSPHRASE_MAX),
};

static const struct field unlock[] = {
	FIELD_U64_OF(msg_agent_unlock, id),
	FIELD_U32_OF(msg_agent_unlock, idle),
	FIELD_STR_OF(msg_agent_unlock, passphrase, AGENT_PASSPHRASE_MAX),
};

static const struct field rekey[] = {
	FIELD_U64_OF(msg_agent_rekey, id),
	FIELD_STR_OF(msg_agent_rekey, passphrase, AGENT_PASSPHRASE_MAX),
	FIELD_STR_OF(msg_agent_rekey, next, AGENT_PASSPHRASE_MAX),
};

static const struct field extend[] = {
	FIELD_U64_OF(msg_agent_extend, id),
	FIELD_U64_OF(msg_agent_extend, expires),
};

static const struct field set[] = {
	FIELD_U64_OF(msg_agent_set, id),
	FIELD_U32_OF(msg_agent_set, kind),
	FIELD_STR_OF(msg_agent_set, value, AGENT_VALUE_MAX),
};

static const struct field give[] = {
	FIELD_U64_OF(msg_agent_give, id),
	FIELD_U32_OF(msg_agent_give, what),
	FIELD_U32_OF(msg_agent_give, number),
	FIELD_STR_OF(msg_agent_give, passphrase, AGENT_PASSPHRASE_MAX),
	FIELD_STR_OF(msg_agent_give, protect, AGENT_PASSPHRASE_MAX),
};

static const struct field ask[] = {
	FIELD_U64_OF(msg_agent_ask, id),
};

static const struct field get[] = {
	FIELD_U64_OF(msg_agent_get, id),
	FIELD_U32_OF(msg_agent_get, kind),
};

static const struct field open[] = {
	FIELD_U64_OF(msg_agent_open, id),
	FIELD_U32_OF(msg_agent_open, clear),
	FIELD_U64_OF(msg_agent_open, most),
};

static const struct field write[] = {
	FIELD_U64_OF(msg_agent_write, id),
	FIELD_U32_OF(msg_agent_write, sign),
	FIELD_U32_OF(msg_agent_write, detached),
};

static const struct field refused[] = {
	FIELD_U64_OF(msg_agent_refused, id),
	FIELD_U32_OF(msg_agent_refused, verdict),
	FIELD_STR_OF(msg_agent_refused, why, 64),
	FIELD_STR_OF(msg_agent_refused, detail, 64),
};

static const struct field done[] = {
	FIELD_U64_OF(msg_agent_done, id),
};

static const struct field unlocked[] = {
	FIELD_U64_OF(msg_agent_unlocked, id),
	FIELD_U32_OF(msg_agent_unlocked, weak),
};

static const struct field status_is[] = {
	FIELD_U64_OF(msg_agent_status_is, id),
	FIELD_U32_OF(msg_agent_status_is, unlocked),
	FIELD_STR_OF(msg_agent_status_is, address, AGENT_NAME_MAX),
	FIELD_STR_OF(msg_agent_status_is, fingerprint, 64),
	FIELD_STR_OF(msg_agent_status_is, user_id, 1024),
	FIELD_STR_OF(msg_agent_status_is, algorithm, 64),
	FIELD_U64_OF(msg_agent_status_is, created),
	FIELD_U64_OF(msg_agent_status_is, expires),
};

static const struct field value_is[] = {
	FIELD_U64_OF(msg_agent_value_is, id),
	FIELD_STR_OF(msg_agent_value_is, value, AGENT_VALUE_MAX),
};

static const struct field opened[] = {
	FIELD_U64_OF(msg_agent_opened, id),
	FIELD_U32_OF(msg_agent_opened, encrypted),
	FIELD_U32_OF(msg_agent_opened, recipients),
	FIELD_U32_OF(msg_agent_opened, signatures),
	FIELD_STR_OF(msg_agent_opened, mode, 32),
	FIELD_STR_OF(msg_agent_opened, cipher, 32),
	FIELD_STR_OF(msg_agent_opened, key_id, 32),
	FIELD_STR_OF(msg_agent_opened, signed_by, AGENT_SIGNED_MAX),
};

const struct field_msg msg_agent[AGENT_TYPES] = {
	[AGENT_MAKE] = FIELD_MSG("make", msg_agent_make, make, 1),
	[AGENT_UNLOCK] = FIELD_MSG("unlock", msg_agent_unlock, unlock, 1),
	[AGENT_REKEY] = FIELD_MSG("rekey", msg_agent_rekey, rekey, 0),
	[AGENT_EXTEND] = FIELD_MSG("extend", msg_agent_extend, extend, 0),
	[AGENT_SET] = FIELD_MSG("set", msg_agent_set, set, 0),
	[AGENT_GIVE] = FIELD_MSG("give", msg_agent_give, give, 0),
	[AGENT_LOCK] = FIELD_MSG("lock", msg_agent_ask, ask, 0),
	[AGENT_STATUS] = FIELD_MSG("status", msg_agent_ask, ask, 0),
	[AGENT_GET] = FIELD_MSG("get", msg_agent_get, get, 0),
	[AGENT_OPEN] = FIELD_MSG("open", msg_agent_open, open, 2),
	[AGENT_VERIFY] = FIELD_MSG("verify", msg_agent_ask, ask, 3),
	[AGENT_WRITE] = FIELD_MSG("write", msg_agent_write, write, 2),
	[AGENT_USED] = FIELD_MSG_EMPTY("used", 0),
	[AGENT_REFUSED] = FIELD_MSG("refused", msg_agent_refused, refused, 0),
	[AGENT_CONTAINER] = FIELD_MSG("container", msg_agent_done, done, 1),
	[AGENT_UNLOCKED] =
	    FIELD_MSG("unlocked", msg_agent_unlocked, unlocked, 1),
	[AGENT_GIVEN] = FIELD_MSG("given", msg_agent_done, done, 1),
	[AGENT_STATUS_IS] =
	    FIELD_MSG("status_is", msg_agent_status_is, status_is, 0),
	[AGENT_VALUE_IS] =
	    FIELD_MSG("value_is", msg_agent_value_is, value_is, 0),
	[AGENT_OPENED] = FIELD_MSG("opened", msg_agent_opened, opened, 1),
	[AGENT_WRITTEN] = FIELD_MSG("written", msg_agent_done, done, 1),
};
