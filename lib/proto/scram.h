/*
 * scram.h - SASL PLAIN (RFC 4616) and SCRAM (RFC 5802), a server's view.
 *
 * Pure: messages are taken apart and made; hashing is the caller's.  Every
 * str points into the message that was parsed.
 */
#ifndef PROTO_SCRAM_H
#define PROTO_SCRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum {
	SASL_NAME_MAX = 512,
	SASL_PASSWORD_MAX = 1024,
	SCRAM_NONCE_MAX = 256,
	SCRAM_PROOF = 32,
};

struct sasl_plain {
	struct str authorize, user, password;
};

/* "authzid NUL authcid NUL passwd" */
bool sasl_plain_parse(struct str, struct sasl_plain *);

struct scram_first {
	char flag;		/* 'n', 'y' or 'p' */
	struct str binding;	/* 'p': the channel binding's name */
	struct str authorize;	/* encoded, as user is */
	struct str gs2;		/* the header, with its last comma */
	struct str bare;	/* all after it */
	struct str user;	/* with =2C and =3D: scram_name decodes */
	struct str nonce;
};

/* Mandatory extensions (m=) are refused, others skipped. */
bool scram_first_parse(struct str, struct scram_first *);

bool scram_name(struct str encoded, struct buf *out);

/* r=…,s=…,i=…; the salt is encoded here */
void scram_server_first(struct buf *out, struct str nonce, struct str salt,
    uint32_t iterations);

struct scram_final {
	struct str binding;	/* base64, of gs2 header and binding data */
	struct str nonce;
	unsigned char proof[SCRAM_PROOF];
	struct str without_proof;
};

bool scram_final_parse(struct str, struct scram_final *);

/* v=… */
void scram_server_final(struct buf *out,
    const unsigned char signature[SCRAM_PROOF]);

#endif
