/*
 * store.h - what the files of the store share.
 *
 * One writer (this process), read-only workers (reader.c) beside it.  All that
 * waits is taken into one transaction, each request in its savepoint; answers
 * are kept until the commit and then sent, or turned into "later".
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <string.h>

#include "base/verdict.h"
#include "ipc/msg_admin.h"
#include "ipc/msg_session.h"
#include "ipc/msg_store.h"
#include "os/log.h"
#include "os/sql.h"
#include "role/serve.h"

enum {
	CHUNK_OCTETS = 256 << 10,
	CHUNK_SHIFT = 16,		/* chunk.id = body << 16 | number */
	ADDRESS_MAX = LOCAL_PART_MAX + 1 + DOMAIN_OCTETS_MAX,
	TICKETS_MAX = 256,		/* of one child */
	PARTS_MAX = 200,		/* of one group */
	ALIAS_DEPTH = 5,
	READERS = 2,
	ANSWERS_MAX = 4096,		/* before a commit is due */
	PATH_LEN = 1024,
};

struct ticket {
	uint64_t number;
	uint64_t account;
	uint32_t cert;
};

struct part {
	struct msg_store_deliver m;
	uint64_t account;
	int fd;
};

/* peer.data of an mx or mxtls child */
struct sender {
	struct ticket ticket[TICKETS_MAX];
	size_t tickets;
	uint64_t group;			/* being staged; 0: none */
	size_t parts;
	struct part *part;		/* PARTS_MAX of them while staging */
};

/* peer.data of a session's channel to the writer */
struct session {
	uint64_t account;
	uint64_t watch;			/* mailbox; 0: none */
	bool armed;			/* CHANGED has not been said yet */
	struct peer *peer;
	struct session *next, *prev;	/* all of them: store.sessions */
};

struct store {
	struct sql db;
	struct role *role;
	bool open;			/* a transaction is under way */
	bool doomed;			/* … and cannot be committed */
	struct session *sessions;
};

extern struct store store;

/* schema.c */
bool schema_bring_up(struct sql *);
unsigned schema_version(void);

/* commit.c: requests and their answers */
bool commit_begin(void);	/* savepoint; false: answer "later" now */
void commit_keep(bool);		/* release the savepoint, or roll it back */
void commit_answer(struct peer *, unsigned type, const void *msg);
void commit_admin(struct peer *, unsigned type, const void *msg);
void commit_done(struct peer *, uint64_t mailbox, uint64_t modseq);
void commit_changed(uint64_t mailbox, uint64_t modseq);
void commit_settle(struct role *);

/* address.c: whom an address stands for; ids into account[], how many */
struct account {
	uint64_t id;
	bool sealed;
	uint32_t cert;
	uint64_t quota, used;
};
bool address_fold(struct str local, struct str domain, struct buf *out);
size_t address_find(struct str address, struct account *out, size_t most);
bool address_is_ours(struct str domain);
bool account_by_name(struct str name, struct account *);
bool account_by_id(uint64_t id, struct account *);

/* rcpt.c, deliver.c */
bool rcpt_take(struct peer *, struct chan_msg *);
bool deliver_take(struct peer *, struct chan_msg *);
void deliver_joined(struct peer *);
void deliver_gone(struct peer *);
bool cert_take(struct peer *, struct chan_msg *);

/* bind.c: logins and sessions */
bool bind_take(struct peer *, struct chan_msg *);
bool bind_readers(const char *path);	/* start them, before the sandbox */
void bind_connect(struct role *);	/* their channels, after it */

/* session.c: what a session writes */
bool session_take(struct peer *, struct chan_msg *);
void session_gone(struct peer *);

/* reader.c: does not return */
void reader_run(int channel, const char *path) __attribute__((noreturn));

/* admin.c */
bool admin_take_call(struct peer *, struct chan_msg *);

/* mailbox.c: counters of mailboxes */
bool mailbox_append(uint64_t account, const struct msg_store_deliver *, int fd,
    uint64_t mailbox);
uint64_t mailbox_inbox(uint64_t account);
bool mailbox_create_all(uint64_t account);
bool body_remove(uint64_t body, uint64_t size, uint64_t head_len);

/* check.c: a row a finding; repair mends what can be.  How many findings. */
typedef void check_say(void *arg, const char *what, uint64_t where,
    uint64_t is, uint64_t should);
size_t check_run(struct sql *, bool repair, check_say *, void *arg);
int check_main(const char *dir, bool repair);

uint64_t now(void);

#endif
