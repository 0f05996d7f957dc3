/*
 * msg_keys.h - signatures by keys that nobody else holds.
 *
 * A child's channel is good for one TLS signature, by the key of its master's
 * service.  seal's edge is good for seal signatures alone.
 */
#ifndef IPC_MSG_KEYS_H
#define IPC_MSG_KEYS_H

#include "ipc/msg_role.h"

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

extern const struct field_msg msg_keys[KEYS_TYPES];

#endif
