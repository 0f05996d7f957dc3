/*
 * store.h - what the files of the writer share.
 *
 * One process writes.  Each request has a savepoint of its own; all that wait
 * share one transaction, committed when nothing waits any more (tx.c), and
 * only then are they answered.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "base/verdict.h"
#include "ipc/msg_admin.h"
#include "ipc/msg_session.h"
#include "ipc/msg_store.h"
#include "os/sql.h"
#include "role/serve.h"

enum {
	WORKERS_MAX = 8,
	WATCH_BUCKETS = 512,
	TICKET_BUCKETS = 1024,
	ANSWERS_MAX = 512,	/* of one transaction */
	RECENTS_MAX = 256,	/* mailboxes whose \Recent is to be written */
	CHANGES_MAX = 512,	/* mailboxes that one transaction changes */
	HELD_FDS_MAX = 1024,	/* parts that wait for their group */
	CHILD_FDS_MAX = 256,	/* … of one child */
	HEAD_MAX = 1024 * 1024,	/* octets of a message's header */
	HELD_BLOBS_MAX = 1000,	/* of all accounts */
	LETTERS_OUT_MAX = 512,	/* more than there are connections */
};

/* Parts that wait for their group, in octets of their memfds. */
#define HELD_BYTES_MAX	((uint64_t)512 << 20)
/* Of one child, so that one that was taken over does not stop the others;
 * more only if it is a single part. */
#define CHILD_BYTES_MAX	((uint64_t)128 << 20)
/* All that a user sends is one group: for ours, for Sent, for the queue. */
#define SENDER_BYTES_MAX	((uint64_t)240 << 20)

/* Blobs of all accounts. */
#define HELD_BLOB_OCTETS	((uint64_t)512 << 20)

enum client_kind {
	CLIENT_CHILD,		/* of mx or mxtls */
	CLIENT_SEAL, CLIENT_AUTH, CLIENT_CONTROL,
	CLIENT_SESSION,		/* a user's, by auth */
	CLIENT_SENDER,		/* a child of submit, for a user, by auth */
	CLIENT_QUEUE,
	CLIENT_SYNC,
	CLIENT_ZYGOTE,		/* it makes workers */
	CLIENT_WORKER,		/* reads for sessions */
	CLIENT_CHECKER,		/* looks at the whole database, then ends */
	CLIENT_OTHER,
};

struct ticket;
struct group;

/* What hangs on a peer; lives in its own arena. */
struct client {
	struct arena arena;
	enum client_kind kind;
	struct peer *peer;
	/* who delivers */
	struct ticket *oldest, *newest;
	unsigned tickets;
	struct group *groups;
	size_t held_fds;
	uint64_t held_bytes;
	/* a session, a sender */
	uint64_t account;
	bool mirrors;		/* a session of sync */
	uint64_t device;	/* whose credential: device_tag */
	bool web;		/* may change who logs in */
	int places;		/* what BOUND_WEB says; -1: none */
	uint64_t watched;	/* mailbox; 0: none; session.c */
	struct client *next_watcher, *prev_watcher;
	struct client *next_session, *prev_session;
};

/* Does it hold tickets and deliver by them? */
static inline bool
client_delivers(const struct client *c)
{
	return c->kind == CLIENT_CHILD || c->kind == CLIENT_SENDER ||
	    c->kind == CLIENT_SESSION || c->kind == CLIENT_QUEUE;
}

struct domain {
	char text[DOMAIN_OCTETS_MAX + 1];	/* folded, A-labels */
	size_t len;
};

enum answer_kind {
	ANSWER_DELIVERED, ANSWER_DONE, ANSWER_APPENDED, ANSWER_COPIED,
	ANSWER_MADE,
	ANSWER_NOTICE,		/* delivered, to the queue */
};

/* What is said once all is on disk. */
struct answer {
	struct peer *peer;
	enum answer_kind kind;
	union {
		struct msg_store_delivered delivered;
		struct msg_write_done done;
		struct msg_write_appended appended;
		struct msg_write_copied copied;
		struct msg_write_made made;
	};
	struct buf text;	/* what its strings point into; tx.c frees */
};

struct change {
	uint64_t account, mailbox, modseq;
};

struct recent {
	uint64_t account, mailbox;
	uint32_t uid;
};

struct blob {
	uint64_t number, account, email;	/* email 0: nobody's text */
	uint64_t size;
	int64_t since;
	uint64_t turn;		/* rises */
	int fd;
};

struct store {
	struct role *role;
	struct sql db;
	const char *dir;
	struct domain domain[CONF_DOMAINS_MAX];
	size_t domains;
	/* tx.c */
	struct answer answer[ANSWERS_MAX];
	size_t answers;
	struct change change[CHANGES_MAX];
	size_t changes, changes_kept;	/* kept: when this request began */
	bool lost;		/* the transaction under way cannot commit */
	uint64_t commits, committed;
	/* ticket.c */
	struct ticket *bucket[TICKET_BUCKETS];
	size_t held_fds;
	uint64_t held_bytes;
	struct group *oldest, *youngest;	/* of those that hold parts */
	/* session.c */
	struct client *watcher[WATCH_BUCKETS];
	struct client *sessions;
	/* mailboxes.c */
	struct recent recent[RECENTS_MAX];
	size_t recents;
	/* blobs.c */
	struct blob blob[HELD_BLOBS_MAX];
	size_t blobs;
	uint64_t blob_octets, blob_turn;
	bool finds;		/* there is an index of texts: find.h */
	/* pool.c */
	struct peer *zygote, *checker;
	struct peer *worker[WORKERS_MAX];
	size_t workers, turn;
	uint64_t check_id;	/* control's number for the check */
	size_t check_rows;
	bool cleaning;		/* something dead may be left */
	bool news;		/* for the queue, after the commit */
	char boot[BOOT_ID];	/* the boot key that is there */
	bool strays;		/* letters of another may be left */
	/* letter_ask.c: letters whose text the queue has had */
	uint64_t out[LETTERS_OUT_MAX];
	size_t outs;
	uint64_t owed_last;	/* the letter whose notice was asked for */
};

/* --- address.c: whom an address stands for --- */

enum { ADDRESS_MAX = 1024 };

struct address {
	char text[ADDRESS_MAX];		/* local@domain, folded */
	struct str local, domain, whole;	/* in text */
};

bool has_control(struct str);
bool address_fold(struct address *, struct str local, struct str domain);
/* "local@domain", or "@domain". */
bool address_parse(struct address *, struct str whole);
bool domain_fold(struct domain *, struct str);
void domains_load(struct store *);
bool domain_is_ours(const struct store *, struct str folded);

struct resolved {
	uint64_t account[TARGETS_MAX];
	size_t accounts;
	enum rcpt_reason reason;
};

/* domain "": the bare <postmaster>. */
void address_resolve(struct store *, struct str local, struct str domain,
    struct resolved *);

/* --- account.c --- */

struct account {
	uint64_t id;
	bool sealed;
	uint32_t cert;
	uint64_t quota, used;	/* octets; quota 0: none */
	uint64_t modseq;
};

/* false: there is none, or it has been removed. */
bool account_load(struct store *, uint64_t id, struct account *);
uint64_t account_find(struct store *, struct str name);	/* folded; 0: none */
/* The modseq of a change that is being made; SQL_ROW, or why not. */
enum sql_status account_change(struct store *, uint64_t account, uint64_t *);
/* alice@example.org/device; *folded: the address in its one form, or "". */
uint64_t account_login(struct store *, struct str user, struct str *device,
    struct address *folded);

/* ask.c: may it get so much more?  size is the sender's word, or 0. */
enum rcpt_reason room_for(const struct account *, uint64_t size);

/* --- tx.c --- */

/* Around every request that writes.  tx_end keeps what was done, or undoes it
 * (keep = false); its result says whether it is kept. */
enum sql_status tx_read(struct store *);	/* before questions: cheaper */
bool tx_begin(struct store *);
bool tx_end(struct store *, bool keep);
void tx_answer(struct store *, const struct answer *);
void tx_changed(struct store *, uint64_t account, uint64_t mailbox,
    uint64_t modseq);
/* Commit and answer; false: nothing of it came about. */
bool tx_settle(struct store *);
void tx_forget(struct store *, const struct peer *);
void tx_idle(struct store *);	/* the log, back into the database */

/* --- ticket.c, deliver.c --- */

/* Where a message goes; all zero: to INBOX, as new mail. */
struct place {
	uint64_t mailbox;	/* of the account; 0: INBOX */
	uint32_t flags;		/* system flags */
	uint64_t date;		/* its internal date; 0: the delivery's */
	struct str keywords;	/* packed: u32 length, keyword */
	struct str message_id;
	struct str remote, value;	/* remotes.c; remote may be "" */
	bool submitted;		/* a client is about to append it again */
	/* a notice: what it pays (letters.h); letter 0: none */
	uint64_t letter;
	uint32_t owed, upto;
};

struct part {
	uint64_t account;
	uint32_t cert, head_len;
	uint64_t size, date;
	int fd;
	uint32_t number;	/* in its group */
	struct place place;
	struct buf words;	/* what place points into */
	uint64_t refs[REFS_MAX];
	uint32_t nrefs;
	struct buf letter;	/* STORE_ENQUEUE or STORE_SUBMISSION as it
				   came: no mailbox, but the queue */
	/* by message_insert */
	uint32_t uidvalidity, uid;
	uint64_t modseq, email, thread;
};

/* With a place it is good for one message only.  0: no memory. */
uint64_t ticket_new(struct store *, struct client *, uint64_t account,
    uint32_t cert, const struct place *);
/* The same, as who asked is told of it. */
bool ticket_for(struct store *, struct client *, const struct account *,
    const struct place *, struct msg_target *);
/* Takes the descriptor out of *in when it keeps it. */
bool deliver_take(struct store *, struct client *from,
    const struct msg_store_deliver *, struct chan_msg *in);
/* STORE_ENQUEUE, STORE_SUBMISSION: wire is the message as it came. */
bool deliver_letter(struct store *, struct client *from,
    const struct msg_store_enqueue *, struct chan_msg *in);
bool deliver_record(struct store *, struct client *from,
    const struct msg_store_submission *, struct chan_msg *in);
void deliver_forget(struct store *, struct client *);
/* Groups that have not come together for so long let go of what they hold. */
void deliver_age(struct store *, int64_t patience_ms);

/* The number of a new body, with one reference; 0: *why not. */
uint64_t body_insert(struct store *, const struct part *, enum sql_status *why);
/* One copy to its place, within a request.  RCPT_OK or why not; VERDICT_NO:
 * it will never do. */
enum verdict message_insert(struct store *, struct part *,
    enum rcpt_reason *);

/* append.c: a ticket for a session; false: it asks for nonsense. */
bool append_ask(struct store *, struct client *,
    const struct msg_write_append *);
bool append_bring(struct store *, struct client *,
    const struct msg_write_bring *);

/* --- remotes.c: what a mirror's emails are called at the box --- */

bool remotes_make(struct store *);
enum sql_status remote_insert(struct store *, const struct part *);
enum verdict remote_write(struct store *, uint64_t account,
    const struct msg_write_remote *);

/* copy.c: within a request; *ranges gets what is->uids is to point to. */
enum verdict messages_copy(struct store *, uint64_t account,
    const struct msg_write_copy *, struct msg_write_copied *is,
    struct buf *ranges);

/* --- session.c, flags.c --- */

bool session_message(struct store *, struct client *, struct chan_msg *);
void session_begin(struct store *, struct client *);
void session_end(struct store *, struct client *);
void session_changed(struct store *, const struct change *);
/* device: a tag; 0: of all devices */
void sessions_drop(struct store *, uint64_t account, uint64_t device);

/* The bit of a keyword, made when there is room; 0 when there is none. */
uint32_t keyword_bit(struct store *, uint64_t mailbox, struct str name,
    bool make, enum sql_status *);
/* modified: uids that unchanged_since kept out, packed. */
enum verdict flags_change(struct store *, uint64_t account,
    const struct msg_write_flags *, uint64_t *modseq, struct buf *modified);
/* missing: uids that were to be expunged, whatever their flags, and are not
 * there. */
enum verdict expunge(struct store *, uint64_t account,
    const struct msg_write_expunge *, uint64_t *modseq, struct buf *missing);

/* --- blobs.c --- */

/* false: it is no memfd of that size that is sealed. */
bool blob_take(struct store *, struct client *, const struct msg_write_blob *,
    struct chan_msg *in);
void blob_of(struct store *, const struct client *,
    const struct msg_write_blob_of *);
void blob_get(struct store *, struct client *,
    const struct msg_write_blob_get *);
void blobs_age(struct store *);
void blobs_drop(struct store *, uint64_t account);

/* --- mailboxes.c --- */

/* What sessions have told as \Recent: kept, to be written with the next
 * request or tick. */
void recent_note(struct store *, uint64_t account,
    const struct msg_write_recent *);
void recent_write(struct store *);

/* Those that an account begins with. */
enum sql_status mailboxes_make(struct store *, uint64_t account, uint64_t now);

/* Each within a request.  VERDICT_NO: *why is an enum made. */
enum verdict mailbox_create(struct store *, uint64_t account,
    const struct msg_write_create *, struct msg_write_made *);
enum verdict mailbox_delete(struct store *, uint64_t account,
    const struct msg_write_delete *, uint32_t *why);
enum verdict mailbox_rename(struct store *, uint64_t account,
    const struct msg_write_rename *, uint32_t *why);
enum verdict mailbox_subscribe(struct store *, uint64_t account,
    const struct msg_write_subscribe *, uint32_t *why);

/* --- ask.c: questions of mx, seal, auth --- */

bool ask_rcpt(struct store *, struct client *, const struct msg_store_rcpt *);
void ask_cert(struct store *, struct client *, const struct msg_store_cert *);
void ask_login(struct store *, struct client *,
    const struct msg_store_login *);
bool ask_may_send(struct store *, struct client *,
    const struct msg_store_may_send *);
bool ask_sent(struct store *, struct client *, const struct msg_store_sent *);
bool ask_bind(struct store *, struct client *, const struct msg_store_bind *);

/* --- pool.c: worker processes --- */

/* Fork the process that will fork workers: before anything is open. */
int pool_zygote(const char *dir);
void pool_begin(struct store *, int zygote_fd);
bool pool_message(struct store *, struct client *, struct chan_msg *);
void pool_gone(struct store *, struct client *);
/* A channel to a reader bound to the account, or -1. */
int pool_session(struct store *, uint64_t account, uint64_t device);
void pool_drop(struct store *, uint64_t account, uint64_t device);
bool pool_check(struct store *, uint64_t id);	/* false: one is under way */

/* --- device.c: who may log in --- */

struct credential {
	struct str device, salt, stored_key, server_key;
	uint64_t iterations;
};

uint64_t device_tag(struct str device);
/* Within a request; *why: a word.  fresh: a device's, that has none yet. */
enum verdict device_put(struct store *, uint64_t account,
    const struct credential *, bool fresh, const char **why);
enum verdict device_remove(struct store *, uint64_t account,
    struct str device, const char **why);
/* Its sessions end. */
void device_drop(struct store *, uint64_t account, struct str device);
/* `next` is about to come: of browsers the oldest go that are too many. */
enum verdict devices_thin(struct store *, uint64_t account, struct str next,
    const char **why);
void device_used(struct store *, uint64_t account, struct str device);
/* false: this channel may not ask that. */
bool device_message(struct store *, struct client *, int type,
    const void *msg);

/* --- pair.c: codes, and questions of auth --- */

/* Within a request: a new code instead of the account's last one. */
enum sql_status code_put(struct store *, uint64_t account, struct str hash);
/* The same for a device of the account, which gets no more than a few. */
enum verdict code_by_device(struct store *, uint64_t account, struct str hash,
    const char **why);

bool pair_find(struct store *, struct client *,
    const struct msg_store_pair_find *);
bool pair_use(struct store *, struct client *, const struct msg_store_pair *);

/* --- clean.c --- */

/* Clear away a bit of what is dead; true while there is more. */
bool clean_some(struct store *);

/* --- admin*.c --- */

struct admin {
	struct store *store;
	struct client *client;
	uint64_t id;
	struct str args;
	const char *why;	/* set when the verdict is not yes */
	char detail[WHY_MAX];
	size_t detail_len;
	size_t rows;
};

typedef enum verdict admin_verb(struct admin *);

bool admin_message(struct store *, struct client *, struct chan_msg *);
struct str admin_text(struct admin *, const char *key);	/* "" if not there */
bool admin_number(struct admin *, const char *key, uint64_t *);
/* Room for one more row of a list?  key is what comes "after" it. */
bool admin_next(struct admin *, struct str key);
void admin_row(struct admin *, const struct buf *);
enum verdict admin_no(struct admin *, const char *why, struct str detail);
enum verdict admin_later(struct admin *, enum sql_status);
/* One that writes, committed alone. */
enum verdict admin_write(struct admin *, admin_verb *);
/* Of the arguments, within a request. */
void admin_credential(struct admin *, struct credential *);
enum verdict admin_certificate(struct admin *, uint64_t account);
enum verdict pair_offer(struct admin *, uint64_t account);	/* a new code */

admin_verb user_add, user_list, user_show, user_remove, user_password,
    user_cert, user_quota, user_pair, alias_add, alias_list, alias_remove,
    mirror_status, store_status, store_check, store_repair, queue_list,
    queue_show,
    queue_retry, queue_hold, queue_cancel;

/* --- check.c, repair.c --- */

typedef void check_found(void *arg, const char *finding, struct str detail);

/* Every finding, one call each; how many. */
size_t check_all(struct sql *, check_found *, void *arg);
/* Mend what can be; each mending is told like a finding. */
enum sql_status repair_all(struct sql *, uint64_t now, check_found *,
    void *arg);
/* key: "dbkey=FD", or NULL */
int offline_main(bool repair, const char *dir, const char *key);

/* --- main.c --- */

struct client *client_new(struct peer *, enum client_kind);
uint64_t store_now(void);	/* seconds since 1970 */
bool store_lock(const char *dir);
bool store_path(char *out, size_t room, const char *dir);

#endif
