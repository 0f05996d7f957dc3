/* smtp_session_test.c - sessions told step by step, then every session. */

#include "proto/smtp_session.h"

#include "tests/check.h"

static unsigned
step(struct smtp_session *s, enum smtp_verb verb, enum verdict verdict)
{
	enum smtp_act act = smtp_session_next(s, verb);
	enum smtp_answer answer = smtp_session_plain(act);

	/* only acts that ask somebody can be answered with other than yes */
	if (act >= SMTP_DO_TLS && verdict != VERDICT_YES)
		answer = verdict == VERDICT_LATER ? SMTP_SAYS_LATER :
		    SMTP_SAYS_REFUSED;
	smtp_session_settle(s, answer);
	return smtp_reply_of(answer)->code;
}

static const struct {
	enum smtp_verb verb;
	enum verdict verdict;
	unsigned code;
	enum smtp_state state;
} story[] = {
	{ SMTP_MAIL,	 VERDICT_YES,	503, SMTP_AT_CLEAR },
	{ SMTP_STARTTLS, VERDICT_YES,	503, SMTP_AT_CLEAR },
	{ SMTP_DATA,	 VERDICT_YES,	503, SMTP_AT_CLEAR },
	{ SMTP_EHLO,	 VERDICT_YES,	250, SMTP_AT_CLEAR_GREETED },
	{ SMTP_AUTH,	 VERDICT_YES,	502, SMTP_AT_CLEAR_GREETED },
	{ SMTP_EXPN,	 VERDICT_YES,	502, SMTP_AT_CLEAR_GREETED },
	{ SMTP_STARTTLS, VERDICT_LATER,	451, SMTP_AT_CLEAR_GREETED },
	{ SMTP_RCPT,	 VERDICT_YES,	503, SMTP_AT_CLEAR_GREETED },
	{ SMTP_MAIL,	 VERDICT_NO,	554, SMTP_AT_CLEAR_GREETED },
	{ SMTP_MAIL,	 VERDICT_YES,	250, SMTP_AT_MAIL },
	{ SMTP_MAIL,	 VERDICT_YES,	503, SMTP_AT_MAIL },
	{ SMTP_DATA,	 VERDICT_YES,	554, SMTP_AT_MAIL },
	{ SMTP_BDAT,	 VERDICT_YES,	554, SMTP_AT_MAIL },
	{ SMTP_RCPT,	 VERDICT_NO,	554, SMTP_AT_MAIL },
	{ SMTP_STARTTLS, VERDICT_YES,	503, SMTP_AT_MAIL },
	{ SMTP_RCPT,	 VERDICT_YES,	250, SMTP_AT_RCPT },
	{ SMTP_RCPT,	 VERDICT_LATER,	451, SMTP_AT_RCPT },
	{ SMTP_DATA,	 VERDICT_LATER,	451, SMTP_AT_RCPT },
	{ SMTP_DATA,	 VERDICT_YES,	354, SMTP_AT_DATA },
	{ SMTP_QUIT,	 VERDICT_YES,	503, SMTP_AT_DATA },
	{ SMTP_DOT,	 VERDICT_LATER,	451, SMTP_AT_CLEAR_GREETED },
	{ SMTP_MAIL,	 VERDICT_YES,	250, SMTP_AT_MAIL },
	{ SMTP_RCPT,	 VERDICT_YES,	250, SMTP_AT_RCPT },
	{ SMTP_BDAT,	 VERDICT_YES,	250, SMTP_AT_BDAT },
	{ SMTP_DATA,	 VERDICT_YES,	503, SMTP_AT_BDAT },
	{ SMTP_RCPT,	 VERDICT_YES,	503, SMTP_AT_BDAT },
	{ SMTP_BDAT,	 VERDICT_NO,	554, SMTP_AT_CLEAR_GREETED },
	{ SMTP_BDAT_LAST, VERDICT_YES,	503, SMTP_AT_CLEAR_GREETED },
	{ SMTP_MAIL,	 VERDICT_YES,	250, SMTP_AT_MAIL },
	{ SMTP_RCPT,	 VERDICT_YES,	250, SMTP_AT_RCPT },
	{ SMTP_BDAT_LAST, VERDICT_YES,	250, SMTP_AT_CLEAR_GREETED },
	{ SMTP_MAIL,	 VERDICT_YES,	250, SMTP_AT_MAIL },
	{ SMTP_EHLO,	 VERDICT_YES,	250, SMTP_AT_CLEAR_GREETED },
	{ SMTP_STARTTLS, VERDICT_YES,	220, SMTP_AT_HANDED },
	{ SMTP_EHLO,	 VERDICT_YES,	503, SMTP_AT_HANDED },
};

TEST(tells_a_story)
{
	struct smtp_session s;

	TEST_BEGIN;
	smtp_session_begin(&s, SMTP_ON_MX, false);
	for (size_t i = 0; i < sizeof(story) / sizeof(story[0]); i++) {
		unsigned code = step(&s, story[i].verb, story[i].verdict);

		CHECK(code == story[i].code, "step %zu: %u", i, code);
		CHECK(s.state == story[i].state, "step %zu: at %d", i,
		    s.state);
	}
}

static const struct {
	enum smtp_verb verb;
	enum verdict verdict;
	unsigned code;
	enum smtp_state state;
} submission_story[] = {
	{ SMTP_AUTH,	 VERDICT_YES,	538, SMTP_AT_CLEAR },
	{ SMTP_MAIL,	 VERDICT_YES,	530, SMTP_AT_CLEAR },
	{ SMTP_EHLO,	 VERDICT_YES,	250, SMTP_AT_CLEAR_GREETED },
	{ SMTP_AUTH,	 VERDICT_YES,	538, SMTP_AT_CLEAR_GREETED },
	{ SMTP_MAIL,	 VERDICT_YES,	530, SMTP_AT_CLEAR_GREETED },
	{ SMTP_BDAT,	 VERDICT_YES,	530, SMTP_AT_CLEAR_GREETED },
	{ SMTP_STARTTLS, VERDICT_YES,	220, SMTP_AT_HANDED },
	{ SMTP_EHLO,	 VERDICT_YES,	503, SMTP_AT_HANDED },
	{ SMTP_QUIT,	 VERDICT_YES,	503, SMTP_AT_HANDED },
};
static const struct {
	enum smtp_verb verb;
	enum verdict verdict;
	unsigned code;
	enum smtp_state state;
} login_story[] = {
	{ SMTP_AUTH,	 VERDICT_YES,	503, SMTP_AT_TLS },
	{ SMTP_EHLO,	 VERDICT_YES,	250, SMTP_AT_TLS_GREETED },
	{ SMTP_STARTTLS, VERDICT_YES,	502, SMTP_AT_TLS_GREETED },
	{ SMTP_MAIL,	 VERDICT_YES,	530, SMTP_AT_TLS_GREETED },
	{ SMTP_VRFY,	 VERDICT_YES,	530, SMTP_AT_TLS_GREETED },
	{ SMTP_AUTH,	 VERDICT_NO,	554, SMTP_AT_TLS_GREETED },
	{ SMTP_AUTH,	 VERDICT_LATER,	451, SMTP_AT_TLS_GREETED },
	{ SMTP_NOOP,	 VERDICT_YES,	250, SMTP_AT_TLS_GREETED },
	{ SMTP_AUTH,	 VERDICT_YES,	235, SMTP_AT_AUTHED },
	{ SMTP_AUTH,	 VERDICT_YES,	503, SMTP_AT_AUTHED },
	{ SMTP_EHLO,	 VERDICT_YES,	250, SMTP_AT_AUTHED },
	{ SMTP_STARTTLS, VERDICT_YES,	502, SMTP_AT_AUTHED },
	{ SMTP_RCPT,	 VERDICT_YES,	503, SMTP_AT_AUTHED },
	{ SMTP_MAIL,	 VERDICT_NO,	554, SMTP_AT_AUTHED },
	{ SMTP_MAIL,	 VERDICT_YES,	250, SMTP_AT_MAIL },
	{ SMTP_AUTH,	 VERDICT_YES,	503, SMTP_AT_MAIL },
	{ SMTP_DATA,	 VERDICT_YES,	554, SMTP_AT_MAIL },
	{ SMTP_RCPT,	 VERDICT_YES,	250, SMTP_AT_RCPT },
	{ SMTP_RSET,	 VERDICT_YES,	250, SMTP_AT_AUTHED },
	{ SMTP_MAIL,	 VERDICT_YES,	250, SMTP_AT_MAIL },
	{ SMTP_RCPT,	 VERDICT_YES,	250, SMTP_AT_RCPT },
	{ SMTP_DATA,	 VERDICT_YES,	354, SMTP_AT_DATA },
	{ SMTP_DOT,	 VERDICT_NO,	554, SMTP_AT_AUTHED },
	{ SMTP_MAIL,	 VERDICT_YES,	250, SMTP_AT_MAIL },
	{ SMTP_RCPT,	 VERDICT_YES,	250, SMTP_AT_RCPT },
	{ SMTP_BDAT,	 VERDICT_YES,	250, SMTP_AT_BDAT },
	{ SMTP_BDAT_LAST, VERDICT_YES,	250, SMTP_AT_AUTHED },
	{ SMTP_QUIT,	 VERDICT_YES,	221, SMTP_AT_END },
};

TEST(tells_of_submission)
{
	struct smtp_session s;

	TEST_BEGIN;
	smtp_session_begin(&s, SMTP_ON_SUBMISSION, false);
	for (size_t i = 0; i < sizeof(submission_story) /
	    sizeof(submission_story[0]); i++) {
		unsigned code = step(&s, submission_story[i].verb,
		    submission_story[i].verdict);

		CHECK(code == submission_story[i].code, "step %zu: %u", i,
		    code);
		CHECK(s.state == submission_story[i].state, "step %zu: at %d",
		    i, s.state);
	}
	smtp_session_begin(&s, SMTP_ON_SUBMISSION, true);
	for (size_t i = 0; i < sizeof(login_story) / sizeof(login_story[0]);
	    i++) {
		unsigned code = step(&s, login_story[i].verb,
		    login_story[i].verdict);

		CHECK(code == login_story[i].code, "login %zu: %u", i, code);
		CHECK(s.state == login_story[i].state, "login %zu: at %d", i,
		    s.state);
	}
}

/* Whatever is said, nobody sends who has not logged in, in TLS. */
static void
check_submission(int at, int verb, enum verdict verdict, bool tls)
{
	struct smtp_session s;
	unsigned code;

	smtp_session_begin(&s, SMTP_ON_SUBMISSION, tls);
	s.state = (enum smtp_state)at;
	code = step(&s, (enum smtp_verb)verb, verdict);
	CHECK(code >= 200 && code < 600, "%d %d", at, verb);
	CHECK(s.state != SMTP_AT_MAIL || at == SMTP_AT_MAIL ||
	    at == SMTP_AT_AUTHED, "mail of nobody: %d %d", at, verb);
	CHECK(s.state != SMTP_AT_AUTHED || at >= SMTP_AT_AUTHED ||
	    (at == SMTP_AT_TLS_GREETED && verb == SMTP_AUTH),
	    "a login from nowhere: %d %d", at, verb);
	CHECK(at != SMTP_AT_DATA || s.state == SMTP_AT_DATA ||
	    verb == SMTP_DOT, "a command in text: %d", verb);
	CHECK((at != SMTP_AT_HANDED && at != SMTP_AT_END) || code == 503,
	    "a word after the last: %d %d", at, verb);
}

TEST(lets_nobody_send_before_login)
{
	TEST_BEGIN;
	for (int at = SMTP_AT_CLEAR; at < SMTP_STATES; at++)
	for (int verb = 0; verb < SMTP_VERBS; verb++)
	for (int verdict = 0; verdict < VERDICTS; verdict++)
	for (int tls = 0; tls < 2; tls++)
		check_submission(at, verb, (enum verdict)verdict, tls);
}

static bool
sends(int verb)
{
	return verb == SMTP_DATA || verb == SMTP_DOT || verb == SMTP_BDAT ||
	    verb == SMTP_BDAT_LAST;
}

static void
check_step(int at, int verb, enum verdict verdict, bool tls)
{
	struct smtp_session s;
	unsigned code;

	smtp_session_begin(&s, SMTP_ON_MX, tls);
	s.state = (enum smtp_state)at;
	code = step(&s, (enum smtp_verb)verb, verdict);
	CHECK(code >= 200 && code < 600, "%d %d", at, verb);
	CHECK(s.state > SMTP_AT_HOME && s.state < SMTP_STATES,
	    "%d %d", at, verb);
	CHECK(!(sends(verb) && at < SMTP_AT_RCPT) || code >= 500,
	    "text without recipients: %d %d", at, verb);
	CHECK(!(at == SMTP_AT_CLEAR || at == SMTP_AT_TLS) ||
	    s.state < SMTP_AT_MAIL || s.state == SMTP_AT_END,
	    "mail without greeting: %d %d", at, verb);
	CHECK(s.state != SMTP_AT_HANDED || at == SMTP_AT_HANDED ||
	    (at == SMTP_AT_CLEAR_GREETED && verb == SMTP_STARTTLS),
	    "TLS from nowhere: %d %d", at, verb);
	CHECK(at != SMTP_AT_DATA || s.state == SMTP_AT_DATA ||
	    verb == SMTP_DOT, "a command in text: %d", verb);
	CHECK((at != SMTP_AT_HANDED && at != SMTP_AT_END) || code == 503,
	    "a word after the last: %d %d", at, verb);
}

/* The machine is small enough to try every state, verb and verdict. */
TEST(keeps_its_promises)
{
	TEST_BEGIN;
	for (int at = SMTP_AT_CLEAR; at < SMTP_STATES; at++)
	for (int verb = 0; verb < SMTP_VERBS; verb++)
	for (int verdict = 0; verdict < VERDICTS; verdict++)
	for (int tls = 0; tls < 2; tls++)
		if (at != SMTP_AT_AUTHED)
			check_step(at, verb, (enum verdict)verdict, tls);
}

/* Every answer has words that fit on a line, and the class of its code. */
TEST(says_what_it_means)
{
	struct buf out;

	TEST_BEGIN;
	buf_init(&out, 512);
	for (int a = 0; a < SMTP_ANSWERS; a++) {
		const struct smtp_reply *r =
		    smtp_reply_of((enum smtp_answer)a);

		buf_clear(&out);
		smtp_reply_put(&out, (enum smtp_answer)a);
		CHECK(out.len > 6 && out.len < 80, "%u", r->code);
		CHECK(r->code < 400 || (unsigned)(r->text.ptr[0] - '0') ==
		    r->code / 100, "%.*s", (int)out.len, out.ptr);
	}
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(tells_a_story),
		RUN(tells_of_submission),
		RUN(lets_nobody_send_before_login),
		RUN(keeps_its_promises),
		RUN(says_what_it_means),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
