/* log_test.c - one event, one line, whatever a peer put into it. */

#include "os/log.h"

#include <sys/socket.h>
#include <unistd.h>

#include "tests/check.h"

static int pair[2];

static int
setup(void **state)
{
	(void)state;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return -1;
	log_to(pair[1]);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	log_to(-1);
	close(pair[0]);
	close(pair[1]);
	return 0;
}

TEST(sends_a_line)
{
	char got[600];
	ssize_t n;

	TEST_BEGIN;
	log_event("delivered", "size=%d", 42);
	n = recv(pair[0], got, sizeof(got), MSG_DONTWAIT);
	CHECK(n == 17 && memcmp(got, "delivered size=42", 17) == 0,
	    "%.*s", (int)n, got);
}

TEST(defuses_control_bytes_and_length)
{
	char got[600], want[1000];
	ssize_t n;

	TEST_BEGIN;
	log_event("event", "helo=%s", "a\r\n2026 forged\x1b[1m");
	n = recv(pair[0], got, sizeof(got), MSG_DONTWAIT);
	CHECK(n > 0 && memchr(got, '\n', (size_t)n) == NULL &&
	    memchr(got, 0x1b, (size_t)n) == NULL, "%.*s", (int)n, got);
	memset(want, 'x', sizeof(want));
	want[sizeof(want) - 1] = '\0';
	log_event("event", "%s", want);
	n = recv(pair[0], got, sizeof(got), MSG_DONTWAIT);
	CHECK(n == LOG_LINE_MAX - 1, "length %zd", n);
}

/* A parent that does not read must not stop a role. */
TEST(never_blocks)
{
	TEST_BEGIN;
	for (int i = 0; i < 10000; i++)
		log_event("flood", "i=%d", i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sends_a_line, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    defuses_control_bytes_and_length, setup, teardown),
		cmocka_unit_test_setup_teardown(never_blocks, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
