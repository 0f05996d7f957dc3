/*
 * header.h - the header of a message or of a MIME part, field by field.
 *
 * Pure, and nothing is copied: names and values point into the block.  Lines
 * end in CRLF; a bare LF ends a line as well.  RFC 5322, sections 2.2 and 4.5.
 *
 * A header ends with its empty line, or before the first line that is neither
 * a field nor a continuation (there, as in Postfix, the body begins).  Only a
 * first line "From …" or ">From …" is skipped: it is a field without a name.
 */
#ifndef MAIL_HEADER_H
#define MAIL_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

enum { HEADER_MAX = 512 * 1024 };	/* octets of a header that we take;
					   who reads it from a peer checks */

struct header_field {
	struct str name;	/* as sent; empty: a "From " line */
	struct str value;	/* raw, from after the colon to before the last
				   line end: leading blanks, folds and all */
	struct str whole;	/* with name and last line end */
};

/* What a line, with its line end, is to a header. */
enum header_line {
	HEADER_FIELD,		/* also a first line "From …" */
	HEADER_CONTINUED,
	HEADER_EMPTY,
	HEADER_NOT,		/* the body begins here */
};

enum header_line header_line(struct str line, bool first);

/* Goes through a header.  rest is what has not been looked at. */
struct header {
	struct str rest;
	const char *start;
};

void header_begin(struct header *, struct str block);

/* The next field; false: no more.  rest then starts with the empty line, or
 * with the first octet that is not header, or is empty. */
bool header_next(struct header *, struct header_field *);

/* The first field of that name. */
bool header_find(struct str block, struct str name, struct header_field *);

/*
 * Where the header of a message ends that is still arriving.  data is all
 * that there is so far, *seen is 0 at first and then what the last call left.
 * true: *len octets are header, the empty line included.  false: go on; at
 * the end of the message header_len says it.
 */
bool header_end(struct str data, size_t *seen, size_t *len);

/* Octets of the header at the start of a whole message or part, the empty
 * line included if there is one. */
size_t header_len(struct str message);

/* Does the header end in an empty line? */
bool header_is_closed(struct str block);

/* The value without folds (RFC 5322, 2.2.3: only line ends go) and without
 * blanks at both ends; appended to *out. */
void header_unfold(struct str value, struct buf *out);

/* Blanks, and line ends if a blank follows them, at the start. */
void header_skip_fws(struct str *);

#endif
