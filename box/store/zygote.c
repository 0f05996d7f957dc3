/* zygote.c - forks workers, and does nothing else. */

#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ipc/chan.h"
#include "os/log.h"
#include "os/sandbox.h"
#include "os/sqlseal.h"

static const struct field fork_fields[] = {
	FIELD_U32_OF(msg_zygote_fork, checker),
};

const struct field_msg msg_zygote[ZYGOTE_TYPES] = {
	[ZYGOTE_FORK]	= FIELD_MSG("fork", msg_zygote_fork, fork_fields, 0),
	[ZYGOTE_FORKED]	= FIELD_MSG("forked", msg_zygote_fork, fork_fields, 1),
};

static const struct field account[] = {
	FIELD_U64_OF(msg_worker_account, account),
	FIELD_U64_OF(msg_worker_account, device),
};

static const struct field found[] = {
	FIELD_STR_OF(msg_worker_found, finding, 64),
	FIELD_STR_OF(msg_worker_found, detail, WHY_MAX),
};

static const struct field checked[] = {
	FIELD_U64_OF(msg_worker_checked, findings),
};

const struct field_msg msg_worker[WORKER_TYPES] = {
	[WORKER_SERVE]	 = FIELD_MSG("serve", msg_worker_account, account, 1),
	[WORKER_DROP]	 = FIELD_MSG("drop", msg_worker_account, account, 0),
	[WORKER_FOUND]	 = FIELD_MSG("found", msg_worker_found, found, 0),
	[WORKER_CHECKED] = FIELD_MSG("checked", msg_worker_checked, checked,
			    0),
};

/* In the new process: its own channel, the log, nothing else. */
static void
keep_two(int *chan)
{
	int logfd = log_fd();

	if (dup3(*chan, 100, O_CLOEXEC) < 0 ||
	    (logfd >= 0 && dup3(logfd, 101, O_CLOEXEC) < 0))
		_exit(1);
	if (dup3(100, 3, O_CLOEXEC) < 0 ||
	    (logfd >= 0 && dup3(101, 4, O_CLOEXEC) < 0))
		_exit(1);
	close_range(logfd >= 0 ? 5 : 4, ~0u, 0);
	*chan = 3;
	if (logfd >= 0)
		log_to(4);
}

static void
reap(void)
{
	int status;

	while (waitpid(-1, &status, WNOHANG) > 0)
		if (WIFSIGNALED(status))
			log_event("store-worker-died", "signal=%d",
			    WTERMSIG(status));
}

/* The channel to a new worker, or -1. */
static int
give_birth(const char *dir, bool checker)
{
	int pair[2];
	pid_t pid;

	if (!chan_pair(pair))
		return -1;
	pid = fork();
	if (pid == 0) {
		int chan = pair[1];

		sandbox_child();
		keep_two(&chan);
		if (checker)
			checker_run(chan, dir);
		reader_run(chan, dir);
	}
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return -1;
	}
	return pair[0];
}

void
zygote_run(int chan, const char *dir)
{
	const struct sandbox box = {
		.may = SANDBOX_CHANNELS | SANDBOX_MEMFD | SANDBOX_FORK |
		    SANDBOX_DATABASE,
		.read_dirs = { dir },
		.memory = (size_t)256 << 20,
	};
	static char wire[IPC_MAX];
	struct msg_zygote_fork m;
	struct chan_msg in;

	sqlseal_reader();
	keep_two(&chan);
	(void)prctl(PR_SET_NAME, "store-readers");
	sandbox_enter(&box);
	while (chan_get(chan, wire, msg_zygote, ZYGOTE_TYPES, &m, &in) ==
	    ZYGOTE_FORK) {
		int fd;

		reap();
		fd = give_birth(dir, m.checker != 0);
		if (fd < 0)
			log_event("store-fork-failed", "errno=%d", errno);
		if (fd < 0 || chan_put(chan, msg_zygote, ZYGOTE_TYPES,
		    ZYGOTE_FORKED, &m, &fd, 1) != CHAN_OK)
			_exit(1);
		close(fd);
	}
	_exit(0);
}
