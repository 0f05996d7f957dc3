/* throttle_test.c - guesses become slow, owners do not. */

#include "auth.h"

#include "tests/check.h"

#define ALICE	STR("alice@example")
#define BOB	STR("bob@example")

static int64_t now = 1000000;

/* From nothing, and far from what was before. */
static void
fresh(void)
{
	now += 3 * 60 * 60 * 1000;
}

static int64_t
wait_of(const char *addr, struct str user)
{
	return throttle_wait_ms(addr, user, now);
}

static void
guess(const char *addr, struct str user, int times)
{
	while (times-- > 0)
		throttle_wrong(addr, user, now);
}

TEST(mistakes_of_a_network_double_its_pause)
{
	static const int64_t pause[] = { 0, 0, 0, 250, 500, 1000, 2000, 4000,
	    8000, 8000, 8000 };

	TEST_BEGIN;
	fresh();
	assert_int_equal(wait_of("192.0.2.1", ALICE), 0);
	for (size_t i = 0; i < sizeof(pause) / sizeof(pause[0]); i++) {
		int64_t wait;

		throttle_wrong("192.0.2.1", ALICE, now);
		wait = wait_of("192.0.2.1", ALICE);
		CHECK(wait == pause[i], "%zu: %d", i, (int)wait);
		now += 20000;
	}
}

TEST(one_line_for_a_network)
{
	TEST_BEGIN;
	fresh();
	guess("192.0.2.2", ALICE, 6);
	assert_int_equal(wait_of("192.0.2.2", BOB), 1000);
	assert_int_equal(wait_of("192.0.2.2", BOB), 2000);
	for (int i = 0; i < 1000; i++)
		wait_of("192.0.2.2", BOB);
	/* refused attempts do not lengthen it */
	assert_true(wait_of("192.0.2.2", BOB) <= WAIT_MAX_MS + 1000);
	now += WAIT_MAX_MS + 1000;
	assert_int_equal(wait_of("192.0.2.2", BOB), 0);
}

TEST(a_network_of_ipv6_is_a_64)
{
	TEST_BEGIN;
	fresh();
	guess("2001:db8::1", ALICE, 5);
	assert_int_equal(wait_of("2001:db8::ffff:0:2", BOB), 500);
	assert_int_equal(wait_of("2001:db8:0:1::1", BOB), 0);
	assert_int_equal(wait_of("::ffff:192.0.2.3", BOB), 0);
}

TEST(the_owner_is_never_locked_out)
{
	char addr[32];

	TEST_BEGIN;
	fresh();
	for (int i = 0; i < 3000; i++) {
		snprintf(addr, sizeof(addr), "198.51.%d.%d", i / 250, i % 250);
		guess(addr, ALICE, 3);
	}
	assert_int_equal(wait_of("203.0.113.9", ALICE), 500);
	assert_int_equal(wait_of("203.0.113.9", BOB), 0);
}

TEST(a_right_password_mends_own_mistakes_only)
{
	TEST_BEGIN;
	fresh();
	guess("192.0.2.4", ALICE, 6);
	throttle_right("192.0.2.4", ALICE, now);
	assert_int_equal(wait_of("192.0.2.4", ALICE), 0);
	guess("192.0.2.4", ALICE, 6);
	throttle_right("192.0.2.4", BOB, now);
	assert_int_equal(wait_of("192.0.2.4", ALICE), 1000);
	guess("192.0.2.4", BOB, 1);
	throttle_right("192.0.2.4", BOB, now);
	assert_true(wait_of("192.0.2.4", ALICE) > 0);
}

TEST(many_names_do_not_push_out_the_guessed_one)
{
	char name[32];

	TEST_BEGIN;
	fresh();
	guess("192.0.2.5", ALICE, 100);
	for (int i = 0; i < 20000; i++) {
		snprintf(name, sizeof(name), "u%d", i);
		guess("192.0.2.6", (struct str){ name, strlen(name) }, 1);
	}
	assert_int_equal(wait_of("203.0.113.10", ALICE), 500);
	assert_int_equal(wait_of("203.0.113.10", STR("ALICE@example")), 500);
}

TEST(mistakes_are_forgotten)
{
	TEST_BEGIN;
	fresh();
	guess("192.0.2.7", ALICE, 9);
	assert_true(wait_of("192.0.2.7", ALICE) > 0);
	now += 61 * 60 * 1000;
	assert_int_equal(wait_of("192.0.2.7", ALICE), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(mistakes_of_a_network_double_its_pause),
		RUN(one_line_for_a_network),
		RUN(a_network_of_ipv6_is_a_64),
		RUN(the_owner_is_never_locked_out),
		RUN(a_right_password_mends_own_mistakes_only),
		RUN(many_names_do_not_push_out_the_guessed_one),
		RUN(mistakes_are_forgotten),
	};

	throttle_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
