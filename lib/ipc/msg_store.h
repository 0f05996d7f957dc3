/*
 * msg_store.h - what the store is asked, and what it answers.
 *
 * Which peer may ask what is a table in box/store.  Answers come after the
 * commit that makes them true.
 */
#ifndef IPC_MSG_STORE_H
#define IPC_MSG_STORE_H

#include "ipc/msg_role.h"

enum {
	LOCAL_PART_MAX = 256,	/* octets: 64 in RFC 5321, more in UTF-8 */
	DOMAIN_OCTETS_MAX = 255,
	USER_MAX = 512,		/* a login name */
	ADDRESS_TEXT_MAX = 1600,	/* one, folded */
	GROUP_PARTS_MAX = 200,
	TARGETS_MAX = 100,	/* accounts that one recipient stands for */
	TARGET_SIZE = 20,	/* packed: u64 ticket, u64 account, u32 cert */
	REFS_MAX = 16,		/* mail/thread.h: u64 each, packed */
	CERT_USE_MAX = 16384,	/* a certificate, minimised */
	DEVICE_MAX = 64,	/* octets of a credential's name */
	DEVICES_WEB_MAX = 8,	/* of an account: DEVICE_WEB and more */
	PAIR_HASH = 32,		/* SHA-256 of a pairing code's token */
	PAIR_ARGS_MAX = 24576,
	VERIFIER_KEY = 32,	/* SCRAM-SHA-256 StoredKey, ServerKey */
	SALT_MAX = 32,
};

/* Devices of this name are browsers that the webmail has let in. */
#define DEVICE_WEB	"web-"

enum msg_store {
	/* from an mx or mxtls child */
	STORE_RCPT = 1,		/* whom does this address stand for? */
	STORE_RCPT_IS,
	STORE_DELIVER,		/* + memfd; also from seal */
	STORE_DELIVERED,	/* to the child, for all parts of a group */
	/* from seal */
	STORE_CERT,
	STORE_CERT_IS,
	/* from auth */
	STORE_LOGIN,
	STORE_LOGIN_IS,
	STORE_BIND,
	STORE_BOUND,		/* + reader's channel, writer's channel */
	STORE_NOT_BOUND,
	STORE_BOUND_SENDER,	/* + one channel, for submit's child */
	STORE_PAIR_FIND,	/* is there such a code, and in time? */
	STORE_PAIR,		/* use it up: certificate, credential */
	STORE_PAIR_IS,		/* the answer to both */
	/* from a child of submit, on the channel that is bound to its user;
	   besides STORE_RCPT and, for unsealed accounts, STORE_DELIVER */
	STORE_MAY_SEND,		/* is this address the user's own? */
	STORE_MAY_SEND_IS,
	STORE_SENT,		/* a ticket for the copy in Sent */
	STORE_ENQUEUE,		/* + memfd: a part of a group, for outside */
	STORE_BOUND_WEB,	/* to auth: + reader's, writer's, sender's;
				   + an empty memfd, the same for all of the
				   account: httpd counts by locks on it */
	/* from a child of httpd, on its sender's channel */
	STORE_SUBMISSION,	/* a part of a group, the last */
	/* on a sender's channel: whose certificate is known here? */
	STORE_CONTACT,
	STORE_CONTACT_IS,
	STORE_TYPES,
};

enum rcpt_reason {
	RCPT_OK,
	RCPT_NO_DOMAIN,		/* not ours: nothing is relayed */
	RCPT_NO_USER,
	RCPT_FULL,		/* over quota: 452 4.2.2 */
	RCPT_NO_CERT,		/* no usable certificate: 4xx, operator told */
	RCPT_BUSY,
	RCPT_NO_MAILBOX,	/* of a session's ticket: it is gone */
};

struct msg_store_rcpt {
	struct str local;	/* unquoted, as sent; the store folds case */
	struct str domain;	/* "" for <postmaster> */
	uint64_t size;		/* as declared, or 0: for the quota */
};

/* A contact of the account (box/store/contacts.h), and the answer. */
struct msg_store_contact {
	struct str address;
};

struct msg_store_contact_is {
	uint32_t verdict;	/* no: none is known */
	struct str cert;	/* minimised, binary */
};

struct msg_store_rcpt_is {
	uint32_t verdict;
	uint32_t reason;	/* enum rcpt_reason */
	struct str targets;	/* packed, TARGET_SIZE each; cert 0: unsealed */
};

/*
 * One copy of a message for one account.  A child's message is a group of
 * `parts` copies, committed together or not at all; the store finds the child
 * by the ticket and answers it once.  For an account with a certificate the
 * store takes this from seal alone.
 */
struct msg_store_deliver {
	uint64_t ticket;
	uint64_t group;		/* the child's number for the message */
	uint32_t part, parts;
	uint64_t account;	/* seal: whose certificate it took */
	uint32_t cert;		/* sealed to this one; 0: unsealed */
	uint32_t head_len;	/* octets up to and with the empty line */
	uint64_t size;		/* octets in the memfd */
	uint64_t date;		/* arrival, seconds since 1970 */
	struct str refs;	/* packed u64: what its thread is known by */
	uint32_t attached;	/* it has something that one would save; of
				   what is sealed nobody can tell */
};

extern const struct field fields_deliver[11];

struct msg_store_delivered {
	uint64_t group;
	uint32_t verdict;
	uint32_t reason;	/* RCPT_FULL, RCPT_BUSY … */
};

struct msg_store_cert {
	uint64_t account;
	uint32_t cert;
};

struct msg_store_cert_is {
	uint64_t account;
	uint32_t cert;
	uint32_t verdict;
	struct str use;		/* OpenPGP bytes, not armoured */
};

struct msg_store_login {
	uint64_t id;		/* the asker's, comes back */
	struct str user;	/* alice@example.org or …/device */
};

struct msg_store_login_is {
	uint64_t id;
	uint32_t verdict;	/* no: there is none such */
	uint64_t account;
	uint32_t iterations;
	struct str salt, stored_key, server_key;
	struct str name;	/* the login name in its one form, whether
				   there is such or not */
};

enum bind_kind {
	BIND_SESSION, BIND_SENDER,
	BIND_MIRROR,		/* from sync: a session of the one account
				   that there is; it is not sealed */
	BIND_WEB,		/* httpd's children: a session that may change
				   who logs in, and a sender */
	BIND_KINDS,
};

struct msg_store_bind {		/* STORE_BIND */
	uint64_t id;
	uint64_t account;
	uint32_t kind;		/* enum bind_kind: whose child asks */
	struct str device;	/* whose credential it was; "": the account's
				   own */
};

struct msg_store_bound {	/* STORE_BOUND, STORE_BOUND_SENDER, … */
	uint64_t id;
	uint32_t verdict;
};

struct msg_store_pair_find {
	uint64_t id;
	struct str hash;
};

/* args: pairs as in msg_admin.h, of auth and seal: device salt iterations
 * stored_key server_key cert_fpr cert_uid cert_algo cert_created cert_expires
 * cert_use. */
struct msg_store_pair {
	uint64_t id;
	struct str hash;
	struct str args;
};

struct msg_store_pair_is {
	uint64_t id;
	uint32_t verdict;
	struct str why;		/* a word of msg_admin.h's, or "wrong-code" */
	struct str name;	/* the account's, when it has been paired */
};

/* One of the user's own addresses: the account's name, an alias that stands
 * for it (plus-addresses count), or below its catch-all. */
struct msg_store_may_send {
	struct str local, domain;
};

enum send_reason {
	SEND_OK,
	SEND_NOT_YOURS,		/* 553 5.7.1 */
	SEND_HELD,		/* too much in too short a time: accepted, but
				   held until the operator looks */
	SEND_BUSY,
};

struct msg_store_may_send_is {
	uint32_t verdict;
	uint32_t reason;	/* enum send_reason */
};

/* The answer is STORE_RCPT_IS with one target.  An APPEND of the same
 * Message-ID to Sent, soon after, returns this copy. */
struct msg_store_sent {
	struct str message_id;	/* with its angle brackets; may be "" */
	uint64_t size;
};

enum {
	MESSAGE_ID_MAX = 998,
	ENVID_MAX = 100,		/* RFC 3461, 4.4 */
	ORCPT_MAX = 500,		/* RFC 3461, 4.2 */
	ENQUEUE_RCPTS_MAX = 100,
	RCPT_RECORDS_MAX = 57344,
	LETTER_KEY = 32,		/* os/letterbox.h */
	BOOT_ID = 8,			/* which boot key it is */
	WRAPPED_KEY = 80,		/* boot id | 24 nonce | 32 + 16 */
};

enum { QUEUE_8BIT = 1, QUEUE_UTF8 = 2, QUEUE_REQUIRETLS = 4,
    QUEUE_RET_FULL = 8, QUEUE_RET_HDRS = 16, QUEUE_HOLD = 32 };
enum { NOTIFY_DEFAULT = 0, NOTIFY_NEVER = 1, NOTIFY_SUCCESS = 2,
    NOTIFY_FAILURE = 4, NOTIFY_DELAY = 8 };

/*
 * One message for recipients elsewhere.  The memfd holds it sealed under a key
 * of its own (os/letterbox.h), `wrapped` that key under the boot key.  It is a
 * part of a group like the copies for our own users; the group is answered by
 * STORE_DELIVERED.  rcpts holds records:
 *
 *	u32 notify | u32 length, local part | u32 length, domain (A-labels,
 *	lower case; or a literal) | u32 length, orcpt ("rfc822;…" or "")
 */
struct msg_store_enqueue {
	uint64_t group;
	uint32_t part, parts;
	uint32_t flags;		/* QUEUE_… */
	uint64_t size;		/* octets in the memfd */
	uint64_t octets;	/* of the message itself */
	uint64_t date;
	struct str sender;	/* the return path, without <> */
	struct str envid;
	struct str message_id;
	struct str wrapped;
	struct str rcpts;
};

/*
 * What is kept of a letter for who submitted it by JMAP (RFC 8621, 7): the
 * letter is the one in the same group.  `id` is random, of the asker's making;
 * the envelope is its text, of which the store reads nothing.
 */
enum { ENVELOPE_MAX = 57344 };

struct msg_store_submission {
	uint64_t group;
	uint32_t part, parts;
	uint64_t id;
	uint64_t email, thread;	/* 0: of none that is stored */
	uint64_t identity;
	uint64_t date;
	struct str envelope;
};

/* Packed targets, TARGET_SIZE each. */
struct msg_target {
	uint64_t ticket, account;
	uint32_t cert;		/* 0: unsealed */
};

void msg_target_put(struct buf *, const struct msg_target *);
bool msg_target_take(struct str *, struct msg_target *);

/* The records of recipients elsewhere. */
struct msg_rcpt {
	uint32_t notify;
	struct str local, domain, orcpt;
};

void msg_rcpt_put(struct buf *, const struct msg_rcpt *);
bool msg_rcpt_take(struct str *, struct msg_rcpt *);

extern const struct field_msg msg_store[STORE_TYPES];

#endif
