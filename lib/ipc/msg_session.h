/*
 * msg_session.h - one user's mailboxes, as imapd and httpd see them after
 * login.
 *
 * Two channels, both bound by the store to one account, so that neither can
 * name another's mail.  READ_ questions go to a read-only worker, WRITE_ to
 * the writer.  Answers too long for a message come in a memfd (READ_DATA),
 * the others inline (READ_INLINE); both hold the same packed records.
 *
 * An account counts its changes, a request with changes one: its *modseq*.  A
 * mailbox has the number of its last change, a message that of its own.
 *
 * An *email* is a message by a number that is the account's own for ever: MOVE
 * keeps it, COPY makes a new one.  It holds in which change the email was
 * *born* (EMAIL_BORN).  A *thread* has the number of its first email, and an
 * email stays in its thread.
 */
#ifndef IPC_MSG_SESSION_H
#define IPC_MSG_SESSION_H

#include "ipc/msg_store.h"

enum {
	MAILBOX_NAME_MAX = 1024,	/* UTF-8, "/" between levels */
	KEYWORD_MAX = 64,		/* octets of one keyword */
	KEYWORDS_MAX = 24,		/* of a mailbox: bits 8 to 31 */
	UIDS_MAX = 8192,		/* in one request */
	READ_INLINE_MAX = 32768,
	READ_CHUNK = 1 << 20,		/* octets of data in one answer */
	EMAILS_MAX = 4096,		/* in one request */
	REMOTE_ID_MAX = 255,		/* RFC 8620, 1.2 */
	REMOTE_VALUE_MAX = 4096,
	REMOTES_MAX = 256,		/* ids in one request */
	EMAIL_BITS = 24,		/* of an email: which of its change */
};

#define EMAIL_BORN(email)	((email) >> EMAIL_BITS)

/* Bits of a message's flags; from bit 8 the mailbox's keywords, in the order
 * in which READ_KEYWORDS lists them. */
enum {
	FLAG_SEEN = 1, FLAG_ANSWERED = 2, FLAG_FLAGGED = 4, FLAG_DELETED = 8,
	FLAG_DRAFT = 16,
	FLAG_ATTACHED = 32,	/* what msg_store_deliver says; never changes */
	FLAG_KEYWORD_SHIFT = 8,
};

/* RFC 6154 */
enum special { SPECIAL_NONE, SPECIAL_ARCHIVE, SPECIAL_DRAFTS, SPECIAL_JUNK,
    SPECIAL_SENT, SPECIAL_TRASH, SPECIALS };

enum msg_read {
	READ_LIST = 1,		/* all mailboxes */
	READ_INDEX,		/* uids and flags of one */
	READ_VANISHED,		/* uids expunged since */
	READ_KEYWORDS,		/* of one mailbox */
	READ_MESSAGES,		/* meta, heads, bodies */
	READ_QUOTA,		/* what the account uses and may use */
	READ_DATA,		/* + memfd: the answer */
	READ_INLINE,		/* the answer, short */
	READ_STATE,		/* the account's modseq */
	READ_CHANGES,		/* emails that changed since */
	READ_EMAILS,		/* where they are; their meta */
	READ_THREADS,		/* their emails */
	READ_QUERY,		/* emails with all that is asked, sorted */
	READ_BURIED,		/* mailboxes that were deleted since */
	READ_OPEN,		/* what SELECT tells of one mailbox */
	READ_REMOTES,		/* of a mirror: what the box calls them */
	READ_SNIPPETS,		/* where a filter's words stand in emails */
	READ_SUBMISSIONS,	/* letters that were submitted by JMAP */
	READ_IDENTITIES,	/* the account's addresses, and what is set */
	READ_CONTACTS,		/* whose certificates are known */
	READ_TYPES,
};

/* READ_INDEX, READ_VANISHED, READ_KEYWORDS */
struct msg_read_index {
	uint64_t mailbox;
	uint32_t from;		/* uid */
	uint64_t since;		/* modseq: only what changed after; 0: all */
};

struct msg_read_quota {
	uint64_t mailbox;	/* whose deleted messages; 0: nobody's */
};

struct msg_read_open {
	struct str name;	/* as LIST has it */
};

enum { READ_META, READ_HEAD, READ_BODY };	/* body: the whole message */

struct msg_read_messages {
	uint64_t mailbox;
	uint32_t what;
	uint64_t offset, length;	/* of each one's data; length 0: all */
	struct str uids;		/* packed u32, ascending */
};

/*
 * READ_CHANGES, READ_BURIED: what has (at, email) greater than (since, after),
 * where after 0 stands for all of `since`.  At most `limit`; 0: what fits.
 * VERDICT_NO: this modseq is not the account's yet, or too old to tell.
 */
struct msg_read_changes {
	uint64_t since, after;
	uint32_t limit;
};

/* READ_EMAILS, READ_THREADS.  For READ_EMAILS mailbox 0: ids are emails; else
 * uids of it, packed u32. */
struct msg_read_emails {
	uint64_t mailbox;
	struct str ids;		/* packed u64; any order */
};

/*
 * A filter is a condition in postfix form, of these records; "" lets all
 * through.  AND, OR, NOR take the n that stand before them, n > 0; in the end
 * one is left.  VERDICT_NO: it is no filter.
 *
 *	u32 COND_IN | u64 mailbox
 *	u32 COND_FLAGS | u32 flags		has all of these system flags
 *	u32 COND_KEYWORD | u32 length, keyword
 *	u32 COND_SINCE | u64 date		this date or later
 *	u32 COND_BEFORE | u64 date		earlier
 *	u32 COND_LARGER | u64 size		this size or larger
 *	u32 COND_SMALLER | u64 size		smaller
 *	u32 COND_TEXT | u32 columns | u32 length, text
 *				words (each the beginning of one) and "phrases",
 *				all of them, in any of the FIND_ columns
 *	u32 COND_INDEXED			its text is in the index
 *	u32 COND_THREAD | u64 thread
 *	u32 COND_AND, COND_OR, COND_NOR | u32 n
 */
enum cond { COND_AND = 1, COND_OR, COND_NOR, COND_IN, COND_FLAGS, COND_KEYWORD,
    COND_SINCE, COND_BEFORE, COND_LARGER, COND_SMALLER, COND_TEXT,
    COND_INDEXED, COND_THREAD, CONDS };

enum { FIND_SUBJECT = 1, FIND_FROM = 2, FIND_TO = 4, FIND_TEXT = 8,
    FIND_ALL = 15 };

enum query_sort { SORT_DATE, SORT_SIZE, SORTS };

enum {
	FILTER_MAX = 16384,	/* octets */
	CONDS_MAX = 256,	/* records of a filter */
	TEXT_CONDS_MAX = 8,	/* of these COND_TEXT */
	FIND_WORDS_MAX = 1024,	/* octets of one COND_TEXT's text */
};

struct msg_read_query {
	struct str filter;
	uint32_t sort;		/* enum query_sort; then by email */
	uint32_t ascending;
	uint32_t collapse;	/* of each thread its first only */
	uint64_t position;	/* of the first in the answer; as int64_t:
				   below 0 from the end, or from `anchor` */
	uint64_t anchor;	/* an email, or 0 */
	uint32_t limit;		/* 0: what fits */
};

/*
 * A mirror's emails by the ids that their box gave them.  What is kept with an
 * id is sync's own.  A note is such a record of no email; its name begins with
 * "=", as no id does.
 */
enum remotes {
	REMOTES_OF,		/* these ids or names */
	REMOTES_SINCE,		/* emails that changed after `since` */
	REMOTES_GONE,		/* whose email is no more */
	REMOTES_NEW,		/* emails that have none */
	REMOTES_ALL,
	REMOTES_NOTES,		/* all, in order of name */
	REMOTES_ASKS,
};

struct msg_read_remotes {
	uint32_t what;		/* enum remotes */
	uint64_t since;		/* modseq */
	uint64_t after;		/* email: the last one of the answer before */
	struct str ids;		/* packed: u32 length, id */
};

/* Of each email, in whose text or subject any of a filter's texts is found.
 * VERDICT_NO: it is no filter, or there is no index. */
enum { SNIPPETS_MAX = 256, SNIPPET_MAX = 1024, SNIPPET_ON = 1,
    SNIPPET_OFF = 2 };		/* control characters around what was found */

struct msg_read_snippets {
	struct str filter;
	struct str ids;		/* packed u64 */
};

/* Of these addresses, packed; or, when empty, all from after `after` on. */
enum { CONTACTS_ASK_MAX = 16384 };

struct msg_read_contacts {
	struct str addresses, after;
};

/*
 * Submissions that changed after `since` (msg_store_submission), in order of
 * that change; from (since, after) on where there was more.
 */
struct msg_read_submissions {
	uint64_t since, after;	/* modseq, id */
	uint32_t all;		/* those, too, that are forgotten */
};

/* What can be undone is UNDO_PENDING.  Of what is UNDO_GONE, forgotten, only
 * the number is kept. */
enum undo { UNDO_PENDING, UNDO_FINAL, UNDO_CANCELED, UNDO_GONE };

enum query_found { QUERY_OK, QUERY_NO_ANCHOR,
    QUERY_NO_INDEX };		/* COND_TEXT, COND_INDEXED: there is none */

enum changed_kind { EMAIL_CREATED = 1, EMAIL_UPDATED, EMAIL_DESTROYED };

/*
 * The records:
 *
 * LIST      u64 mailbox | u32 uidvalidity | u32 uidnext | u64 modseq |
 *           u32 messages | u32 unseen | u64 octets | u32 special |
 *           u32 subscribed | u32 first uid that is \Recent |
 *           u64 born | u64 changed |	modseqs: made; last renamed,
 *					subscribed to …
 *           u32 length, name
 * INDEX     u32 uid | u32 flags | u64 modseq		in order of uid
 * VANISHED  u32 uid
 * KEYWORDS  u32 length, keyword
 * QUOTA     u64 octets used | u64 octets allowed, 0: any | u64 octets of
 *           messages that are \Deleted
 * OPEN      u64 mailbox | u32 uidvalidity | u32 uidnext | u64 modseq |
 *           u32 messages | u32 first uid that is \Recent | u32 messages that
 *           are | u32 number of the first that is unseen, 0: none; KEYWORDS
 * MESSAGES  u32 uid | u32 flags | u64 modseq | u64 size | u64 date |
 *           u32 head_len | u32 length, data
 * STATE     u64 modseq of the account
 * CHANGES   u64 email | u64 thread | u32 kind | u64 mailbox | u32 uid | u64 at
 * EMAILS    u64 email | u64 thread | u64 mailbox | u32 uid | u32 flags |
 *           u64 modseq | u64 size | u64 date | u32 head_len
 * THREADS   u64 thread | u32 n | n times: u64 email	by date
 * QUERY     u64 email | u64 thread
 * BURIED    u64 mailbox | u64 at
 * SNIPPETS  u64 email | u32 length, subject | u32 length, a piece of the text
 *           each empty where nothing was found in it
 * REMOTES   u64 email, 0: a note | u64 mailbox, 0: it is gone | u32 uid |
 *           u32 flags | u64 size | u32 length, keywords with blanks between |
 *           u32 length, id | u32 length, value	in order of email, or of ids
 *
 * SUBMISSIONS u64 id | u64 email | u64 thread | u64 identity | u64 date |
 *           u64 born | u64 changed | u32 enum undo | u32 length, envelope |
 *           u32 length, of each recipient elsewhere: u32 enum queue_state |
 *           u32 length, local part | domain | status | reply, likewise
 * IDENTITIES u64 id | u32 length, address | u32 length, value	id 0: an
 *           address of the account's own, and no value; these come first
 *
 * CONTACTS  u32 length, address | u32 length, fingerprint | u32 length, how it
 *           was learnt | u64 since | u32 length, certificate	in order of
 *           address
 *
 * CHANGES, EMAILS, THREADS, BURIED begin with u64 modseq of the account, QUERY
 * with u64 modseq | u32 enum query_found | u64 total | u64 position of the
 * first record.  Of an email that was made and changed since, CHANGES tells
 * that it was made (`at`: when); one that was made and destroyed since is left
 * out.  `at` never goes down, so (at, email) of the last record is where to go
 * on, also in another session.
 *
 * LIST also has a record, with mailbox 0, for each name that is subscribed to
 * and is no mailbox.
 *
 * A mailbox or a uid that is not there has no record.  A long answer stops
 * after READ_CHUNK octets: more = 1, go on from the last record, which may
 * itself be cut short (its length says).
 */
struct msg_read_answer {	/* READ_DATA */
	uint32_t verdict;
	uint32_t more;
	uint64_t size;		/* octets in the memfd */
};

struct msg_read_inline {	/* READ_INLINE */
	uint32_t verdict;
	uint32_t more;
	struct str data;
};

extern const struct field_msg msg_read[READ_TYPES];

enum msg_write {
	WRITE_FLAGS = 1,
	WRITE_EXPUNGE,
	WRITE_DONE,		/* the answer to both */
	WRITE_WATCH,		/* tell me of the next change; no answer */
	WRITE_CHANGED,		/* from the store: one for each WATCH */
	WRITE_CREATE,		/* mailboxes; answered by WRITE_MADE */
	WRITE_DELETE,
	WRITE_RENAME,
	WRITE_SUBSCRIBE,
	WRITE_MADE,
	WRITE_APPEND,		/* a ticket for a message to a mailbox */
	WRITE_TICKET,
	WRITE_DELIVER,		/* + memfd: of an account without certificate */
	WRITE_APPENDED,		/* for all parts of a group */
	WRITE_COPY,		/* also to move */
	WRITE_COPIED,
	WRITE_RECENT,		/* \Recent is told up to here; no answer */
	WRITE_WATCH_ALL,	/* as WATCH, of the whole account; in place
				   of it.  CHANGED then has mailbox 0 */
	WRITE_BLOB,		/* + memfd: hold it in memory for a while */
	WRITE_BLOB_IS,		/* the answer to BLOB, and to BLOB_GET if no */
	WRITE_BLOB_OF,		/* it is this email's clear text; no answer */
	WRITE_BLOB_GET,
	WRITE_BLOB_DATA,	/* + memfd: not to be read but by offset */
	WRITE_INDEX,		/* + memfd: an email's text, to find it by;
				   answered by WRITE_DONE */
	WRITE_BRING,		/* to a mirror, by sync alone: as APPEND */
	WRITE_REMOTE,		/* likewise; answered by WRITE_DONE */
	/* on a channel of BIND_WEB alone */
	WRITE_DEVICES,		/* who may log in? */
	WRITE_DEVICE_ADD,	/* the four: answered by DEVICES_ARE */
	WRITE_DEVICE_REMOVE,	/* its sessions end at once */
	WRITE_DEVICE_CODE,	/* it may pair another one */
	WRITE_DEVICES_ARE,
	WRITE_SUBMISSION,	/* these two: answered by WRITE_DONE */
	WRITE_IDENTITY,
	WRITE_TYPES,
};

enum { FLAGS_SET, FLAGS_ADD, FLAGS_REMOVE };

struct msg_write_flags {
	uint64_t mailbox;
	uint32_t op;
	uint32_t flags;		/* the system flags; bits 0 to 4 */
	struct str keywords;	/* packed: u32 length, keyword */
	uint64_t unchanged_since;	/* 0: whatever the modseq */
	struct str uids;
};

/* Soon, not at once: messages below `uid` are no session's to call \Recent any
 * more. */
struct msg_write_recent {
	uint64_t mailbox;
	uint32_t uid;
};

struct msg_write_expunge {
	uint64_t mailbox;
	uint32_t any;		/* \Deleted or not: of `uids`, never of all */
	struct str uids;	/* of these the \Deleted ones; empty: of all */
};

struct msg_write_done {
	uint32_t verdict;
	uint64_t modseq;	/* the mailbox's, afterwards */
	struct str modified;	/* uids that unchanged_since kept out; after
				   EXPUNGE of any: that are not there */
};

struct msg_write_watch {	/* WRITE_WATCH, WRITE_CHANGED */
	uint64_t mailbox;	/* 0: watch none */
	uint64_t modseq;
};

/*
 * A message for a mailbox.  The ticket is good for one message, which comes as
 * a part of a group: by SEAL_MESSAGE and seal when `cert` is not 0, else by
 * WRITE_DELIVER (struct msg_store_deliver).  WRITE_APPENDED answers the group.
 */
struct msg_write_append {
	uint64_t mailbox;
	uint32_t flags;		/* the system flags */
	uint64_t date;		/* its internal date; 0: now */
	uint64_t size;
	struct str keywords;	/* packed: u32 length, keyword */
	struct str message_id;	/* with its angle brackets; may be "" */
};

/* An email of the box.  What comes twice is refused, VERDICT_NO: it is there
 * under this id, or its id is. */
struct msg_write_bring {
	uint64_t mailbox;
	uint32_t flags;
	uint64_t date, size;
	struct str keywords;	/* packed, as in append */
	struct str id, value;
};

enum remote_drop {
	REMOTE_PUT,
	REMOTE_DROP,		/* forget it: email and value do not count */
	REMOTE_ANEW,		/* forget all, then put it */
};

struct msg_write_remote {
	uint64_t email;		/* 0: a note */
	uint32_t drop;		/* enum remote_drop */
	struct str id, value;
	struct str note;	/* that goes with it; "": none */
};

struct msg_write_ticket {
	uint32_t verdict;
	uint32_t reason;	/* enum rcpt_reason */
	uint64_t ticket, account;
	uint32_t cert;
	uint32_t uidvalidity;
	uint32_t uid;		/* not 0: the copy that submission has made of
				   it; there is no ticket */
};

struct msg_write_appended {
	uint64_t group;
	uint32_t verdict;
	uint32_t reason;	/* enum rcpt_reason */
	uint32_t uidvalidity;
	uint64_t modseq;	/* the mailbox's, afterwards */
	struct str uids;	/* packed u32, in order of the parts */
	struct str emails;	/* packed u64 email, u64 thread, as well */
};

/* Ranges of uids, with both ends: u32 from, u32 to; ascending. */
enum { UID_RANGES_MAX = 7000 };

struct msg_write_copy {
	uint64_t mailbox, target;
	uint32_t move;
	struct str uids;	/* ranges */
};

struct msg_write_copied {
	uint32_t verdict;
	uint32_t reason;	/* enum rcpt_reason */
	uint64_t modseq;	/* of the mailbox they come from, afterwards */
	uint64_t target_modseq;
	uint32_t uidvalidity;	/* the target's */
	uint32_t messages;	/* the first has uid `first`, … */
	uint32_t first;
	struct str uids;	/* the ranges that were copied; empty when they
				   are too many to tell */
};

/* Names as in LIST: UTF-8, no empty level, INBOX in capitals also where it is
 * the first of several levels.  The store checks that. */
struct msg_write_create {
	struct str name;
	uint32_t special;	/* RFC 6154; SPECIAL_NONE */
};

struct msg_write_delete {
	struct str name;
};

struct msg_write_rename {	/* with all that is below it */
	struct str from, to;
};

struct msg_write_subscribe {
	struct str name;
	uint32_t on;		/* 0: no more */
};

enum made {
	MADE_OK,
	MADE_EXISTS,
	MADE_MISSING,
	MADE_INBOX,		/* cannot be done to INBOX */
	MADE_CHILDREN,		/* no mailbox, only the level above some */
	MADE_INSIDE,		/* would come to lie below itself */
	MADE_NAME,		/* no name for a mailbox, or too long */
	MADE_USE,		/* another mailbox has this use */
	MADE_LIMIT,		/* there are too many */
	MADE_REASONS,
};

struct msg_write_made {
	uint32_t verdict;
	uint32_t reason;	/* enum made; for VERDICT_NO */
	uint64_t mailbox;	/* that was made; else 0 */
};

/*
 * Blobs are the account's, not the session's, and are held in memory alone:
 * an hour at most, and the oldest go when there are too many.  The memfd is
 * sealed against write, shrink and grow.
 */
enum {
	BLOBS_MAX = 100,		/* of an account */
	BLOB_OCTETS_MAX = 64 << 20,	/* … together */
	BLOB_SECONDS = 3600,
};

struct msg_write_blob {
	uint64_t size;
};

struct msg_write_blob_is {
	uint32_t verdict;	/* no: too large, or there is none such */
	uint64_t blob;
};

struct msg_write_blob_of {
	uint64_t blob, email;
};

struct msg_write_blob_get {	/* one of them is 0 */
	uint64_t blob, email;
};

struct msg_write_blob_data {
	uint64_t blob, size;
};

/* The memfd holds, one after the other and in UTF-8: subject, who it is from,
 * who it is to, and the text.  VERDICT_NO: no such email, or no index here. */
enum { INDEX_OCTETS_MAX = 4 << 20 };	/* together */

struct msg_write_index {
	uint64_t email;
	uint32_t subject, from, to;	/* octets of each */
	uint64_t size;			/* octets of all */
};

/* A device's credential; to remove one, its name is enough. */
struct msg_write_device {
	struct str device;
	uint32_t iterations;
	struct str salt, stored_key, server_key;
};

/* Of a code that is made by who asks. */
struct msg_write_code {
	struct str hash;		/* PAIR_HASH octets, of its token */
};

/* VERDICT_NO: there is none such, or it cannot be had back any more. */
struct msg_write_submission {
	uint64_t id;
	uint32_t cancel;	/* 0: forget it; what goes out goes out */
};

/* value is the asker's own. */
enum { IDENTITIES_MAX = 40, IDENTITY_VALUE_MAX = 16384 };

struct msg_write_identity {
	uint64_t id;
	uint32_t drop;
	struct str address, value;
};

enum { DEVICES_MAX = 64, DEVICE_ROWS_MAX = 2 * DEVICES_MAX * 84 };

struct msg_write_devices_are {
	uint32_t verdict;
	struct str why;		/* a word of msg_admin.h's */
	struct str rows;	/* u32 length, name | u64 made | u64 the day of
				   its last use, 0: never; seconds since 1970 */
};

extern const struct field_msg msg_write[WRITE_TYPES];

/* Room for any answer of the writer's. */
union msg_written {
	struct msg_write_done done;
	struct msg_write_made made;
	struct msg_write_ticket ticket;
	struct msg_write_appended appended;
	struct msg_write_copied copied;
	struct msg_write_watch watch;
	struct msg_write_blob_is blob;
	struct msg_write_blob_data data;
};

#endif
