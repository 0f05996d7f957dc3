/*
 * search.h - which messages of the mailbox match.
 *
 * Decided here, not in the store: what the messages hold is foreign.  What is
 * known already decides first; the rest is asked for what is dearer, and all
 * at once: dates and sizes, then headers, then whole messages.
 */
#ifndef IMAPD_SEARCH_H
#define IMAPD_SEARCH_H

#include "fetch.h"
#include "mail/search.h"
#include "proto/imap_search.h"

/* What is not known yet; NOT of it is not known either. */
enum found { FOUND_NO, FOUND_YES, FOUND_UNKNOWN };

/* A key made ready. */
struct key_made {
	struct places places;		/* KEY_SEQ, KEY_UID */
	uint32_t bit;			/* KEY_KEYWORD */
	int64_t day;			/* KEY_DATE, KEY_SENT */
	struct fold_needle *needle;	/* KEY_HEADER, KEY_BODY, KEY_TEXT */
};

struct searching {
	struct imap *s;
	const struct imap_search *args;
	bool uid;
	struct key_made *made;		/* by the key's id */
	struct buf found;		/* by place, an octet each */
	size_t count;			/* places */
	uint64_t modseq;		/* the highest of those found */
	struct search_room room;
	struct fetch fetch;		/* of one message: f->mime */
};

/* NULL: search_found knows; else the reply.  search_end in any case. */
const char *search_run(struct searching *, struct imap *,
    const struct imap_search *, bool uid);
void search_end(struct searching *);

/* Is the message at that place found? */
bool search_found(const struct searching *, size_t place);

#endif
