/*
 * identity.c - /.well-known/pli: which keys are the box's.
 *
 * The master asks keys for the document, as for the certificates; children
 * have it from the master and say it to anybody.
 */

#include "httpd.h"

#include <string.h>

#include "ipc/msg_keys.h"
#include "os/log.h"

enum { ANSWER_MS = 10000 };

static char text[IDENTITY_MAX];
static size_t len;

static bool
hear(int fd, struct buf *wire)
{
	union {
		struct msg_keys_identity_is is;
		struct msg_keys_chain_is chain;
		struct msg_keys_signed sig;
		struct msg_keys_dkim_public_is dkim;
		struct msg_keys_sign_dkim sign;
	} m;
	char *room = buf_room(wire, IPC_MAX);
	struct chan_msg in;

	if (room == NULL || chan_wait(&fd, 1, ANSWER_MS) != 0 ||
	    chan_get(fd, room, msg_keys, KEYS_TYPES, &m, &in) !=
	    KEYS_IDENTITY_IS)
		return false;
	len = m.is.document.len;
	memcpy(text, m.is.document.ptr, len);
	return true;
}

void
identity_fetch(struct role *r)
{
	struct msg_keys_identity ask = { 0 };
	int fd = -1, next;
	struct buf wire;

	for (size_t n = 0; (next = role_edge_fd(r, ROLE_KEYS, n)) >= 0; n++)
		fd = next;	/* the newest */
	buf_init(&wire, IPC_MAX);
	if (fd < 0 || chan_put(fd, msg_keys, KEYS_TYPES, KEYS_IDENTITY, &ask,
	    NULL, 0) != CHAN_OK || !hear(fd, &wire))
		log_event("no-identity", "keys does not answer");
	buf_free(&wire);
}

struct str
identity_text(void)
{
	return (struct str){ text, len };
}

void
identity_page(struct http *h)
{
	if (len > 0)
		http_reply(h, 200, STR("text/plain; charset=utf-8"),
		    identity_text());
	else
		http_error(h, 503);
}
