/*
 * mailbox.h - the selected mailbox as the client sees it.
 *
 * Uids and flags of all its messages; their sequence numbers are their places
 * here.  Nothing of the messages themselves.  What SELECT tells is counted by
 * the store; the list is read (index.c) when something first needs it.
 */
#ifndef IMAPD_MAILBOX_H
#define IMAPD_MAILBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/verdict.h"
#include "ipc/msg_session.h"
#include "proto/imap_set.h"

struct imap;

/* What is news to the client. */
enum { TELL_FLAGS = 1, TELL_MODSEQ = 2 };

enum { MAILS_MAX = 16 << 20 };	/* in a mailbox that can be read */

#define MODSEQ_BITS	(((uint64_t)1 << 62) - 1)

struct mail {
	uint32_t uid, flags;
	uint64_t modseq : 62;
	uint64_t tell : 2;
};

struct mailbox {
	uint64_t id;		/* 0: none is selected */
	bool read;		/* mails is filled */
	struct buf mails;	/* of struct mail, in order of uid */
	size_t told;		/* messages that the client knows of */
	uint32_t uidnext;	/* when it was opened: those below are told */
	uint32_t recent;	/* the first uid that is \Recent here */
	struct buf names;	/* what keyword[] points into */
	struct str keyword[KEYWORDS_MAX];
	size_t keywords;
	/* The store numbers changes (modseq).  All up to `target` have
	 * happened; flags are known up to `seen`, expunges up to `gone`. */
	uint64_t target, seen, gone;
	struct buf saved;	/* uids, packed, ascending: "$" */
	bool deleted;		/* the store has it no more */
	bool news;		/* there is something to tell */
	bool ask;		/* look now, whatever was told */
	bool armed;		/* the store will tell of the next change */
};

/* The place of the first uid that is not smaller. */
size_t mailbox_place(const struct mailbox *, uint32_t uid);

/* The list of a large mailbox that was closed, all as it was at `seen`. */
struct mailbox_kept {
	uint64_t id, seen;	/* id 0: none */
	struct buf mails;
};

struct mail *mailbox_mail(const struct mailbox *, size_t i);	/* from 0 */
size_t mailbox_count(const struct mailbox *);

void mailbox_init(struct mailbox *);
void mailbox_close(struct imap *);

/* A change up to modseq has happened. */
void mailbox_note(struct mailbox *, uint64_t modseq);

/* What SELECT tells. */
struct opened {
	uint64_t id, modseq;
	uint32_t uidvalidity, uidnext, messages;
	uint32_t first_recent;	/* uid */
	uint32_t recent;	/* so many */
	uint32_t first_unseen;	/* number; 0: none */
};

/* Open the mailbox of that name, as the store has it, in place of the one that
 * is open.  VERDICT_NO: there is none. */
enum verdict mailbox_open(struct imap *, struct str name, struct opened *);

/* As mailbox_close, when another one is opened at once. */
void mailbox_leave(struct imap *);

/* Keywords that came into use: learn their names and tell them. */
bool mailbox_learn(struct imap *);

/* sync.c: before places and flags are looked at.  What has happened since the
 * mailbox was opened is told, but for EXPUNGE.  false: not now. */
bool mailbox_need(struct imap *, bool with_uid);

/* sync.c: the flags as they are now, as far as the store has said it; nothing
 * is told yet, and nothing leaves the list. */
bool mailbox_catch_up(struct imap *);

/* sync.c: tell the client what is new: EXPUNGE or VANISHED (if it may be told
 * now), EXISTS, FLAGS, FETCH. */
bool mailbox_sync(struct imap *, bool expunge, bool with_uid);

/* "* VANISHED (EARLIER) …": what of `only` (resolved; NULL: of all) has been
 * expunged since and the client does not believe to be there.  RFC 7162,
 * 3.2.10.1. */
bool mailbox_put_earlier(struct imap *, uint64_t since,
    const struct imap_set *only);

/* "* n FETCH (…)" of one place, with its flags or its number only. */
void mailbox_put_mail(struct imap *, size_t place, bool flags, bool with_uid);

/* "* n EXISTS" and "* n RECENT"; claim: no later session is told those below
 * that uid as recent; 0: it may be.  RFC 3501, 2.3.2. */
void mailbox_put_count(struct imap *, size_t n, size_t recent, uint32_t claim);

/* "* OK [HIGHESTMODSEQ n]" */
void mailbox_put_modseq(struct imap *);

/* "FLAGS (…)" of one message, without its parentheses; of flags alone. */
void mailbox_put_flags_of(struct buf *, const struct mailbox *,
    const struct mail *);
void mailbox_put_flags(struct buf *, const struct mailbox *, uint32_t flags);

/* "* FLAGS (…)" and PERMANENTFLAGS. */
void mailbox_put_known(struct imap *, bool read_only);

/* The bit of a keyword (in any case), or 0. */
uint32_t mailbox_keyword(const struct mailbox *, struct str name);

/* Places in the mailbox, as ranges: `to` is past the last. */
struct places {
	struct imap_range *range;
	size_t n;
};

/* What a set means here; false: a sequence number that there is not, or the
 * arena is full. */
bool mailbox_places(struct imap *, struct imap_set *, bool uid,
    struct places *);

/* Uids, packed for the store. */
void mailbox_pack(struct buf *, const struct mailbox *, const struct places *);

#endif
