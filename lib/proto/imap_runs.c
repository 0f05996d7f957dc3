/* imap_runs.c - ascending numbers, written as a set. */

#include "proto/imap_runs.h"

#include "proto/imap_put.h"

static void
put(struct imap_runs *r, struct buf *out)
{
	if (r->to == 0)
		return;
	buf_add_c(out, r->begun ? "," : r->before);
	imap_put_range(out, r->from, r->to);
	r->begun = true;
}

void
imap_runs_add(struct imap_runs *r, struct buf *out, uint32_t n)
{
	if (r->to == 0 || n != r->to + 1) {
		put(r, out);
		r->from = n;
	}
	r->to = n;
}

bool
imap_runs_end(struct imap_runs *r, struct buf *out, const char *after)
{
	put(r, out);
	if (r->begun)
		buf_add_c(out, after);
	return r->begun;
}
