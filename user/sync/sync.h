/*
 * sync.h - what the files of the role share.
 *
 * One process, one thing after the other: a round goes from step to step
 * (plan.h), each function of a step says how it ended.
 */
#ifndef SYNC_SYNC_H
#define SYNC_SYNC_H

#include <jansson.h>

#include "base/verdict.h"
#include "ipc/msg_agent.h"
#include "ipc/msg_open.h"
#include "role/reading.h"
#include "role/role.h"
#include "sync/jmap_reply.h"
#include "sync/plan.h"
#include "sync/record.h"
#include "sync/words.h"

enum {
	REPLY_MAX = 16 << 20,		/* octets of an answer of the API */
	WALK_LIMIT = 500,		/* ids in a page of a walk */
	CHANGES_LIMIT = 500,
};

/* A mailbox of the box, and ours. */
struct box {
	struct str id;			/* in boxes_json */
	uint64_t mirror;
};

struct sync {
	struct role *role;
	int store, agent, open, dns;	/* edges, or -1 */
	int reader, writer;		/* of the mirror, or -1 */
	struct record record;
	bool dialled;			/* net_to was called for the record */
	int poll_ms;
	uint64_t last_id;
	json_t *session_json, *boxes_json, *reply_json;
	struct jmap_session session;
	struct box box[JMAP_BOXES_MAX];
	size_t boxes;
	struct buf reply, blob, clear, message, answer;
	const char *why;		/* a step failed; a literal */
	const char *told;		/* … the last round */
	/* a walk */
	json_t *seen;			/* ids, or NULL */
	char anchor[JMAP_ID_MAX + 1];
	char walk_state[JMAP_STATE_MAX + 1];
	unsigned walks;			/* begun anew in this round */
	unsigned sets;			/* Email/set in this round */
	json_t *refused;		/* ids of changes of ours */
	/* of this round */
	unsigned brought, changed, destroyed, pushed;
};

/* --- mirror.c: the store's channels; false: it is away --- */

struct remote {
	uint64_t email, mailbox;
	uint32_t uid, flags;
	uint64_t size;
	struct str keywords, id, value;
};

bool mirror_bind(struct sync *);
void mirror_drop(struct sync *);
/* The records into s->answer. */
bool mirror_read(struct sync *, enum msg_read, const void *msg, bool *more);
bool mirror_write(struct sync *, enum msg_write, const void *msg, int fd,
    enum msg_write want, union msg_written *);
bool mirror_watch(struct sync *);
bool mirror_state(struct sync *, uint64_t *modseq);
bool mirror_remotes(struct sync *, const struct msg_read_remotes *,
    bool *more);
bool remote_take(struct str *, struct remote *);
/* email 0: a note */
bool mirror_keep(struct sync *, struct str id, uint64_t email,
    struct str value);
bool mirror_forget(struct sync *, struct str id);
/* Empty when there is none. */
bool mirror_note(struct sync *, const char *name, struct buf *out);

/* --- agent.c --- */

/* A record of the container; false: away, or locked. */
bool agent_get(struct sync *, unsigned kind, struct buf *out);

enum opened { OPENED_YES, OPENED_NO, OPENED_LATER };

/* Into s->clear; the status into *status: of an email that its sender
 * encrypted when it is opened, else why it is not. */
enum opened agent_open(struct sync *, struct str payload, bool forged,
    struct buf *status);

/* --- bring.c, index.c: an email of the box becomes one of the mirror --- */

enum plan_event bring(struct sync *, const struct jmap_email *,
    uint64_t mailbox, struct str value);
bool index_email(struct sync *, uint64_t email, struct str message);

/* --- ask.c: the box --- */

enum plan_event ask_session(struct sync *);
/* One method; *args is good until the next.  Takes the reference to asked. */
enum plan_event ask(struct sync *, const char *method, json_t *asked,
    const json_t **args);
enum plan_event ask_blob(struct sync *, const struct jmap_email *);
enum plan_event ask_said(struct sync *, enum jmap_status,
    const struct jmap_lie *);
json_t *ask_text(struct str);

/* --- boxes.c --- */

enum plan_event boxes_step(struct sync *);
enum plan_event bury_step(struct sync *);
uint64_t box_mirror(const struct sync *, struct str id);	/* 0: none */
struct str box_remote(const struct sync *, uint64_t mirror);	/* or "" */

/* --- pull.c, merge.c, push.c --- */

enum plan_event changes_step(struct sync *);
enum plan_event walk_step(struct sync *);
enum plan_event sweep_step(struct sync *);
/* All these emails, by their ids, as they are now. */
enum plan_event pull_emails(struct sync *, const json_t *ids);
enum plan_event merge(struct sync *, const struct jmap_email *,
    const struct remote *);
enum plan_event destroy_here(struct sync *, const struct remote *);
enum plan_event push_step(struct sync *);

/* value: "MAILBOX keyword …" */
void value_put(struct buf *, struct str box, const struct words *);
void value_take(struct str value, struct str *box, struct words *);

#endif
