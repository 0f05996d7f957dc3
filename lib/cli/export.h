/*
 * export.h - what export to a Maildir and to mbox share.
 */
#ifndef CLI_EXPORT_H
#define CLI_EXPORT_H

#include "cli/boxes.h"
#include "cli/progress.h"

struct export {
	struct cli *c;
	struct imap im;
	struct progress bar;
	const char *folder;
	struct box box;		/* the one at hand */
	uint64_t written, there;
};

/* All mailboxes of the session, which is open, to a folder.  0, or it was
 * said. */
int export_all(struct export *, bool mbox);

int export_cut(struct export *);
int export_disk(struct export *, const char *path);	/* errno says why */

/* The mailbox at hand. */
int export_maildir(struct export *);
int export_mbox(struct export *);

#endif
