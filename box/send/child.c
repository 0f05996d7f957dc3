/*
 * child.c - a child of send: does what the queue says, and tells what became
 * of it.
 *
 * One destination.  The first letter makes the connection; the next ones use
 * it.  What concerns the destination and not a letter is told as of letter 0.
 */

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "os/log.h"
#include "send.h"

enum { QUEUE_MS = 120 * 1000 };		/* for the queue's next word */

static struct {
	const struct send_setup *setup;
	int queue, dns;
	uint64_t end;
	char domain[DOMAIN_OCTETS_MAX + 9];
	struct str to;
	enum talk_tls tls;
	bool found;			/* target is filled in */
	struct target target;
	struct talk talk;
	struct letter letter;
	char in[IPC_MAX];
} me;

void
send_if_wanted(short revents)
{
	if ((revents & POLLHUP) != 0)
		_exit(0);
}

/* The queue's next message; -1: the end. */
static int
hear(union msg_send_any *m, struct chan_msg *in)
{
	if (chan_wait(&me.queue, 1, QUEUE_MS) != 0)
		return -1;
	return chan_get(me.queue, me.in, msg_send, SEND_TYPES, m, in);
}

static bool
tell(enum msg_send type, const void *m)
{
	return chan_put(me.queue, msg_send, SEND_TYPES, type, m, NULL, 0) ==
	    CHAN_OK;
}

static bool
tell_fault(uint64_t letter, uint32_t rcpt, const struct send_fault *f)
{
	struct msg_send_result m = {
		.letter = letter, .rcpt = rcpt, .verdict = f->verdict,
		.status = from_c(f->status), .reply = from_c(f->why),
		.host = from_c(f->host),
	};

	if (m.reply.len > QUEUE_REPLY_MAX)
		m.reply.len = QUEUE_REPLY_MAX;
	return tell(SEND_RESULT, &m);
}

static bool
tell_result(size_t i)
{
	const struct smtp_result *r = &me.talk.client.result[i];
	struct msg_send_result m = {
		.letter = me.letter.m.letter, .rcpt = me.letter.number[i],
		.verdict = r->verdict,
		.relayed = r->verdict == VERDICT_YES &&
		    !me.talk.client.offer.dsn,
		.status = { r->status, r->status_len },
		.reply = { r->reply, r->reply_len },
		.host = from_c(r->theirs ? me.talk.host : ""),
		.facts = from_c(me.talk.facts),
	};

	return tell(SEND_RESULT, &m);
}

/* Why the session ended. */
static void
take_session(struct send_fault *f)
{
	const struct smtp_result *r = &me.talk.client.session;

	f->verdict = r->verdict;
	memcpy(f->status, r->status, r->status_len);
	f->status[r->status_len] = '\0';
	memcpy(f->why, r->reply, r->reply_len);
	f->why[r->reply_len] = '\0';
	memcpy(f->host, me.talk.host, sizeof(f->host));
	if (!r->theirs)
		f->host[0] = '\0';
}

/* A session at that address; without TLS if TLS does not work there, and
 * nobody has asked for it. */
static bool
begin_at(int sock, size_t which, struct send_fault *f)
{
	struct talk *t = &me.talk;

	if (talk_begin(t, me.setup, sock, &me.target, which, me.tls, me.end))
		return true;
	take_session(f);
	if (!t->tls_failed || t->conf.must_tls || t->conf.tls_begun)
		return false;
	log_event("tls-failed", "peer=%s", t->peer);
	sock = dial_address(me.setup, &me.target, which, me.end, f);
	if (sock < 0)
		return false;
	if (talk_begin(t, me.setup, sock, &me.target, which, TALK_CLEAR,
	    me.end))
		return true;
	take_session(f);
	return false;
}

/* "later" of any server outlives "never" of another. */
static void
worse(struct send_fault *all, const struct send_fault *one, bool first)
{
	if (first || all->verdict == VERDICT_NO ||
	    one->verdict == VERDICT_LATER)
		*all = *one;
}

static bool
is_loop(const struct send_fault *f)
{
	return strcmp(f->status, "5.4.6") == 0;
}

/* To the first server, in the order of preference, that talks to us. */
static bool
connect_to_any(struct send_fault *all)
{
	struct send_fault one;
	bool first = true;
	size_t which;

	for (unsigned h = 0; h < me.target.hosts; h++) {
		one.verdict = VERDICTS;
		for (;;) {
			int sock = dial_host(me.setup, &me.target, h, me.end,
			    &which, &one);

			if (sock >= 0 && begin_at(sock, which, &one))
				return true;
			if (which == me.target.addresses)
				break;
			worse(all, &one, first);
			first = false;
			/* what comes after us is no better: RFC 5321, 5.1 */
			if (is_loop(&one))
				return false;
		}
	}
	return false;
}

static bool
connect_there(struct send_fault *f)
{
	if (!me.found && !hosts_find(me.setup, me.dns, me.to, &me.target, f))
		return false;
	me.found = true;
	for (size_t i = 0; i < me.target.addresses; i++)
		me.target.address[i].used = false;
	return connect_to_any(f);
}

/* The letter on the connection that is open. */
static void
hand_in(void)
{
	struct talk *t = &me.talk;

	t->letters++;
	smtp_client_letter(&t->client, &me.letter.smtp);
	while (talk_on(t) == SMTP_WANTS_TEXT)
		letter_send(&me.letter, t);
}

/* false: the destination is not to be reached, and that was told. */
static bool
deliver(void)
{
	struct send_fault f;
	bool ok = true;

	if (!letter_look(&me.letter, &f)) {
		for (size_t i = 0; i < me.letter.smtp.rcpts; i++)
			ok = ok && tell_fault(me.letter.m.letter,
			    me.letter.number[i], &f);
		return ok;
	}
	for (int tries = 0; tries < 2; tries++) {
		if (!me.talk.open && !connect_there(&f)) {
			(void)tell_fault(0, 0, &f);
			return false;
		}
		hand_in();
		/* it went away while we had nothing to say: once more */
		if (me.talk.open || me.talk.client.heard ||
		    me.talk.letters == 1)
			break;
	}
	for (size_t i = 0; i < me.letter.smtp.rcpts; i++)
		ok = ok && tell_result(i);
	return ok;
}

/* Where to, as the queue says. */
static bool
take_destination(void)
{
	struct chan_msg in;
	union msg_send_any m;

	if (hear(&m, &in) != SEND_TO || m.to.domain.len > sizeof(me.domain))
		return false;
	memcpy(me.domain, m.to.domain.ptr, m.to.domain.len);
	me.to = (struct str){ me.domain, m.to.domain.len };
	me.tls = (m.to.flags & QUEUE_REQUIRETLS) != 0 ? TALK_MUST :
	    TALK_IF_OFFERED;
	return true;
}

static bool
take_letter(void)
{
	struct chan_msg in;
	union msg_send_any m;
	bool ok;

	if (hear(&m, &in) != SEND_MESSAGE)
		return false;
	ok = letter_take(&me.letter, &m.message, in.fds[0]) && deliver() &&
	    tell(SEND_NEXT, NULL);
	letter_drop(&me.letter);
	return ok;
}

int
send_child(const struct send_setup *s, struct child *c)
{
	struct msg_send_go ready = { c->id };

	me.setup = s;
	me.queue = c->chan[ROLE_QUEUE];
	me.dns = c->chan[ROLE_DNS];
	me.end = stream_now() + (uint64_t)s->times.session_ms;
	if (me.queue < 0 || !tell(SEND_READY, &ready) || !take_destination())
		return 0;
	while (stream_now() < me.end && take_letter())
		;
	talk_end(&me.talk);
	return 0;
}
