/* oneshot.c - a child for each question. */

#include "role/oneshot.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/log.h"

enum {
	SHOTS_MAX = 64,
	STRAYS_MAX = 64,	/* children that were given up and live on */
	FDS_MAX = 8,
	HIGH_FD = 64,
	EXIT_CRASHED_CHILD = 70,
	EXIT_STRAYS = 71,
};

static struct shot {
	const struct oneshot_ops *ops;
	struct peer *asker;	/* NULL: gone meanwhile */
	struct peer *child;	/* NULL: this place is free */
	uint64_t id;		/* the asker's */
	int ticks;
} shots[SHOTS_MAX];

static size_t alive;		/* children not yet waited for */
static unsigned crashes, survives;

static struct shot *
shot_of(const struct peer *child, size_t among)
{
	for (size_t i = 0; i < among; i++)
		if (shots[i].child == child)
			return &shots[i];
	return NULL;
}

/* It is over; its channel is closed by whoever calls this. */
static bool
settle_shot(struct role *r, struct shot *s, struct chan_msg *in)
{
	struct shot was = *s;

	*s = (struct shot){ 0 };
	return was.ops->answer(r, was.asker, was.id, in);
}

/* High numbers first, so that none overwrites another. */
static void
keep(const int *fds, size_t n)
{
	int high[FDS_MAX];

	for (size_t i = 0; i < n; i++)
		high[i] = fcntl(fds[i], F_DUPFD, HIGH_FD);
	for (size_t i = 0; i < n; i++)
		if (high[i] < 0 || dup2(high[i], ONESHOT_FD + (int)i) < 0)
			_exit(1);
	if (close_range(ONESHOT_FD + (unsigned)n, ~0U, 0) != 0)
		_exit(1);
	log_to(-1);
}

__attribute__((noreturn))
static void
be_child(const struct oneshot_ops *ops, const int *fds, size_t nfds,
    int back, const void *question)
{
	struct rlimit cpu = { ops->cpu, ops->cpu };
	int all[FDS_MAX];

	for (size_t i = 0; i < nfds; i++)
		all[i] = fds[i];
	all[nfds] = back;
	keep(all, nfds + 1);
	sandbox_child();
	(void)setrlimit(RLIMIT_CPU, &cpu);
	ops->look(question, ONESHOT_FD + (int)nfds);
	_exit(0);
}

bool
oneshot_ask(struct role *r, const struct oneshot_ops *ops, struct peer *asker,
    uint64_t id, const int *fds, size_t nfds, const void *question)
{
	struct shot *s = shot_of(NULL, ops->children);
	struct peer *child;
	int pair[2];
	pid_t pid;

	if (s == NULL || nfds + 1 > FDS_MAX || !chan_pair(pair))
		return false;
	/* closes pair[0] where it fails */
	child = serve_add(r, pair[0], ops->role, true, 0, STR(""));
	if (child == NULL) {
		close(pair[1]);
		return false;
	}
	pid = fork();
	if (pid == 0)
		be_child(ops, fds, nfds, pair[1], question);
	close(pair[1]);
	if (pid < 0) {
		log_event("fork-failed", "errno=%d", errno);
		serve_drop(r, child);
		return false;
	}
	alive++;
	survives = ops->survives;
	*s = (struct shot){ ops, asker, child, id, 0 };
	return true;
}

bool
oneshot_message(struct role *r, struct peer *p, struct chan_msg *in)
{
	struct shot *s = shot_of(p, SHOTS_MAX);

	if (s == NULL)
		return false;
	if (!settle_shot(r, s, in))
		return false;
	serve_drop(r, p);
	return true;
}

void
oneshot_gone(struct role *r, struct peer *p)
{
	struct shot *s = p->child ? shot_of(p, SHOTS_MAX) : NULL;

	if (s != NULL)
		(void)settle_shot(r, s, NULL);
	for (size_t i = 0; i < SHOTS_MAX; i++)
		if (shots[i].asker == p)
			shots[i].asker = NULL;
}

static void
reap(void)
{
	int status;

	while (alive > 0 && waitpid(-1, &status, WNOHANG) > 0) {
		alive--;
		if (!WIFSIGNALED(status))
			continue;
		log_event("child-crashed", "signal=%d", WTERMSIG(status));
		if (survives == 0 || (WTERMSIG(status) != SIGKILL &&
		    WTERMSIG(status) != SIGXCPU))
			crashes++;
	}
}

static bool
is_idle(void)
{
	for (size_t i = 0; i < SHOTS_MAX; i++)
		if (shots[i].child != NULL)
			return false;
	return true;
}

void
oneshot_settle(struct role *r)
{
	(void)r;
	reap();
	if (crashes > survives && is_idle())
		_exit(EXIT_CRASHED_CHILD);
	if (alive > STRAYS_MAX)
		_exit(EXIT_STRAYS);
}

void
oneshot_tick(struct role *r)
{
	for (size_t i = 0; i < SHOTS_MAX; i++) {
		struct peer *child = shots[i].child;

		if (child == NULL || ++shots[i].ticks < shots[i].ops->ticks)
			continue;
		log_event("child-silent", "ticks=%d", shots[i].ops->ticks);
		(void)settle_shot(r, &shots[i], NULL);
		serve_drop(r, child);
	}
	oneshot_settle(r);
}
