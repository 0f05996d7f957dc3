/*
 * pair.h - new devices: what pair.c and device.c share.
 *
 * JSON, in and out.  The credential of a request is SCRAM-SHA-256's verifier
 * (RFC 5802, 3), made where the password is; the box never has that:
 *
 *	{"device": "laptop", "credential": {"salt": base64, "iterations": n,
 *	 "storedKey": base64, "serverKey": base64}}
 *
 * A refusal is {"error": word, "text": sentence}.
 */
#ifndef HTTPD_PAIR_H
#define HTTPD_PAIR_H

#include <jansson.h>

#include "httpd.h"
#include "ipc/msg_auth.h"
#include "ipc/msg_session.h"

enum { PAIR_BODY_MAX = 256 * 1024, PAIR_CERT_MAX = 128 * 1024,
    PAIR_TOKEN = 16 };

/* The body as an object; NULL: the answer is out. */
json_t *pair_body(struct http *);

/* Of the request; room holds what m points to.  false: the answer is out. */
struct pair_room {
	char salt[SALT_MAX + 4], stored[VERIFIER_KEY + 4],
	    server[VERIFIER_KEY + 4];
};
bool pair_credential(struct http *, json_t *rq, struct msg_write_device *,
    struct pair_room *);

/* A text of base64, decoded; false: it is none, or longer than room. */
bool pair_base64(json_t *, char *out, size_t room, struct str *);

/* Of the request; false: it has none that is one. */
bool pair_token(json_t *rq, char out[PAIR_TOKEN]);

/* AUTH_PAIR, AUTH_PAIR_BARE: the account's address; false: the answer is
 * out. */
bool pair_ask(struct http *, unsigned type, const struct msg_auth_pair *,
    int fd, struct buf *user);

/* device.c: WRITE_DEVICE… and its struct; the devices there are, or NULL: the
 * answer is out. */
json_t *device_ask(struct http *, unsigned type, const void *msg);

/* The word's status and sentence. */
void pair_refuse(struct http *, struct str word);
void pair_send(struct http *, unsigned status, json_t *);	/* takes it */

#endif
