/*
 * smtp_origin.h - whose connection it is that a gate passes on.
 *
 * Addresses that the configuration names begin every connection with a PROXY
 * header (proto/proxy2.h); from anybody else one is garbage.
 */
#ifndef ROLE_SMTP_ORIGIN_H
#define ROLE_SMTP_ORIGIN_H

#include "base/conf.h"
#include "role/master.h"
#include "role/stream.h"

bool smtp_origin_is_proxy(const struct conf *, const char *addr);

/* Read the header; what it says goes to child->addr and child->slot.  False:
 * it is none. */
bool smtp_origin_take(struct stream *, struct child *);

/*
 * The same before TLS: the header is read octet by octet, and what follows it
 * stays in the socket.  True, too, when the peer speaks for itself; false: it
 * should have sent a header (and that is in the log).
 */
bool smtp_origin_first(const struct role *, struct child *);

#endif
