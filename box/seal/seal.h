/*
 * seal.h - what the files of seal share.
 *
 * A job is one message of one child: its plaintext (a memfd, mapped only while
 * it is encrypted) and its targets.  A copy is the sealed form for one target,
 * waiting for its signature.  Seal parses nothing of a message.
 */
#ifndef SEAL_SEAL_H
#define SEAL_SEAL_H

#include <string.h>

#include "base/verdict.h"
#include "ipc/msg_keys.h"
#include "ipc/msg_seal.h"
#include "ipc/msg_store.h"
#include "os/log.h"
#include "pgp/seal.h"
#include "role/serve.h"

enum {
	JOBS_MAX = 512,		/* under way; past it: later */
	COPIES_MAX = 256,	/* waiting for their signature */
	CERTS_MAX = 256,	/* kept loaded */
	HASH = 32, SIGNATURE = 64,
	HASH_B64 = 44, SIGNATURE_B64 = 88,
};

struct target {
	uint64_t ticket, account;
	uint32_t cert;
};

enum job_state { JOB_FREE, JOB_SCAN, JOB_CERT };

struct job {
	enum job_state state;
	uint64_t id;			/* of this start of the process */
	struct peer *child;
	struct msg_seal_message m;	/* strings: in text, if it waits */
	struct buf text;
	int plain;
	struct target target[GROUP_TARGETS_MAX];
	uint32_t targets, next;
};

/* copy.c: the sealed form of one target, signed and sent */
struct copy {
	bool used;
	uint64_t id;
	struct peer *child;
	struct msg_store_deliver m;
	int fd;
	size_t signature_at;		/* where it goes in the memfd */
	char signed_text[STAMP_MAX + 64];
	size_t signed_len;
	bool asked;
};

bool copy_make(struct role *, const struct job *, struct str plain,
    struct seal_cert *);		/* NULL: as it is */
bool copy_signed(struct role *, struct chan_msg *);
void copy_ask_again(struct role *);	/* keys is new */
void copy_child_gone(const struct peer *);

/* frame.c: the bytes around the ciphertext */
struct frame {
	int fd;
	char *at;			/* what waits to be written */
	size_t len;
	size_t written;			/* octets in the file so far */
	size_t head_len;
	size_t signature_at, hash_at;
	bool failed;
	/* base64 in lines, CRC-24 and SHA-256 of the body */
	unsigned char rest[48];
	size_t rest_len;
	uint32_t crc;
	void *digest;
};
bool frame_begin(struct frame *, struct str outer, struct str stamp);
bool frame_plain(struct frame *, struct str whole, size_t head_len,
    struct str stamp);
bool frame_body(void *frame, const void *mem, size_t n);
bool frame_end(struct frame *, unsigned char hash[HASH]);
bool frame_sign(int fd, size_t at, const unsigned char sig[SIGNATURE]);

/* certs.c: those that were used last */
struct seal_cert *certs_find(uint64_t account, uint32_t cert);
bool certs_add(uint64_t account, uint32_t cert, struct str use);

/* wipe.c */
void wipe_stack(void);

/* main.c */
void seal_failed(struct role *, struct peer *child, uint64_t group,
    enum verdict);

#endif
