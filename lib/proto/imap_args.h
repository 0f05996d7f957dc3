/*
 * imap_args.h - the arguments of each command but FETCH.
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

enum { IMAP_FLAGS_MAX = 64, IMAP_PATTERNS_MAX = 16 };

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

enum imap_status {
	IMAP_STATUS_MESSAGES = 1, IMAP_STATUS_RECENT = 2,
	IMAP_STATUS_UIDNEXT = 4, IMAP_STATUS_UIDVALIDITY = 8,
	IMAP_STATUS_UNSEEN = 16,
};
bool imap_args_status(struct str args, struct arena *, struct str *name,
    unsigned *items);

/* LIST, LSUB; of the extended form (RFC 5258) what RFC 6154 needs: the
 * selection option SPECIAL-USE, the return option SPECIAL-USE. */
struct imap_list {
	struct str reference;
	struct str pattern[IMAP_PATTERNS_MAX];
	size_t patterns;
	bool special_only;
};
bool imap_args_list(struct str args, struct arena *, struct imap_list *);
bool imap_args_lsub(struct str args, struct arena *, struct imap_list *);

enum imap_store_op { IMAP_STORE_SET, IMAP_STORE_ADD, IMAP_STORE_REMOVE };

/* System flags by the bits of ipc/msg_session.h's order: \Seen 1, \Answered 2,
 * \Flagged 4, \Deleted 8, \Draft 16. */
struct imap_store {
	struct imap_set set;
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

/* UID EXPUNGE */
bool imap_args_set(struct str args, struct arena *, struct imap_set *);

#endif
