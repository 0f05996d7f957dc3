/*
 * smtp_session.h - what a client may do next: on port 25, and where mail is
 * submitted.
 *
 * Pure: the session never reads, writes or waits.  It is driven in two steps,
 *
 *	act = smtp_session_next(&s, cmd.verb);
 *	... do what act says, ask whom it concerns ...
 *	smtp_session_settle(&s, answer);
 *
 * where smtp_session_plain(act) is the answer of an act that asks nobody
 * (marked "-").
 *
 * Every privilege is a state.  Under TLS is a state of its own up to the
 * greeting; what a greeted client does is the same in both, and leads back to
 * the greeted state that it came from (SMTP_AT_HOME).  Submission has a table
 * of its own, in which nothing but AUTH leads on from SMTP_AT_TLS_GREETED, and
 * SMTP_AT_AUTHED is home from then on.
 */
#ifndef PROTO_SMTP_SESSION_H
#define PROTO_SMTP_SESSION_H

#include "proto/smtp_cmd.h"
#include "proto/smtp_reply.h"

enum smtp_state {
	SMTP_AT_SAME,		/* in rules only: stay where you are */
	SMTP_AT_HOME,		/* in rules only: as greeted */
	SMTP_AT_CLEAR,		/* connected in clear */
	SMTP_AT_CLEAR_GREETED,
	SMTP_AT_TLS,		/* under TLS */
	SMTP_AT_TLS_GREETED,
	SMTP_AT_AUTHED,		/* submission: logged in */
	SMTP_AT_MAIL,		/* has a sender */
	SMTP_AT_RCPT,		/* has recipients */
	SMTP_AT_DATA,		/* lines are message text, not commands */
	SMTP_AT_BDAT,		/* has sent chunks, not the last */
	SMTP_AT_HANDED,		/* 220 to STARTTLS: nothing more in clear */
	SMTP_AT_END,
	SMTP_STATES
};

enum smtp_act {
	SMTP_DO_REFUSE,		/* - out of order */
	SMTP_DO_NO_RCPTS,	/* - nobody to send it to */
	SMTP_DO_NOT_HERE,	/* - a verb that this port has not */
	SMTP_DO_NOTHING,	/* - */
	SMTP_DO_VRFY,		/* - */
	SMTP_DO_HELP,		/* - */
	SMTP_DO_NO_TLS,		/* - STARTTLS under TLS */
	SMTP_DO_WANT_TLS,	/* - AUTH in clear */
	SMTP_DO_WANT_AUTH,	/* - mail from nobody */
	SMTP_DO_HELLO,		/* drop the transaction; EHLO: extensions */
	SMTP_DO_RESET,		/* drop the transaction */
	SMTP_DO_QUIT,		/* reply, then close */
	SMTP_DO_TLS,		/* is there somebody to hand it to? */
	SMTP_DO_AUTH,		/* ask auth */
	SMTP_DO_SENDER,		/* begin a transaction */
	SMTP_DO_RCPT,		/* ask the store */
	SMTP_DO_DATA,		/* open a message */
	SMTP_DO_CHUNK,		/* take a chunk; the first opens a message */
	SMTP_DO_LAST,		/* take the last chunk, make it durable */
	SMTP_DO_COMMIT,		/* make the message durable */
	SMTP_ACTS
};

enum smtp_service { SMTP_ON_MX, SMTP_ON_SUBMISSION };

struct smtp_session {
	const struct smtp_rule *rules;
	enum smtp_state state;
	enum smtp_state home;		/* greeted, in clear or under TLS, or
					   logged in */
	const struct smtp_rule *rule;	/* set by next, for settle */
};

void smtp_session_begin(struct smtp_session *, enum smtp_service, bool tls);

enum smtp_act smtp_session_next(struct smtp_session *, enum smtp_verb);
void smtp_session_settle(struct smtp_session *, enum smtp_answer);

/* What to say when there is nobody to ask, or all went well. */
enum smtp_answer smtp_session_plain(enum smtp_act);

#endif
