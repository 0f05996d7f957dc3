/*
 * conf.h - plid.conf(5), taken apart.
 *
 * Pure.  Lines of a keyword and its values; # begins a comment; a value with
 * blanks stands in double quotes.  Everything in the result points into the
 * text, which must outlive it.  Keywords and services ignore case.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum {
	CONF_DOMAINS_MAX = 64,
	CONF_LISTENS_MAX = 32,
	CONF_PROXIES_MAX = 16,
	CONF_RESOLVERS_MAX = 8,
	CONF_SEND_PORT = 25,
	CONF_SMART_PORT = 587,
	CONF_TEXT_MAX = 65536,
	CONF_SIZE = 50 << 20,		/* octets */
	CONF_SIZE_MIN = 64 << 10,	/* RFC 5321 4.5.3.1.7 */
	CONF_SIZE_MAX = 256 << 20,	/* half of what all may hold at once */
	CONF_RETRY = 5 * 86400,		/* seconds */
	CONF_RETRY_MAX = 30 * 86400,
};

enum conf_service {
	CONF_MX, CONF_SUBMISSIONS, CONF_SUBMISSION, CONF_IMAPS, CONF_IMAP,
	CONF_HTTPS, CONF_HTTP_CLEAR, CONF_SERVICES,
};

struct conf_listen {
	enum conf_service service;
	struct str address;	/* "" all; else an IPv4 or IPv6 literal */
	uint16_t port;
	bool clear;		/* "/clear", http-clear: may log in without
				   TLS; loopback addresses only */
};

struct conf_resolver {
	struct str address;	/* an IPv4 or IPv6 literal */
	uint16_t port;
};

struct conf {
	struct str host, mx;	/* mx defaults to host */
	struct str domain[CONF_DOMAINS_MAX];
	size_t domains;
	struct conf_listen listen[CONF_LISTENS_MAX];
	size_t listens;
	struct str proxy[CONF_PROXIES_MAX];	/* send PROXY v2 first */
	size_t proxies;
	struct str chain, key;	/* cert file CHAIN KEY; both "": self */
	uint64_t size;		/* octets of the largest message */
	uint64_t retry;		/* seconds */
	struct conf_resolver resolver[CONF_RESOLVERS_MAX];
	size_t resolvers;	/* none: from the root */
	struct str anchor;	/* a file; "": what is built in */
	struct str smart;	/* a name or literal; "": none */
	uint16_t smart_port;
	struct str smart_user;	/* a file; "": without a login */
	bool smart_all;		/* mail for our own domains, too */
	uint16_t send_port;	/* where other servers are: 25, but in tests */
	bool no_dkim;		/* who takes our mail signs it */
	bool send_loopback;	/* in tests: other servers may be here */
};

struct conf_error {
	unsigned line, column;	/* from 1 */
	const char *what;	/* English, for logs and plictl */
	struct str word;	/* what it is about; may be empty */
};

/* false: *error is set; columns count octets.  host and domain are needed, the
 * rest has defaults. */
bool conf_parse(struct conf *, struct str text, struct conf_error *);

const char *conf_service_name(enum conf_service);

#endif
