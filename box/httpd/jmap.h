/*
 * jmap.h - JMAP (RFC 8620, RFC 8621): one request, and what its methods share.
 *
 * jmap_methods.c is the table of methods, one file a family.  A method gets
 * its arguments, references resolved, and gives the arguments of its response,
 * a new reference; or NULL, and jmap_fail has said which error.  What it asks
 * the store goes over the two channels that are bound to the account
 * (ipc/msg_session.h); one that breaks ends the connection.
 *
 * Memory: JSON values are jansson's, counted.  What the store said lives until
 * jmap_forget.
 */
#ifndef HTTPD_JMAP_H
#define HTTPD_JMAP_H

#include <jansson.h>

#include "base/arena.h"
#include "httpd.h"
#include "role/reading.h"

enum {
	JMAP_REQUEST_MAX = 10000000,	/* octets: maxSizeRequest */
	JMAP_REQUESTS_AT_ONCE = 8,	/* maxConcurrentRequests */
	JMAP_UPLOADS_AT_ONCE = 4,	/* maxConcurrentUpload */
	JMAP_CALLS_MAX = 32,		/* maxCallsInRequest */
	JMAP_GET_MAX = 1000,		/* maxObjectsInGet */
	JMAP_SET_MAX = 1000,		/* maxObjectsInSet */
	JMAP_DEPTH_MAX = 32,		/* of filters and patches */
	JMAP_NAME_MAX = 255,		/* octets of a mailbox's name */
	JMAP_ID_LEN = 16,		/* the longest that we make, and NUL */
	JMAP_BOXES_MAX = 4096,
	JMAP_ARENA_MAX = 64 << 20,
};

/* USING_BLOB: what is sent may be an upload that is stored nowhere. */
enum { USING_CORE = 1, USING_MAIL = 2, USING_SUBMISSION = 4,
    USING_BLOB = 8, USING_PROTECTION = 16 };

#define JMAP_URN_BLOB	"urn:pli:params:jmap:submission"
#define JMAP_URN_PROTECTION	"urn:pli:params:jmap:protection"

struct jmap {
	struct http *h;
	json_t *responses, *created;
	unsigned using;
	const char *error;		/* of this call: RFC 8620, 3.6.2 */
	const char *why;		/* for people; may be NULL */
	bool gone;			/* the store is */
	json_t *then;			/* arguments of Email/set, run after
					   this call and answered under its id;
					   or NULL */
	struct arena arena;		/* of one call */
	char account[JMAP_ID_LEN];
};

typedef json_t *jmap_fn(struct jmap *, json_t *args);

struct jmap_method {
	const char *name;
	unsigned using;
	jmap_fn *run;
};

const struct jmap_method *jmap_method(const char *name);

jmap_fn jmap_mailbox_get, jmap_mailbox_changes, jmap_mailbox_query,
    jmap_mailbox_query_changes, jmap_mailbox_set, jmap_identity_get,
    jmap_identity_changes, jmap_identity_set, jmap_submission_get,
    jmap_submission_changes, jmap_submission_query,
    jmap_submission_query_changes, jmap_submission_set, jmap_email_get,
    jmap_email_changes, jmap_email_query, jmap_email_query_changes,
    jmap_email_set, jmap_email_import, jmap_email_copy, jmap_thread_get,
    jmap_thread_changes, jmap_snippet_get, jmap_protection_forecast,
    jmap_protection_get;

/* Handlers of routes. */
void jmap_session(struct http *);
void jmap_api(struct http *);
void jmap_upload(struct http *);
void jmap_download(struct http *);
void jmap_events(struct http *);

/* jmap_api.c: a place of that kind, then place_leave; false: none is free, and
 * the answer is out. */
bool jmap_enter(struct http *, enum place_kind, int *place);

/* jmap_session.c: the object, and its state. */
json_t *jmap_session_object(struct http *);
uint64_t jmap_upload_max(const struct http *);

/* Always NULL. */
json_t *jmap_fail(struct jmap *, const char *error, const char *why);

/* jmap_ref.c: "#name" arguments become what they refer to.  A new object, or
 * NULL. */
json_t *jmap_resolve(struct jmap *, json_t *args);

/* jmap_id.c: a letter and a number in 13 digits of base 32. */
void jmap_id(char out[JMAP_ID_LEN], char letter, uint64_t);
json_t *jmap_id_json(char letter, uint64_t);
bool jmap_id_parse(const char *id, char letter, uint64_t *);
/* The same, of a JSON value; "#key" is what was created under that key. */
bool jmap_id_of(struct jmap *, json_t *, char letter, uint64_t *);
json_t *jmap_state_json(uint64_t modseq);
bool jmap_state_parse(json_t *, uint64_t *);

/* jmap_args.c: arguments; on false jmap_fail has been called. */
bool jmap_account(struct jmap *, json_t *args);
bool jmap_only(struct jmap *, json_t *args, const char *const *names);
bool jmap_bool(struct jmap *, json_t *args, const char *name, bool *);
/* A number, null or nothing: *out stays. */
bool jmap_int(struct jmap *, json_t *args, const char *name, int64_t least,
    int64_t *out);
bool jmap_since(struct jmap *, json_t *args, uint64_t *since, int64_t *max);
/* The properties to keep, or NULL: all; each must be in names (NULL ends it),
 * or `may` must say yes. */
bool jmap_properties(struct jmap *, json_t *args, const char *const *names,
    bool (*may)(const char *), json_t **);
bool jmap_wants(json_t *properties, const char *name);
/* Text that may be no UTF-8. */
json_t *jmap_text(struct str);
/* "2026-11-26T12:00:00Z", and back. */
json_t *jmap_date_json(uint64_t seconds);
bool jmap_date_parse(const char *, uint64_t *seconds);
json_t *jmap_changes(uint64_t old, uint64_t now, bool more);

/* jmap_ask.c.  For routes that are no JMAP requests. */
void jmap_begin(struct jmap *, struct http *);

/* false: the store is gone, j->gone and j->error are set. */
bool jmap_ask(struct jmap *, enum msg_read, const void *msg,
    struct reading *);		/* then jmap_forget */
/* fd: sent along, or -1.  Of the two answers the one that came is told by the
 * result, -1: gone.  *got: a descriptor that came with it, or -1. */
int jmap_write(struct jmap *, enum msg_write, const void *msg, int fd,
    union msg_written *, int *got);
bool jmap_state(struct jmap *, uint64_t *modseq);

/* jmap_boxes.c: the account's mailboxes, in the call's arena. */
struct jmap_box {
	uint64_t id, modseq, born, changed;
	uint32_t messages, unseen, special;
	bool subscribed;
	struct str name;		/* all levels */
	struct str own;			/* below its parent */
	const struct jmap_box *parent;	/* or NULL */
};
struct jmap_boxes {
	struct jmap_box *box;
	size_t n;
};
bool jmap_boxes(struct jmap *, struct jmap_boxes *);
const struct jmap_box *jmap_box(const struct jmap_boxes *, uint64_t id);
const char *jmap_role(const struct jmap_box *);		/* or NULL */
unsigned jmap_order(const struct jmap_box *);

/* jmap_set.c: what all /set methods do (RFC 8620, 5.3). */
struct jmap_set_ops {
	const char *const *args;	/* of its own, NULL at the end */
	/* Each gives NULL, or a SetError; *out is what the client is told of
	 * the object, or stays NULL. */
	json_t *(*create)(struct jmap *, json_t *object, json_t **out);
	json_t *(*update)(struct jmap *, const char *id, json_t *patch,
	    json_t **out);
	json_t *(*destroy)(struct jmap *, const char *id, json_t *args);
	/* Before all. */
	bool (*begin)(struct jmap *, json_t *args);
	/* Its own, in place of the account's; or NULL. */
	bool (*state)(struct jmap *, uint64_t *);
};
json_t *jmap_set(struct jmap *, json_t *args, const struct jmap_set_ops *);
json_t *jmap_set_error(const char *type, const char *why,
    const char *property);

/* jmap_get.c: /get of a type that has few objects.  properties: all that it
 * has, the id first, NULL at the end.  by_id, object by id, is taken. */
bool jmap_get_args(struct jmap *, json_t *args,
    const char *const *properties);
json_t *jmap_get(struct jmap *, json_t *args, const char *const *properties,
    json_t *by_id, uint64_t state);

/* jmap_filter.c: does it pass?  `one` is asked of each condition; what it does
 * not know it calls unsupportedFilter. */
typedef bool jmap_condition(struct jmap *, const void *what, const char *key,
    json_t *want);
bool jmap_passes(struct jmap *, json_t *filter, jmap_condition *,
    const void *what);

/* jmap_window.c: position, anchor, limit over a list of ids (RFC 8620, 5.5);
 * takes the list.  The response, or NULL. */
json_t *jmap_window(struct jmap *, json_t *args, json_t *ids,
    uint64_t state);

#endif
