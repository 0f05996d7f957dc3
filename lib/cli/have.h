/*
 * have.h - which messages a mailbox holds already.
 *
 * A message counts as often as its key is there: so an import that was broken
 * off goes on where it ended, and a message that a file holds twice comes
 * twice.
 */
#ifndef CLI_HAVE_H
#define CLI_HAVE_H

#include "cli/boxes.h"

struct have {
	struct buf rows;	/* of struct have_row, sorted */
};

struct have_row {
	unsigned char key[BOX_KEY];
	uint32_t times;
};

/* Of a mailbox that was opened with its keys; NULL: an empty one. */
void have_begin(struct have *, const struct box *);
void have_free(struct have *);

/* Was it there?  Counts it off. */
bool have_take(struct have *, const unsigned char key[BOX_KEY]);

#endif
