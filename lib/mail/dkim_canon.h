/*
 * dkim_canon.h - a message as DKIM signs it: the relaxed canonicalisation of
 * RFC 6376, 3.4.2 and 3.4.4.
 *
 * Pure.  Canonical octets go to a function of the caller's, who hashes them; a
 * body is fed in pieces of any size and never held.
 */
#ifndef MAIL_DKIM_CANON_H
#define MAIL_DKIM_CANON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

typedef void dkim_sink(void *arg, struct str octets);

enum { DKIM_GATHER = 1024 };

struct dkim_body {
	dkim_sink *sink;
	void *arg;
	uint64_t lines;		/* line ends held back: they may be the last */
	bool blank;		/* blanks held back */
	bool cr;		/* a CR that may begin a line end */
	bool any;		/* there was text */
	size_t gathered;
	char gather[DKIM_GATHER];
};

void dkim_body_begin(struct dkim_body *, dkim_sink *, void *arg);
void dkim_body_feed(struct dkim_body *, struct str);
void dkim_body_end(struct dkim_body *);

/* Append "name:value" without a line end; value as header_field.value. */
void dkim_canon_field(struct buf *, struct str name, struct str value);

#endif
