/*
 * msg_keys.h - signatures by keys that nobody else holds.
 *
 * A child's channel is good for one TLS signature, by the key of its master's
 * service; a child of submit or httpd has mail signed with it as well.  seal's
 * edge is good for seal signatures alone.
 */
#ifndef IPC_MSG_KEYS_H
#define IPC_MSG_KEYS_H

#include "ipc/msg_store.h"

enum {
	CHAIN_MAX = 32768,	/* PEM */
	SIGN_CONTENT_MAX = 4096,
	SIGNATURE_MAX = 1024,
};

enum keys_service { KEYS_MX, KEYS_MAIL, KEYS_SERVICES };

enum msg_keys {
	KEYS_CHAIN = 1,		/* a master: the certificates of my service */
	KEYS_CHAIN_IS,
	KEYS_SIGN,		/* a child: one CertificateVerify or
				   ServerKeyExchange, whole, not its hash */
	KEYS_SIGN_SEAL,		/* seal */
	KEYS_SIGNED,
	KEYS_SEAL_PUBLIC,	/* seal: what its signatures verify with */
	KEYS_SEAL_PUBLIC_IS,
	/* a child of submit or httpd */
	KEYS_SIGN_DKIM,		/* answered by KEYS_SIGNED */
	KEYS_WRAP,		/* a letter's key, for the queue's disk */
	/* the queue */
	KEYS_UNWRAP,		/* both are answered by KEYS_KEY_IS */
	KEYS_KEY_IS,
	/* control; a child of submit or httpd, for the selector */
	KEYS_DKIM_PUBLIC,	/* what a domain is to publish */
	KEYS_DKIM_PUBLIC_IS,
	/* the queue */
	KEYS_BOOT,		/* which boot key is there? */
	KEYS_BOOT_IS,
	/* httpd, and control: the box's identity document */
	KEYS_IDENTITY,
	KEYS_IDENTITY_IS,
	KEYS_TYPES,
};

struct msg_keys_chain_is {
	uint32_t verdict;
	struct str pem;
};

struct msg_keys_sign {
	uint32_t scheme;	/* TLS SignatureScheme, RFC 8446 4.2.3 */
	struct str content;
};

struct msg_keys_sign_seal {	/* Ed25519 over content */
	uint64_t id;
	struct str content;
};

struct msg_keys_signed {
	uint64_t id;		/* 0 for TLS */
	uint32_t verdict;
	struct str signature;
};

struct msg_keys_seal_public_is {
	struct str key;		/* 32 octets */
};

enum dkim_algorithm { DKIM_ED25519, DKIM_RSA, DKIM_ALGORITHMS };

enum {
	DKIM_CONTENT_MAX = 60000,
	DKIM_SELECTOR_MAX = 63,
	DKIM_KEY_MAX = 1024,
};

/* RFC 6376, 3.7: content is what the hash of the header is made over.  A
 * child may have the keys of our domains, no others. */
struct msg_keys_sign_dkim {
	uint64_t id;
	uint32_t algorithm;
	struct str domain;
	struct str content;
};

struct msg_keys_key {		/* KEYS_WRAP, KEYS_UNWRAP */
	uint64_t id;
	struct str key;		/* LETTER_KEY, or WRAPPED_KEY */
};

struct msg_keys_key_is {
	uint64_t id;
	uint32_t verdict;	/* no: wrapped before the power went */
	struct str key;
};

struct msg_keys_boot_is {
	struct str id;		/* BOOT_ID: what its wrapped keys begin with */
};

struct msg_keys_dkim_public {
	uint64_t id;
	uint32_t algorithm;
	struct str domain;
};

struct msg_keys_dkim_public_is {
	uint64_t id;
	uint32_t verdict;	/* no: not one of our domains */
	struct str selector;	/* "", yes: "dkim off", nothing is signed */
	struct str key;		/* p= of the record, before base64 */
};

/* proto/pli_identity.h.  keys writes it, and signs nothing else by that key:
 * there is no message that has something signed. */
enum { IDENTITY_MAX = 2048 };

struct msg_keys_identity {
	uint64_t id;
};

struct msg_keys_identity_is {
	uint64_t id;
	struct str document;
};

extern const struct field_msg msg_keys[KEYS_TYPES];

#endif
