/*
 * boxes.h - the mailboxes of a session, and what is in one of them.
 *
 * A message is known by its Message-ID and its date: its key.  A sealed
 * message shows both as well.
 */
#ifndef CLI_BOXES_H
#define CLI_BOXES_H

#include "cli/imap.h"
#include "mail/mbox.h"

enum {
	BOX_KEY = 16,
	BOX_WORDS_MAX = 26,
	BOX_NAME_MAX = 1000,
	BOX_MAILS_MAX = 16 << 20,
	BOX_NAMES_MAX = 4 << 20,	/* octets of all names */
};

/* What a mailbox is for: RFC 6154. */
enum box_use { BOX_PLAIN, BOX_ALL, BOX_ARCHIVE, BOX_DRAFTS, BOX_FLAGGED,
    BOX_IMPORTANT, BOX_JUNK, BOX_SENT, BOX_TRASH, BOX_USES };

struct box_name {
	struct str name;	/* as IMAP writes it */
	char separator;		/* of levels; '\0': there are none */
	enum box_use use;
};

struct box_mail {
	uint32_t uid, flags;	/* KEPT_…, of mail/mbox.h */
	uint32_t words;		/* a bit for each keyword of the box */
	int64_t date;
	unsigned char key[BOX_KEY];
};

struct box {
	struct str name;	/* as IMAP writes it */
	uint32_t uidvalidity;
	bool keys;		/* they were asked for */
	struct buf mails;	/* of struct box_mail, in order of uid */
	char word[BOX_WORDS_MAX][72];
	size_t words;
};

/* Of all that can be opened; *names is made by buf_init. */
enum imap_said boxes_list(struct imap *, struct buf *names);
bool boxes_next(struct str *names, struct box_name *);

/* Opens it to read, and learns what is in it.  IMAP_NO: it is not there.
 * begin once, before; free after. */
void box_begin(struct box *);
enum imap_said box_open(struct imap *, struct box *, struct str name,
    bool keys);
void box_free(struct box *);

size_t box_count(const struct box *);
struct box_mail *box_mail(const struct box *, size_t i);

void box_key(unsigned char key[BOX_KEY], struct str head, int64_t date);

/* The whole message, to a sink. */
enum imap_said box_fetch(struct imap *, const struct box_mail *, imap_sink *,
    void *ctx);

#endif
