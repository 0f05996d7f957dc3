/* msg_session.c - the tables of msg_session.h. */

#include "ipc/msg_session.h"

static const struct field read_index[] = {
	FIELD_U64_OF(msg_read_index, mailbox),
	FIELD_U32_OF(msg_read_index, from),
	FIELD_U64_OF(msg_read_index, since),
};

static const struct field read_quota[] = {
	FIELD_U64_OF(msg_read_quota, mailbox),
};

static const struct field read_messages[] = {
	FIELD_U64_OF(msg_read_messages, mailbox),
	FIELD_U32_OF(msg_read_messages, what),
	FIELD_U64_OF(msg_read_messages, offset),
	FIELD_U64_OF(msg_read_messages, length),
	FIELD_STR_OF(msg_read_messages, uids, UIDS_MAX * 4),
};

static const struct field read_answer[] = {
	FIELD_U32_OF(msg_read_answer, verdict),
	FIELD_U32_OF(msg_read_answer, more),
	FIELD_U64_OF(msg_read_answer, size),
};

static const struct field read_inline[] = {
	FIELD_U32_OF(msg_read_inline, verdict),
	FIELD_U32_OF(msg_read_inline, more),
	FIELD_STR_OF(msg_read_inline, data, READ_INLINE_MAX),
};

const struct field_msg msg_read[READ_TYPES] = {
	[READ_LIST]	= FIELD_MSG_EMPTY("list", 0),
	[READ_INDEX]	= FIELD_MSG("index", msg_read_index, read_index, 0),
	[READ_VANISHED]	= FIELD_MSG("vanished", msg_read_index, read_index, 0),
	[READ_KEYWORDS]	= FIELD_MSG("keywords", msg_read_index, read_index, 0),
	[READ_MESSAGES]	= FIELD_MSG("messages", msg_read_messages,
			    read_messages, 0),
	[READ_QUOTA]	= FIELD_MSG("quota", msg_read_quota, read_quota, 0),
	[READ_DATA]	= FIELD_MSG("data", msg_read_answer, read_answer, 1),
	[READ_INLINE]	= FIELD_MSG("inline", msg_read_inline, read_inline, 0),
};

static const struct field write_flags[] = {
	FIELD_U64_OF(msg_write_flags, mailbox),
	FIELD_U32_OF(msg_write_flags, op),
	FIELD_U32_OF(msg_write_flags, flags),
	FIELD_STR_OF(msg_write_flags, keywords,
	    KEYWORDS_MAX * (KEYWORD_MAX + 4)),
	FIELD_U64_OF(msg_write_flags, unchanged_since),
	FIELD_STR_OF(msg_write_flags, uids, UIDS_MAX * 4),
};

static const struct field write_recent[] = {
	FIELD_U64_OF(msg_write_recent, mailbox),
	FIELD_U32_OF(msg_write_recent, uid),
};

static const struct field write_expunge[] = {
	FIELD_U64_OF(msg_write_expunge, mailbox),
	FIELD_STR_OF(msg_write_expunge, uids, UIDS_MAX * 4),
};

static const struct field write_done[] = {
	FIELD_U32_OF(msg_write_done, verdict),
	FIELD_U64_OF(msg_write_done, modseq),
	FIELD_STR_OF(msg_write_done, modified, UIDS_MAX * 4),
};

static const struct field write_watch[] = {
	FIELD_U64_OF(msg_write_watch, mailbox),
	FIELD_U64_OF(msg_write_watch, modseq),
};

static const struct field write_append[] = {
	FIELD_U64_OF(msg_write_append, mailbox),
	FIELD_U32_OF(msg_write_append, flags),
	FIELD_U64_OF(msg_write_append, date),
	FIELD_U64_OF(msg_write_append, size),
	FIELD_STR_OF(msg_write_append, keywords,
	    KEYWORDS_MAX * (KEYWORD_MAX + 4)),
	FIELD_STR_OF(msg_write_append, message_id, MESSAGE_ID_MAX),
};

static const struct field write_ticket[] = {
	FIELD_U32_OF(msg_write_ticket, verdict),
	FIELD_U32_OF(msg_write_ticket, reason),
	FIELD_U64_OF(msg_write_ticket, ticket),
	FIELD_U64_OF(msg_write_ticket, account),
	FIELD_U32_OF(msg_write_ticket, cert),
	FIELD_U32_OF(msg_write_ticket, uidvalidity),
	FIELD_U32_OF(msg_write_ticket, uid),
};

static const struct field write_appended[] = {
	FIELD_U64_OF(msg_write_appended, group),
	FIELD_U32_OF(msg_write_appended, verdict),
	FIELD_U32_OF(msg_write_appended, reason),
	FIELD_U32_OF(msg_write_appended, uidvalidity),
	FIELD_U64_OF(msg_write_appended, modseq),
	FIELD_STR_OF(msg_write_appended, uids, GROUP_PARTS_MAX * 4),
};

static const struct field write_copy[] = {
	FIELD_U64_OF(msg_write_copy, mailbox),
	FIELD_U64_OF(msg_write_copy, target),
	FIELD_U32_OF(msg_write_copy, move),
	FIELD_STR_OF(msg_write_copy, uids, UID_RANGES_MAX * 8),
};

static const struct field write_copied[] = {
	FIELD_U32_OF(msg_write_copied, verdict),
	FIELD_U32_OF(msg_write_copied, reason),
	FIELD_U64_OF(msg_write_copied, modseq),
	FIELD_U64_OF(msg_write_copied, target_modseq),
	FIELD_U32_OF(msg_write_copied, uidvalidity),
	FIELD_U32_OF(msg_write_copied, messages),
	FIELD_U32_OF(msg_write_copied, first),
	FIELD_STR_OF(msg_write_copied, uids, UID_RANGES_MAX * 8),
};

static const struct field write_create[] = {
	FIELD_STR_OF(msg_write_create, name, MAILBOX_NAME_MAX),
	FIELD_U32_OF(msg_write_create, special),
};

static const struct field write_delete[] = {
	FIELD_STR_OF(msg_write_delete, name, MAILBOX_NAME_MAX),
};

static const struct field write_rename[] = {
	FIELD_STR_OF(msg_write_rename, from, MAILBOX_NAME_MAX),
	FIELD_STR_OF(msg_write_rename, to, MAILBOX_NAME_MAX),
};

static const struct field write_subscribe[] = {
	FIELD_STR_OF(msg_write_subscribe, name, MAILBOX_NAME_MAX),
	FIELD_U32_OF(msg_write_subscribe, on),
};

static const struct field write_made[] = {
	FIELD_U32_OF(msg_write_made, verdict),
	FIELD_U32_OF(msg_write_made, reason),
};

const struct field_msg msg_write[WRITE_TYPES] = {
	[WRITE_FLAGS]	= FIELD_MSG("flags", msg_write_flags, write_flags, 0),
	[WRITE_EXPUNGE]	= FIELD_MSG("expunge", msg_write_expunge,
			    write_expunge, 0),
	[WRITE_DONE]	= FIELD_MSG("done", msg_write_done, write_done, 0),
	[WRITE_WATCH]	= FIELD_MSG("watch", msg_write_watch, write_watch, 0),
	[WRITE_CHANGED]	= FIELD_MSG("changed", msg_write_watch,
			    write_watch, 0),
	[WRITE_APPEND]	= FIELD_MSG("append", msg_write_append,
			    write_append, 0),
	[WRITE_TICKET]	= FIELD_MSG("ticket", msg_write_ticket,
			    write_ticket, 0),
	[WRITE_DELIVER]	= FIELD_MSG("deliver", msg_store_deliver,
			    fields_deliver, 1),
	[WRITE_APPENDED] = FIELD_MSG("appended", msg_write_appended,
			    write_appended, 0),
	[WRITE_COPY]	= FIELD_MSG("copy", msg_write_copy, write_copy, 0),
	[WRITE_RECENT]	= FIELD_MSG("recent", msg_write_recent,
			    write_recent, 0),
	[WRITE_COPIED]	= FIELD_MSG("copied", msg_write_copied,
			    write_copied, 0),
	[WRITE_CREATE]	= FIELD_MSG("create", msg_write_create,
			    write_create, 0),
	[WRITE_DELETE]	= FIELD_MSG("delete", msg_write_delete,
			    write_delete, 0),
	[WRITE_RENAME]	= FIELD_MSG("rename", msg_write_rename,
			    write_rename, 0),
	[WRITE_SUBSCRIBE] = FIELD_MSG("subscribe", msg_write_subscribe,
			    write_subscribe, 0),
	[WRITE_MADE]	= FIELD_MSG("made", msg_write_made, write_made, 0),
};
