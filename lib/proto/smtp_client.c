/*
 * smtp_client.c - the sending side of SMTP.
 *
 * rules[] is the protocol: the first rule that covers the answer and the state
 * decides.  The last one, for whatever is left, ends the session.
 */

#include "proto/smtp_client.h"

#include <assert.h>
#include <string.h>

#include "base/ascii.h"

enum event { GOOD, MORE, LATER, NO, CLOSING, EVENTS };

#define ON(e)	(1u << (e))
#define AT(s)	(1u << SMTP_C_##s)
#define ANY	(~0u)
#define REFUSED	(ON(LATER) | ON(NO))

typedef void act(struct smtp_client *);

static act say_ehlo, say_helo, greeted, no_tls, logged_in, not_logged_in,
    refused, mail_taken, mail_refused, rcpt_answered, send_text, data_refused,
    settled, ready, closing, nonsense;

struct rule {
	unsigned on, at;
	act *act;
	enum smtp_client_at next;	/* unless act goes elsewhere */
};

static const struct rule rules[] = {
	{ ON(CLOSING),	ANY & ~AT(FINAL), closing,	SMTP_C_END },
	{ ON(GOOD),	AT(GREETING),	say_ehlo,	SMTP_C_EHLO },
	{ ON(GOOD),	AT(EHLO),	greeted,	SMTP_C_IDLE },
	{ ON(NO),	AT(EHLO),	say_helo,	SMTP_C_HELO },
	{ ON(GOOD),	AT(HELO),	greeted,	SMTP_C_IDLE },
	{ REFUSED,	AT(GREETING) | AT(EHLO) | AT(HELO), refused,
							SMTP_C_END },
	{ ON(GOOD),	AT(STARTTLS),	NULL,		SMTP_C_HANDSHAKE },
	{ REFUSED,	AT(STARTTLS),	no_tls,		SMTP_C_IDLE },
	{ ON(GOOD),	AT(AUTH),	logged_in,	SMTP_C_IDLE },
	{ REFUSED,	AT(AUTH),	not_logged_in,	SMTP_C_END },
	{ ON(GOOD),	AT(MAIL),	mail_taken,	SMTP_C_RCPT },
	{ REFUSED,	AT(MAIL),	mail_refused,	SMTP_C_RSET },
	{ ON(GOOD) | REFUSED, AT(RCPT),	rcpt_answered,	SMTP_C_RCPT },
	{ ON(MORE),	AT(DATA),	send_text,	SMTP_C_TEXT },
	{ REFUSED,	AT(DATA),	data_refused,	SMTP_C_RSET },
	{ ON(GOOD) | REFUSED, AT(FINAL), settled,	SMTP_C_IDLE },
	{ ON(CLOSING),	AT(FINAL),	settled,	SMTP_C_END },
	{ ON(GOOD),	AT(RSET),	ready,		SMTP_C_IDLE },
	{ ANY,		ANY,		nonsense,	SMTP_C_END },
};

static void
put_result(struct smtp_result *r, enum verdict v, const char *status,
    struct str reply)
{
	r->settled = true;
	r->verdict = v;
	r->theirs = false;
	r->status_len = strlen(status);
	memcpy(r->status, status, r->status_len);
	if (reply.len > SMTP_CLIENT_REPLY)
		reply.len = SMTP_CLIENT_REPLY;
	memcpy(r->reply, reply.ptr, reply.len);
	r->reply_len = reply.len;
}

static enum verdict
verdict_of(unsigned code)
{
	return code < 400 ? VERDICT_YES : code < 500 ? VERDICT_LATER :
	    VERDICT_NO;
}

/* What stands in for a status that the server does not give. */
static const char *
plain_status(enum verdict v)
{
	static const char *const plain[VERDICTS] = {
		[VERDICT_YES] = "2.0.0", [VERDICT_LATER] = "4.0.0",
		[VERDICT_NO] = "5.0.0",
	};

	return plain[v];
}

/* The answer in hand, as a result. */
static void
take_result(struct smtp_client *c, struct smtp_result *r, enum verdict v)
{
	struct str status = smtp_answer_status(&c->answer);
	struct buf text;

	buf_init(&text, SMTP_CLIENT_REPLY);
	smtp_answer_text(&c->answer, &text);
	put_result(r, v, plain_status(v), buf_str(&text));
	if (status.len > 0 && v == verdict_of(c->answer.code)) {
		memcpy(r->status, status.ptr, status.len);
		r->status_len = status.len;
	}
	r->theirs = true;
	buf_free(&text);
}

static void
settle_all(struct smtp_client *c, const struct smtp_result *as)
{
	for (size_t i = 0; c->letter != NULL && i < c->letter->rcpts; i++)
		if (!c->result[i].settled)
			c->result[i] = *as;
}

static void
session_over(struct smtp_client *c)
{
	settle_all(c, &c->session);
	c->at = SMTP_C_END;
}

void
smtp_client_settle(struct smtp_client *c, enum verdict v, const char *status,
    const char *why)
{
	struct smtp_result r;

	put_result(&r, v, status, (struct str){ why, strlen(why) });
	settle_all(c, &r);
}

void
smtp_client_lost(struct smtp_client *c, const char *why)
{
	put_result(&c->session, VERDICT_LATER, "4.4.2",
	    (struct str){ why, strlen(why) });
	session_over(c);
}

static void
say(struct smtp_client *c, const char *command)
{
	buf_add_c(&c->out, command);
	buf_add_c(&c->out, "\r\n");
}

static void
hello(struct smtp_client *c, const char *verb)
{
	buf_add_c(&c->out, verb);
	buf_add(&c->out, c->conf->name);
	buf_add_c(&c->out, "\r\n");
	memset(&c->offer, 0, sizeof(c->offer));
}

static void
say_ehlo(struct smtp_client *c)
{
	hello(c, "EHLO ");
}

static void
say_helo(struct smtp_client *c)
{
	hello(c, "HELO ");
}

static bool
is_not_blank(unsigned char c)
{
	return !is_wsp(c);
}

/* Does the server call itself by a name of ours (RFC 5321, 5.1)? */
static bool
is_ourselves(const struct smtp_client *c)
{
	struct str in = { c->answer.text, c->answer.text_len };
	struct str name = str_take_while(&in, is_not_blank);

	return name.len > 0 && (str_eq_nocase(name, c->conf->name) ||
	    str_eq_nocase(name, c->conf->also));
}

static void
fail_session(struct smtp_client *c, enum verdict v, const char *status,
    const char *why)
{
	put_result(&c->session, v, status, (struct str){ why, strlen(why) });
	session_over(c);
}

static void
log_in(struct smtp_client *c)
{
	if (c->conf->user.len == 0)
		return;
	if (!c->tls || !c->offer.auth_plain) {
		fail_session(c, VERDICT_LATER, "4.7.0", "The smart host does "
		    "not take a password under TLS (AUTH PLAIN).");
		return;
	}
	smtp_say_auth(c);
	c->at = SMTP_C_AUTH;
}

static void
greeted(struct smtp_client *c)
{
	if (is_ourselves(c)) {
		fail_session(c, VERDICT_NO, "5.4.6", "The mail server of this "
		    "domain is this machine itself, which does not take mail "
		    "for it.");
		return;
	}
	if (!c->tls && c->conf->may_tls && c->offer.starttls) {
		say(c, "STARTTLS");
		c->at = SMTP_C_STARTTLS;
		return;
	}
	if (!c->tls && c->conf->must_tls) {
		fail_session(c, VERDICT_LATER, "4.7.4", "The other server "
		    "does not offer TLS, and nothing goes to it in clear.");
		return;
	}
	log_in(c);
}

static void
no_tls(struct smtp_client *c)
{
	if (c->conf->must_tls) {
		take_result(c, &c->session, VERDICT_LATER);
		session_over(c);
		return;
	}
	log_in(c);
}

static void
logged_in(struct smtp_client *c)
{
	(void)c;
}

/* Ours to mend, or the smart host's: the mail waits. */
static void
not_logged_in(struct smtp_client *c)
{
	take_result(c, &c->session, VERDICT_LATER);
	session_over(c);
}

static void
refused(struct smtp_client *c)
{
	take_result(c, &c->session, verdict_of(c->answer.code));
	buf_add_c(&c->out, "QUIT\r\n");
	session_over(c);
}

static void
closing(struct smtp_client *c)
{
	take_result(c, &c->session, VERDICT_LATER);
	session_over(c);
}

static void
nonsense(struct smtp_client *c)
{
	smtp_client_lost(c, "The other server gives an answer that is out of "
	    "place.");
}

/* The next command, where the server wants them one by one. */
static void
one_by_one(struct smtp_client *c)
{
	if (c->offer.pipelining)
		return;
	if (c->next < c->letter->rcpts)
		smtp_say_rcpt(c, c->next);
	else if (c->accepted > 0)
		say(c, "DATA");
}

static void
reset(struct smtp_client *c)
{
	say(c, "RSET");
	c->at = SMTP_C_RSET;
}

static void
mail_taken(struct smtp_client *c)
{
	c->heard = true;
	one_by_one(c);
}

/* The answers to what was sent along with it are still to come. */
static void
mail_refused(struct smtp_client *c)
{
	struct smtp_result r;

	c->heard = true;
	take_result(c, &r, verdict_of(c->answer.code));
	settle_all(c, &r);
	if (c->offer.pipelining)
		c->at = SMTP_C_RCPT;
	else
		reset(c);
}

static void
rcpt_answered(struct smtp_client *c)
{
	struct smtp_result *r = &c->result[c->next];
	enum verdict v = verdict_of(c->answer.code);

	/* 552 is "too many recipients" of old: RFC 5321, 4.5.3.1.10 */
	if (c->answer.code == 552)
		v = VERDICT_LATER;
	if (!r->settled && v == VERDICT_YES)
		c->accepted++;
	else if (!r->settled)
		take_result(c, r, v);
	c->next++;
	one_by_one(c);
	if (c->next < c->letter->rcpts)
		return;
	if (c->offer.pipelining || c->accepted > 0)
		c->at = SMTP_C_DATA;
	else
		reset(c);
}

/* Nobody is to get it, and yet it is asked for: RFC 2920, 3.1. */
static void
send_text(struct smtp_client *c)
{
	if (c->accepted > 0)
		return;
	buf_add_c(&c->out, ".\r\n");
	c->at = SMTP_C_FINAL;
}

static void
data_refused(struct smtp_client *c)
{
	struct smtp_result r;

	take_result(c, &r, verdict_of(c->answer.code));
	settle_all(c, &r);
	reset(c);
}

static void
settled(struct smtp_client *c)
{
	struct smtp_result r;

	take_result(c, &r, verdict_of(c->answer.code));
	settle_all(c, &r);
	c->session = r;
}

static void
ready(struct smtp_client *c)
{
	(void)c;
}

void
smtp_client_begin(struct smtp_client *c, const struct smtp_client_conf *conf)
{
	c->at = SMTP_C_GREETING;
	c->conf = conf;
	c->tls = conf->tls_begun;
	c->letter = NULL;
	c->session.settled = false;
	memset(&c->offer, 0, sizeof(c->offer));
	smtp_answer_begin(&c->answer);
	buf_init(&c->out, SMTP_CLIENT_OUT);
}

void
smtp_client_end(struct smtp_client *c)
{
	buf_free(&c->out);
}

enum smtp_client_wants
smtp_client_wants(const struct smtp_client *c)
{
	static const enum smtp_client_wants wants[SMTP_C_STATES] = {
		[SMTP_C_HANDSHAKE] = SMTP_WANTS_TLS,
		[SMTP_C_IDLE] = SMTP_WANTS_LETTER,
		[SMTP_C_TEXT] = SMTP_WANTS_TEXT,
		[SMTP_C_END] = SMTP_WANTS_END,
	};

	return wants[c->at];
}

static enum event
event_of(unsigned code)
{
	static const enum event by_class[] = { GOOD, MORE, LATER, NO };

	return code == 421 ? CLOSING : by_class[code / 100 - 2];
}

static void
step(struct smtp_client *c)
{
	enum event e = event_of(c->answer.code);
	const struct rule *r = rules;

	while (!(r->on & ON(e)) || !(r->at & 1u << c->at))
		r++;		/* the last rule covers everything */
	c->at = r->next;
	if (r->act != NULL)
		r->act(c);
}

void
smtp_client_line(struct smtp_client *c, struct str line)
{
	bool first = c->answer.lines == 0;
	enum smtp_answer_is is;
	struct str rest;

	assert(smtp_client_wants(c) == SMTP_WANTS_ANSWER);
	is = smtp_answer_line(&c->answer, line, &rest);
	if (is == SMTP_ANSWER_BAD) {
		smtp_client_lost(c, "The other server gives an answer that is "
		    "not SMTP, or has no end.");
		return;
	}
	if (c->at == SMTP_C_EHLO && !first)
		smtp_offer_line(&c->offer, rest);
	if (is == SMTP_ANSWER_DONE) {
		step(c);
		smtp_answer_begin(&c->answer);
	}
}

void
smtp_client_tls(struct smtp_client *c, bool ok)
{
	assert(c->at == SMTP_C_HANDSHAKE);
	if (!ok) {
		smtp_client_lost(c, "The other server offers TLS, and the "
		    "handshake fails.");
		return;
	}
	c->tls = true;
	c->at = SMTP_C_EHLO;
	say_ehlo(c);
}

void
smtp_client_letter(struct smtp_client *c, const struct smtp_letter *l)
{
	const char *status = "", *why;

	assert(c->at == SMTP_C_IDLE && l->rcpts <= SMTP_CLIENT_RCPTS);
	c->letter = l;
	c->next = c->accepted = 0;
	c->heard = false;
	for (size_t i = 0; i < l->rcpts; i++)
		c->result[i].settled = false;
	why = smtp_say_cannot(c, l, &status);
	if (why != NULL || l->rcpts == 0) {
		smtp_client_settle(c, VERDICT_NO, status,
		    why != NULL ? why : "");
		return;
	}
	smtp_say_mail(c);
	for (size_t i = 0; c->offer.pipelining && i < l->rcpts; i++)
		smtp_say_rcpt(c, i);
	if (c->offer.pipelining)
		say(c, "DATA");
	c->at = SMTP_C_MAIL;
}

void
smtp_client_text_sent(struct smtp_client *c)
{
	assert(c->at == SMTP_C_TEXT);
	c->at = SMTP_C_FINAL;
}

void
smtp_client_quit(struct smtp_client *c)
{
	say(c, "QUIT");
	c->at = SMTP_C_END;
}
