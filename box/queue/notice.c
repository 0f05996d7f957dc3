/*
 * notice.c - what senders are owed, one notice at a time.
 *
 * Ask the store what is owed; a ticket for the sender's INBOX; the letter and
 * its key, if it is to come back; write the report (mail/dsn.h) into a memfd;
 * have it sealed, or delivered as it is where the account wants that.  The
 * store clears the debt in the transaction that puts the notice there: each is
 * told once, whatever ends in between.
 */

#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/wipe.h"
#include "mail/dsn.h"
#include "notice.h"
#include "os/clock.h"
#include "queue.h"

enum { FAILED_MAX = 16 };

static struct notice n = { .body = -1 };
static uint64_t last_group;
static bool look = true;		/* something may be owed */
static size_t passed;			/* in a row, as they failed lately */
static int64_t look_at;			/* to those again; 0: there are none */
static struct {
	uint64_t letter;
	int64_t until;			/* then it may be tried again */
} failed[FAILED_MAX];

static void
forget(void)
{
	n.state = NOTICE_IDLE;
	n.rcpts = 0;
	n.letter = 0;
	n.keyed = n.bodied = n.ticketed = n.opened = false;
	wipe(n.key, sizeof(n.key));
	buf_free(&n.text);
	buf_init(&n.text, NOTICE_TEXT_MAX);
	if (n.body >= 0)
		close(n.body);
	n.body = -1;
}

/* All of them. */
static void
later(void)
{
	forget();
	n.not_before = clock_ms() + NOTICE_PAUSE_MS;
	look = true;
}

/* How many letters, or whether this one, failed lately. */
static size_t
failed_lately(uint64_t letter)
{
	int64_t now = clock_ms();
	size_t found = 0;

	for (size_t i = 0; i < FAILED_MAX; i++)
		found += failed[i].until > now &&
		    (letter == 0 || failed[i].letter == letter);
	return found;
}

/* This one; the others go on, unless there are too many such. */
static void
fail(void)
{
	int64_t now = clock_ms();
	size_t i = 0;

	while (i < FAILED_MAX && failed[i].until > now)
		i++;
	if (i == FAILED_MAX) {
		later();
		return;
	}
	failed[i].letter = n.letter;
	failed[i].until = now + NOTICE_PAUSE_MS;
	passed = 0;
	forget();
	look = true;
}

/* The store's letters take turns: after one that failed come the others, and
 * once all of them have, there is nothing to do for a while. */
static bool
pass_over(void)
{
	if (failed_lately(n.letter) == 0) {
		passed = 0;
		return false;
	}
	look = ++passed <= failed_lately(0);
	if (!look) {
		passed = 0;
		look_at = clock_ms() + NOTICE_PAUSE_MS;
	}
	forget();
	return true;
}

void
notice_soon(void)
{
	look = true;
}

void
notice_drop(void)
{
	if (n.state != NOTICE_IDLE)
		later();
}

void
notice_look(struct role *r)
{
	struct msg_queue_ask m = { NOTICE_LINE, QUEUE_DUE_MAX };

	if (!look || n.state != NOTICE_IDLE || clock_ms() < n.not_before)
		return;
	forget();
	if (!ask_store(r, QUEUE_OWED, &m, NULL))
		return;
	look = false;
	n.state = NOTICE_ASKS;
	n.since = clock_ms();
}

/* Kept in n.text, by offset: the buf moves. */
static struct piece
keep(struct str s)
{
	struct piece p = { n.text.len, s.len };

	buf_add(&n.text, s);
	return p;
}

void
notice_entry(const struct msg_queue_entry *e)
{
	struct notice_rcpt *r = &n.rcpt[n.rcpts];

	if (n.state != NOTICE_ASKS || n.rcpts == QUEUE_DUE_MAX ||
	    e->owed >= OWED_KINDS || (n.rcpts > 0 && e->letter != n.letter))
		return;
	if (n.rcpts == 0) {
		n.letter = e->letter;
		n.owed = (enum queue_owed)e->owed;
		n.flags = e->flags;
		n.size = e->size;
		n.octets = e->octets;
		n.entered = e->entered;
		n.envid = keep(e->envid);
		n.message_id = keep(e->message_id);
		n.wrapped = keep(e->wrapped);
	}
	r->local = keep(e->local);
	r->domain = keep(e->domain);
	r->orcpt = keep(e->orcpt);
	r->status = keep(e->status);
	r->host = keep(e->host);
	r->reply = keep(e->reply);
	r->tried = e->tried;
	n.upto = e->rcpt;
	n.rcpts++;
}

static struct str
text_of(struct piece p)
{
	return (struct str){ n.text.ptr + p.at, p.len };
}

void
notice_asked(struct role *r)
{
	struct msg_queue_notice m = { n.letter, n.owed, n.upto,
	    n.octets + DSN_MAX };
	struct msg_queue_body b = { .letter = n.letter };

	if (n.state != NOTICE_ASKS)
		return;
	if (n.rcpts == 0 || n.text.failed) {
		forget();
		return;
	}
	if (pass_over()) {
		notice_look(r);
		return;
	}
	n.state = NOTICE_GATHERS;
	n.since = clock_ms();
	if (!ask_store(r, QUEUE_NOTICE, &m, NULL))
		later();
	else if (n.owed == OWED_LOST)
		n.keyed = n.bodied = true;
	else if (!ask_store(r, QUEUE_BODY, &b, NULL) ||
	    !ask_keys(r, NOTICE_LINE, text_of(n.wrapped)))
		later();
}

bool
notice_wants(uint64_t letter)
{
	return n.state == NOTICE_GATHERS && !n.bodied && n.letter == letter;
}

static void
send_it(struct role *r)
{
	if (n.state != NOTICE_GATHERS || !n.keyed || !n.bodied || !n.ticketed)
		return;
	n.group = ++last_group;
	n.since = clock_ms();
	n.state = NOTICE_SENT;
	if (!notice_write(r, &n))
		fail();
}

void
notice_ticket(struct role *r, const struct msg_queue_notice_is *m)
{
	struct str target = m->target;

	if (n.state != NOTICE_GATHERS || m->letter != n.letter)
		return;
	if (m->verdict != VERDICT_YES || !msg_target_take(&target,
	    &n.target)) {
		/* nobody is left to be told: the store has forgotten it */
		if (m->verdict == VERDICT_NO)
			forget();
		else
			fail();
		look = true;
		return;
	}
	n.user = keep(m->user);
	n.ticketed = true;
	send_it(r);
}

void
notice_body(struct role *r, int fd)
{
	n.body = fd >= 0 ? dup(fd) : -1;
	n.bodied = true;
	send_it(r);
}

/* Without its key the letter cannot come back, and the notice goes alone. */
void
notice_key(struct role *r, const struct msg_keys_key_is *m)
{
	if (n.state != NOTICE_GATHERS || n.keyed)
		return;
	n.keyed = true;
	n.opened = m->verdict == VERDICT_YES && m->key.len == LETTER_KEY;
	if (n.opened)
		memcpy(n.key, m->key.ptr, LETTER_KEY);
	send_it(r);
}

void
notice_done(struct role *r, uint64_t group, bool done)
{
	if (n.state != NOTICE_SENT || group != n.group)
		return;
	log_event(done ? "notice" : "notice-failed", "letter=%llu kind=%d",
	    (unsigned long long)n.letter, (int)n.owed);
	if (done)
		forget();
	else
		fail();
	look = true;
	notice_look(r);
}

void
notice_tick(struct role *r)
{
	if (n.state != NOTICE_IDLE && clock_ms() - n.since > STORE_PATIENCE_MS)
		later();
	if (look_at != 0 && clock_ms() >= look_at) {
		look_at = 0;
		look = true;
	}
	notice_look(r);
}
