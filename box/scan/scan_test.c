/* scan_test.c - the role as seal sees it; its path is the first argument. */

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/verdict.h"
#include "ipc/msg_seal.h"
#include "ipc/chan.h"
#include "tests/check.h"

static const char *path;
static int parent[2], seal[2], logs[2];
static pid_t pid;
static char buf[IPC_MAX];

static const char encrypted[] =
    "Content-Type: multipart/encrypted; boundary=b;\r\n"
    " protocol=\"application/pgp-encrypted\"\r\n\r\n--b\r\n"
    "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\n"
    "Content-Type: application/octet-stream\r\n\r\n"
    "-----BEGIN PGP MESSAGE-----\r\n\r\n"
    "hAwDWlpaWlpaWlpaWlrSMgFaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa\r\n"
    "WlpaWlpaWlpaWlpaWlpaWlpa\r\n-----END PGP MESSAGE-----\r\n--b--\r\n";

static int
setup(void **state)
{
	static const char conf[] = "host mail.example.org\n"
	    "domain example.org\n";
	int text = memfd_create("conf", 0);

	(void)state;
	if (!chan_pair(parent) || !chan_pair(seal) || !chan_pair(logs) ||
	    write(text, conf, sizeof(conf) - 1) < 0)
		return -1;
	(void)lseek(text, 0, SEEK_SET);
	pid = fork();
	if (pid != 0)
		return 0;
	dup2(parent[1], 20);
	dup2(logs[1], 21);
	dup2(text, 22);
	dup2(seal[1], 23);
	dup2(20, 3);
	dup2(21, 4);
	dup2(22, 5);
	dup2(23, 6);
	close_range(7, ~0U, 0);
	execl(path, "scan", "parent=3", "log=4", "conf=5", "seal=6",
	    (char *)NULL);
	_exit(127);
}

static int
teardown(void **state)
{
	(void)state;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return 0;
}

static int
memfd_of(const char *text, size_t n, bool sealed)
{
	int fd = memfd_create("mail", MFD_ALLOW_SEALING);

	CHECK(write(fd, text, n) == (ssize_t)n, "write");
	if (sealed)
		fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK |
		    F_SEAL_GROW);
	return fd;
}

static void
ask(uint64_t id, const char *text, size_t n, uint64_t size, bool sealed)
{
	struct msg_scan_message m = { id, size };
	int fd = memfd_of(text, n, sealed);

	CHECK(chan_put(seal[0], msg_scan, SCAN_TYPES, SCAN_MESSAGE, &m, &fd,
	    1) == CHAN_OK, "send");
	close(fd);
}

static uint32_t
verdict(uint64_t id)
{
	union {
		struct msg_scan_message message;
		struct msg_scan_is is;
	} got;
	struct chan_msg in;

	CHECK(chan_get(seal[0], buf, msg_scan, SCAN_TYPES, &got, &in) ==
	    SCAN_IS, "no answer");
	CHECK(id == 0 || got.is.id == id, "id %llu",
	    (unsigned long long)got.is.id);
	return got.is.verdict;
}

TEST(tells_yes_from_no)
{
	size_t n = sizeof(encrypted) - 1;

	TEST_BEGIN;
	ask(1, encrypted, n, n, true);
	CHECK(verdict(1) == VERDICT_YES, "encrypted");
	ask(2, encrypted, n, n - 40, true);
	CHECK(verdict(2) == VERDICT_NO, "size too small");
	ask(3, encrypted, n, n + 1, true);
	CHECK(verdict(3) == VERDICT_NO, "size too large");
	ask(4, encrypted, n, n, false);
	CHECK(verdict(4) == VERDICT_NO, "can still change");
	ask(5, "hello\r\n", 7, 7, true);
	CHECK(verdict(5) == VERDICT_NO, "plain");
}

TEST(takes_many_at_once)
{
	size_t n = sizeof(encrypted) - 1, yes = 0, later = 0;

	TEST_BEGIN;
	for (uint64_t i = 1; i <= 40; i++)
		ask(i, encrypted, n, n, true);
	for (int i = 0; i < 40; i++) {
		uint32_t v = verdict(0);

		yes += v == VERDICT_YES;
		later += v == VERDICT_LATER;
	}
	CHECK(yes >= 16 && yes + later == 40, "%zu, %zu", yes, later);
	ask(9, encrypted, n, n, true);
	CHECK(verdict(9) == VERDICT_YES, "afterwards");
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		RUN(tells_yes_from_no),
		RUN(takes_many_at_once),
	};

	if (argc < 2)
		return 77;
	path = argv[1];
	return cmocka_run_group_tests(tests, setup, teardown);
}
