/* chan_test.c - whole messages, descriptors, and what is not one. */

#include "ipc/chan.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipc/msg_store.h"
#include "tests/check.h"

static char buf[IPC_MAX], big[IPC_MAX];

static bool
is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

TEST(messages_and_descriptors)
{
	int pair[2], pipes[2], fds[2];
	struct chan_msg in;
	char c = 0;

	TEST_BEGIN;
	assert_true(chan_pair(pair));
	assert_int_equal(pipe(pipes), 0);
	fds[0] = fds[1] = pipes[1];
	assert_int_equal(chan_send(pair[0], true, STR("ab\0c"), fds, 2),
	    CHAN_OK);
	assert_int_equal(chan_send(pair[0], true, (struct str){ big,
	    IPC_MAX }, NULL, 0), CHAN_OK);
	assert_int_equal(chan_recv(pair[1], true, buf, &in), CHAN_OK);
	CHECK(str_eq(in.wire, STR("ab\0c")), "%zu", in.wire.len);
	assert_int_equal(in.nfds, 2);
	assert_int_equal(fcntl(in.fds[0], F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(write(in.fds[1], "x", 1), 1);
	assert_int_equal(read(pipes[0], &c, 1), 1);
	chan_close_fds(&in);
	assert_int_equal(in.nfds, 0);
	assert_int_equal(chan_recv(pair[1], true, buf, &in), CHAN_OK);
	assert_int_equal(in.wire.len, IPC_MAX);
	assert_int_equal(in.nfds, 0);
	assert_int_equal(chan_recv(pair[1], false, buf, &in), CHAN_AGAIN);
	close(pair[0]);
	assert_int_equal(chan_recv(pair[1], true, buf, &in), CHAN_GONE);
	assert_int_equal(chan_send(pair[1], true, STR("x"), NULL, 0),
	    CHAN_GONE);
	close(pair[1]);
	close(pipes[0]);
	close(pipes[1]);
}

TEST(full_channel)
{
	int pair[2], n = 0;
	enum chan_status s;

	TEST_BEGIN;
	assert_true(chan_pair(pair));
	while ((s = chan_send(pair[0], false, (struct str){ big, 30000 },
	    NULL, 0)) == CHAN_OK && n < 10000)
		n++;
	assert_int_equal(s, CHAN_AGAIN);
	close(pair[0]);
	close(pair[1]);
}

/* More octets, or descriptors, than a message may have. */
TEST(too_much)
{
	int pair[2], fds[CHAN_FDS_MAX + 2], before;
	static char past[IPC_MAX + 1];
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(fds))];
	} control = { 0 };
	struct iovec iov = { past, 4 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_control = control.bytes,
	    .msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	struct chan_msg in;

	TEST_BEGIN;
	assert_true(chan_pair(pair));
	assert_int_equal(send(pair[0], past, sizeof(past), 0), sizeof(past));
	assert_int_equal(chan_recv(pair[1], true, buf, &in), CHAN_GONE);
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		fds[i] = STDERR_FILENO;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(c), fds, sizeof(fds));
	before = dup(STDERR_FILENO);
	close(before);
	assert_int_equal(sendmsg(pair[0], &m, 0), 4);
	assert_int_equal(chan_recv(pair[1], true, buf, &in), CHAN_GONE);
	/* those that came are closed */
	assert_false(is_open(before));
	close(pair[0]);
	close(pair[1]);
}

TEST(put_and_get)
{
	struct msg_store_bound bound = { 7, 1 }, got;
	struct msg_store_rcpt rcpt = { STR("alice"), STR("example.org"), 9 };
	union {
		struct msg_store_rcpt rcpt;
		struct msg_store_rcpt_is is;
	} m;
	int pair[2], fds[2] = { STDERR_FILENO, STDERR_FILENO };
	struct chan_msg in;

	TEST_BEGIN;
	assert_true(chan_pair(pair));
	assert_int_equal(chan_put(pair[0], msg_store, STORE_TYPES,
	    STORE_BOUND, &bound, fds, 2), CHAN_OK);
	assert_int_equal(chan_get(pair[1], buf, msg_store, STORE_TYPES, &got,
	    &in), STORE_BOUND);
	assert_int_equal(got.id, 7);
	assert_int_equal(in.nfds, 2);
	chan_close_fds(&in);
	assert_int_equal(chan_put(pair[0], msg_store, STORE_TYPES, STORE_RCPT,
	    &rcpt, NULL, 0), CHAN_OK);
	assert_int_equal(chan_get(pair[1], buf, msg_store, STORE_TYPES, &m,
	    &in), STORE_RCPT);
	CHECK(str_eq(m.rcpt.local, STR("alice")), "local");
	/* a descriptor that does not belong */
	assert_int_equal(chan_send(pair[0], true, (struct str){ buf, 31 },
	    fds, 1), CHAN_OK);
	assert_int_equal(chan_get(pair[1], buf, msg_store, STORE_TYPES, &m,
	    &in), -1);
	assert_int_equal(in.nfds, 0);
	close(pair[0]);
	close(pair[1]);
}

TEST(waiting)
{
	int a[2], b[2], fds[2];

	TEST_BEGIN;
	assert_true(chan_pair(a) && chan_pair(b));
	fds[0] = a[0];
	fds[1] = b[0];
	assert_int_equal(chan_wait(fds, 2, 0), -1);
	assert_int_equal(chan_send(b[1], true, STR("x"), NULL, 0), CHAN_OK);
	assert_int_equal(chan_wait(fds, 2, -1), 1);
	close(a[1]);
	assert_int_equal(chan_wait(fds, 2, -1), 0);
	close(a[0]);
	close(b[0]);
	close(b[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(messages_and_descriptors), RUN(full_channel),
		RUN(too_much), RUN(put_and_get), RUN(waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
