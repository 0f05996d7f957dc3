/*
 * import.h - mail of others, appended to a session with the own box.
 *
 * What a mailbox holds already is left out: so an import goes on where it was
 * broken off, and there is no state file.
 */
#ifndef CLI_IMPORT_H
#define CLI_IMPORT_H

#include "cli/have.h"
#include "mail/mbox.h"
#include "cli/progress.h"

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

void import_begin(struct import *, struct cli *);
void import_end(struct import *);

/* An mbox, or a Maildir with its folders; the session is open.  0, or it was
 * said; what was done is told. */
int import_files(struct import *, const char *path, const char *mailbox);

/* How it went, also when it was broken off.  status, or it was said. */
int import_report(struct import *, int status);

/* Open a mailbox, made if it is not there.  0, or it was said. */
int import_box(struct import *, const char *box);

/* One message, if it is not there; or in any case.  false: the connection is
 * lost. */
bool import_mail(struct import *, struct mbox_mail *);
bool import_append(struct import *, const struct mbox_mail *);

int import_cut(struct import *);	/* … and say so */

/* A file, mapped; errno says why not. */
bool import_file(const char *path, struct str *);
void import_forget(struct str);

int import_maildir(struct import *, const char *path, const char *box);

#endif
