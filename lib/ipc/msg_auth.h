/*
 * msg_auth.h - who is this?  From a child of imapd, submit or httpd to auth,
 * and the answer.
 */
#ifndef IPC_MSG_AUTH_H
#define IPC_MSG_AUTH_H

#include "ipc/msg_store.h"

enum {
	SASL_MAX = 4096,	/* one message of a SASL exchange, decoded */
	BINDING_MAX = 256,	/* channel-binding data */
};

/* LOGIN of IMAP comes as PLAIN: "\0user\0password". */
enum auth_mech { AUTH_PLAIN, AUTH_SCRAM, AUTH_SCRAM_PLUS, AUTH_MECHS };

enum msg_auth {
	AUTH_START = 1,		/* also ends an exchange that was under way */
	AUTH_RESPONSE,		/* the client's next SASL message */
	AUTH_CHALLENGE,		/* the server's */
	AUTH_OK,		/* + reader's, writer's channel of the store */
	AUTH_FAILED,
	AUTH_SENDER,		/* OK for a child of submit: + one channel of
				   the store, bound to the account */
	AUTH_PAIR,		/* a child of httpd: + memfd, a certificate */
	AUTH_PAIRED,
	AUTH_PAIR_BARE,		/* likewise, without one: for an account that is
				   not sealed */
	AUTH_WEB,		/* OK for a child of httpd: + the channels of
				   AUTH_OK, that of AUTH_SENDER, and the
				   account's places */
	AUTH_TYPES,
};

struct msg_auth_start {
	uint32_t mech;
	struct str binding_name;	/* "tls-exporter"; "" in clear */
	struct str binding;		/* its data: RFC 9266 */
	struct str initial;		/* the client's first message */
};

struct msg_auth_data {		/* AUTH_RESPONSE, AUTH_CHALLENGE */
	struct str data;
};

struct msg_auth_ok {		/* AUTH_OK, AUTH_SENDER, AUTH_WEB */
	struct str data;	/* SCRAM's server-final; may be empty */
	struct str user;	/* the account's address */
	uint64_t account;
};

struct msg_auth_failed {
	uint32_t verdict;	/* no: wrong; later: ask again later */
	struct str data;	/* SCRAM's server error, may be empty */
};

/* A new device: the code's token, and what the device will log in with, of
 * which neither the child nor the box ever has the password. */
struct msg_auth_pair {
	struct str token;	/* 16 octets */
	struct str device;
	uint32_t iterations;
	struct str salt, stored_key, server_key;
	uint64_t size;		/* of the certificate; 0: there is none */
};

struct msg_auth_paired {
	uint32_t verdict;
	struct str why;		/* a word; see msg_store_pair_is */
	struct str user;	/* the account's address */
};

extern const struct field_msg msg_auth[AUTH_TYPES];

#endif
