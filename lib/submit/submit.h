/*
 * submit.h - one message that a user of ours sends: by SMTP (box/submit), or
 * by JMAP (box/httpd).
 *
 * A child serves one client.  After its login the store knows by the channel
 * whose mail it is.  The body waits in the spool of role/smtp_mail; when all of
 * it is there, the copies are made:
 *
 *	for recipients of ours, sealed or plain	as any mail for them
 *	for the sender's Sent			with its Bcc; not by JMAP,
 *						whose clients put it there
 *	a notice for the sender			if it was asked for
 *	for all others, one letter		for the queue, sealed under a
 *						key of its own
 *	the submission				by JMAP: what it is asked for
 *						later
 *
 * They are one group: all of them are durable, or none.
 */
#ifndef SUBMIT_SUBMIT_H
#define SUBMIT_SUBMIT_H

#include "ipc/msg_keys.h"
#include "mail/dkim_canon.h"
#include "mail/dkim_sign.h"
#include "mail/submission.h"
#include "os/crypt.h"
#include "os/idn.h"
#include "os/letterbox.h"
#include "role/smtp_mail.h"

enum {
	/* copies for accounts: with Sent, a notice, the letter and the
	   submission they fit a group */
	SUBMIT_TARGETS_MAX = GROUP_PARTS_MAX - 4,
	SUBMIT_ADDRESSES_MAX = 50,	/* in From and Sender */
	SUBMIT_ID_MAX = 320,		/* a Message-ID that we make */
	SUBMIT_HEAD_MAX = 512 * 1024,
	SUBMIT_ENCRYPTED_MAX = 96 << 20,
	SUBMIT_ASK_MS = 60 * 1000,	/* for a word of keys or the store */
};

/* What waits in the store at once: copies times size.  As box/store has it. */
#define SUBMIT_GROUP_BYTES	((uint64_t)240 << 20)

struct submit {
	/* by JMAP, set after MAIL: what the group notes besides (its number
	   and parts are ours); NULL: by SMTP */
	const struct msg_store_submission *record;
	/* set likewise: refuse what cannot be encrypted, where there is an
	   agent */
	bool not_clear;
	/* MAIL and RCPT */
	uint32_t flags;			/* QUEUE_… */
	struct buf envid;
	struct buf rcpts;		/* records of msg_store_enqueue */
	unsigned outside;		/* how many */
	struct buf told;		/* of ours that were delivered to:
					   local, domain, orcpt */
	unsigned told_of;
	/* the text */
	struct submission said;		/* in the header of smtp_mail */
	char id[SUBMIT_ID_MAX];		/* Message-ID, if it has none */
	size_t id_len;
	char domain[IDN_MAX];		/* of From: it signs */
	size_t domain_len;
	bool hashing;
	struct crypt_hash hash;
	struct dkim_body body;
	/* the copies */
	struct buf header, header_bcc;	/* as it goes out; as it is kept */
	struct buf trace;		/* signatures, Received */
	struct buf encrypted;		/* instead of header and body, for
					   others; empty: it is not */
	struct buf outer;		/* of the copy for Sent */
	struct buf notice_outer;
	struct copy sent, notice, letter;
	struct msg_target sent_to, notice_to;
	bool has_sent, has_notice;
	unsigned char wrapped[WRAPPED_KEY];
	uint64_t octets;		/* of the letter, in clear */
	struct letter_out out;
	char piece[LETTER_PIECE];
};

extern struct submit submit;

extern const struct smtp_mail_ops submit_mail;

/* ask.c: of the store and of keys; SMTP_SAYS_LATER when they are away. */
enum smtp_answer submit_may_send(struct smtp_mail *, struct str local,
    struct str domain, bool *held);
/* What is asked, and a union with room for its answer: the answer's type, or
 * -1 and the channel is closed.  The answer lives in m->gather. */
int submit_ask_keys_in(struct smtp_mail *, unsigned type, const void *ask,
    void *answer, size_t room);
#define submit_ask_keys(m, type, ask, answer) \
	submit_ask_keys_in(m, type, ask, answer, sizeof(*(answer)))
/* Where the copy for Sent goes [DELIVERED]; none, if there is no Sent. */
enum smtp_answer submit_ask_sent(struct smtp_mail *, uint64_t size);

/* notice.c: RCPT with NOTIFY=SUCCESS; where the notice goes; the copy */
void submit_note(struct smtp_mail *, const struct smtp_cmd *);
void submit_ask_notice(struct smtp_mail *);
bool submit_make_notice(struct smtp_mail *);

/* compose.c: header and trace, signed [DELIVERED] */
enum smtp_answer submit_compose(struct smtp_mail *);
/* The sender's, or ours; "" if it is too long to be told. */
struct str submit_message_id(void);

/* encrypt.c: is there an agent by the topology, be it up or down? */
bool submit_encrypts(const struct child *);
/* Where there is one, and a certificate of each recipient
 * elsewhere [DELIVERED] */
enum smtp_answer submit_encrypt(struct smtp_mail *);

/* copies.c: the memfds [DELIVERED] */
enum smtp_answer submit_copies(struct smtp_mail *);
void submit_drop(struct smtp_mail *);

/* pass.c: to seal and to the store [DELIVERED] */
enum smtp_answer submit_pass(struct smtp_mail *);

#endif
