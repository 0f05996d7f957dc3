/*
 * received.h - the trace that we add, and the traces that are there.
 *
 * Pure.  RFC 5321, section 4.4; RFC 3848 (ESMTPS …), RFC 6531 (UTF8SMTP …).
 */
#ifndef MAIL_RECEIVED_H
#define MAIL_RECEIVED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum { RECEIVED_HOPS_MAX = 50 };	/* more: a loop; 554 5.4.6 */

struct received {
	struct str helo;	/* as said; octets that do not belong there
				   become "?" */
	struct str addr;	/* the peer's, text: 192.0.2.1 or 2001:db8::1;
				   empty: nothing is said of the peer */
	struct str by;		/* our name */
	struct str id;		/* letters and digits; may be empty */
	struct str tls;		/* "TLSv1.3" …; empty: none */
	struct str cipher;	/* its name; empty: not said */
	struct str with;	/* not by SMTP, but by this; else empty */
	bool esmtp;		/* EHLO, not HELO */
	bool utf8;		/* MAIL with SMTPUTF8 */
	bool auth;
	int64_t time;		/* seconds since 1970, written as UTC */
};

/* Append "Received: …CRLF", folded. */
void received_put(struct buf *, const struct received *);

/* Append "Return-Path: <path>CRLF"; path without its angle brackets. */
void received_put_return_path(struct buf *, struct str path);

/* How many Received fields a header has. */
unsigned received_count(struct str header);

#endif
