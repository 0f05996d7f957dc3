/*
 * sasl.h - a login, between a client and auth.
 *
 * For children of imapd, submit and httpd.  The frame that a protocol gives to
 * SASL messages (RFC 3501, 6.2.2; RFC 4954) is the caller's; what is in it goes
 * to auth and comes from there.  Nothing is kept: passwords are wiped.
 */
#ifndef ROLE_SASL_H
#define ROLE_SASL_H

#include <stdbool.h>

#include "base/str.h"
#include "ipc/msg_auth.h"
#include "role/master.h"

enum {
	/* A line of an exchange: base64, and room for its end. */
	SASL_LINE_MAX = (SASL_MAX + 2) / 3 * 4 + 2,
};

enum { SASL_CHANNELS = 4 };	/* with them, what else comes */

enum sasl_end {
	SASL_OK,		/* the channels are in fds */
	SASL_WRONG,
	SASL_LATER,
	SASL_CANCELLED,		/* by the client, or it is gone */
	SASL_NOT_BASE64,
};

struct sasl {
	struct child *child;	/* its channel to auth, closed after SASL_OK */
	/* Send a challenge, base64 already (may be empty), and take the line
	 * that answers, without its end.  false: none came. */
	bool (*ask)(void *ctx, struct str challenge, struct str *line);
	void *ctx;
	struct str binding_name, binding;	/* "": there is none */
	int fds[SASL_CHANNELS];
	size_t nfds;
	char user[USER_MAX];		/* after SASL_OK: the name as given */
	size_t user_len;
	uint64_t account;
};

/* By its name in a command; AUTH_MECHS: no such mechanism. */
enum auth_mech sasl_mech(struct str name);

/* initial: what came with the command, base64, or "=" for an empty one; its
 * ptr NULL: nothing came, so ask. */
enum sasl_end sasl_run(struct sasl *, enum auth_mech, struct str initial);

/* The same, with the client's first message as it is. */
enum sasl_end sasl_start(struct sasl *, enum auth_mech, struct str message);

#endif
