/*
 * imap_cmd.h - one IMAP command: its tag, its name, the rest.
 *
 * Pure.  RFC 3501, section 6; RFC 2177 (IDLE), 3691 (UNSELECT), 4315
 * (UIDPLUS).  Each command's arguments: imap_args.h, imap_boxes.h,
 * imap_fetch.h.
 */
#ifndef PROTO_IMAP_CMD_H
#define PROTO_IMAP_CMD_H

#include "base/str.h"

enum { IMAP_TAG_MAX = 64 };

enum imap_verb {
	IMAP_CAPABILITY, IMAP_NOOP, IMAP_LOGOUT,
	IMAP_STARTTLS, IMAP_LOGIN, IMAP_AUTHENTICATE,
	IMAP_LIST, IMAP_LSUB, IMAP_STATUS, IMAP_SELECT, IMAP_EXAMINE,
	IMAP_IDLE, IMAP_APPEND,
	IMAP_ENABLE, IMAP_ID, IMAP_NAMESPACE, IMAP_GETQUOTA, IMAP_GETQUOTAROOT,
	IMAP_CREATE, IMAP_DELETE, IMAP_RENAME, IMAP_SUBSCRIBE, IMAP_UNSUBSCRIBE,
	IMAP_CHECK, IMAP_CLOSE, IMAP_UNSELECT, IMAP_FETCH, IMAP_STORE,
	IMAP_EXPUNGE, IMAP_COPY, IMAP_MOVE, IMAP_SEARCH,
	IMAP_UID_FETCH, IMAP_UID_STORE, IMAP_UID_COPY, IMAP_UID_MOVE,
	IMAP_UID_SEARCH,
	IMAP_UID_EXPUNGE,
	IMAP_VERBS,
};

struct imap_cmd {
	struct str tag;		/* empty: there was no usable one */
	enum imap_verb verb;
	struct str args;	/* after the blank; empty if there are none */
};

enum imap_parse {
	IMAP_PARSE_OK,
	IMAP_PARSE_TAG,		/* no tag: "* BAD" */
	IMAP_PARSE_VERB,	/* no such command */
};

/* line: without its last CRLF; or only what came before a literal. */
enum imap_parse imap_cmd_parse(struct imap_cmd *, struct str line);

/* "UID FETCH" */
struct str imap_verb_name(enum imap_verb);

/* FETCH and UID FETCH are one command with two ways to name messages. */
bool imap_verb_is_uid(enum imap_verb);

#endif
