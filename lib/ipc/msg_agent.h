/*
 * msg_agent.h - the owner's keys, asked by those who may not have them.
 *
 * Every question has an id of the asker's; its answer, which may come after
 * that of a later one, bears the same.  AGENT_REFUSED answers any of them:
 * why is a word of pgp/secret.h, pgp/open.h, pgp/sign.h or one of these
 *
 *	locked		unlock first
 *	busy		too much at once: later
 *	died		the process that did it did not survive it: no
 *	passphrase	not this one
 *	no-container, newer, damaged, memory	of a container
 *	no-recovery, part, words	of a recovery sheet; detail: which word
 *	recipient	cannot be encrypted to; detail: the number, from 0, a
 *			blank, and a word of pgp/cert.h
 *	malformed	the question makes no sense
 *
 * Memfds are settled by who writes them (os/memfd.h); one may be empty.
 */
#ifndef IPC_MSG_AGENT_H
#define IPC_MSG_AGENT_H

#include "ipc/field.h"

enum {
	AGENT_PASSPHRASE_MAX = 1024,
	AGENT_NAME_MAX = 256,
	AGENT_VALUE_MAX = 16384,
	AGENT_TEXT_MAX = 96 << 20,	/* octets of a message, in and out */
	AGENT_CERTS_MAX = 4 << 20,	/* of all certificates with it */
	AGENT_SIGNED_MAX = 2048,
	AGENT_UNLOCKED_KEYS = 64,
};

#define AGENT_IDLE_AS_IT_WAS	UINT32_MAX

enum msg_agent {
	/* from pli */
	AGENT_MAKE = 1,		/* + memfd: see how */
	AGENT_UNLOCK,		/* + memfd: the container */
	AGENT_REKEY,		/* a new passphrase, or new parameters */
	AGENT_EXTEND,
	AGENT_SET,		/* a record: as agent/container.h */
	AGENT_GIVE,
	AGENT_LOCK,
	/* from pli and sync */
	AGENT_STATUS,
	AGENT_GET,
	AGENT_OPEN,		/* + memfd: message; + memfd: certificates */
	AGENT_VERIFY,		/* + text, signature, certificates */
	AGENT_WRITE,		/* + text; + recipients' certificates */
	/* answers */
	AGENT_REFUSED,
	AGENT_CONTAINER,	/* + memfd: write it to the disk: MAKE, REKEY,
				   EXTEND, SET */
	AGENT_UNLOCKED,		/* + memfd: mirror key, boot key: 32 each */
	AGENT_GIVEN,		/* + memfd */
	AGENT_STATUS_IS,	/* STATUS, LOCK; also unasked, with id 0, when
				   it locks itself */
	AGENT_VALUE_IS,
	AGENT_OPENED,		/* + memfd: the text; empty for VERIFY */
	AGENT_WRITTEN,		/* + memfd */
	/* from who serves the owner's browser: somebody is there */
	AGENT_USED,		/* is not answered */
	AGENT_TYPES,
};

enum agent_how {
	AGENT_NEW,		/* a new key; the memfd is empty */
	AGENT_IMPORT,		/* the memfd: what gpg exports; key_secret: its
				   passphrase */
	AGENT_RECOVER,		/* the memfd: the sheet's copy; key_secret: its
				   words; address and name are in the key */
	AGENT_HOWS,
};

struct msg_agent_make {		/* then it is unlocked */
	uint64_t id;
	uint32_t how;
	uint32_t idle;		/* as in unlock */
	uint64_t expires;	/* of a new key; 0: never */
	struct str address, name;
	struct str passphrase, key_secret;
};

struct msg_agent_unlock {
	uint64_t id;
	uint32_t idle;		/* seconds until it locks itself; 0: never;
				   or AGENT_IDLE_AS_IT_WAS */
	struct str passphrase;
};

struct msg_agent_rekey {
	uint64_t id;
	struct str passphrase;	/* the one of now, asked again */
	struct str next;
};

struct msg_agent_extend {
	uint64_t id;
	uint64_t expires;	/* 0: never */
};

struct msg_agent_set {
	uint64_t id;
	uint32_t kind;		/* RECORD_DEVICE, _BOX or _SETTINGS */
	struct str value;	/* empty: away with it */
};

enum agent_what {
	AGENT_CERTIFICATE,	/* minimised, binary: pgp/cert.h */
	AGENT_PUBLIC,		/* armoured, whole */
	AGENT_SECRET,		/* armoured, under `protect` */
	AGENT_REVOCATION,	/* armoured; number: enum secret_reason */
	AGENT_SHEET,		/* HTML to print; number: agent_sheet bits */
	AGENT_WHATS,
};

enum agent_sheet { AGENT_SHEET_FR = 1, AGENT_SHEET_LETTER = 2 };

struct msg_agent_give {
	uint64_t id;
	uint32_t what;
	uint32_t number;
	struct str passphrase;	/* of SECRET and SHEET: asked again */
	struct str protect;
};

struct msg_agent_ask {		/* LOCK, STATUS, VERIFY */
	uint64_t id;
};

/* Kinds of agent/container.h: DEVICE, BOX, SETTINGS, ADDRESS; and the owner's
 * certificate, minimised (pgp/cert.h). */
enum { AGENT_GET_CERTIFICATE = 64 };

struct msg_agent_get {
	uint64_t id;
	uint32_t kind;
};

struct msg_agent_open {
	uint64_t id;
	uint32_t clear;		/* what is only signed is good, too */
	uint64_t most;		/* octets of text; 0: AGENT_TEXT_MAX */
};

/* The recipients' memfd: for each u32 length and a binary certificate; empty:
 * only sign. */
struct msg_agent_write {
	uint64_t id;
	uint32_t sign;
	uint32_t detached;	/* RFC 3156, 5: a signature alone, armoured */
};

struct msg_agent_refused {
	uint64_t id;
	uint32_t verdict;
	struct str why, detail;
};

struct msg_agent_done {		/* CONTAINER, GIVEN, WRITTEN */
	uint64_t id;
};

struct msg_agent_unlocked {
	uint64_t id;
	uint32_t weak;		/* its parameters are of old: REKEY it */
};

struct msg_agent_status_is {
	uint64_t id;
	uint32_t unlocked;	/* else the rest is empty */
	struct str address;
	struct str fingerprint, user_id, algorithm;	/* pgp/cert.h */
	uint64_t created, expires;	/* 0: never */
};

struct msg_agent_value_is {
	uint64_t id;
	struct str value;	/* empty: there is none */
};

/* signatures: for each four strings with u32 lengths (verdict, key id,
 * fingerprint of the primary key or "", hash) and a u64 (when made). */
struct msg_agent_opened {
	uint64_t id;
	uint32_t encrypted;
	uint32_t recipients, signatures;	/* how many */
	struct str mode, cipher;
	struct str key_id;	/* of ours, which opened it */
	struct str signed_by;
};

extern const struct field_msg msg_agent[AGENT_TYPES];

/* Room for any of them. */
union msg_agent_any {
	struct msg_agent_make make;
	struct msg_agent_unlock unlock;
	struct msg_agent_rekey rekey;
	struct msg_agent_extend extend;
	struct msg_agent_set set;
	struct msg_agent_give give;
	struct msg_agent_ask ask;
	struct msg_agent_get get;
	struct msg_agent_open open;
	struct msg_agent_write write;
	struct msg_agent_refused refused;
	struct msg_agent_done done;
	struct msg_agent_unlocked unlocked;
	struct msg_agent_status_is status_is;
	struct msg_agent_value_is value_is;
	struct msg_agent_opened opened;
};

#endif
