/* msg_role.c - the tables of msg_role.h. */

#include "ipc/msg_role.h"

const struct field fields_child[2] = {
	FIELD_U64_OF(msg_child, id),
	FIELD_STR_OF(msg_child, addr, ADDR_MAX),
};

static const struct field edge[] = {
	FIELD_STR_OF(msg_parent_edge, name, 32),
};

static const struct field ask[] = { FIELD_U64_OF(msg_parent_ask, id) };

static const struct field answer[] = {
	FIELD_U64_OF(msg_parent_answer, id),
	FIELD_U32_OF(msg_parent_answer, verdict),
	FIELD_STR_OF(msg_parent_answer, text, STATUS_MAX),
};

const struct field_msg msg_parent[PARENT_TYPES] = {
	[PARENT_EDGE]	= FIELD_MSG("edge", msg_parent_edge, edge, 1),
	[PARENT_CONF]	= FIELD_MSG_EMPTY("conf", 1),
	[PARENT_RETIRE]	= FIELD_MSG_EMPTY("retire", 0),
	[PARENT_READY]	= FIELD_MSG_EMPTY("ready", 0),
	[PARENT_KEY]	= FIELD_MSG_EMPTY("key", 3),
	[PARENT_LOCK]	= FIELD_MSG_EMPTY("lock", 0),
	[PARENT_RELOAD]	= FIELD_MSG("reload", msg_parent_ask, ask, 0),
	[PARENT_STATUS]	= FIELD_MSG("status", msg_parent_ask, ask, 0),
	[PARENT_ANSWER]	= FIELD_MSG("answer", msg_parent_answer, answer, 0),
};

static const struct field over[] = {
	FIELD_STR_OF(msg_hand_over, addr, ADDR_MAX),
};

const struct field_msg msg_hand[HAND_TYPES] = {
	[HAND_OVER]	= FIELD_MSG("over", msg_hand_over, over, 1),
};
