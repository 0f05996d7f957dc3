/*
 * html.h - foreign HTML made safe to show, or read as text.
 *
 * The tree is gumbo's, which parses as browsers do (HTML 5); what is written is
 * ours alone: elements, attributes and CSS properties of fixed lists, text and
 * values escaped.  No element is ever written whose content a browser reads by
 * other rules (script, style, svg, math, textarea, …), so that what we mean is
 * what it sees.
 *
 * For a process that is thrown away: gumbo allocates as it likes, and takes
 * time that grows with the square of the depth.  html_scan refuses the worst
 * before; the caller still limits processor time and memory.
 *
 * <style> is dropped, inline style stays where each property and value is
 * harmless.  No URL is left that a browser would fetch by itself, but those of
 * remote images when `images` asks for them.
 */
#ifndef HTML_HTML_H
#define HTML_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

enum {
	HTML_MAX = 1 << 20,		/* octets in */
	HTML_OUT_MAX = 8 << 20,		/* octets out, inline images included */
	HTML_DEPTH_MAX = 500,		/* elements within each other */
	HTML_ATTRIBUTES_MAX = 200,	/* of one element */
	HTML_URL_MAX = 4096,
};

enum html_status {
	HTML_OK,
	HTML_TOO_BIG,
	HTML_TOO_DEEP,
	HTML_NO_ROOM,
};

struct html_options {
	bool images;		/* remote images are wanted */
	bool legacy;		/* without what mail/legacy.h speaks of */
	/* "cid:ID": the part's content as a data: URL into *url; NULL or false:
	 * there is none */
	bool (*cid)(void *ctx, struct str id, struct buf *url);
	void *ctx;
};

struct html_found {
	unsigned remote;	/* images that were, or would be, fetched */
	unsigned links;
};

/* Would gumbo take long?  Linear in the length. */
enum html_status html_scan(struct str in);

/* Appends a fragment for the inside of <body>: UTF-8, as *in must be. */
enum html_status html_clean(struct str in, const struct html_options *,
    struct buf *out, struct html_found *);

/* Appends what one would read: for the index, a quotation, a terminal.  What
 * html_scan refuses has its tags cut out.  Lines end with LF.  legacy: as
 * above. */
enum html_status html_text(struct str in, bool legacy, struct buf *out);

#endif
