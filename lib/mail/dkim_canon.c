/* dkim_canon.c - a message as DKIM signs it, relaxed. */

#include "mail/dkim_canon.h"

#include "base/ascii.h"
#include "base/wipe.h"

void
dkim_body_begin(struct dkim_body *b, dkim_sink *sink, void *arg)
{
	b->sink = sink;
	b->arg = arg;
	b->lines = 0;
	b->blank = b->cr = b->any = false;
	b->gathered = 0;
}

static void
put(struct dkim_body *b, char c)
{
	if (b->gathered == DKIM_GATHER) {
		b->sink(b->arg, (struct str){ b->gather, b->gathered });
		b->gathered = 0;
	}
	b->gather[b->gathered++] = c;
}

/* Text: what was held back before it counts. */
static void
put_text(struct dkim_body *b, char c)
{
	for (; b->lines > 0; b->lines--) {
		put(b, '\r');
		put(b, '\n');
	}
	if (b->blank)
		put(b, ' ');
	b->blank = false;
	b->any = true;
	put(b, c);
}

void
dkim_body_feed(struct dkim_body *b, struct str in)
{
	for (size_t i = 0; i < in.len; i++) {
		char c = in.ptr[i];

		if (b->cr) {
			b->cr = false;
			if (c == '\n') {
				b->blank = false;
				b->lines++;
				continue;
			}
			put_text(b, '\r');
		}
		if (c == '\r')
			b->cr = true;
		else if (is_wsp((unsigned char)c))
			b->blank = true;
		else
			put_text(b, c);
	}
}

/* No empty line at the end, and one line end if there is any text. */
void
dkim_body_end(struct dkim_body *b)
{
	if (b->cr)
		put_text(b, '\r');
	if (b->any) {
		put(b, '\r');
		put(b, '\n');
	}
	if (b->gathered > 0)
		b->sink(b->arg, (struct str){ b->gather, b->gathered });
	wipe(b->gather, sizeof(b->gather));
}

void
dkim_canon_field(struct buf *out, struct str name, struct str value)
{
	bool blank = false, any = false;

	for (size_t i = 0; i < name.len; i++)
		buf_byte(out, (char)ascii_lower(name.ptr[i]));
	buf_byte(out, ':');
	for (size_t i = 0; i < value.len; i++) {
		char c = value.ptr[i];

		if (c == '\n' || (c == '\r' && i + 1 < value.len &&
		    value.ptr[i + 1] == '\n'))
			continue;
		if (is_wsp((unsigned char)c)) {
			blank = true;
			continue;
		}
		if (blank && any)
			buf_byte(out, ' ');
		blank = false;
		any = true;
		buf_byte(out, c);
	}
}
