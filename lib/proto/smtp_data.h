/*
 * smtp_data.h - the text of a message as it comes after DATA or BDAT.
 *
 * Pure and incremental: bytes in pieces of any size, runs of message text
 * out, which point into the pieces.  RFC 5321, 2.3.8, 4.1.1.4, 4.5.2.
 *
 * A message ends at CRLF "." CRLF and nowhere else.  A CR or LF that is not
 * part of a CRLF, a NUL and a line past SMTP_TEXT_MAX are faults: the message
 * is to be refused, after its real end, which they never are.  After a fault
 * runs still come, and are of no use.
 */
#ifndef PROTO_SMTP_DATA_H
#define PROTO_SMTP_DATA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum { SMTP_TEXT_MAX = 65536 };	/* octets of a line, with its CRLF: RFC 5321
				   asks for 1000, mailers send more */

enum smtp_fault {		/* the first one that was met */
	SMTP_FAULT_NONE,
	SMTP_FAULT_BARE_CR,
	SMTP_FAULT_BARE_LF,
	SMTP_FAULT_NUL,
	SMTP_FAULT_LONG_LINE,
};

struct smtp_data {
	unsigned state;
	bool dots;		/* dot-stuffed, and ends with a dot */
	bool done;		/* the end was seen (only with dots) */
	enum smtp_fault fault;
	uint64_t octets;	/* of text so far */
	uint32_t line;		/* of them in this line */
};

/* dots: DATA; else BDAT, where the end is counted by somebody else. */
void smtp_data_begin(struct smtp_data *, bool dots);

/* The next run of text; moves *in past it, and past the dots.  Empty when all
 * of *in is taken, or at the end; what follows the end stays in *in. */
struct str smtp_data_take(struct smtp_data *, struct str *in);

/* BDAT: there is no more.  A CR that waits for its LF is bare. */
void smtp_data_end(struct smtp_data *);

#endif
