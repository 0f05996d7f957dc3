/*
 * search.h - does a message contain these words?
 *
 * Pure.  RFC 3501, 6.4.4.  Header fields without their folds and with their
 * words of RFC 2047 decoded; text parts decoded (base64, quoted-printable, the
 * charsets of codec/word2047.h); other parts by their headers only.
 */
#ifndef MAIL_SEARCH_H
#define MAIL_SEARCH_H

#include "codec/fold.h"
#include "mail/mime.h"

/* Memory to work in, used again for each message; buf_init both. */
struct search_room {
	struct buf text, folded;
};

enum { SEARCH_ROOM_MAX = 4 << 20 };	/* a good limit for each */

/* In a field of that name, any of them; name empty: in any field, with its
 * name. */
bool search_head(struct str head, struct str name,
    const struct fold_needle *, struct search_room *);

/* In the text of a message, and the headers of its parts, but not in its own
 * header.  The arena is for charsets' names. */
bool search_text(const struct mime_part *root, const struct fold_needle *,
    struct search_room *, struct arena *);

/* The day that Date names, in days since 1970, whatever the zone. */
bool search_sent(struct str head, int64_t *day);

#endif
