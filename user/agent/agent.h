/*
 * agent.h - what the files of this process share.
 *
 * Three pieces of memory, all locked and kept out of core dumps:
 *
 *  - held: what is unlocked.  A child finds zeros there (MADV_WIPEONFORK).
 *  - lent: the OpenPGP key, while a child that needs it is born.
 *  - desk: shared with the one child that makes keys and opens containers;
 *    other children do not have it (MADV_DONTFORK).
 *
 * So the process itself never lets a library near a secret, and what is in the
 * heap of one that did ends with it.
 */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include "agent/container.h"
#include "base/verdict.h"
#include "ipc/msg_agent.h"
#include "pgp/cert.h"
#include "pgp/secret.h"
#include "role/oneshot.h"

struct held {
	bool unlocked;
	struct container_lock lock;
	struct cert_info info;
	size_t len;
	unsigned char records[CONTAINER_RECORDS_MAX];
};

struct desk {
	bool changed;			/* lock, info and out are to be held */
	struct container_lock lock;
	struct cert_info info;
	size_t in_len, out_len;
	unsigned char in[CONTAINER_RECORDS_MAX], out[CONTAINER_RECORDS_MAX];
};

struct lent {
	size_t len;
	unsigned char key[SECRET_KEY_MAX];
};

extern struct held *held;
extern struct desk *desk;
extern struct lent *lent;

/* --- vault.c */

void vault_begin(void);			/* or the process ends */
void vault_show_desk(bool to_children);
void vault_wipe(void);			/* what is held */

/* --- main.c */

void refuse(struct role *, struct peer *, uint64_t id, enum verdict,
    const char *why);
void relay(struct role *, struct peer *, uint64_t id, struct chan_msg *in,
    union msg_agent_any *, int type);
void used(void);			/* somebody is there: do not lock */
void idle_after(uint32_t seconds);
void tell_parent(struct role *);	/* it is unlocked */
void tell_status(struct role *, struct peer *, uint64_t id);

/* --- owner.c: what pli asks; ownerjob.c: in the child */

struct owner_job {
	unsigned type;			/* AGENT_MAKE … */
	union msg_agent_any m;		/* pointing into a copy by fork */
};

bool owner_take(struct role *, struct peer *, struct chan_msg *in,
    const struct owner_job *);
void owner_work(const void *job, int back);

/* --- work.c: messages */

bool work_take(struct role *, struct peer *, struct chan_msg *in,
    unsigned type, const union msg_agent_any *);

/* A memfd of somebody else's, to read; false: past most, or not settled. */
bool map_in(int fd, size_t most, struct str *);

/* In a child: what goes back. */
void child_refuse(int back, enum verdict, const char *why, const char *detail);

/* --- sheet.c */

/* A page to print: the words, and the copy (recovery.h) as QR codes.
 * number: enum agent_sheet. */
bool sheet_put(struct buf *html, struct str address,
    const struct cert_info *, uint64_t now, unsigned number,
    const unsigned char *secret, struct str parts);

#endif
