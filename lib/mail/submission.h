/*
 * submission.h - the header of a message that one of our users sends: what it
 * says, and what it becomes.
 *
 * Pure.  RFC 6409, section 8: Date and Message-ID are added where they are
 * missing.  Bcc goes (RFC 5322, 3.6.3), and so do Return-Path and Pli-…, which
 * are not the sender's to write, and a line "From …".  All else stays to the
 * octet.
 */
#ifndef MAIL_SUBMISSION_H
#define MAIL_SUBMISSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum submission_fault {
	SUBMISSION_OK,
	SUBMISSION_NO_FROM,
	SUBMISSION_TWICE,	/* a field that may stand once (RFC 5322,
				   3.6): readers differ in which they show */
};

/* All raw, in the header. */
struct submission {
	struct str from;
	struct str sender;	/* ptr NULL: there is none */
	struct str message_id;	/* with its brackets; "": none, or no good */
	bool date;
	bool bcc;
	bool wide;		/* octets above 127 */
};

enum submission_fault submission_look(struct submission *, struct str header);

struct submission_put {
	int64_t time;		/* for Date, seconds since 1970 */
	struct str message_id;	/* with its brackets, where there is none */
	bool bcc;		/* keep it: the sender's own copy */
};

/* Append the header with the empty line that ends it. */
void submission_put(struct buf *, struct str header,
    const struct submission *, const struct submission_put *);

#endif
