/*
 * httpd.h - one HTTP connection, and what is answered on it.
 *
 * A route (routes.c) is a path, what may be done with it, and a handler, which
 * reads the body if it wants to (body.c) and answers once (reply.c).  Most
 * routes want a login (login.c): it is one for the whole connection, since the
 * store binds the channels of a child to one account.
 */
#ifndef HTTPD_H
#define HTTPD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "os/crypt.h"
#include "os/tls.h"
#include "proto/http_body.h"
#include "proto/http_response.h"
#include "role/master.h"
#include "role/stream.h"

enum {
	HEAD_MS = 30 * 1000,		/* from its first octet to its last */
	BODY_MS = 10 * 60 * 1000,	/* of one request, in all */
	READ_MS = 60 * 1000,		/* between two pieces of it */
	WRITE_MS = 60 * 1000,
	KEEP_MS = 5 * 60 * 1000,	/* until the next request */
	STRANGER_MS = 2 * 60 * 1000,	/* until a login, in all */
	FAILURES_MAX = 5,		/* logins that fail */
	REQUESTS_MAX = 10000,
	REPLY_HEAD_MAX = 16 * 1024,
	DRAIN_MAX = 256 * 1024,		/* of a body that nobody wants */
	CREDENTIALS_MAX = 2048,		/* octets of Authorization */
};

struct http {
	struct role *role;
	struct child *child;
	struct tls *tls;		/* NULL: in clear */
	struct stream stream;
	struct http_request rq;
	struct http_body body;
	bool body_begun, body_bad, body_done;
	struct str some;		/* of the body: read, not looked at */
	size_t held;			/* octets of it in the stream */
	struct buf out;			/* the head of an answer */
	bool answered;			/* a status is out */
	bool chunks;			/* what follows is in chunks */
	bool close;			/* after this answer */
	int reader, writer;		/* the store's; -1: no login.  What it
					   wants of who sends mail goes over
					   child->chan[ROLE_STORE] */
	int places;			/* places.c */
	struct str user;		/* the account's address */
	struct str device;		/* that has logged in; "": none */
	uint64_t account;
	uint64_t group;			/* the last message passed on */
	unsigned char who[CRYPT_HASH];	/* of the credentials */
	unsigned failures;
	uint64_t until;			/* a stranger may stay */
};

/* serve.c: from the handshake to the end; the child's exit status. */
int http_serve(struct http *, struct role *, struct child *,
    struct tls_ctx *);

/* routes.c: answer the request. */
void http_route(struct http *);

/* login.c: is there one, of the account that this connection is bound to?
 * false: the answer is out. */
bool http_login(struct http *);

/* places.c: of what is under way for the account.  -1: all are taken. */
enum place_kind { PLACE_REQUEST, PLACE_UPLOAD, PLACE_KINDS };
int place_take(const struct http *, enum place_kind);
void place_leave(const struct http *, int place);

/*
 * body.c.  The next piece of the body, which lives until the next call; false:
 * there is none, and h->body_bad says whether that is a fault.
 */
bool http_piece(struct http *, struct str *data);

/* All of it; false: the answer (413, 400) is out. */
bool http_whole(struct http *, struct buf *);

/* Read and forget what is left, or decide to close. */
void http_drain(struct http *);

/* reply.c: the whole of an answer. */
void http_reply(struct http *, unsigned status, struct str type,
    struct str body);
void http_error(struct http *, unsigned status);	/* in a line of text */

/* Or piecewise: begin, fields of one's own into h->out, then a body of so many
 * octets, or in chunks; 304 has none. */
void http_reply_begin(struct http *, unsigned status, struct str type,
    struct str policy);
void http_reply_octets(struct http *, uint64_t);
void http_reply_empty(struct http *);
void http_reply_chunks(struct http *);
void http_reply_data(struct http *, struct str);
void http_reply_end(struct http *);

/* identity.c: what keys has signed; fetched by the master. */
void identity_fetch(struct role *);
struct str identity_text(void);
void identity_page(struct http *);

/* pair.c, device.c */
void pair_post(struct http *);
void device_page(struct http *);
void device_delete(struct http *);
void device_code(struct http *);

/* statics.c: false: there is no such page. */
bool http_static(struct http *);

/* Somebody reads or writes: what would be locked after a while of nothing is
 * not.  On the owner's side alone. */
void http_used(const struct http *);

#endif
