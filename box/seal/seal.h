/*
 * seal.h - what the files of seal share.
 *
 * A job is one message of one child: its plaintext (a memfd, looked at only
 * while it is encrypted) and its targets.  A copy is the sealed form for one
 * target, waiting for its signature.  Seal parses nothing of a message.
 */
#ifndef SEAL_SEAL_H
#define SEAL_SEAL_H

#include <string.h>

#include "base/verdict.h"
#include "ipc/msg_keys.h"
#include "ipc/msg_seal.h"
#include "ipc/msg_store.h"
#include "mail/pliseal.h"
#include "os/log.h"
#include "pgp/cert.h"
#include "role/serve.h"

enum {
	JOBS_MAX = 2048,	/* under way; past it: later */
	COPIES_MAX = 256,	/* waiting for their signature */
	COPIES_BYTES_MAX = 128 << 20,	/* all of them; one may be larger */
	CERTS_MAX = 256,	/* kept loaded */
	ASKS_MAX = 8,		/* of those the store is asked for */
	CHECKS_MAX = 4,		/* certificates being looked at */
	TURN_BYTES = 2 << 20,	/* encrypted between two looks at channels */
	PATIENCE = 60,		/* seconds until an answer comes no more */
};

enum job_state { JOB_FREE, JOB_SCAN, JOB_CERT, JOB_READY };

struct job {
	enum job_state state;
	uint64_t id;			/* of this start of the process */
	struct peer *child;
	struct msg_seal_message m;	/* its strings: in text */
	struct buf text;
	int plain;
	bool asked;			/* JOB_CERT: the store, by this job */
	int64_t since;
	uint32_t targets, next;
	struct msg_target target[GROUP_TARGETS_MAX];
};

/* main.c */
void seal_failed(struct role *, struct peer *child, uint64_t group,
    enum verdict);
int64_t seal_now(void);			/* seconds, monotonic */

/* job.c */
bool job_take(struct role *, struct peer *, struct chan_msg *);
bool job_scanned(struct role *, struct chan_msg *);
bool job_cert(struct role *, struct chan_msg *);
void job_store_is(struct role *);	/* there, or has room */
/* Encrypt what can be; true: there is more to do at once. */
bool job_work(struct role *);
void job_gone(struct role *, const struct peer *);
void job_tick(struct role *);

/* copy.c: the sealed form of one target, signed and sent */
bool copy_room(void);			/* may another be made? */
bool copy_make(struct role *, const struct job *, struct str plain,
    struct cert *);			/* NULL: as it is */
bool copy_signed(struct role *, struct chan_msg *);
void copy_keys_are(struct role *, bool new);	/* there; or have room */
void copy_store_is(struct role *);		/* there, or has room */
void copy_child_gone(const struct peer *);
void copy_tick(struct role *);

/* frame.c: the bytes around the ciphertext, in a memfd */
struct frame {
	int fd;
	size_t len;			/* waiting to be written */
	size_t written;			/* octets in the file so far */
	size_t head_len;
	bool failed;
	/* base64 in lines, CRC-24 of the body */
	unsigned char rest[48];
	size_t rest_len;
	uint32_t crc;
};
bool frame_ready(void);			/* once, before the sandbox */
/* What goes in front is Pli-Seal, to be written over by frame_sign. */
bool frame_begin(struct frame *, struct str outer, struct str stamp);
bool frame_body(void *frame, const void *mem, size_t n);	/* a sink */
bool frame_end(struct frame *, unsigned char hash[PLISEAL_HASH]);
/* The same for a message that is kept as it is. */
bool frame_as_is(struct frame *, struct str whole, size_t head_len,
    struct str stamp, unsigned char hash[PLISEAL_HASH]);
bool frame_sign(int fd, struct str stamp,
    const unsigned char hash[PLISEAL_HASH],
    const unsigned char signature[PLISEAL_SIGNATURE]);

/* certs.c: those that were used last */
struct cert *certs_find(uint64_t account, uint32_t cert);
bool certs_add(uint64_t account, uint32_t cert, struct str use);
void certs_tick(void);			/* say which end soon */

/* check.c: what the operator hands in, in a process of its own */
bool check_take(struct role *, struct peer *, struct chan_msg *);
bool check_answer(struct role *, struct peer *, struct chan_msg *);
void check_gone(struct role *, const struct peer *);
void check_tick(struct role *);

/* wipe.c */
void wipe_begin(void);
void wipe_stack(void);

#endif
