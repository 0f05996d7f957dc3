/*
 * letters.h - the queue of letters to other servers, as the store keeps it.
 *
 * A letter has recipients; each is in one state (msg_queue.h).  When none
 * waits and nothing is owed, the letter goes.
 */
#ifndef STORE_LETTERS_H
#define STORE_LETTERS_H

#include "ipc/msg_queue.h"
#include "store.h"

enum {
	OUTGOING_HOUR_MAX = 300,	/* an account's recipients elsewhere */
	OUTGOING_DAY_MAX = 1500,
	MARK_MANY = 4096,		/* recipients of one destination, at
					   once */
	SUBMITTED_KEPT = 24 * 3600,	/* seconds */
};

/* letters.c: within a request.  m's strings may point anywhere. */
enum verdict letter_insert(struct store *, uint64_t account,
    const struct msg_store_enqueue *, int fd, uint64_t *letter,
    enum rcpt_reason *);
bool letter_pay(struct store *, uint64_t letter, uint32_t owed,
    uint32_t upto);
bool letter_tidy(struct store *, uint64_t letter);
enum sql_status letter_drop(struct store *, uint64_t letter);
/* Would so many recipients more be past what the account may? */
bool letters_over(struct store *, uint64_t account, uint64_t more);

/* letter_ask.c: what the queue asks; false: it broke the rules. */
bool letter_message(struct store *, struct client *, struct chan_msg *);
/* Something is new: the queue is told after the commit. */
void letter_news(struct store *);
void letter_tell(struct store *);

/* Is anything of it on its way, as far as one can know? */
bool letter_is_out(struct store *, uint64_t letter);
/* The queue has ended, and all that it had with it. */
void letters_none_out(struct store *);

/* letter_mark.c */
bool letter_mark(struct store *, const struct msg_queue_mark *);
bool letter_lost(struct store *, uint64_t letter);
/* All that the boot key in st->boot cannot open, again until there are none:
 * st->strays.  The disk may be full at first. */
void letters_lost(struct store *);

#endif
