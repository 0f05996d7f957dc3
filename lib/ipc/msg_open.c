/* msg_open.c - the table of msg_open.h. */

#include "ipc/msg_open.h"

static const struct field message[] = {
	FIELD_U64_OF(msg_open_message, id),
	FIELD_U64_OF(msg_open_message, size),
	FIELD_U32_OF(msg_open_message, images),
};

static const struct field is[] = {
	FIELD_U64_OF(msg_open_is, id),
	FIELD_U64_OF(msg_open_is, size),
	FIELD_U32_OF(msg_open_is, remote),
	FIELD_U32_OF(msg_open_is, attachments),
};

static const struct field failed[] = {
	FIELD_U64_OF(msg_open_failed, id),
	FIELD_U32_OF(msg_open_failed, verdict),
};

const struct field_msg msg_open[OPEN_TYPES] = {
	[MSG_CHILD]	= FIELD_MSG_CHILD,
	[OPEN_VIEW]	= FIELD_MSG("view", msg_open_message, message, 1),
	[OPEN_TEXT]	= FIELD_MSG("text", msg_open_message, message, 1),
	[OPEN_IS]	= FIELD_MSG("is", msg_open_is, is, 1),
	[OPEN_FAILED]	= FIELD_MSG("failed", msg_open_failed, failed, 0),
};
