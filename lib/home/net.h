/*
 * net.h - HTTPS to the box: questions one after the other, downloads several
 * at once, and one connection on which the box tells what changes.
 *
 * libcurl, in one loop of ours.  The box is known by its TLS key alone
 * (pinned), not by a name in a certificate; no redirect is followed, nothing
 * but https is spoken, and each answer has an end.  The address is given:
 * libcurl looks up no name (it would start a thread).
 */
#ifndef HOME_NET_H
#define HOME_NET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "home/record.h"

enum net_status {
	NET_OK,
	NET_LATER,		/* offline, 5xx, 429, too slow */
	NET_DENIED,		/* 401, 403 */
	NET_PIN,		/* somebody else's TLS key */
	NET_MISSING,		/* 404 */
	NET_LARGE,		/* 413: more than the box takes */
	NET_LIE,		/* too long, another status, no HTTP */
};

enum {
	NET_LANES = 4,			/* downloads at once */
	NET_PING_S = 30,		/* what the box is asked for */
};

/* What libcurl does once: before the sandbox. */
bool net_begin(void);

/* Drops all connections: the record has changed. */
void net_to(const struct record *, const char *address);

/* body.ptr NULL: GET.  type: of the body.  Into *out, which is cleared, at
 * most its limit. */
enum net_status net_call(struct str path, const char *type, struct str body,
    struct buf *out);
enum net_status net_delete(struct str path, struct buf *out);

/* GET from whoever is there, known or not, and told nothing: no credential is
 * sent, and what comes is worth its own signature. */
enum net_status net_stranger(const char *path, struct buf *out);

/* --- downloads: *out must stay where it is until its lane is done --- */

/* A lane that is free, or -1. */
int net_lane(void);
void net_fetch(int lane, struct str path, struct buf *out);
/* A lane that is done, with its status; it is free then.  -1: none. */
int net_fetched(enum net_status *);
void net_drop(void);			/* all downloads */

/* Goes on with all that is under way, until one of the descriptors can be
 * read, something of it comes, or ms have passed. */
void net_wait(const int *fds, size_t n, int ms);

/* --- what the box tells (RFC 8620, 7.3) --- */

/* seen: the state that is known; newer ones are told at once. */
void net_listen(struct str path, const char *seen);
bool net_listens(void);
/* Since the last call: a state that is not `seen`. */
bool net_heard(const char *seen);

#endif
