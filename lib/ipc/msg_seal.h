/*
 * msg_seal.h - messages to be sealed, certificates to be looked at, and
 * messages that claim to be sealed already.
 */
#ifndef IPC_MSG_SEAL_H
#define IPC_MSG_SEAL_H

#include "ipc/msg_store.h"

enum {
	OUTER_MAX = 32768,	/* header fields that stay outside */
	STAMP_MAX = 2048,	/* what Pli-Seal says, before the hash */
	GROUP_TARGETS_MAX = 200,
};

enum msg_seal {
	/* from a child of mx, mxtls, submit, imapd; from control: */
	SEAL_MESSAGE = 1,	/* + memfd */
	SEAL_FAILED,		/* success is told by the store */
	SEAL_CHECK_CERT,	/* + memfd: a certificate as gpg exports it */
	SEAL_CERT_IS,
	SEAL_TYPES,
};

/*
 * outer is the header block of the sealed copy without MIME fields and
 * without Pli-Seal, each line ending in CRLF, no empty line.  The memfd holds
 * the entity to encrypt (mail/protect.h).  as_is: the memfd holds a whole
 * message that claims to be encrypted already, outer is empty and head_len
 * says where its header ends; seal asks scan before it believes that.
 */
struct msg_seal_message {
	uint64_t group;
	uint32_t first, parts;	/* its copies are parts first, first + 1, … of
				   so many; parts 0: of its targets alone */
	uint32_t as_is;
	uint32_t head_len;
	uint64_t size;		/* octets in the memfd */
	uint64_t date;
	struct str targets;	/* as in msg_store_rcpt_is, several runs */
	struct str outer;
	struct str stamp;	/* "t=…; from=…": one line, no CRLF */
	struct str refs;	/* as in msg_store_deliver */
};

struct msg_seal_failed {
	uint64_t group;
	uint32_t verdict;
};

struct msg_seal_check_cert {
	uint64_t id;
	uint64_t size;
};

struct msg_seal_cert_is {
	uint64_t id;
	uint32_t verdict;	/* no: why says what is wrong with it */
	struct str why;		/* a word: see pgp/cert.h */
	struct str fingerprint;	/* upper-case hex */
	struct str user_id;	/* the primary one */
	struct str algorithm;	/* of the encryption subkey, for people */
	uint64_t created, expires;	/* expires 0: never */
	struct str use;		/* minimised, binary */
};

extern const struct field_msg msg_seal[SEAL_TYPES];

/* seal to scan: is this whole message OpenPGP/MIME and nothing else? */
enum msg_scan { SCAN_MESSAGE = 1, SCAN_IS, SCAN_TYPES };

struct msg_scan_message {	/* + memfd */
	uint64_t id;
	uint64_t size;
};

struct msg_scan_is {
	uint64_t id;
	uint32_t verdict;	/* later: could not look */
};

extern const struct field_msg msg_scan[SCAN_TYPES];

#endif
