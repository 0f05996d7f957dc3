/*
 * net.h - HTTPS to the box: one connection, one request after the other.
 *
 * libcurl.  The box is known by its TLS key alone (pinned), not by a name in
 * a certificate; no redirect is followed, nothing but https is spoken, and
 * each answer has an end.  The address is given: libcurl looks up no name (it
 * would start a thread).
 */
#ifndef SYNC_NET_H
#define SYNC_NET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "sync/record.h"

enum net_status {
	NET_OK,
	NET_LATER,		/* offline, 5xx, 429, too slow */
	NET_DENIED,		/* 401, 403 */
	NET_PIN,		/* somebody else's TLS key */
	NET_MISSING,		/* 404 */
	NET_LIE,		/* too long, another status, no HTTP */
};

/* What libcurl does once: before the sandbox. */
bool net_begin(void);

/* Drops the connection when the record changes. */
void net_to(const struct record *, const char *address);

/* body.ptr NULL: GET.  type: of the body.  Into *out, which is cleared, at
 * most its limit. */
enum net_status net_call(struct str path, const char *type, struct str body,
    struct buf *out);

#endif
