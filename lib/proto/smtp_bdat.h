/*
 * smtp_bdat.h - a message in chunks: which octets belong to it.
 *
 * Pure.  RFC 3030.  The octets after "BDAT n" are text, all of them, whatever
 * they look like; the next command begins after exactly n.
 */
#ifndef PROTO_SMTP_BDAT_H
#define PROTO_SMTP_BDAT_H

#include "proto/smtp_data.h"

struct smtp_bdat {
	uint64_t left;		/* octets of this chunk that are to come */
	bool last;
	struct smtp_data text;
};

void smtp_bdat_begin(struct smtp_bdat *);

/* A command BDAT.  The chunk before it must be at its end (left = 0). */
void smtp_bdat_chunk(struct smtp_bdat *, uint64_t octets, bool last);

/* The next run of text; moves *in past it.  Empty when all of *in is taken or
 * the chunk is at its end; what follows the chunk stays in *in. */
struct str smtp_bdat_take(struct smtp_bdat *, struct str *in);

/* The whole message has come: then text.fault is final. */
bool smtp_bdat_is_whole(struct smtp_bdat *);

#endif
