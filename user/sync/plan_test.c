/* plan_test.c - every step with every event. */

#include "sync/plan.h"

#include "tests/check.h"

/* A failure ends the round, whatever the step; a rest is left by nothing. */
TEST(failures)
{
	TEST_BEGIN;
	for (int s = 0; s < PLAN_STEPS; s++) {
		for (int e = PLAN_LATER; e < PLAN_EVENTS; e++)
			assert_int_equal(plan_next((enum plan_step)s,
			    (enum plan_event)e), PLAN_REST);
		for (int e = 0; s == PLAN_REST && e < PLAN_EVENTS; e++)
			assert_int_equal(plan_next(PLAN_REST,
			    (enum plan_event)e), PLAN_REST);
	}
}

/* From every step a round ends, if no step goes on for ever. */
TEST(ends)
{
	TEST_BEGIN;
	for (int s = 0; s < PLAN_STEPS; s++) {
		enum plan_step at = (enum plan_step)s;
		int n = 0;

		for (; at != PLAN_REST && n < 2 * PLAN_STEPS; n++)
			at = plan_next(at, PLAN_DONE);
		assert_int_equal(at, PLAN_REST);
	}
}

TEST(moves)
{
	TEST_BEGIN;
	assert_int_equal(plan_next(PLAN_CHANGES, PLAN_NO_STATE), PLAN_WALK);
	/* the box's changes first, so that they win; our own come back */
	assert_int_equal(plan_next(PLAN_BOXES, PLAN_DONE), PLAN_CHANGES);
	assert_int_equal(plan_next(PLAN_PUSH, PLAN_MORE), PLAN_CHANGES);
	assert_int_equal(plan_next(PLAN_PUSH, PLAN_TOO_OLD), PLAN_CHANGES);
	assert_int_equal(plan_next(PLAN_CHANGES, PLAN_TOO_OLD), PLAN_WALK);
	/* what was missed during a walk */
	assert_int_equal(plan_next(PLAN_SWEEP, PLAN_DONE), PLAN_CHANGES);
	/* mailboxes are buried only after the emails have left them */
	assert_int_equal(plan_next(PLAN_BURY, PLAN_DONE), PLAN_INDEX);
	/* what was born here is there before what it takes the place of goes */
	assert_int_equal(plan_next(PLAN_CHANGES, PLAN_DONE), PLAN_IMPORT);
	assert_int_equal(plan_next(PLAN_IMPORT, PLAN_DONE), PLAN_PUSH);
	assert_int_equal(plan_next(PLAN_IMPORT, PLAN_MORE), PLAN_CHANGES);
	assert_int_equal(plan_next(PLAN_BOXES, PLAN_MORE), PLAN_REST);
}

TEST(rests)
{
	TEST_BEGIN;
	assert_int_equal(plan_rest_ms(0, 15000, false), 15000);
	assert_int_equal(plan_rest_ms(0, 15000, true), 300000);
	assert_int_equal(plan_rest_ms(0, 86400000, true), 86400000);
	assert_int_equal(plan_rest_ms(1, 15000, true), 1000);
	assert_int_equal(plan_rest_ms(1, 15000, false), 1000);
	assert_int_equal(plan_rest_ms(3, 15000, false), 4000);
	assert_int_equal(plan_rest_ms(4000000000u, 15000, false), 600000);
	for (int s = 0; s < PLAN_STEPS; s++)
		assert_non_null(plan_step_word((enum plan_step)s));
	for (int e = 0; e < PLAN_EVENTS; e++)
		assert_non_null(plan_event_word((enum plan_event)e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failures), cmocka_unit_test(ends),
		cmocka_unit_test(moves), cmocka_unit_test(rests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
