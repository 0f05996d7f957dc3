/*
 * value.h - what the value of an attribute comes down to.
 *
 * Pure.
 */
#ifndef HTML_VALUE_H
#define HTML_VALUE_H

#include "base/buf.h"
#include "base/str.h"

/* Declarations of style="…" that are harmless; nothing when none is. */
void html_style(struct str in, struct buf *out);

enum url_kind {
	URL_BAD,		/* relative, another scheme, controls */
	URL_WEB,		/* http:, https: */
	URL_MAIL,		/* mailto: */
	URL_CID,
	URL_DATA_IMAGE,		/* data:image/png, gif, jpeg, webp; base64 */
};

/* *url: without the blanks and line ends that a browser ignores; its length is
 * bounded by the buf. */
enum url_kind html_url(struct str in, struct buf *url);

#endif
