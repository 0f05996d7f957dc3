/*
 * imap_runs.h - ascending numbers, written as a set: "1:3,7".
 *
 * Pure.  RFC 3501, section 9, sequence-set.  Nothing is written when there is
 * no number.
 */
#ifndef PROTO_IMAP_RUNS_H
#define PROTO_IMAP_RUNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct imap_runs {
	const char *before;	/* the first number */
	uint32_t from, to;	/* not yet written; 0: none */
	bool begun;
};

void imap_runs_add(struct imap_runs *, struct buf *, uint32_t);

/* false: there was none. */
bool imap_runs_end(struct imap_runs *, struct buf *, const char *after);

#endif
