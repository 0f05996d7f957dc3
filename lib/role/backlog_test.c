/* backlog_test.c - what waits comes in order, with its descriptors. */

#include "role/backlog.h"

#include <string.h>
#include <unistd.h>

#include "tests/check.h"

static char buf[IPC_MAX];

static void
number(struct str *wire, char (*room)[8], unsigned n)
{
	memset(*room, 0, sizeof(*room));
	memcpy(*room, &n, sizeof(n));
	*wire = (struct str){ *room, sizeof(*room) };
}

TEST(in_order_with_descriptors)
{
	struct backlog b = { 0 };
	int chan[2], ends[2];
	struct chan_msg in;
	char room[8], byte;
	struct str wire;
	unsigned got;

	TEST_BEGIN;
	CHECK(chan_pair(chan) && pipe(ends) == 0, "pair");
	for (unsigned i = 0; i < 3; i++) {
		number(&wire, &room, i);
		CHECK(backlog_add(&b, wire, &ends[1], i == 1), "add %u", i);
	}
	close(ends[1]);
	CHECK(backlog_send(&b, chan[0]) == CHAN_OK, "send");
	for (unsigned i = 0; i < 3; i++) {
		CHECK(chan_recv(chan[1], false, buf, &in) == CHAN_OK, "%u", i);
		memcpy(&got, in.wire.ptr, sizeof(got));
		CHECK(got == i && in.nfds == (i == 1), "%u: %u", i, got);
		if (in.nfds == 1)
			CHECK(write(in.fds[0], "x", 1) == 1, "write");
		chan_close_fds(&in);
	}
	CHECK(read(ends[0], &byte, 1) == 1 && byte == 'x', "the same pipe");
	CHECK(read(ends[0], &byte, 1) == 0, "a copy was left open");
	CHECK(backlog_is_empty(&b), "not empty");
	close(ends[0]);
	close(chan[0]);
	close(chan[1]);
}

TEST(has_an_end)
{
	static char big[IPC_MAX];
	struct backlog b = { 0 };
	size_t n = 0;

	TEST_BEGIN;
	while (n <= BACKLOG_MAX / sizeof(big) &&
	    backlog_add(&b, (struct str){ big, sizeof(big) }, NULL, 0))
		n++;
	CHECK(n > 100 && n < BACKLOG_MAX / sizeof(big), "%zu", n);
	backlog_free(&b);
	CHECK(backlog_is_empty(&b), "not freed");
	CHECK(backlog_send(&b, -1) == CHAN_OK, "nothing to send");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(in_order_with_descriptors),
		RUN(has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
