/*
 * open.h - what a child of `open` makes of its one message.
 */
#ifndef OPEN_OPEN_H
#define OPEN_OPEN_H

#include "base/buf.h"
#include "mail/bodies.h"
#include "mail/legacy.h"

enum { OPEN_ARENA_MAX = 16 << 20, OPEN_PART_MAX = 8 << 20 };

struct open {
	struct arena arena;
	struct mime mime;
	struct bodies bodies;
	bool images;		/* remote ones are wanted */
	bool encrypted;		/* so Pli-Status says */
	uint32_t remote;	/* how many there are */
	struct buf out;
};

/* page.c: a document for a sandboxed frame.  text.c: what the bodies say, the
 * names of attachments and the text of those that are text.  false: there was
 * no room. */
bool open_page(struct open *);
bool open_text(struct open *);

/* charset.c.  Before the sandbox: makes libc's converters ready.  Their state
 * passes to children by fork. */
void charset_begin(void);

/* The decoded text of a part in UTF-8; what is none becomes U+FFFD. */
void charset_text(const struct mime_part *, struct arena *, struct buf *out);

/* Has it what mail/legacy.h speaks of, which is not to be shown? */
bool open_is_legacy(struct open *, const struct mime_part *);

/* plain.c: text/plain as HTML: links, quotations, signature. */
void plain_html(struct str text, struct buf *out);

#endif
