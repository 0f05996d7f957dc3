/*
 * mbox.h - files of mail: mbox, and what a Maildir's file names say.
 *
 * Pure, and nothing is copied.  What is read here was written by other
 * programs: mboxo and mboxrd, whose lines ">From " were quoted; mboxcl and
 * mboxcl2, which say Content-Length.  Lines end in LF or CRLF.
 *
 * No format of mbox is told apart for sure.  A Content-Length is believed if
 * a message ends there; a body that it delimits is quoted unless it holds a
 * line "From " in clear.
 */
#ifndef MAIL_MBOX_H
#define MAIL_MBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum {
	KEPT_SEEN = 1, KEPT_ANSWERED = 2, KEPT_FLAGGED = 4, KEPT_DELETED = 8,
	KEPT_DRAFT = 16, KEPT_FORWARDED = 32,
};

struct mbox_mail {
	struct str text;	/* as it is in the file */
	struct str head;	/* the header in it, with its empty line */
	bool meta;		/* Status and its kin are not the message's */
	bool quoted;		/* ">From " stands for "From " */
	bool internal;		/* no message: what a mail program notes */
	bool dated;
	int64_t date;		/* of the From_ line, seconds since 1970 */
	uint32_t flags;		/* KEPT_… */
	struct str keywords;	/* raw: words; maybe empty */
};

/* A line "From someone Fri Feb 22 17:06:23 2008", the zone optional. */
bool mbox_from_line(struct str line, int64_t *date);

/* "From ", ">From " …: what a writer puts ">" in front of. */
bool mbox_is_from(struct str line);

/* Takes a message off *rest.  false: it is empty, or (then something is left)
 * this is no mbox. */
bool mbox_next(struct str *rest, struct mbox_mail *);

/* A file of a Maildir: all of it is the message. */
struct mbox_mail mbox_single(struct str file);

/* The message line by line, without what is only the mbox's. */
struct mbox_lines {
	const struct mbox_mail *mail;
	struct str rest;
	bool head, dropping;
};

void mbox_lines_begin(struct mbox_lines *, const struct mbox_mail *);

/* The next line without its end; *ended: it had one. */
bool mbox_lines_next(struct mbox_lines *, struct str *line, bool *ended);

/* KEPT_ of a file name's ":2,FRS", and a bit for each letter a to z. */
uint32_t maildir_flags(struct str name, uint32_t *letters);

#endif
