/*
 * import.h - what import of an mbox and of a Maildir share.
 */
#ifndef CTL_IMPORT_H
#define CTL_IMPORT_H

#include "have.h"
#include "imap.h"
#include "mail/mbox.h"
#include "progress.h"

struct import {
	struct cli *c;
	struct imap im;
	struct have have;
	struct progress bar;
	struct buf out;
	const char *box;	/* where to, as IMAP writes it */
	bool sending;
	int64_t file_date;
	uint64_t brought, there, refused;
	char why[256];		/* the last refusal */
};

/* A file, mapped; errno says why not. */
bool import_file(const char *path, struct str *);
void import_forget(struct str);

/* Open a mailbox, made if it is not there.  0, or it was said. */
int import_box(struct import *, const char *box);

/* One message; false: the connection is lost. */
bool import_mail(struct import *, struct mbox_mail *);

int import_cut(struct import *);	/* … and say so */

int import_maildir(struct import *, const char *path, const char *box);

#endif
