/*
 * export.h - what export to a Maildir and to mbox share.
 */
#ifndef CTL_EXPORT_H
#define CTL_EXPORT_H

#include "imap.h"
#include "progress.h"

enum { EXPORT_WORDS_MAX = 26, EXPORT_MAILS_MAX = 16 << 20 };

struct export_mail {
	uint32_t uid, flags;	/* KEPT_…, of mail/mbox.h */
	uint32_t words;		/* a bit for each keyword of the box */
	int64_t date;
};

struct export_box {
	struct str name;	/* as IMAP writes it */
	uint32_t uidvalidity;
	struct buf mails;	/* of struct export_mail, in order of uid */
	char word[EXPORT_WORDS_MAX][72];
	size_t words;
};

struct export {
	struct cli *c;
	struct imap im;
	struct progress bar;
	const char *folder;
	struct buf names;	/* mailboxes: u32 length, name */
	struct export_box box;
	uint64_t written, there;
};

size_t export_count(const struct export_box *);
struct export_mail *export_mail(const struct export_box *, size_t i);

/* The whole message, to a sink. */
enum imap_said export_fetch(struct export *, const struct export_mail *,
    imap_sink *, void *ctx);

int export_cut(struct export *);
int export_disk(struct export *, const char *path);	/* errno says why */

/* The mailbox at hand. */
int export_maildir(struct export *);
int export_mbox(struct export *);

#endif
