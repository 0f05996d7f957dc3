/*
 * ip.h - addresses of the Internet, from their text.
 *
 * Pure.  IPv4 as four decimal numbers without leading zeros (RFC 6943 3.1.1),
 * IPv6 as RFC 4291 2.2, all its forms, without a zone.  An IPv4 address mapped
 * into IPv6 (::ffff:192.0.2.1) becomes that IPv4 address, so that one peer has
 * one form.
 */
#ifndef BASE_IP_H
#define BASE_IP_H

#include <stdbool.h>

#include "base/str.h"

struct ip {
	bool v6;
	unsigned char byte[16];		/* IPv4: the first four, rest zero */
};

/* All of text, or false. */
bool ip_parse(struct ip *, struct str text);

bool ip_eq(const struct ip *, const struct ip *);

/* What counts as one peer: an IPv4 address, a /64 of IPv6.  So many octets of
 * ip.byte say which. */
size_t ip_network(const struct ip *);

/* 127.0.0.0/8 or ::1. */
bool ip_is_loopback(const struct ip *);

/* n octets, 4 or 16, as on the wire; an IPv4 address within IPv6 becomes one
 * here, too. */
struct ip ip_of_octets(const void *, size_t n);

enum ip_kind {
	IP_PUBLIC,
	IP_LOOPBACK,
	IP_PRIVATE,		/* of a network at home: RFC 1918, 4193, 6598 */
	IP_SPECIAL,		/* no single host of the Internet has it */
};

/* Registries of RFC 6890; ranges for documentation count as public. */
enum ip_kind ip_kind(const struct ip *);

#endif
