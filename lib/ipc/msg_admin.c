/* msg_admin.c - the table of msg_admin.h, and packed pairs. */

#include "ipc/msg_admin.h"

static const struct field call[] = {
	FIELD_U64_OF(msg_admin_call, id),
	FIELD_STR_OF(msg_admin_call, verb, ADMIN_VERB_MAX),
	FIELD_STR_OF(msg_admin_call, args, ADMIN_ARGS_MAX),
};

static const struct field row[] = {
	FIELD_U64_OF(msg_admin_row, id),
	FIELD_STR_OF(msg_admin_row, row, ADMIN_ARGS_MAX),
};

static const struct field end[] = {
	FIELD_U64_OF(msg_admin_end, id),
	FIELD_U32_OF(msg_admin_end, verdict),
	FIELD_STR_OF(msg_admin_end, why, 64),
	FIELD_STR_OF(msg_admin_end, detail, WHY_MAX),
};

static const struct field channel[] = {
	FIELD_U64_OF(msg_admin_channel, id),
};

const struct field_msg msg_admin[ADMIN_TYPES] = {
	[ADMIN_CALL]	  = FIELD_MSG("call", msg_admin_call, call, 0),
	[ADMIN_CALL_FILE] = FIELD_MSG("call_file", msg_admin_call, call, 1),
	[ADMIN_ROW]	  = FIELD_MSG("row", msg_admin_row, row, 0),
	[ADMIN_END]	  = FIELD_MSG("end", msg_admin_end, end, 0),
	[ADMIN_CHANNEL]	  = FIELD_MSG("channel", msg_admin_channel, channel, 1),
};

void
admin_put(struct buf *out, struct str key, struct str value)
{
	field_put_str(out, key);
	field_put_str(out, value);
}

void
admin_put_u64(struct buf *out, struct str key, uint64_t value)
{
	struct buf digits;

	buf_init(&digits, 32);
	buf_add_u64(&digits, value);
	admin_put(out, key, buf_str(&digits));
	buf_free(&digits);
}

bool
admin_take(struct str *in, struct str *key, struct str *value)
{
	struct str rest = *in;

	if (!field_take_str(&rest, key) || !field_take_str(&rest, value))
		return false;
	*in = rest;
	return true;
}

bool
admin_get(struct str pairs, struct str key, struct str *value)
{
	struct str k, v;

	while (admin_take(&pairs, &k, &v))
		if (str_eq(k, key)) {
			*value = v;
			return true;
		}
	return false;
}
