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

static const struct field read_open[] = {
	FIELD_STR_OF(msg_read_open, name, MAILBOX_NAME_MAX),
};

static const struct field read_messages[] = {
	FIELD_U64_OF(msg_read_messages, mailbox),
	FIELD_U32_OF(msg_read_messages, what),
	FIELD_U64_OF(msg_read_messages, offset),
	FIELD_U64_OF(msg_read_messages, length),
	FIELD_STR_OF(msg_read_messages, uids, UIDS_MAX * 4),
};

static const struct field read_changes[] = {
	FIELD_U64_OF(msg_read_changes, since),
	FIELD_U64_OF(msg_read_changes, after),
	FIELD_U32_OF(msg_read_changes, limit),
};

static const struct field read_emails[] = {
	FIELD_U64_OF(msg_read_emails, mailbox),
	FIELD_STR_OF(msg_read_emails, ids, EMAILS_MAX * 8),
};

static const struct field read_remotes[] = {
	FIELD_U32_OF(msg_read_remotes, what),
	FIELD_U64_OF(msg_read_remotes, since),
	FIELD_U64_OF(msg_read_remotes, after),
	FIELD_STR_OF(msg_read_remotes, ids, REMOTES_MAX *
	    (REMOTE_ID_MAX - 15)),
};

static const struct field read_submissions[] = {
	FIELD_U64_OF(msg_read_submissions, since),
	FIELD_U64_OF(msg_read_submissions, after),
	FIELD_U32_OF(msg_read_submissions, all),
};

static const struct field read_query[] = {
	FIELD_STR_OF(msg_read_query, filter, FILTER_MAX),
	FIELD_U32_OF(msg_read_query, sort),
	FIELD_U32_OF(msg_read_query, ascending),
	FIELD_U32_OF(msg_read_query, collapse),
	FIELD_U64_OF(msg_read_query, position),
	FIELD_U64_OF(msg_read_query, anchor),
	FIELD_U32_OF(msg_read_query, limit),
};

static const struct field read_snippets[] = {
	FIELD_STR_OF(msg_read_snippets, filter, FILTER_MAX),
	FIELD_STR_OF(msg_read_snippets, ids, SNIPPETS_MAX * 8),
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

static const struct field read_contacts[] = {
	FIELD_STR_OF(msg_read_contacts, addresses, CONTACTS_ASK_MAX),
	FIELD_STR_OF(msg_read_contacts, after, ADDRESS_TEXT_MAX),
};

const struct field_msg msg_read[READ_TYPES] = {
	[READ_LIST]	= FIELD_MSG_EMPTY("list", 0),
	[READ_INDEX]	= FIELD_MSG("index", msg_read_index, read_index, 0),
	[READ_VANISHED]	= FIELD_MSG("vanished", msg_read_index, read_index, 0),
	[READ_KEYWORDS]	= FIELD_MSG("keywords", msg_read_index, read_index, 0),
	[READ_MESSAGES]	= FIELD_MSG("messages", msg_read_messages,
			    read_messages, 0),
	[READ_QUOTA]	= FIELD_MSG("quota", msg_read_quota, read_quota, 0),
	[READ_STATE]	= FIELD_MSG_EMPTY("state", 0),
	[READ_CHANGES]	= FIELD_MSG("changes", msg_read_changes,
			    read_changes, 0),
	[READ_EMAILS]	= FIELD_MSG("emails", msg_read_emails,
			    read_emails, 0),
	[READ_THREADS]	= FIELD_MSG("threads", msg_read_emails,
			    read_emails, 0),
	[READ_QUERY]	= FIELD_MSG("query", msg_read_query, read_query, 0),
	[READ_BURIED]	= FIELD_MSG("buried", msg_read_changes,
			    read_changes, 0),
	[READ_OPEN]	= FIELD_MSG("open", msg_read_open, read_open, 0),
	[READ_REMOTES]	= FIELD_MSG("remotes", msg_read_remotes,
			    read_remotes, 0),
	[READ_SNIPPETS]	= FIELD_MSG("snippets", msg_read_snippets,
			    read_snippets, 0),
	[READ_SUBMISSIONS] = FIELD_MSG("submissions", msg_read_submissions,
			    read_submissions, 0),
	[READ_IDENTITIES] = FIELD_MSG_EMPTY("identities", 0),
	[READ_CONTACTS]	= FIELD_MSG("contacts", msg_read_contacts,
			    read_contacts, 0),
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
	FIELD_U32_OF(msg_write_expunge, any),
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

static const struct field write_bring[] = {
	FIELD_U64_OF(msg_write_bring, mailbox),
	FIELD_U32_OF(msg_write_bring, flags),
	FIELD_U64_OF(msg_write_bring, date),
	FIELD_U64_OF(msg_write_bring, size),
	FIELD_STR_OF(msg_write_bring, keywords,
	    KEYWORDS_MAX * (KEYWORD_MAX + 4)),
	FIELD_STR_OF(msg_write_bring, id, REMOTE_ID_MAX),
	FIELD_STR_OF(msg_write_bring, value, REMOTE_VALUE_MAX),
};

static const struct field write_remote[] = {
	FIELD_U64_OF(msg_write_remote, email),
	FIELD_U32_OF(msg_write_remote, drop),
	FIELD_STR_OF(msg_write_remote, id, REMOTE_ID_MAX),
	FIELD_STR_OF(msg_write_remote, value, REMOTE_VALUE_MAX),
	FIELD_STR_OF(msg_write_remote, note, REMOTE_ID_MAX),
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
	FIELD_STR_OF(msg_write_appended, emails, GROUP_PARTS_MAX * 16),
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
	FIELD_U64_OF(msg_write_made, mailbox),
};

static const struct field write_blob[] = {
	FIELD_U64_OF(msg_write_blob, size),
};

static const struct field write_blob_is[] = {
	FIELD_U32_OF(msg_write_blob_is, verdict),
	FIELD_U64_OF(msg_write_blob_is, blob),
};

static const struct field write_blob_of[] = {
	FIELD_U64_OF(msg_write_blob_of, blob),
	FIELD_U64_OF(msg_write_blob_of, email),
};

static const struct field write_blob_get[] = {
	FIELD_U64_OF(msg_write_blob_get, blob),
	FIELD_U64_OF(msg_write_blob_get, email),
};

static const struct field write_blob_data[] = {
	FIELD_U64_OF(msg_write_blob_data, blob),
	FIELD_U64_OF(msg_write_blob_data, size),
};

static const struct field write_index[] = {
	FIELD_U64_OF(msg_write_index, email),
	FIELD_U32_OF(msg_write_index, subject),
	FIELD_U32_OF(msg_write_index, from),
	FIELD_U32_OF(msg_write_index, to),
	FIELD_U64_OF(msg_write_index, size),
};

static const struct field write_device[] = {
	FIELD_STR_OF(msg_write_device, device, DEVICE_MAX),
	FIELD_U32_OF(msg_write_device, iterations),
	FIELD_STR_OF(msg_write_device, salt, SALT_MAX),
	FIELD_STR_OF(msg_write_device, stored_key, VERIFIER_KEY),
	FIELD_STR_OF(msg_write_device, server_key, VERIFIER_KEY),
};

static const struct field write_code[] = {
	FIELD_STR_OF(msg_write_code, hash, PAIR_HASH),
};

static const struct field write_devices_are[] = {
	FIELD_U32_OF(msg_write_devices_are, verdict),
	FIELD_STR_OF(msg_write_devices_are, why, 64),
	FIELD_STR_OF(msg_write_devices_are, rows, DEVICE_ROWS_MAX),
};

static const struct field write_submission[] = {
	FIELD_U64_OF(msg_write_submission, id),
	FIELD_U32_OF(msg_write_submission, cancel),
};

static const struct field write_identity[] = {
	FIELD_U64_OF(msg_write_identity, id),
	FIELD_U32_OF(msg_write_identity, drop),
	FIELD_STR_OF(msg_write_identity, address, ADDRESS_TEXT_MAX),
	FIELD_STR_OF(msg_write_identity, value, IDENTITY_VALUE_MAX),
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
	[WRITE_WATCH_ALL] = FIELD_MSG("watch_all", msg_write_watch,
			    write_watch, 0),
	[WRITE_BLOB]	= FIELD_MSG("blob", msg_write_blob, write_blob, 1),
	[WRITE_BLOB_IS]	= FIELD_MSG("blob_is", msg_write_blob_is,
			    write_blob_is, 0),
	[WRITE_BLOB_OF]	= FIELD_MSG("blob_of", msg_write_blob_of,
			    write_blob_of, 0),
	[WRITE_DEVICES]	= FIELD_MSG_EMPTY("devices", 0),
	[WRITE_DEVICE_ADD] = FIELD_MSG("device_add", msg_write_device,
			    write_device, 0),
	[WRITE_DEVICE_REMOVE] = FIELD_MSG("device_remove", msg_write_device,
			    write_device, 0),
	[WRITE_DEVICE_CODE] = FIELD_MSG("device_code", msg_write_code,
			    write_code, 0),
	[WRITE_DEVICES_ARE] = FIELD_MSG("devices_are", msg_write_devices_are,
			    write_devices_are, 0),
	[WRITE_SUBMISSION] = FIELD_MSG("submission", msg_write_submission,
			    write_submission, 0),
	[WRITE_IDENTITY] = FIELD_MSG("identity", msg_write_identity,
			    write_identity, 0),
	[WRITE_BLOB_GET] = FIELD_MSG("blob_get", msg_write_blob_get,
			    write_blob_get, 0),
	[WRITE_BLOB_DATA] = FIELD_MSG("blob_data", msg_write_blob_data,
			    write_blob_data, 1),
	[WRITE_INDEX]	= FIELD_MSG("index", msg_write_index, write_index, 1),
	[WRITE_BRING]	= FIELD_MSG("bring", msg_write_bring, write_bring, 0),
	[WRITE_REMOTE]	= FIELD_MSG("remote", msg_write_remote,
			    write_remote, 0),
};
