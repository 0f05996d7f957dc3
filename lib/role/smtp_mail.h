/*
 * smtp_mail.h - one message on its way from a peer to the mailboxes.
 *
 * For smtp_serve.c, and for what a user of ours sends otherwise
 * (submit/submit.h).  It asks the store whom an address stands for, takes
 * the text in pieces, writes it into memfds (never the whole of it into memory
 * of its own), passes these to seal and to the store, and waits until they say
 * that the message is durable.
 *
 * Two kinds of copies, each made only if somebody needs it:
 *  - SMTP_SEALED, for accounts with a certificate: the entity to encrypt
 *    (mail/protect.h); or the message as it came, when it claims to be
 *    encrypted already and is (mail/pgpmime.h);
 *  - SMTP_PLAIN, for accounts without: the message, after Return-Path and
 *    Received.
 */
#ifndef ROLE_SMTP_MAIL_H
#define ROLE_SMTP_MAIL_H

#include "base/buf.h"
#include "ipc/msg_seal.h"
#include "mail/thread.h"
#include "proto/smtp_cmd.h"
#include "proto/smtp_data.h"
#include "proto/smtp_reply.h"
#include "role/copy.h"

enum {
	SMTP_RCPTS_MAX = 100,		/* RFC 5321, 4.5.3.1.8 */
	SMTP_TARGETS_MAX = 256,		/* accounts that they stand for: the
					   store keeps as many tickets */
	SMTP_GROUP_BYTES = 64 << 20,	/* copies that wait in the store at
					   once: targets times size */
	SMTP_GATHER = IPC_MAX,		/* octets that one write waits for; at
					   other times room for an answer */
	SMTP_WAIT_MS = 5 * 60 * 1000,	/* for the store's and seal's word */
};

enum smtp_copies { SMTP_SEALED, SMTP_PLAIN, SMTP_COPIES };

/* What the session knows about the peer; for Received and Pli-Seal. */
struct smtp_peer {
	struct str by, helo;
	const char *addr;
	const char *tls, *cipher;	/* NULL: in clear */
	bool esmtp;
};

struct smtp_mail;

/*
 * Submission signs in front, so it makes its copies when all of the text is
 * there; till then the body waits in a memfd, the spool.  Answers are
 * SMTP_SAYS_… of what is wrong, or the one in brackets.
 */
struct smtp_mail_ops {
	size_t targets_max;
	/* MAIL, begun already [SENDER_OK] */
	enum smtp_answer (*sender)(struct smtp_mail *,
	    const struct smtp_cmd *);
	/* RCPT that is not ours; unquoted, folded [RCPT_OK] */
	enum smtp_answer (*outside)(struct smtp_mail *,
	    const struct smtp_cmd *, struct str local, struct str domain);
	/* RCPT that is ours, and was taken */
	void (*ours)(struct smtp_mail *, const struct smtp_cmd *);
	/* the header is there [DELIVERED] */
	enum smtp_answer (*header)(struct smtp_mail *);
	/* some of the body, which is in the spool already */
	void (*body)(struct smtp_mail *, struct str);
	/* all is there: make it durable [DELIVERED] */
	enum smtp_answer (*pass)(struct smtp_mail *);
	void (*reset)(struct smtp_mail *);
};

struct smtp_mail {
	/* the session's */
	struct child *child;
	const struct smtp_mail_ops *ops;	/* NULL: port 25 */
	uint64_t size_max;
	uint64_t number;		/* of the message, from 1 */
	uint64_t group;			/* the last one that was passed on */
	bool lost;			/* a channel is gone: no more mail */
	/* the transaction's */
	const struct smtp_peer *peer;
	uint64_t declared;		/* SIZE=; 0: not */
	bool utf8;
	struct buf from;		/* the return path, without <> */
	unsigned rcpts;
	size_t tickets;			/* had from the store */
	size_t targets;			/* of them, accounts */
	/* the text */
	struct head header;
	bool in_body, as_is;
	struct thread_refs refs;
	uint64_t octets, date;
	enum smtp_answer trouble;	/* SMTP_SAYS_DELIVERED: none so far */
	struct buf outer;
	struct copy copy[SMTP_COPIES];
	struct copy spool;
	struct str held;		/* body, still where it was read */
	size_t gathered;		/* body, copied; held comes after it */
	/* the large things last: few pages are touched for a small message */
	struct msg_target target[SMTP_TARGETS_MAX];
	char gather[SMTP_GATHER];
};

void smtp_mail_init(struct smtp_mail *, struct child *,
    const struct smtp_mail_ops *, uint64_t size_max);
void smtp_mail_end(struct smtp_mail *);		/* its memory */

/* MAIL: a new transaction. */
void smtp_mail_begin(struct smtp_mail *, const struct smtp_peer *,
    const struct smtp_path *from, uint64_t declared, bool utf8);

/* RCPT: ask the store. */
enum smtp_answer smtp_mail_rcpt(struct smtp_mail *, const struct smtp_cmd *);

/* The text, piece by piece.  Trouble is remembered.  The piece must stay where
 * it is until smtp_mail_settle, which comes before the next read. */
void smtp_mail_text(struct smtp_mail *, struct str);
void smtp_mail_settle(struct smtp_mail *);

/* All text is there: make it durable; the answer to the peer. */
enum smtp_answer smtp_mail_commit(struct smtp_mail *, enum smtp_fault);

/* Forget the transaction and wipe what it left in memory. */
void smtp_mail_reset(struct smtp_mail *);

/* The message claimed to be encrypted and is not: make the sealed copy anew,
 * as for any other. */
bool smtp_mail_protect(struct smtp_mail *, struct str message);

/* smtp_head.c: what stands before the body.  false: no memory. */
bool smtp_head_sealed(struct smtp_mail *, struct buf *head);
bool smtp_head_plain(struct smtp_mail *, struct buf *head);
void smtp_head_stamp(const struct smtp_mail *, struct buf *);
/* Of a stamp: name, and value with what would end it percent-encoded. */
void smtp_head_value(struct buf *, const char *name, struct str value);
/* A name for the message, of letters and digits. */
void smtp_head_id(const struct smtp_mail *, struct buf *);

/* smtp_pass.c: what is asked of the store and of seal. */
enum smtp_answer smtp_pass_rcpt(struct smtp_mail *, struct str local,
    struct str domain, struct str *targets);
enum smtp_answer smtp_pass_all(struct smtp_mail *);
/* What RCPT_… means to the peer. */
enum smtp_answer smtp_pass_answer(const struct msg_store_rcpt_is *);
/* Until the group is durable, or will not be. */
enum smtp_answer smtp_pass_wait(struct smtp_mail *, bool by_seal);
/* The channel is of no use any more. */
void smtp_pass_lose(struct smtp_mail *, enum role_id to);

#endif
