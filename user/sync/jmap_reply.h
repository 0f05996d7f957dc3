/*
 * jmap_reply.h - what the box answers, and what it must not.
 *
 * Pure, over jansson's objects; what is found points into them.  A box may be
 * hostile: whatever is not as RFC 8620 and 8621 say, or is not what was asked
 * for, is a lie with a word that names it, and nothing of the answer counts.
 */
#ifndef SYNC_JMAP_REPLY_H
#define SYNC_JMAP_REPLY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum {
	JMAP_ID_MAX = 255,
	JMAP_STATE_MAX = 1024,
	JMAP_URL_MAX = 1024,
	JMAP_KEYWORDS_MAX = 24,		/* as a mailbox of the store has */
	JMAP_KEYWORD_MAX = 64,
	JMAP_BOXES_MAX = 2048,
	JMAP_NAME_MAX = 255,
	JMAP_DEPTH_MAX = 32,
	JMAP_IDS_MAX = 100000,		/* in one answer */
	JMAP_EMAIL_MAX = 64 << 20,	/* octets of one message */
};

enum jmap_status {
	JMAP_OK,
	JMAP_TOO_OLD,		/* cannotCalculateChanges, anchorNotFound,
				   stateMismatch */
	JMAP_LATER,		/* a method's error that may pass */
	JMAP_LIE,
};

struct jmap_limits {
	size_t get, set;	/* maxObjectsIn… */
};

/* Why it is a lie, when it is one; a literal. */
struct jmap_lie {
	const char *what;
};

struct jmap_session {
	struct str account;
	struct str api, download, upload;	/* paths; with {…} in them */
	struct str events;			/* … or "" */
	struct jmap_limits limits;
};

/* base: "https://mail.example.org:8443"; other origins are lies. */
enum jmap_status jmap_session_read(const json_t *, struct str base,
    struct jmap_session *, struct jmap_lie *);

/* The arguments of the only response, which must be that method's. */
enum jmap_status jmap_response(const json_t *reply, const char *method,
    struct str account, const json_t **args, struct jmap_lie *);

struct jmap_box {
	struct str id, name, parent;	/* parent may be "" */
	struct str role;		/* may be "" */
};

/* All mailboxes: ids once, parents that are there, no circles, names that are
 * one level of a path. */
enum jmap_status jmap_boxes_read(const json_t *args, struct jmap_box *,
    size_t room, size_t *n, struct jmap_lie *);

/* Emails in all of them, by their box; what makes no sense is none. */
uint64_t jmap_boxes_emails(const json_t *args);

/* "Work/2026" of the i-th. */
bool jmap_box_path(const struct jmap_box *, size_t n, size_t i, struct buf *);

struct jmap_changes {
	struct str now;
	bool more;
	const json_t *created, *updated, *destroyed;	/* arrays of ids */
};

enum jmap_status jmap_changes_read(const json_t *args, struct str since,
    struct jmap_changes *, struct jmap_lie *);

struct jmap_query {
	struct str state;
	const json_t *ids;
};

/* limit: as asked; no id twice, none that is the anchor. */
enum jmap_status jmap_query_read(const json_t *args, struct str anchor,
    size_t limit, struct jmap_query *, struct jmap_lie *);

struct jmap_email {
	struct str id, blob, box;
	uint64_t size;
	int64_t received;
	struct str keyword[JMAP_KEYWORDS_MAX];	/* sorted */
	size_t keywords;
};

/*
 * Each of the ids that were asked for is in the list or in notFound, once, and
 * nothing else is.  emails has room for as many as there are ids.
 */
enum jmap_status jmap_emails_read(const json_t *args, const json_t *ids,
    struct jmap_email *emails, size_t *n, struct str *state,
    struct jmap_lie *);

/* Of Email/set: the update or destruction of this id; done, or why not, a
 * literal word of the RFC's or "other". */
enum jmap_status jmap_set_read(const json_t *args, const char *did,
    const char *not_did, struct str id, const char **why, struct jmap_lie *);

/* What was uploaded: its id. */
enum jmap_status jmap_upload_read(const json_t *, struct str account,
    uint64_t size, struct str *blob, struct jmap_lie *);

/* Of Email/import: what was made for this key; or why not, as above. */
enum jmap_status jmap_import_read(const json_t *args, const char *key,
    struct str *id, const char **why, struct jmap_lie *);

bool jmap_is_id(struct str);

#endif
