/* imap_frame.c - where a command ends, with the literals in it. */

#include "proto/imap_frame.h"

#include <assert.h>
#include <string.h>

#include "proto/imap_lex.h"

void
imap_frame_begin(struct imap_frame *f)
{
	*f = (struct imap_frame){ 0 };
}

enum imap_frame_is
imap_frame_next(struct imap_frame *f, struct str in, uint64_t *n)
{
	const char *lf;
	struct str line;

	if (in.len <= f->at)
		return FRAME_MORE;
	lf = memchr(in.ptr + f->at, '\n', in.len - f->at);
	if (lf == NULL) {
		f->at = in.len;
		return FRAME_MORE;
	}
	line = (struct str){ in.ptr + f->from,
	    (size_t)(lf - in.ptr) - f->from };
	f->at = (size_t)(lf - in.ptr) + 1;
	*n = f->at;
	if (line.len == 0 || line.ptr[line.len - 1] != '\r')
		return FRAME_BARE;
	line.len--;
	return imap_literal_at_end(line, n, &f->plus) ? FRAME_LITERAL :
	    FRAME_DONE;
}

void
imap_frame_accept(struct imap_frame *f, size_t n)
{
	assert(n <= SIZE_MAX - f->at);
	f->at += n;
	f->from = f->at;
}
