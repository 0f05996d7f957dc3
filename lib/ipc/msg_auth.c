/* msg_auth.c - the table of msg_auth.h. */

#include "ipc/msg_auth.h"

static const struct field start[] = {
	FIELD_U32_OF(msg_auth_start, mech),
	FIELD_STR_OF(msg_auth_start, binding_name, 32),
	FIELD_STR_OF(msg_auth_start, binding, BINDING_MAX),
	FIELD_STR_OF(msg_auth_start, initial, SASL_MAX),
};

static const struct field data[] = {
	FIELD_STR_OF(msg_auth_data, data, SASL_MAX),
};

static const struct field ok[] = {
	FIELD_STR_OF(msg_auth_ok, data, SASL_MAX),
	FIELD_STR_OF(msg_auth_ok, user, USER_MAX),
	FIELD_U64_OF(msg_auth_ok, account),
};

static const struct field failed[] = {
	FIELD_U32_OF(msg_auth_failed, verdict),
	FIELD_STR_OF(msg_auth_failed, data, SASL_MAX),
};

static const struct field pair[] = {
	FIELD_STR_OF(msg_auth_pair, token, 16),
	FIELD_STR_OF(msg_auth_pair, device, DEVICE_MAX),
	FIELD_U32_OF(msg_auth_pair, iterations),
	FIELD_STR_OF(msg_auth_pair, salt, SALT_MAX),
	FIELD_STR_OF(msg_auth_pair, stored_key, VERIFIER_KEY),
	FIELD_STR_OF(msg_auth_pair, server_key, VERIFIER_KEY),
	FIELD_U64_OF(msg_auth_pair, size),
};

static const struct field paired[] = {
	FIELD_U32_OF(msg_auth_paired, verdict),
	FIELD_STR_OF(msg_auth_paired, why, 64),
	FIELD_STR_OF(msg_auth_paired, user, ADDRESS_TEXT_MAX),
};

const struct field_msg msg_auth[AUTH_TYPES] = {
	[MSG_CHILD]	 = FIELD_MSG_CHILD,
	[AUTH_START]	 = FIELD_MSG("start", msg_auth_start, start, 0),
	[AUTH_RESPONSE]	 = FIELD_MSG("response", msg_auth_data, data, 0),
	[AUTH_CHALLENGE] = FIELD_MSG("challenge", msg_auth_data, data, 0),
	[AUTH_OK]	 = FIELD_MSG("ok", msg_auth_ok, ok, 2),
	[AUTH_FAILED]	 = FIELD_MSG("failed", msg_auth_failed, failed, 0),
	[AUTH_SENDER]	 = FIELD_MSG("sender", msg_auth_ok, ok, 1),
	[AUTH_PAIR]	 = FIELD_MSG("pair", msg_auth_pair, pair, 1),
	[AUTH_PAIR_BARE] = FIELD_MSG("pair-bare", msg_auth_pair, pair, 0),
	[AUTH_PAIRED]	 = FIELD_MSG("paired", msg_auth_paired, paired, 0),
	[AUTH_WEB]	 = FIELD_MSG("web", msg_auth_ok, ok, 4),
};
