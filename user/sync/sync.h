/*
 * sync.h - what the files of the role share.
 *
 * One process.  A round goes from step to step (plan.h), one thing after the
 * other; each function of a step says how it ended.  Only emails on their way
 * into the mirror are several at once (flow.c).
 */
#ifndef SYNC_SYNC_H
#define SYNC_SYNC_H

#include <jansson.h>

#include "base/arena.h"
#include "base/verdict.h"
#include "ipc/msg_agent.h"
#include "ipc/msg_open.h"
#include "role/reading.h"
#include "role/role.h"
#include "sync/jmap_reply.h"
#include "sync/plan.h"
#include "home/record.h"
#include "sync/status.h"
#include "sync/words.h"

enum {
	REPLY_MAX = 16 << 20,		/* octets of an answer of the API */
	WALK_LIMIT = 500,		/* ids in a page of a walk */
	CHANGES_LIMIT = 500,
	ATTEMPTS_MAX = 64,		/* imports that may have come about */
	BODY_HASH = 32,
	FINGERPRINT_MAX = 64,
	SETS_MAX = 200,			/* changes at the box in a round */
};

/* A mailbox of the box, and ours. */
struct box {
	struct str id;			/* in boxes_json */
	uint64_t mirror;
};

/* An import that was begun, by what was brought (import.c). */
struct attempt {
	unsigned char hash[BODY_HASH];
	uint64_t email, since;		/* seconds since 1970 */
};

struct sync {
	struct role *role;
	int store, agent, open, dns;	/* edges, or -1 */
	int reader, writer;		/* of the mirror, or -1 */
	struct record record;
	bool dialled;			/* net_to was called for the record */
	struct buf document;		/* the box's newest (identity.c) */
	bool document_new;		/* … the mirror has an older one */
	int64_t identity_ms;		/* it was last asked for */
	int poll_ms;
	uint64_t last_id;
	json_t *session_json, *boxes_json, *reply_json;
	struct jmap_session session;
	struct box box[JMAP_BOXES_MAX];
	size_t boxes;
	struct buf cert;		/* the owner's own */
	char fingerprint[FINGERPRINT_MAX + 1];	/* … */
	struct buf reply, answer;
	const char *why;		/* a step failed; a literal */
	/* an email could not be brought in this round, PLAN_DONE: all could */
	enum plan_event bad;
	const char *bad_why;
	const char *told;		/* … the last round */
	/* a walk */
	json_t *seen;			/* ids, or NULL */
	char anchor[JMAP_ID_MAX + 1];
	char walk_state[JMAP_STATE_MAX + 1];
	unsigned walks;			/* begun anew in this round */
	unsigned sets;			/* Email/set, /import in this round */
	json_t *refused;		/* ids of changes of ours */
	struct attempt attempt[ATTEMPTS_MAX];
	size_t attempts;
	json_t *unwanted;		/* emails that the box does not take */
	int64_t unwanted_ms;		/* since when */
	bool left;			/* something could not be imported */
	uint64_t gathered;		/* a modseq: looked for up to there */
	bool homeless;			/* … as its mailbox is not there yet */
	bool indexed;			/* all that there is */
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
/* Waits for the answer to what was sent before. */
bool mirror_answer(struct sync *, enum msg_write want, union msg_written *);
/* What is there, without waiting: its type, 0: nothing, -1: the store is
 * gone. */
int mirror_said(struct sync *, union msg_written *);
bool mirror_watch(struct sync *);
bool mirror_state(struct sync *, uint64_t *modseq);
bool mirror_remotes(struct sync *, const struct msg_read_remotes *,
    bool *more);
bool remote_take(struct str *, struct remote *);
/* email 0: a note */
bool mirror_keep(struct sync *, struct str id, uint64_t email,
    struct str value);
/* The email is what the box calls id; the note goes. */
bool mirror_adopt(struct sync *, struct str id, uint64_t email,
    struct str value, struct str note);
bool mirror_forget(struct sync *, struct str id);
/* All ids and notes are forgotten but this one. */
bool mirror_anew(struct sync *, struct str id, struct str value);
/* Empty when there is none. */
bool mirror_note(struct sync *, const char *name, struct buf *out);
/* A whole message and its date; *there false: it is gone. */
bool mirror_message(struct sync *, uint64_t mailbox, uint32_t uid,
    struct buf *out, uint64_t *date, bool *there);

/* --- agent.c --- */

/* A record of the container; false: away, or locked. */
bool agent_get(struct sync *, unsigned kind, struct buf *out);
bool agent_fingerprint(struct sync *, char out[FINGERPRINT_MAX + 1]);
/* AGENT_OPEN, AGENT_VERIFY, with certificates of whom it may be from; the
 * answer is agent_answer's. */
bool agent_open(struct sync *, uint64_t id, struct str payload,
    struct str certs);
bool agent_verify(struct sync *, uint64_t id, struct str text,
    struct str signature, struct str certs);
/* What is there, without waiting: its type, -1: the agent is gone, 0: none.
 * Then chan_close_fds. */
int agent_answer(struct sync *, union msg_agent_any *, struct chan_msg *);
/* Encrypted to the owner's certificate, and signed. */
enum verdict agent_write(struct sync *, struct str entity, struct buf *out);

/* --- contacts.c --- */

/* The certificates with which a signature of a message from there is to be
 * looked at, one after the other; appends. */
void contacts_certs(struct sync *, struct str from, struct buf *out);
/* Points into s->answer. */
struct contact {
	struct status_known known;
	struct str cert;
};
bool contacts_find(struct sync *, struct str from, struct contact *);

/* --- letter.c: what was stored at the box becomes what is read here --- */

/* What the agent said of it. */
struct opened {
	bool clear;			/* not encrypted at all */
	bool yes;			/* decrypted; else why not */
	bool apart;			/* signed_by: of multipart/signed */
	struct str why, cipher, signed_by, text;
};

/* What is to be decrypted; *out empty: nothing. */
bool letter_payload(struct str stored, struct buf *out);
/* The From field that its reader is shown; text: what was opened. */
struct str letter_from(struct str stored, struct str text, struct arena *);
/* What was signed apart in what was opened, or in what is stored. */
bool letter_signed(struct str text, struct buf *over, struct buf *signature);
/* The whole message of the mirror, appended. */
bool letter_make(struct sync *, struct str stored, const struct opened *o,
    struct buf *out);

/* --- flow.c --- */

/* These emails, which the mirror has not; each to its mailbox here. */
enum plan_event flow_bring(struct sync *, const struct jmap_email *,
    size_t n);

/* --- index.c: the words by which an email is found --- */

/* WRITE_INDEX of a message and its words; *sent false: there is nothing to be
 * found.  false: the mirror is away. */
bool index_send(struct sync *, uint64_t email, struct str message,
    struct str words, bool *sent);
/* All of that, one after the other. */
bool index_email(struct sync *, uint64_t email, struct str message);
enum plan_event index_step(struct sync *);

/* --- ask.c: the box --- */

enum plan_event ask_session(struct sync *);
/* One method; *args is good until the next.  Takes the reference to asked. */
enum plan_event ask(struct sync *, const char *method, json_t *asked,
    const json_t **args);
/* The path of a blob's download; false: the box's template makes no sense. */
bool ask_blob_path(const struct sync *, struct str blob, struct buf *path);
/* … of its events. */
bool ask_events_path(const struct sync *, struct buf *path);
/* PLAN_DENIED: it is too large. */
enum plan_event ask_upload(struct sync *, struct str text,
    char blob[JMAP_ID_MAX + 1]);
enum plan_event ask_said(struct sync *, enum jmap_status,
    const struct jmap_lie *);
enum plan_event ask_net(struct sync *, int net_status);
json_t *ask_text(struct str);

/* --- identity.c: what the box says of its keys --- */

/* What is known is put into the record. */
void identity_apply(const struct sync *, struct record *);
/* Asks the box for its document; of a stranger: whoever is there.  true: there
 * is a newer one than was known. */
bool identity_renew(struct sync *, bool stranger);
/* Of another box than before nothing is known: what is here is born here.
 * false: the mirror is away. */
bool identity_meet(struct sync *, const struct record *);
/* From the mirror, and into it.  false: it is away. */
bool identity_load(struct sync *, const struct record *);
bool identity_save(struct sync *);

/* --- boxes.c --- */

enum plan_event boxes_step(struct sync *);
enum plan_event bury_step(struct sync *);
uint64_t box_mirror(const struct sync *, struct str id);	/* 0: none */
struct str box_remote(const struct sync *, uint64_t mirror);	/* or "" */

/* --- pull.c, merge.c, import.c, push.c --- */

enum plan_event changes_step(struct sync *);
enum plan_event walk_step(struct sync *);
enum plan_event sweep_step(struct sync *);
/* All these emails, by their ids, as they are now. */
enum plan_event pull_emails(struct sync *, const json_t *ids);
enum plan_event merge(struct sync *, const struct jmap_email *,
    const struct remote *);
enum plan_event destroy_here(struct sync *, const struct remote *);
bool import_begin(struct sync *);
/* The attempt that this stored message is of, or NULL. */
const struct attempt *import_find(const struct sync *, struct str stored);
/* Then it is one of ours. */
enum plan_event import_meet(struct sync *, const struct jmap_email *,
    const struct attempt *);
enum plan_event import_step(struct sync *);
enum plan_event push_step(struct sync *);
/* The mirror's modseq up to which nothing is to be pushed, and its own. */
bool push_news(struct sync *, uint64_t *before, uint64_t *now);

/* value: "MAILBOX keyword …" */
void value_put(struct buf *, struct str box, const struct words *);
void value_take(struct str value, struct str *box, struct words *);
void value_of(struct buf *, const struct jmap_email *);

#endif
