/*
 * envelope.h - the header of a message as IMAP's ENVELOPE has it.
 *
 * Pure.  RFC 3501, 7.4.2 and 9.  Values are as sent, unfolded, encoded words
 * in place.  An address without a domain has the domain "", for NIL would make
 * a group of it.
 */
#ifndef MAIL_ENVELOPE_H
#define MAIL_ENVELOPE_H

#include "base/buf.h"
#include "base/str.h"

enum {
	ENVELOPE_FIELDS_MAX = 8,	/* To fields (Cc, Bcc) that count */
	ENVELOPE_ADDRESSES_MAX = 5000,	/* of one list */
};

/* Append "(date subject … message-id)".  scratch is the caller's, for reuse;
 * what it holds is overwritten. */
void envelope_put(struct buf *out, struct str header, struct buf *scratch);

#endif
