/* imap_session_test.c - every state with every command. */

#include "proto/imap_session.h"

#include "tests/check.h"

/* One letter a state, in the order of enum imap_state after SAME: y may, n may
 * not, t wants TLS, r read-only. */
static const struct {
	enum imap_verb verb;
	const char *may;
} table[] = {
	/*			clear local TLS auth exam sel end */
	{ IMAP_CAPABILITY,	"yyyyyyn" },
	{ IMAP_NOOP,		"yyyyyyn" },
	{ IMAP_LOGOUT,		"yyyyyyn" },
	{ IMAP_STARTTLS,	"yynnnnn" },
	{ IMAP_LOGIN,		"tyynnnn" },
	{ IMAP_AUTHENTICATE,	"tyynnnn" },
	{ IMAP_LIST,		"nnnyyyn" },
	{ IMAP_LSUB,		"nnnyyyn" },
	{ IMAP_STATUS,		"nnnyyyn" },
	{ IMAP_SELECT,		"nnnyyyn" },
	{ IMAP_EXAMINE,		"nnnyyyn" },
	{ IMAP_IDLE,		"nnnyyyn" },
	{ IMAP_APPEND,		"nnnyyyn" },
	{ IMAP_ENABLE,		"nnnyyyn" },
	{ IMAP_ID,		"yyyyyyn" },
	{ IMAP_NAMESPACE,	"nnnyyyn" },
	{ IMAP_GETQUOTA,	"nnnyyyn" },
	{ IMAP_GETQUOTAROOT,	"nnnyyyn" },
	{ IMAP_CREATE,		"nnnyyyn" },
	{ IMAP_DELETE,		"nnnyyyn" },
	{ IMAP_RENAME,		"nnnyyyn" },
	{ IMAP_SUBSCRIBE,	"nnnyyyn" },
	{ IMAP_UNSUBSCRIBE,	"nnnyyyn" },
	{ IMAP_CHECK,		"nnnnyyn" },
	{ IMAP_CLOSE,		"nnnnyyn" },
	{ IMAP_UNSELECT,	"nnnnyyn" },
	{ IMAP_FETCH,		"nnnnyyn" },
	{ IMAP_STORE,		"nnnnryn" },
	{ IMAP_EXPUNGE,		"nnnnryn" },
	{ IMAP_COPY,		"nnnnyyn" },
	{ IMAP_SEARCH,		"nnnnyyn" },
	{ IMAP_UID_SEARCH,	"nnnnyyn" },
	{ IMAP_MOVE,		"nnnnryn" },
	{ IMAP_UID_FETCH,	"nnnnyyn" },
	{ IMAP_UID_STORE,	"nnnnryn" },
	{ IMAP_UID_COPY,	"nnnnyyn" },
	{ IMAP_UID_MOVE,	"nnnnryn" },
	{ IMAP_UID_EXPUNGE,	"nnnnryn" },
};

TEST(permits_as_listed)
{
	static const char letters[] = "nytr";

	TEST_BEGIN;
	CHECK(sizeof(table) / sizeof(table[0]) == IMAP_VERBS, "all verbs");
	for (int v = 0; v < IMAP_VERBS; v++)
		for (int s = IMAP_AT_CLEAR; s < IMAP_STATES; s++) {
			enum imap_may may = imap_session_may(
			    (enum imap_state)s, table[v].verb);

			CHECK(letters[may] == table[v].may[s - 1],
			    "verb %d state %d: %c", v, s, letters[may]);
		}
}

TEST(moves_on)
{
	TEST_BEGIN;
	assert_int_equal(imap_session_after(IMAP_AT_CLEAR, IMAP_STARTTLS,
	    true), IMAP_AT_TLS);
	assert_int_equal(imap_session_after(IMAP_AT_TLS, IMAP_LOGIN, false),
	    IMAP_AT_TLS);
	assert_int_equal(imap_session_after(IMAP_AT_TLS, IMAP_LOGIN, true),
	    IMAP_AT_AUTH);
	assert_int_equal(imap_session_after(IMAP_AT_SELECTED, IMAP_SELECT,
	    false), IMAP_AT_AUTH);
	assert_int_equal(imap_session_after(IMAP_AT_SELECTED, IMAP_EXAMINE,
	    true), IMAP_AT_EXAMINED);
	assert_int_equal(imap_session_after(IMAP_AT_SELECTED, IMAP_CLOSE,
	    true), IMAP_AT_AUTH);
	assert_int_equal(imap_session_after(IMAP_AT_AUTH, IMAP_LOGOUT, true),
	    IMAP_AT_END);
	/* no command that is not permitted leads anywhere */
	for (int v = 0; v < IMAP_VERBS; v++)
		for (int s = IMAP_AT_CLEAR; s < IMAP_STATES; s++)
			if (imap_session_may((enum imap_state)s,
			    (enum imap_verb)v) != IMAP_MAY)
				assert_int_equal(imap_session_after(
				    (enum imap_state)s, (enum imap_verb)v,
				    true), s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(permits_as_listed), RUN(moves_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
