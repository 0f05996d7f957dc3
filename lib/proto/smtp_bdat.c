/* smtp_bdat.c - a message in chunks: which octets belong to it. */

#include "proto/smtp_bdat.h"

#include <assert.h>

void
smtp_bdat_begin(struct smtp_bdat *b)
{
	b->left = 0;
	b->last = false;
	smtp_data_begin(&b->text, false);
}

void
smtp_bdat_chunk(struct smtp_bdat *b, uint64_t octets, bool last)
{
	assert(b->left == 0 && !b->last);
	b->left = octets;
	b->last = last;
}

struct str
smtp_bdat_take(struct smtp_bdat *b, struct str *in)
{
	struct str mine = *in, run;

	if (mine.len > b->left)
		mine.len = (size_t)b->left;
	run = smtp_data_take(&b->text, &mine);
	in->ptr += run.len;
	in->len -= run.len;
	b->left -= run.len;
	return run;
}

bool
smtp_bdat_is_whole(struct smtp_bdat *b)
{
	if (!b->last || b->left > 0)
		return false;
	smtp_data_end(&b->text);
	return true;
}
