/*
 * rig.h - a store of its own, its peers played by the test.
 *
 * The store's program runs in a throw-away folder with the channels that plid
 * would give it.  Whatever does not answer as the interface says fails the
 * test.
 */
#ifndef TESTS_STORE_RIG_H
#define TESTS_STORE_RIG_H

#include <sys/types.h>

#include "base/verdict.h"
#include "ipc/chan.h"
#include "ipc/msg_admin.h"
#include "ipc/msg_session.h"
#include "ipc/msg_store.h"

struct rig {
	char dir[64];
	pid_t pid;
	int parent, logs, mx, seal, auth, control, queue;
	char wire[IPC_MAX];
	struct chan_msg in;
	uint64_t next_id;
	bool with_find;			/* start it with an index of texts */
	/* of the last admin call */
	struct msg_admin_end end;
	struct buf rows;		/* all of them, one after the other */
	size_t row_count;
};

void rig_folder(struct rig *);			/* a new, empty one */
/* limit: RLIMIT_FSIZE in octets, or 0. */
void rig_start(struct rig *, const char *program, size_t limit);
/* It does not start, and its log says why. */
void rig_refused(struct rig *, const char *program, const char *why);
void rig_stop(struct rig *);			/* as plid does */
void rig_kill(struct rig *);			/* kill -9 */
void rig_remove(struct rig *);			/* the folder */

/* What the log says until there is nothing more, to standard error. */
void rig_log(struct rig *);

/* Packed pairs from "key", "value", …, NULL; then admin. */
enum verdict rig_admin(struct rig *, const char *verb, ...)
    __attribute__((sentinel));
/* The value of a key in the last rows, the n-th time. */
struct str rig_value(struct rig *, const char *key, size_t n);

void rig_user(struct rig *, const char *name, const char *quota, bool sealed);

int rig_child(struct rig *);			/* an mx child's channel */
/* The reason; targets into *t, of which there are *n at most. */
enum rcpt_reason rig_rcpt(struct rig *, int child, const char *local,
    const char *domain, uint64_t size, struct msg_target *t, size_t *n);
/* For LOCAL@example.org, whom the store must know. */
struct msg_target rig_target(struct rig *, int child, const char *local);
uint64_t rig_account(struct rig *, const char *local);
void rig_ask(int child, const char *local, const char *domain, uint64_t size);
enum rcpt_reason rig_told(struct rig *, int child, struct msg_target *t,
    size_t *n);
int rig_memfd(const void *text, size_t n);
/* With PLI_TEST_SEALED in the environment stores are started with this key;
 * the variable's first octet is the key's last. */
int rig_key(void);
/* Sends a part; the answer comes by rig_delivered. */
void rig_deliver(struct rig *, int from, const struct msg_target *,
    uint64_t group, uint32_t part, uint32_t parts, struct str text,
    uint32_t head_len);
void rig_deliver_refs(struct rig *, int from, const struct msg_target *,
    uint64_t group, uint32_t part, uint32_t parts, struct str text,
    uint32_t head_len, struct str refs);	/* packed u64 */
/* The verdict of a group; -1 if none comes within ms. */
int rig_delivered(struct rig *, int child, uint64_t group, int ms);

struct bound {
	int read, write;
};

bool rig_bind(struct rig *, uint64_t account, struct bound *);
/* A channel of a sender, as submit's child has it; -1: refused. */
int rig_sender(struct rig *, uint64_t account);
/* The three of a child of httpd; the result is the sender's. */
int rig_web(struct rig *, uint64_t account, struct bound *);
/* Ask a reader; the answer is copied to *out. */
enum verdict rig_read(struct rig *, int fd, unsigned type, const void *msg,
    struct buf *out, bool *more);
struct rig_box {
	uint64_t id, modseq, octets, born, changed;
	uint32_t uidvalidity, uidnext, messages, unseen, special;
	uint32_t first_recent;
};
/* A mailbox by name. */
bool rig_list(struct rig *, int fd, const char *name, struct rig_box *);

#endif
