/* supervise.c - start all, start again what dies, end all. */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/verdict.h"
#include "os/clock.h"
#include "os/log.h"
#include "parent/parent.h"
#include "parent/topology.h"

enum {
	START_MS = 30000,	/* for a role to say that it is ready */
	STABLE_MS = 10000,	/* who ran so long starts again at once */
	BACKOFF_FIRST_MS = 100,
	BACKOFF_MAX_MS = 10000,
	STOP_MS = 5000,
	LINES_PER_SECOND = 500,
	READ_BURST = 256,
	GATHER_MS = 20,		/* lines of a busy role come in heaps */
	EXIT_CRASHED_CHILD = 70,
};

static char in_buf[IPC_MAX];

unsigned
cores(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > CORES_MAX ? CORES_MAX : (unsigned)n;
}

void
tell(struct proc *p, enum msg_parent type)
{
	(void)chan_put(p->chan, msg_parent, PARENT_TYPES, type, NULL, NULL, 0);
}

static bool
start(struct parent *b, struct proc *p)
{
	return spawn_role(b, p, buf_str(&b->conf_text), b->listener,
	    b->listeners);
}

static void
close_proc(struct proc *p)
{
	if (p->chan >= 0)
		close(p->chan);
	if (p->log >= 0)
		close(p->log);
	p->chan = p->log = -1;
}

/* What it said last, before its log is closed. */
static void
read_log(struct parent *b, struct proc *p)
{
	char line[LOG_LINE_MAX + 1];

	for (int i = 0; i < READ_BURST; i++) {
		ssize_t n = recv(p->log, line, sizeof(line), MSG_DONTWAIT);

		if (n <= 0)
			return;
		if (p->lines++ < LINES_PER_SECOND)
			logfile_line(b, role_name(p->role), p->pid,
			    (struct str){ line, (size_t)n });
	}
}

static void
plan_restart(struct proc *p)
{
	int64_t now = clock_ms();

	if (now - p->started_ms >= STABLE_MS)
		p->backoff_ms = 0;
	p->restart_at_ms = now + p->backoff_ms;
	p->backoff_ms = p->backoff_ms == 0 ? BACKOFF_FIRST_MS :
	    p->backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS :
	    p->backoff_ms * 2;
	p->restarts++;
}

static void
died(struct parent *b, struct proc *p, int status)
{
	pid_t pid = p->pid;

	read_log(b, p);
	if (!b->stopping && !(p->retired && WIFEXITED(status)))
		say(b, "role-died", "role=%s pid=%d %s=%d",
		    role_name(p->role), (int)p->pid,
		    WIFSIGNALED(status) ? "signal" : "status",
		    WIFSIGNALED(status) ? WTERMSIG(status) :
		    WEXITSTATUS(status));
	close_proc(p);
	p->pid = 0;
	p->ready = false;
	/* a master's children, in its session: nobody would end them when the
	 * mirror is locked */
	if (b->stopping || topology_is_keyed(p->role))
		(void)kill(-pid, SIGKILL);
	if (p->retired || b->stopping) {
		p->used = false;
		reload_died(b, p);
		return;
	}
	reload_died(b, p);
	lock_died(b, p);
	if (p->used && !p->parked)
		plan_restart(p);
}

static void
reap(struct parent *b)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < PROCS_MAX; i++)
			if (b->proc[i].used && b->proc[i].pid == pid)
				died(b, &b->proc[i], status);
}

static void
take_ask(struct parent *b, struct proc *p, int type, uint64_t id)
{
	struct buf text;

	if (p->role != ROLE_CONTROL)
		return;
	if (type == PARENT_RELOAD) {
		reload_begin(b, id);
		return;
	}
	buf_init(&text, STATUS_MAX);
	status_text(b, &text);
	answer(b, id, VERDICT_YES, buf_str(&text));
	buf_free(&text);
}

static void
take_chan(struct parent *b, struct proc *p)
{
	union {
		struct msg_parent_ask ask;
		struct msg_parent_edge edge;
		struct msg_parent_answer answer;
	} m;
	struct chan_msg in;
	int type;

	if (chan_recv(p->chan, false, in_buf, &in) != CHAN_OK)
		return;		/* it is dying: reap will see */
	type = field_get(msg_parent, PARENT_TYPES, in.wire, &m);
	if ((type == PARENT_KEY && in.nfds == 3) || type == PARENT_LOCK)
		lock_take(b, p, type, in.fds);
	chan_close_fds(&in);
	if (type == PARENT_READY && !p->ready) {
		p->ready = true;
		reload_ready(b, p);
	} else if (type == PARENT_RELOAD || type == PARENT_STATUS) {
		take_ask(b, p, type, m.ask.id);
	}
}

static void
restart_due(struct parent *b)
{
	int64_t now = clock_ms();

	for (size_t i = 0; i < PROCS_MAX; i++) {
		struct proc *p = &b->proc[i];

		if (p->used && p->pid == 0 && !p->retired && !p->parked &&
		    now >= p->restart_at_ms && !start(b, p))
			plan_restart(p);
	}
}

/* Who is running: its channel and its log into p[]. */
static nfds_t
watch(struct parent *b, struct pollfd *p, struct proc **whose)
{
	nfds_t n = 1;

	for (size_t i = 0; i < PROCS_MAX; i++) {
		struct proc *q = &b->proc[i];

		if (!q->used || q->pid == 0)
			continue;
		whose[n] = whose[n + 1] = q;
		p[n++] = (struct pollfd){ .fd = q->chan, .events = POLLIN };
		p[n++] = (struct pollfd){ .fd = q->log, .events = POLLIN };
	}
	return n;
}

/* One round: signals, logs, channels.  The signal that came, or 0. */
static int
turn(struct parent *b, int signals, int timeout_ms)
{
	struct pollfd p[1 + 2 * PROCS_MAX];
	struct proc *whose[1 + 2 * PROCS_MAX] = { NULL };
	struct signalfd_siginfo si = { 0 };
	bool lines = false;
	nfds_t n;

	p[0] = (struct pollfd){ .fd = signals, .events = POLLIN };
	n = watch(b, p, whose);
	if (poll(p, n, timeout_ms) <= 0) {
		logfile_flush(b);	/* the parent's own lines */
		return 0;
	}
	for (nfds_t i = 1; i < n; i++) {
		/* who gives up its channel or log has no business living on */
		if (p[i].revents == POLLHUP && !b->stopping)
			(void)kill(whose[i]->pid, SIGKILL);
		if ((p[i].revents & POLLIN) == 0)
			continue;
		if (p[i].fd == whose[i]->log) {
			read_log(b, whose[i]);
			lines = true;
		} else {
			take_chan(b, whose[i]);
		}
	}
	logfile_flush(b);
	if (lines && b->running)
		(void)poll(p, 1, GATHER_MS);
	if (p[0].revents == 0 || read(signals, &si, sizeof(si)) < 0)
		return 0;
	return (int)si.ssi_signo;
}

static bool
start_one(struct parent *b, int signals, enum role_id role, unsigned instance)
{
	struct proc *p = spawn_new(b, role, instance);
	int64_t until = clock_ms() + START_MS;

	if (p == NULL || !start(b, p))
		return false;
	while (!p->ready) {
		int sig = turn(b, signals, 100);

		if (sig == SIGTERM || sig == SIGINT)
			return false;
		if (sig == SIGCHLD)
			reap(b);
		if (p->pid == 0 || clock_ms() > until) {
			say(b, "start-failed", "role=%s: see the lines above",
			    role_name(role));
			return false;
		}
	}
	return true;
}

/* It begins with the mirror's key. */
static bool
park(struct parent *b, enum role_id role, unsigned instance)
{
	struct proc *p = spawn_new(b, role, instance);

	if (p != NULL)
		p->parked = true;
	return p != NULL;
}

static bool
start_all(struct parent *b, int signals)
{
	for (size_t i = 0; i < topology_roles_count; i++) {
		const struct topology_role *t = &topology_roles[i];
		unsigned count = t->per_core ? cores() : 1;

		for (unsigned k = 0; k < count; k++)
			if (topology_is_keyed(t->id) ? !park(b, t->id, k) :
			    !start_one(b, signals, t->id, k))
				return false;
	}
	return true;
}

/* Every role ends by itself when its channel to the parent closes. */
static void
stop_all(struct parent *b, int signals)
{
	int64_t until = clock_ms() + STOP_MS;
	bool any = true;

	b->stopping = true;
	for (size_t i = 0; i < PROCS_MAX; i++)
		if (b->proc[i].used && b->proc[i].pid != 0)
			shutdown(b->proc[i].chan, SHUT_RDWR);
	while (any) {
		any = false;
		for (size_t i = 0; i < PROCS_MAX; i++) {
			struct proc *p = &b->proc[i];

			any = any || (p->used && p->pid != 0);
			if (p->used && p->pid != 0 && clock_ms() > until)
				kill(-p->pid, SIGKILL);
		}
		if (any)
			(void)turn(b, signals, 50);
		reap(b);
	}
}

static void
each_second(struct parent *b)
{
	static int64_t last;

	if (clock_ms() - last < 1000)
		return;
	last = clock_ms();
	for (size_t i = 0; i < PROCS_MAX; i++) {
		if (b->proc[i].lines > LINES_PER_SECOND)
			say(b, "lines-dropped", "role=%s count=%u",
			    role_name(b->proc[i].role),
			    b->proc[i].lines - LINES_PER_SECOND);
		b->proc[i].lines = 0;
	}
}

int
supervise(struct parent *b)
{
	sigset_t set;
	int signals, status = 0;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	/* children of a master that crashed finish their connections */
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	b->started_ms = clock_ms();
	if (start_all(b, signals)) {
		b->running = true;
		say(b, "started", "roles=%zu", topology_roles_count);
	} else {
		status = 1;
	}
	while (status == 0) {
		int sig = turn(b, signals, 100);

		if (sig == SIGTERM || sig == SIGINT)
			break;
		if (sig == SIGHUP)
			reload_begin(b, 0);
		reap(b);
		restart_due(b);
		reload_tick(b);
		lock_tick(b);
		each_second(b);
	}
	say(b, "stopping", "status=%d", status);
	stop_all(b, signals);
	logfile_flush(b);
	(void)unlink(b->paths.socket);
	return status;
}
