/* home.c - the owner's processes: started, reached, asked. */

#include "pli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/verdict.h"
#include "os/memfd.h"

enum { START_MS = 20000, STEP_MS = 50, STOP_MS = 10000 };

static void
pause_ms(int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	(void)nanosleep(&t, NULL);
}

static bool
socket_path(struct pli *p)
{
	struct sockaddr_un sa;
	int n = snprintf(p->cli.socket, sizeof(p->cli.socket),
	    "%s/run/control.sock", p->dir);

	return n > 0 && (size_t)n < sizeof(sa.sun_path);
}

bool
home_connect(struct pli *p)
{
	return p->cli.control >= 0 || (socket_path(p) &&
	    control_connect(&p->cli));
}

/* Nobody's child, on no terminal.  What it says goes to said. */
static void
become_home(const struct pli *p, const char *path, int said)
{
	int null = open("/dev/null", O_RDWR);

	if (setsid() < 0 || fork() != 0)
		_exit(0);
	if (chdir("/") != 0 || null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(null, STDOUT_FILENO) < 0 || dup2(said, STDERR_FILENO) < 0 ||
	    close_range(STDERR_FILENO + 1, ~0U, 0) != 0)
		_exit(126);
	execl(path, "home", "-p", p->dir, "-l", p->cli.libexec, (char *)NULL);
	_exit(127);
}

static int
say_why(struct pli *p, const char *path, int said)
{
	char text[1024];
	ssize_t n = said < 0 ? 0 : pread(said, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return say(&p->cli, EXIT_LATER, "no-start", path, text[0] != '\0' ?
	    text : p->dir);
}

/* Until its socket is there, or it has ended. */
static bool
wait_for_home(struct pli *p, int said)
{
	struct stat st;

	for (int ms = 0; ms < START_MS; ms += STEP_MS) {
		if (home_connect(p))
			return true;
		if (fstat(said, &st) == 0 && st.st_size > 0)
			return false;
		pause_ms(STEP_MS);
	}
	return false;
}

int
home_start(struct pli *p)
{
	char path[FILE_NAME_MAX];
	int said, status;
	pid_t pid;

	if (!socket_path(p))
		return say(&p->cli, EXIT_NO, "path-long", p->dir, NULL);
	program_find(&p->cli, "parent", "home", path);
	said = memfd_create("home", MFD_CLOEXEC);
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		become_home(p, path, said);
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
	status = pid > 0 && wait_for_home(p, said) ? 0 :
	    say_why(p, path, said);
	if (said >= 0)
		close(said);
	return status;
}

enum verdict
home_call_file(struct pli *p, const char *verb, struct buf *args,
    struct str file, row_fn *row, void *ctx)
{
	int fd = memfd_of("file", file);
	enum verdict v;

	if (fd < 0) {
		p->cli.end = (struct msg_admin_end){ .verdict = VERDICT_LATER,
		    .why = STR("no-memory"), .detail = STR("") };
		buf_free(args);
		return VERDICT_LATER;
	}
	v = control_call(&p->cli, verb, args, fd, row, ctx);
	close(fd);
	return v;
}

int
home_unlocked(struct pli *p)
{
	if (!home_connect(p))
		return say(&p->cli, EXIT_LATER, "not-running", p->address,
		    NULL);
	if (!home_agent_status(p))
		return say(&p->cli, EXIT_LATER, "agent-gone", NULL, NULL);
	return p->got.status_is.unlocked != 0 ? 0 :
	    say(&p->cli, EXIT_LATER, "is-locked", p->address, NULL);
}

bool
home_agent(struct pli *p)
{
	if (control_call(&p->cli, "agent", NULL, -1, NULL, NULL) !=
	    VERDICT_YES || p->cli.channel < 0)
		return false;
	agent_end(p);
	p->chan = p->cli.channel;
	p->cli.channel = -1;
	return true;
}

bool
home_agent_status(struct pli *p)
{
	struct msg_agent_ask m = { .id = 1 };
	struct chan_msg in;

	return (p->chan >= 0 || home_agent(p)) && chan_put(p->chan, msg_agent,
	    AGENT_TYPES, AGENT_STATUS, &m, NULL, 0) == CHAN_OK &&
	    chan_get(p->chan, p->in, msg_agent, AGENT_TYPES, &p->got, &in) ==
	    AGENT_STATUS_IS;
}

/* Who listens on its socket is home itself. */
bool
home_stop(struct pli *p)
{
	struct ucred who = { .pid = 0 };
	socklen_t len = sizeof(who);

	if (!home_connect(p) || getsockopt(p->cli.control, SOL_SOCKET,
	    SO_PEERCRED, &who, &len) != 0 || who.pid <= 0 ||
	    kill(who.pid, SIGTERM) != 0)
		return false;
	control_close(&p->cli);
	for (int ms = 0; ms < STOP_MS; ms += STEP_MS) {
		if (kill(who.pid, 0) != 0 && errno == ESRCH)
			return true;
		pause_ms(STEP_MS);
	}
	return false;
}
