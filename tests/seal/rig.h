/*
 * rig.h - seal as a process, and those around it played by a test.
 *
 * The test is parent, mx and its child, store, keys, scan and control.
 */
#ifndef SEAL_RIG_H
#define SEAL_RIG_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"
#include "ipc/chan.h"
#include "ipc/msg_keys.h"
#include "ipc/msg_seal.h"
#include "ipc/msg_store.h"

enum rig_end {
	RIG_PARENT, RIG_LOG, RIG_MX, RIG_STORE, RIG_KEYS, RIG_SCAN,
	RIG_CONTROL, RIG_ENDS,
};

struct rig {
	pid_t pid;
	int end[RIG_ENDS];
	int child;			/* the channel of a child of mx */
	struct buf use;			/* the certificate of every account */
	unsigned certs_asked, signed_texts;
	bool refuse_cert, mute_keys, mute_store;
	unsigned char signature[64];	/* what keys answers */
};

void rig_start(struct rig *, const char *path);
void rig_stop(struct rig *);
void rig_child(struct rig *);		/* a new one; the old is closed */
void rig_new_edge(struct rig *, enum rig_end, const char *name);

/* A file of tests/data/pgp, or any; the caller frees it. */
void rig_file(struct buf *, const char *path);
void rig_cert(struct rig *, const char *path);

int rig_memfd(struct str text, bool sealed);

/* From the child; as_is: head_len > 0. */
void rig_message(struct rig *, uint64_t group, struct str text,
    uint32_t head_len, unsigned targets, uint32_t cert);

/*
 * Play store and keys until something else arrives: what is it?  A delivery
 * leaves its text in *out, a failure its verdict in *verdict.
 */
enum rig_event {
	RIG_DELIVERED, RIG_FAILED, RIG_CHILD_DROPPED, RIG_ASKS_SCAN,
	RIG_CERT_IS, RIG_SILENT,
};

struct rig_got {
	struct msg_store_deliver deliver;
	struct msg_seal_failed failed;
	struct msg_scan_message scan;
	struct msg_seal_cert_is cert;
	int fd;				/* delivered: the caller closes it */
};

enum rig_event rig_next(struct rig *, struct rig_got *, int timeout_ms);

/* The memfd of a delivery; closed. */
void rig_read(struct rig_got *, struct buf *out);

#endif
