/*
 * sandbox_test.c - limits, seccomp and Landlock, each tried from inside.
 *
 * The real matrix of roles and probes is tests/matrix; this is the layer by
 * itself.  Under a sanitizer only the limits are there to be tried.
 */

#include "os/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/landlock.h"
#include "os/log.h"
#include "tests/check.h"

static char dir[] = "/tmp/pli-sandbox-XXXXXX";

enum { DONE = 0, REFUSED = 1, KILLED = 2, ODD = 3 };

/* Enter the sandbox in a child, try, say what became of it. */
static int
inside(const struct sandbox *s, int (*try)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		log_to(open("/dev/null", O_WRONLY));
		sandbox_enter(s);
		_exit(try());
	}
	if (waitpid(pid, &status, 0) != pid)
		return ODD;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? KILLED : ODD;
	return WEXITSTATUS(status);
}

static int
try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid < 0 ? REFUSED : DONE;
}

static int
try_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? REFUSED : DONE;
}

static int
try_exec(void)
{
	char *argv[] = { NULL };

	execve("/bin/true", argv, argv);
	return REFUSED;
}

static int
try_passwd(void)
{
	return open("/etc/passwd", O_RDONLY) < 0 ? REFUSED : DONE;
}

static int
try_own_file(void)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/own", dir);
	return open(path, O_RDWR | O_CREAT, 0600) < 0 ? REFUSED : DONE;
}

static int
try_kill(void)
{
	return kill(getppid(), 0) != 0 ? REFUSED : DONE;
}

static int
try_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ?
	    REFUSED : DONE;
}

static int
try_ordinary(void)
{
	struct stat st;
	int fd = memfd_create("x", MFD_ALLOW_SEALING | MFD_CLOEXEC);
	char *mem = malloc(1 << 20);

	if (fd < 0 || mem == NULL || write(fd, "abc", 3) != 3 ||
	    fstat(fd, &st) != 0 || st.st_size != 3 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE) != 0)
		return REFUSED;
	free(mem);
	return DONE;
}

static int
try_core(void)
{
	struct rlimit r;

	return getrlimit(RLIMIT_CORE, &r) == 0 && r.rlim_max == 0 ?
	    DONE : REFUSED;
}

TEST(holds_limits)
{
	struct sandbox s = { .may = SANDBOX_MEMFD };

	TEST_BEGIN;
	CHECK(inside(&s, try_core) == DONE, "core dumps");
	CHECK(inside(&s, try_ordinary) == DONE, "ordinary work");
}

/* SIGIO, or another signal, to whoever has our uid */
static int
try_owner(void)
{
	return fcntl(0, F_SETOWN, getppid()) == 0 ? DONE : REFUSED;
}

TEST(refuses_what_is_not_named)
{
	struct sandbox s = { .may = SANDBOX_MEMFD };
	static int (*const probes[])(void) = {
		try_fork, try_socket, try_exec, try_passwd, try_kill, try_code,
		try_owner,
	};

	TEST_BEGIN;
#ifdef PLI_SANITIZED
	skip();
#endif
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++)
		CHECK(inside(&s, probes[i]) == KILLED, "probe %zu", i);
}

static int
try_udp(void)
{
	return socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP) < 0 ?
	    REFUSED : DONE;
}

static int
try_unix(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? REFUSED : DONE;
}

static int
try_raw(void)
{
	return socket(AF_INET, SOCK_RAW, IPPROTO_TCP) < 0 ? REFUSED : DONE;
}

static int
try_sctp(void)
{
	return socket(AF_INET, SOCK_STREAM, 132) < 0 ? REFUSED : DONE;
}

static int
dial(uint16_t port)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	/* nobody is there: what counts is who says no */
	if (fd < 0 || connect(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0)
		return ODD;
	return errno == ECONNREFUSED ? DONE : errno == EACCES ? REFUSED : ODD;
}

static int
try_port(void)
{
	return dial(1);
}

static int
try_other_port(void)
{
	return dial(2);
}

TEST(who_dials_has_the_internet_alone)
{
	struct sandbox tcp = { .may = SANDBOX_CONNECT, .ports = { 1 } };
	struct sandbox both = { .may = SANDBOX_RESOLVE, .ports = { 1 } };

	TEST_BEGIN;
#ifdef PLI_SANITIZED
	skip();
#endif
	CHECK(inside(&tcp, try_socket) == DONE, "TCP");
	CHECK(inside(&tcp, try_udp) == KILLED, "UDP");
	CHECK(inside(&tcp, try_unix) == KILLED, "local sockets");
	CHECK(inside(&tcp, try_raw) == KILLED, "raw sockets");
	CHECK(inside(&tcp, try_sctp) == KILLED, "another protocol");
	CHECK(inside(&both, try_udp) == DONE, "UDP of a resolver");
	CHECK(inside(&both, try_socket) == DONE, "TCP of a resolver");
	CHECK(inside(&both, try_unix) == KILLED, "local sockets");
	CHECK(inside(&tcp, try_port) == DONE, "the port named");
	if (landlock_abi() >= 4)
		CHECK(inside(&tcp, try_other_port) == REFUSED, "another port");
}

TEST(gives_what_is_named_and_no_more)
{
	struct sandbox s = {
		.may = SANDBOX_FILES | SANDBOX_FORK, .write_dirs = { dir },
	};

	TEST_BEGIN;
#ifdef PLI_SANITIZED
	skip();
#endif
	CHECK(inside(&s, try_own_file) == DONE, "own folder");
	CHECK(inside(&s, try_passwd) == REFUSED, "Landlock");
	CHECK(inside(&s, try_fork) == DONE, "fork of a master");
	CHECK(inside(&s, try_socket) == KILLED, "socket");
}

static int
try_fork_of_child(void)
{
	sandbox_child();
	return try_fork();
}

TEST(a_masters_child_cannot_fork)
{
	struct sandbox s = { .may = SANDBOX_FORK };

	TEST_BEGIN;
	if (getuid() == 0) {
		/* RLIMIT_NPROC does not hold root; roles never are */
		pid_t pid = fork();
		int status;

		if (pid == 0) {
			if (setresuid(60699, 60699, 60699) != 0)
				_exit(ODD);
			_exit(inside(&s, try_fork_of_child));
		}
		waitpid(pid, &status, 0);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == REFUSED,
		    "status %x", (unsigned)status);
		return;
	}
	CHECK(inside(&s, try_fork_of_child) == REFUSED, "forked");
}

/* A master ends its child, which waits for ever or, told to, kills. */
static int
try_end(bool tries)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		sandbox_child();
		if (tries)
			(void)kill(getppid(), SIGKILL);
		for (;;)
			poll(NULL, 0, -1);
	}
	if (pid < 0)
		return REFUSED;
	if (!tries && kill(pid, SIGKILL) != 0)
		return REFUSED;
	if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status))
		return ODD;
	return WTERMSIG(status) == SIGKILL ? DONE :
	    WTERMSIG(status) == SIGSYS ? KILLED : ODD;
}

static int
try_end_child(void)
{
	return try_end(false);
}

static int
try_end_master(void)
{
	return try_end(true);
}

static int
try_stop_child(void)
{
	return kill(getpid(), SIGSTOP) == 0 ? DONE : REFUSED;
}

TEST(a_master_ends_its_child_and_not_the_other_way)
{
	struct sandbox s = { .may = SANDBOX_FORK };

	TEST_BEGIN;
	CHECK(inside(&s, try_end_child) == DONE, "not ended");
#ifndef PLI_SANITIZED
	CHECK(inside(&s, try_end_master) == KILLED, "a child killed");
	CHECK(inside(&s, try_stop_child) == KILLED, "another signal");
#else
	(void)try_end_master;
	(void)try_stop_child;
#endif
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(holds_limits),
		RUN(refuses_what_is_not_named),
		RUN(gives_what_is_named_and_no_more),
		RUN(who_dials_has_the_internet_alone),
		RUN(a_masters_child_cannot_fork),
		RUN(a_master_ends_its_child_and_not_the_other_way),
	};

	if (mkdtemp(dir) == NULL)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
