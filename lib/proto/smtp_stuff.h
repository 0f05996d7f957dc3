/*
 * smtp_stuff.h - the text of a message as it goes out after DATA.
 *
 * Pure and incremental: pieces of any size in, runs out that point into the
 * pieces or to a literal dot.  RFC 5321, 4.5.2.  The text must have CRLF at
 * its ends of lines and no other CR or LF: smtp_data.h says whether it has.
 */
#ifndef PROTO_SMTP_STUFF_H
#define PROTO_SMTP_STUFF_H

#include <stdbool.h>

#include "base/str.h"

struct smtp_stuff {
	bool in_line;		/* not at the start of one */
	bool dotted;		/* the dot before a dot is out */
};

void smtp_stuff_begin(struct smtp_stuff *);

/* The next run to send; moves *in past it.  Empty when all is taken. */
struct str smtp_stuff_take(struct smtp_stuff *, struct str *in);

/* What ends the text. */
struct str smtp_stuff_end(const struct smtp_stuff *);

#endif
