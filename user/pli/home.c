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
socket_path(const struct pli *p, struct sockaddr_un *sa)
{
	int n = snprintf(sa->sun_path, sizeof(sa->sun_path),
	    "%s/run/control.sock", p->dir);

	sa->sun_family = AF_UNIX;
	return n > 0 && (size_t)n < sizeof(sa->sun_path);
}

bool
home_connect(struct pli *p)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };

	if (p->control >= 0)
		return true;
	if (!socket_path(p, &sa))
		return false;
	p->control = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (p->control >= 0 && connect(p->control, (struct sockaddr *)&sa,
	    sizeof(sa)) == 0)
		return true;
	if (p->control >= 0)
		close(p->control);
	p->control = -1;
	return false;
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
	execl(path, "home", "-p", p->dir, "-l", p->libexec, (char *)NULL);
	_exit(127);
}

static int
say_why(struct pli *p, const char *path, int said)
{
	char text[1024];
	ssize_t n = said < 0 ? 0 : pread(said, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return say(p, EXIT_LATER, "no-start", path, text[0] != '\0' ? text :
	    p->dir);
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
	struct sockaddr_un sa;
	char path[FILE_NAME_MAX];
	int said, status;
	pid_t pid;

	if (!socket_path(p, &sa))
		return say(p, EXIT_NO, "path-long", p->dir, NULL);
	program_find(p, "parent", "home", path);
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

static bool
take_answer(struct pli *p, home_row *row, void *ctx)
{
	union {
		struct msg_admin_row row;
		struct msg_admin_end end;
		struct msg_admin_channel channel;
	} m;
	struct chan_msg in;

	for (;;) {
		switch (chan_get(p->control, p->in, msg_admin, ADMIN_TYPES,
		    &m, &in)) {
		case ADMIN_END:
			p->refused = m.end;
			return m.end.verdict < VERDICTS;
		case ADMIN_ROW:
			if (row != NULL)
				row(ctx, m.row.row);
			break;
		case ADMIN_CHANNEL:
			agent_end(p);
			p->chan = in.fds[0];
			break;
		default:
			return false;
		}
	}
}

static enum verdict
call(struct pli *p, const char *verb, struct buf *args, int fd, home_row *row,
    void *ctx)
{
	struct msg_admin_call m = { .id = 1, .verb = from_c(verb),
	    .args = args != NULL ? buf_str(args) : STR("") };
	bool ok = p->control >= 0 && chan_put(p->control, msg_admin,
	    ADMIN_TYPES, fd < 0 ? ADMIN_CALL : ADMIN_CALL_FILE, &m, &fd,
	    fd >= 0) == CHAN_OK && take_answer(p, row, ctx);

	if (args != NULL)
		buf_free(args);
	if (ok)
		return (enum verdict)p->refused.verdict;
	if (p->control >= 0)
		close(p->control);
	p->control = -1;
	p->refused = (struct msg_admin_end){ .verdict = VERDICT_LATER,
	    .why = STR("home-gone"), .detail = STR("") };
	return VERDICT_LATER;
}

enum verdict
home_call(struct pli *p, const char *verb, struct buf *args, home_row *row,
    void *ctx)
{
	return call(p, verb, args, -1, row, ctx);
}

enum verdict
home_call_file(struct pli *p, const char *verb, struct buf *args,
    struct str file, home_row *row, void *ctx)
{
	int fd = memfd_of("file", file);
	enum verdict v;

	if (fd < 0) {
		p->refused = (struct msg_admin_end){ .verdict = VERDICT_LATER,
		    .why = STR("no-memory"), .detail = STR("") };
		buf_free(args);
		return VERDICT_LATER;
	}
	v = call(p, verb, args, fd, row, ctx);
	close(fd);
	return v;
}

int
home_unlocked(struct pli *p)
{
	if (!home_connect(p))
		return say(p, EXIT_LATER, "not-running", p->address, NULL);
	if (!home_agent_status(p))
		return say(p, EXIT_LATER, "agent-gone", NULL, NULL);
	return p->got.status_is.unlocked != 0 ? 0 :
	    say(p, EXIT_LATER, "is-locked", p->address, NULL);
}

struct str
row_get(struct str row, const char *key)
{
	struct str v = STR("");

	(void)admin_get(row, from_c(key), &v);
	return v;
}

int
home_say(struct pli *p, enum verdict v)
{
	char word[80], about[80];

	snprintf(word, sizeof(word), "home-%.*s", (int)p->refused.why.len,
	    p->refused.why.len > 0 ? p->refused.why.ptr : "");
	snprintf(about, sizeof(about), "%.*s", (int)p->refused.detail.len,
	    p->refused.detail.len > 0 ? p->refused.detail.ptr : "");
	return say(p, v == VERDICT_LATER ? EXIT_LATER : EXIT_NO,
	    text_of(p, word)[0] != '\0' ? word : "home-refused", word + 5,
	    about);
}

bool
home_agent(struct pli *p)
{
	return home_call(p, "agent", NULL, NULL, NULL) == VERDICT_YES &&
	    p->chan >= 0;
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

	if (!home_connect(p) || getsockopt(p->control, SOL_SOCKET,
	    SO_PEERCRED, &who, &len) != 0 || who.pid <= 0 ||
	    kill(who.pid, SIGTERM) != 0)
		return false;
	close(p->control);
	p->control = -1;
	for (int ms = 0; ms < STOP_MS; ms += STEP_MS) {
		if (kill(who.pid, 0) != 0 && errno == ESRCH)
			return true;
		pause_ms(STEP_MS);
	}
	return false;
}
