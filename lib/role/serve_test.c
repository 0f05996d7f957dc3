/*
 * serve_test.c - a core role in a process of its own, its peers played here.
 *
 * The role answers STORE_CERT with what it was asked, after settle.
 */

#include "role/serve.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ipc/msg_store.h"
#include "os/log.h"
#include "tests/check.h"

/* Of this account the parent is told, when it has had the time to go. */
enum { TELLS = 99, PAUSE_US = 200 * 1000, END_MS = 5000 };

static int parent[2], seal[2], mx[2];
static pid_t role_pid;
static struct peer *asker;
static struct msg_store_cert asked;
static char buf[IPC_MAX];

static void
answer(struct role *r)
{
	struct msg_store_cert_is m = { .account = asked.account,
	    .cert = asked.cert, .use = STR("cert") };

	if (asker != NULL)
		serve_send(r, asker, msg_store, STORE_TYPES, STORE_CERT_IS, &m,
		    NULL, 0);
	asker = NULL;
}

static bool
on_message(struct role *r, struct peer *p, struct chan_msg *in)
{
	answer(r);
	if (field_get(msg_store, STORE_TYPES, in->wire, &asked) != STORE_CERT)
		return false;
	asker = p;
	if (asked.account == TELLS) {
		(void)usleep(PAUSE_US);
		serve_send(r, serve_edge(r, ROLE_PARENT, 0), msg_parent,
		    PARENT_TYPES, PARENT_LOCK, NULL, NULL, 0);
	}
	return true;
}

static int
setup(void **state)
{
	static const struct serve_ops ops = {
		.message = on_message, .settle = answer,
	};

	(void)state;
	if (!chan_pair(parent) || !chan_pair(seal) || !chan_pair(mx))
		return -1;
	role_pid = fork();
	if (role_pid == 0) {
		struct role r = { .id = ROLE_STORE, .parent = parent[1],
		    .edges = 2 };

		log_to(open("/dev/null", O_WRONLY));
		r.edge[0] = (struct role_edge){ ROLE_SEAL, false, seal[1] };
		r.edge[1] = (struct role_edge){ ROLE_MX, false, mx[1] };
		close(parent[0]);
		close(seal[0]);
		close(mx[0]);
		serve_run(&r, &ops);
	}
	close(parent[1]);
	close(seal[1]);
	close(mx[1]);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	close(parent[0]);
	close(seal[0]);
	close(mx[0]);
	kill(role_pid, SIGKILL);
	waitpid(role_pid, NULL, 0);
	return 0;
}

static bool
ask(int fd, uint64_t account)
{
	struct msg_store_cert m = { account, 3 };
	union {
		struct msg_store_cert_is is;
		struct msg_store_deliver other;
		struct msg_store_rcpt_is rcpt;
		struct msg_store_login_is login;
	} got;
	struct chan_msg in;

	return chan_put(fd, msg_store, STORE_TYPES, STORE_CERT, &m, NULL, 0)
	    == CHAN_OK && chan_get(fd, buf, msg_store, STORE_TYPES, &got, &in)
	    == STORE_CERT_IS && got.is.account == account &&
	    str_eq(got.is.use, STR("cert"));
}

/* Mint a channel, as a master does. */
static int
child_of(int edge)
{
	struct field_msg table[1] = { FIELD_MSG_CHILD };
	struct msg_child m = { 7, STR("192.0.2.1") };
	int pair[2];

	CHECK(chan_pair(pair), "pair");
	CHECK(chan_put(edge, table, 1, MSG_CHILD, &m, &pair[1], 1) == CHAN_OK,
	    "mint");
	close(pair[1]);
	return pair[0];
}

TEST(answers_edges_and_children)
{
	int child;

	TEST_BEGIN;
	CHECK(ask(seal[0], 1), "edge");
	child = child_of(mx[0]);
	CHECK(ask(child, 2), "child");
	CHECK(ask(seal[0], 3), "edge again");
	close(child);
}

static size_t
asked_at_once(int fd, size_t n)
{
	size_t i = 0;

	while (i < n) {
		struct msg_store_cert m = { i, 3 };

		if (chan_put(fd, msg_store, STORE_TYPES, STORE_CERT, &m, NULL,
		    0) != CHAN_OK)
			break;
		i++;
	}
	return i;
}

/* Nothing for an edge is lost because it does not read for a while. */
TEST(a_busy_edge_gets_all_in_order)
{
	enum { MANY = 20000 };
	size_t i = 0;
	struct chan_msg in;

	TEST_BEGIN;
	CHECK(asked_at_once(seal[0], MANY) == MANY, "not all were taken");
	while (i < MANY) {
		struct msg_store_cert_is got;

		if (chan_recv(seal[0], true, buf, &in) != CHAN_OK ||
		    field_get_in(msg_store, STORE_TYPES, in.wire, &got,
		    sizeof(got)) != STORE_CERT_IS || got.account != i)
			break;
		i++;
	}
	CHECK(i == MANY, "%zu came", i);
}

/* A child that does not read loses its channel, and nobody waits for it. */
TEST(a_child_that_does_not_read_goes)
{
	int child;

	TEST_BEGIN;
	child = child_of(mx[0]);
	CHECK(asked_at_once(child, 20000) < 20000, "it was kept");
	CHECK(ask(seal[0], 1), "the edge suffers");
	close(child);
}

TEST(malformed_costs_its_sender_the_channel)
{
	int bad, good;
	struct chan_msg in;

	TEST_BEGIN;
	bad = child_of(mx[0]);
	good = child_of(mx[0]);
	CHECK(ask(good, 1), "before");
	CHECK(chan_send(bad, true, STR("\1\0nonsense"), NULL, 0) == CHAN_OK,
	    "send");
	CHECK(chan_recv(bad, true, buf, &in) == CHAN_GONE, "kept it");
	CHECK(ask(good, 2), "the other one suffers");
	/* a child may not mint */
	CHECK(child_of(good) >= 0, "sent");
	CHECK(chan_recv(good, true, buf, &in) == CHAN_GONE, "minted");
	CHECK(ask(seal[0], 3), "the edge suffers");
}

static void
for_teardown(void)
{
	role_pid = fork();
	if (role_pid == 0)
		for (;;)
			pause();
}

TEST(takes_new_edges_and_retires)
{
	struct msg_parent_edge m = { STR("auth") };
	int pair[2], child, status = 0;

	TEST_BEGIN;
	CHECK(chan_pair(pair), "pair");
	CHECK(chan_put(parent[0], msg_parent, PARENT_TYPES, PARENT_EDGE, &m,
	    &pair[1], 1) == CHAN_OK, "edge");
	close(pair[1]);
	CHECK(ask(pair[0], 5), "the new edge");
	child = child_of(mx[0]);
	CHECK(ask(child, 6), "child");
	CHECK(chan_put(parent[0], msg_parent, PARENT_TYPES, PARENT_RETIRE,
	    NULL, NULL, 0) == CHAN_OK, "retire");
	CHECK(ask(child, 7), "serves whom it has");
	close(child);
	CHECK(waitpid(role_pid, &status, 0) == role_pid &&
	    WIFEXITED(status) && WEXITSTATUS(status) == 0, "did not go");
	close(pair[0]);
	for_teardown();
}

TEST(ends_with_its_parent_whoever_finds_out)
{
	struct msg_store_cert m = { TELLS, 3 };
	int status = 0, left = END_MS;
	pid_t ended;

	TEST_BEGIN;
	CHECK(chan_put(seal[0], msg_store, STORE_TYPES, STORE_CERT, &m, NULL,
	    0) == CHAN_OK, "ask");
	(void)usleep(PAUSE_US / 4);
	close(parent[0]);
	while ((ended = waitpid(role_pid, &status, WNOHANG)) == 0 &&
	    (left -= 10) > 0)
		(void)usleep(10000);
	CHECK(ended == role_pid, "lives on without a parent");
	parent[0] = open("/dev/null", O_RDONLY);
	if (ended == role_pid)
		for_teardown();
}

#define WITH(t)	cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(answers_edges_and_children),
		WITH(a_busy_edge_gets_all_in_order),
		WITH(a_child_that_does_not_read_goes),
		WITH(malformed_costs_its_sender_the_channel),
		WITH(takes_new_edges_and_retires),
		WITH(ends_with_its_parent_whoever_finds_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
