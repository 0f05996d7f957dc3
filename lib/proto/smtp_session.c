/*
 * smtp_session.c - what a client may do next.
 *
 * A table is the protocol of a service.  The first rule that covers the verb
 * and the state decides, and the last one refuses whatever is left: to forget
 * a rule makes the server stricter, never laxer.
 */

#include "proto/smtp_session.h"

#include <assert.h>
#include <stddef.h>

#define ON(verb)	(1u << SMTP_##verb)
#define AT(state)	(1u << SMTP_AT_##state)
#define ANY		(~0u)
#define HELLO		(ON(HELO) | ON(EHLO))
#define GREETED		(AT(CLEAR_GREETED) | AT(TLS_GREETED))
#define SENDING		(AT(MAIL) | AT(RCPT) | AT(BDAT))
#define IN_CLEAR	(AT(CLEAR) | AT(CLEAR_GREETED))
#define UNDER_TLS	(AT(TLS) | AT(TLS_GREETED))
#define TALKING		(IN_CLEAR | UNDER_TLS | SENDING)

struct smtp_rule {
	unsigned on;		/* set of verbs */
	unsigned at;		/* set of states */
	enum smtp_act act;
	enum smtp_state yes;	/* next state, if the verdict is yes */
	enum smtp_state no;	/* next state, if it is not */
};

#define RULE(on, at, act, yes, no) \
	{ on, at, SMTP_DO_##act, SMTP_AT_##yes, SMTP_AT_##no }

static const struct smtp_rule mx_rules[] = {
	/*   on             at                  do        yes            no */
	RULE(HELLO,         AT(CLEAR),          HELLO,    CLEAR_GREETED, SAME),
	RULE(HELLO,         AT(TLS),            HELLO,    TLS_GREETED,   SAME),
	RULE(HELLO,         GREETED | SENDING,  HELLO,    HOME,          SAME),
	RULE(ON(STARTTLS),  AT(CLEAR_GREETED),  TLS,      HANDED,        SAME),
	RULE(ON(STARTTLS),  UNDER_TLS,          NO_TLS,   SAME,          SAME),
	RULE(ON(MAIL),      GREETED,            SENDER,   MAIL,          SAME),
	RULE(ON(RCPT),      AT(MAIL)|AT(RCPT),  RCPT,     RCPT,          SAME),
	RULE(ON(DATA),      AT(RCPT),           DATA,     DATA,          SAME),
	RULE(ON(DATA),      AT(MAIL),           NO_RCPTS, SAME,          SAME),
	RULE(ON(DOT),       AT(DATA),           COMMIT,   HOME,          HOME),
	RULE(ON(BDAT),      AT(RCPT)|AT(BDAT),  CHUNK,    BDAT,          HOME),
	RULE(ON(BDAT_LAST), AT(RCPT)|AT(BDAT),  LAST,     HOME,          HOME),
	RULE(ON(BDAT) | ON(BDAT_LAST), AT(MAIL), NO_RCPTS, SAME,         SAME),
	RULE(ON(RSET),      GREETED | SENDING,  RESET,    HOME,          SAME),
	RULE(ON(RSET),      AT(CLEAR)|AT(TLS),  NOTHING,  SAME,          SAME),
	RULE(ON(NOOP),      TALKING,            NOTHING,  SAME,          SAME),
	RULE(ON(VRFY),      TALKING,            VRFY,     SAME,          SAME),
	RULE(ON(HELP),      TALKING,            HELP,     SAME,          SAME),
	RULE(ON(QUIT),      TALKING,            QUIT,     END,           END),
	RULE(ON(AUTH)|ON(EXPN), TALKING,        NOT_HERE, SAME,          SAME),
	RULE(ANY,           ANY,                REFUSE,   SAME,          SAME),
};

#define BEFORE_AUTH	(IN_CLEAR | UNDER_TLS)
#define AUTHED		(AT(AUTHED) | SENDING)
#define WANTS_AUTH	(ON(MAIL) | ON(RCPT) | ON(DATA) | ON(BDAT) | \
			 ON(BDAT_LAST) | ON(VRFY) | ON(EXPN))

static const struct smtp_rule submission_rules[] = {
	/*   on             at                  do        yes            no */
	RULE(HELLO,         AT(CLEAR),          HELLO,    CLEAR_GREETED, SAME),
	RULE(HELLO,         AT(TLS),            HELLO,    TLS_GREETED,   SAME),
	RULE(HELLO,         GREETED | AUTHED,   HELLO,    HOME,          SAME),
	RULE(ON(STARTTLS),  AT(CLEAR_GREETED),  TLS,      HANDED,        SAME),
	RULE(ON(STARTTLS),  UNDER_TLS | AUTHED, NO_TLS,   SAME,          SAME),
	RULE(ON(AUTH),      AT(TLS_GREETED),    AUTH,     AUTHED,        SAME),
	RULE(ON(AUTH),      IN_CLEAR,           WANT_TLS, SAME,          SAME),
	RULE(ON(MAIL),      AT(AUTHED),         SENDER,   MAIL,          SAME),
	RULE(ON(RCPT),      AT(MAIL)|AT(RCPT),  RCPT,     RCPT,          SAME),
	RULE(ON(DATA),      AT(RCPT),           DATA,     DATA,          SAME),
	RULE(ON(DATA),      AT(MAIL),           NO_RCPTS, SAME,          SAME),
	RULE(ON(DOT),       AT(DATA),           COMMIT,   HOME,          HOME),
	RULE(ON(BDAT),      AT(RCPT)|AT(BDAT),  CHUNK,    BDAT,          HOME),
	RULE(ON(BDAT_LAST), AT(RCPT)|AT(BDAT),  LAST,     HOME,          HOME),
	RULE(ON(BDAT) | ON(BDAT_LAST), AT(MAIL), NO_RCPTS, SAME,         SAME),
	RULE(ON(RSET),      GREETED | AUTHED,   RESET,    HOME,          SAME),
	RULE(ON(RSET),      AT(CLEAR)|AT(TLS),  NOTHING,  SAME,          SAME),
	RULE(ON(NOOP),      BEFORE_AUTH|AUTHED, NOTHING,  SAME,          SAME),
	RULE(ON(HELP),      BEFORE_AUTH|AUTHED, HELP,     SAME,          SAME),
	RULE(ON(QUIT),      BEFORE_AUTH|AUTHED, QUIT,     END,           END),
	RULE(ON(VRFY),      AUTHED,             VRFY,     SAME,          SAME),
	RULE(ON(EXPN),      AUTHED,             NOT_HERE, SAME,          SAME),
	RULE(WANTS_AUTH,    BEFORE_AUTH,        WANT_AUTH, SAME,         SAME),
	RULE(ANY,           ANY,                REFUSE,   SAME,          SAME),
};

static const enum smtp_answer plain[SMTP_ACTS] = {
	[SMTP_DO_REFUSE]   = SMTP_SAYS_NOT_NOW,
	[SMTP_DO_NO_RCPTS] = SMTP_SAYS_NO_RCPTS,
	[SMTP_DO_NOT_HERE] = SMTP_SAYS_NOT_HERE,
	[SMTP_DO_NOTHING]  = SMTP_SAYS_OK,
	[SMTP_DO_VRFY]	   = SMTP_SAYS_NO_VRFY,
	[SMTP_DO_HELP]	   = SMTP_SAYS_HELP,
	[SMTP_DO_NO_TLS]   = SMTP_SAYS_NO_TLS,
	[SMTP_DO_WANT_TLS] = SMTP_SAYS_WANT_TLS,
	[SMTP_DO_WANT_AUTH] = SMTP_SAYS_WANT_AUTH,
	[SMTP_DO_AUTH]	   = SMTP_SAYS_AUTHED,
	[SMTP_DO_HELLO]	   = SMTP_SAYS_HELLO,
	[SMTP_DO_RESET]	   = SMTP_SAYS_OK,
	[SMTP_DO_QUIT]	   = SMTP_SAYS_BYE,
	[SMTP_DO_TLS]	   = SMTP_SAYS_TLS,
	[SMTP_DO_SENDER]   = SMTP_SAYS_SENDER_OK,
	[SMTP_DO_RCPT]	   = SMTP_SAYS_RCPT_OK,
	[SMTP_DO_DATA]	   = SMTP_SAYS_GO_ON,
	[SMTP_DO_CHUNK]	   = SMTP_SAYS_CHUNK_OK,
	[SMTP_DO_LAST]	   = SMTP_SAYS_DELIVERED,
	[SMTP_DO_COMMIT]   = SMTP_SAYS_DELIVERED,
};

void
smtp_session_begin(struct smtp_session *s, enum smtp_service service,
    bool tls)
{
	s->rules = service == SMTP_ON_MX ? mx_rules : submission_rules;
	s->state = tls ? SMTP_AT_TLS : SMTP_AT_CLEAR;
	s->home = tls ? SMTP_AT_TLS_GREETED : SMTP_AT_CLEAR_GREETED;
	s->rule = NULL;
}

enum smtp_act
smtp_session_next(struct smtp_session *s, enum smtp_verb verb)
{
	const struct smtp_rule *rule = s->rules;

	while (!(rule->on & (1u << verb)) || !(rule->at & (1u << s->state)))
		rule++;		/* the last rule covers everything */
	s->rule = rule;
	return rule->act;
}

void
smtp_session_settle(struct smtp_session *s, enum smtp_answer answer)
{
	const struct smtp_rule *rule = s->rule;
	enum smtp_state next;

	assert(rule != NULL);
	next = smtp_reply_verdict(answer) == VERDICT_YES ? rule->yes : rule->no;
	if (next == SMTP_AT_HOME)
		next = s->home;
	if (next == SMTP_AT_AUTHED)
		s->home = next;
	if (next != SMTP_AT_SAME)
		s->state = next;
	s->rule = NULL;
}

enum smtp_answer
smtp_session_plain(enum smtp_act act)
{
	assert(act < SMTP_ACTS);
	return plain[act];
}
