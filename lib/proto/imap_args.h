/*
 * imap_args.h - the arguments of commands; imap_fetch.h and imap_boxes.h
 * have the others.
 *
 * Pure.  RFC 3501, section 6.  Each function takes all of args or says false:
 * syntax (or the arena is full).  Results point into args or the arena.
 */
#ifndef PROTO_IMAP_ARGS_H
#define PROTO_IMAP_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "proto/imap_set.h"

enum { IMAP_FLAGS_MAX = 64 };

struct imap_login {
	struct str user, password;
};
bool imap_args_login(struct str args, struct arena *, struct imap_login *);

struct imap_authenticate {
	struct str mech;
	struct str initial;	/* base64, or "=" for an empty one */
	bool has_initial;	/* RFC 4959 */
};
bool imap_args_authenticate(struct str args, struct imap_authenticate *);

/* SELECT, EXAMINE.  The name as sent, in modified UTF-7. */
bool imap_args_mailbox(struct str args, struct arena *, struct str *name);

enum imap_store_op { IMAP_STORE_SET, IMAP_STORE_ADD, IMAP_STORE_REMOVE };

/* System flags by the bits of ipc/msg_session.h's order: \Seen 1, \Answered 2,
 * \Flagged 4, \Deleted 8, \Draft 16. */
struct imap_store {
	struct imap_set set;
	bool conditional;		/* RFC 7162, 3.1.3 */
	uint64_t unchanged_since;
	enum imap_store_op op;
	bool silent;
	unsigned flags;
	struct str keyword[IMAP_FLAGS_MAX];
	size_t keywords;
};
/* "(\Seen work)", or without the parentheses. */
bool imap_take_flags(struct str *in, unsigned *flags,
    struct str keyword[IMAP_FLAGS_MAX], size_t *keywords);

bool imap_args_store(struct str args, struct arena *, struct imap_store *);

/* ENABLE, RFC 5161: what is asked for that we have. */
enum imap_enable {
	IMAP_ENABLE_CONDSTORE = 1, IMAP_ENABLE_QRESYNC = 2,
	IMAP_ENABLE_UTF8 = 4,
};
bool imap_args_enable(struct str args, unsigned *what);

/* ID: NIL or pairs of strings, of which we keep none.  RFC 2971. */
bool imap_args_id(struct str args, struct arena *);

/* COPY, MOVE */
bool imap_args_copy(struct str args, struct arena *, struct imap_set *,
    struct str *name);

/* UID EXPUNGE */
bool imap_args_set(struct str args, struct arena *, struct imap_set *);

#endif
