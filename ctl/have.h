/*
 * have.h - which messages a mailbox holds already.
 *
 * A message is known by its Message-ID and its date, as often as it is there:
 * so an import that was broken off goes on where it ended, and a message that
 * a file holds twice comes twice.  A sealed message shows both as well.
 */
#ifndef CTL_HAVE_H
#define CTL_HAVE_H

#include "imap.h"

enum { HAVE_KEY = 16, HAVE_MAX = 16 << 20 };

struct have {
	struct buf rows;	/* of struct have_row, sorted */
};

struct have_row {
	unsigned char key[HAVE_KEY];
	uint32_t times;
};

/* Of the mailbox that is open in the session. */
enum imap_said have_read(struct have *, struct imap *);
void have_free(struct have *);

/* Was it there?  Counts it off. */
bool have_take(struct have *, struct str head, int64_t date);

#endif
