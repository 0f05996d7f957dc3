/* born_test.c - slots, limits of a network, the byte budget. */

#include "role/born.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/check.h"

static void
add(int slot, pid_t pid, const char *addr)
{
	char full[ADDR_MAX + 1] = "";

	memcpy(full, addr, strlen(addr));
	born_add((size_t)slot, pid, -1, full);
}

static void
fill(const char *addr, int from, int n)
{
	for (int i = 0; i < n; i++) {
		int slot = born_slot(addr, false);

		CHECK(slot >= 0, "child %d of %s", i, addr);
		add(slot, from + i, addr);
	}
}

static void
empty(int from, int n)
{
	for (int i = 0; i < n; i++) {
		int slot = born_find(from + i);

		CHECK(slot >= 0, "pid %d", from + i);
		born_remove((size_t)slot);
	}
}

TEST(limits_a_network)
{
	TEST_BEGIN;
	CHECK(born_begin(), "begin");
	fill("192.0.2.1", 1000, CHILDREN_PER_ADDR);
	CHECK(born_slot("192.0.2.1", false) < 0, "one more of the same");
	CHECK(born_slot("192.0.2.1", true) >= 0, "a gate");
	CHECK(born_slot("192.0.2.10", false) >= 0, "another address");
	fill("2001:db8:1:2::1", 2000, CHILDREN_PER_ADDR);
	CHECK(born_slot("2001:db8:1:2:ffff::9", false) < 0, "the same /64");
	CHECK(born_slot("2001:db8:1:3::1", false) >= 0, "another /64");
	empty(2000, CHILDREN_PER_ADDR);
	fill("fe80::1", 2000, CHILDREN_PER_ADDR);
	CHECK(born_slot("fe80::2:3", false) < 0, "the same /64, with zeros");
	CHECK(born_slot("fe80:0:0:1::1", false) >= 0, "another, with zeros");
	empty(2000, CHILDREN_PER_ADDR);
	empty(1000, CHILDREN_PER_ADDR);
	CHECK(born_running() == 0, "running");
	fill("127.0.0.1", 3000, CHILDREN_MAX);
	CHECK(born_slot("127.0.0.1", false) < 0, "one more than all");
	empty(3000, CHILDREN_MAX);
}

TEST(counts_bytes_of_all_children)
{
	struct child a = { 0 }, b = { 0 };
	int64_t most = MESSAGE_BYTES_MAX;

	TEST_BEGIN;
	a.slot = born_shared(0);
	b.slot = born_shared(1);
	add(0, 11, "192.0.2.1");
	add(1, 12, "192.0.2.2");
	a.budget = b.budget = born_budget();
	CHECK(child_bytes(&a, most - (1 << 20)), "nearly all");
	CHECK(child_bytes(&b, 200 << 10), "a small one needs no token");
	CHECK(!child_bytes(&b, 8 << 20), "past it");
	CHECK(child_bytes(&a, -(most - (1 << 20))), "given back");
	CHECK(child_bytes(&b, 8 << 20), "room again");
	/* dies with what it holds */
	born_remove(1);
	CHECK(child_bytes(&a, most - (1 << 20)), "what the dead held");
	born_remove(0);
}

TEST(believes_only_addresses)
{
	struct child_slot *s = born_shared(3);

	TEST_BEGIN;
	add(3, 33, "192.0.2.3");
	CHECK(str_eq(born_origin(3), STR("192.0.2.3")), "the socket's");
	memcpy(s->addr, "2001:db8::7", 12);
	CHECK(str_eq(born_origin(3), STR("2001:db8::7")), "PROXY's");
	memcpy(s->addr, "x y\n", 5);
	CHECK(str_eq(born_origin(3), STR("192.0.2.3")), "nonsense");
	born_remove(3);
	CHECK(born_shared(3)->addr[0] == '\0', "a new child's is clean");
}

TEST(kills_who_lives_too_long)
{
	int status;
	pid_t pid = fork();

	TEST_BEGIN;
	if (pid == 0) {
		pause();
		_exit(0);
	}
	add(0, pid, "192.0.2.1");
	born_kill_old(60 * 1000);
	CHECK(!born_killed(0), "young");
	usleep(2000);
	born_kill_old(0);
	CHECK(born_killed(0), "old");
	CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
	    WTERMSIG(status) == SIGKILL, "and dead");
	born_remove(0);
	add(0, 7, "192.0.2.1");
	CHECK(!born_killed(0), "the next is not");
	born_remove(0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(limits_a_network),
		RUN(counts_bytes_of_all_children),
		RUN(believes_only_addresses),
		RUN(kills_who_lives_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
