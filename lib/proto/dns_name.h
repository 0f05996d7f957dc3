/*
 * dns_name.h - domain names, as text and as on the wire (RFC 1035, 3.1).
 *
 * Pure.  Text has no dot at its end; the root is "".  Octets that are no
 * letter, digit, hyphen or underscore come out as \DDD (RFC 1035, 5.1) and are
 * not taken back: no name of a host has them.
 */
#ifndef PROTO_DNS_NAME_H
#define PROTO_DNS_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum {
	DNS_WIRE_MAX = 255,
	DNS_LABEL_MAX = 63,
	DNS_TEXT_MAX = 4 * DNS_WIRE_MAX,
};

struct dns_name {
	size_t len;			/* with the root's octet */
	unsigned char wire[DNS_WIRE_MAX];
};

/* "example.org" or "example.org."; false: too long, an empty label, or an
 * octet that no name of ours has. */
bool dns_name_from_text(struct dns_name *, struct str text);

/* At *at of the packet, following pointers (RFC 1035, 4.1.4), which go back
 * only.  Moves *at past what stands there. */
bool dns_name_take(struct dns_name *, struct str packet, size_t *at);

/* A borrowed name on the wire, not compressed, to the end of wire. */
bool dns_name_from_wire(struct dns_name *, struct str wire);

/* Into out, at most DNS_TEXT_MAX octets; how many. */
size_t dns_name_text(const struct dns_name *, char out[DNS_TEXT_MAX]);

bool dns_name_eq(const struct dns_name *, const struct dns_name *);

#endif
