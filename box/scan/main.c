/*
 * main.c - scan: is this message OpenPGP/MIME encrypted, and nothing else?
 *
 * Each message is looked at by a child that is forked for it, has the memfd
 * and one channel back, and nothing else.  Its answer passes through here;
 * this process reads no octet of mail.
 *
 * A child that dies, runs out of its limits or says nothing in time means
 * "no": the message is then sealed like any other, which is always safe, and
 * the asker need not try the same message for ever.  Only where no child
 * could be had the answer is "later".  After a death by signal this process
 * ends too, so that nobody gets a second guess at one address-space layout.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/verdict.h"
#include "ipc/msg_seal.h"
#include "mail/pgpmime.h"
#include "os/log.h"
#include "os/memfd.h"
#include "role/serve.h"

enum {
	SCANS_MAX = 16,		/* children at a time */
	SCAN_CPU = 5,		/* seconds; 50 MB take a tenth */
	SCAN_TICKS = 15,	/* seconds until silence means no */
	STRAYS_MAX = 64,	/* children that were given up and live on */
	SCAN_BYTES_MAX = 1 << 30,
	EXIT_CRASHED_CHILD = 70,
	EXIT_STRAYS = 71,
};

static struct scan {
	struct peer *asker;	/* NULL: gone meanwhile */
	struct peer *child;	/* NULL: this place is free */
	uint64_t id;		/* the asker's */
	int ticks;
} scans[SCANS_MAX];

static size_t alive;		/* children not yet waited for */
static bool crashed;

static void
answer(struct role *r, struct peer *asker, uint64_t id, enum verdict verdict)
{
	struct msg_scan_is m = { .id = id, .verdict = verdict };

	if (asker != NULL)
		serve_send(r, asker, msg_scan, SCAN_TYPES, SCAN_IS, &m, NULL,
		    0);
}

/* The scan is over; its channel is closed by whoever calls this. */
static void
settle_scan(struct role *r, struct scan *s, enum verdict verdict)
{
	answer(r, s->asker, s->id, verdict);
	*s = (struct scan){ 0 };
}

static struct scan *
scan_of(const struct peer *child)
{
	for (size_t i = 0; i < SCANS_MAX; i++)
		if (scans[i].child == child)
			return &scans[i];
	return NULL;
}

static bool
is_sound(int fd, uint64_t size)
{
	return size <= SCAN_BYTES_MAX && memfd_is_settled(fd, size);
}

/* In the child: descriptors 3 and 4 are the memfd and the way back. */
static void
look(uint64_t size)
{
	struct rlimit cpu = { SCAN_CPU, SCAN_CPU };
	struct msg_scan_is m = { .verdict = VERDICT_NO };
	void *text;

	sandbox_child();
	(void)setrlimit(RLIMIT_CPU, &cpu);
	text = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, 3, 0);
	if (text == MAP_FAILED)
		m.verdict = VERDICT_LATER;
	else if (pgpmime_is_sole((struct str){ text, (size_t)size }))
		m.verdict = VERDICT_YES;
	(void)chan_put(4, msg_scan, SCAN_TYPES, SCAN_IS, &m, NULL, 0);
	_exit(0);
}

/* High numbers first, so that neither overwrites the other. */
static void
keep(int memfd, int back)
{
	int a = fcntl(memfd, F_DUPFD, 5), b = fcntl(back, F_DUPFD, 5);

	if (a < 0 || b < 0 || dup2(a, 3) < 0 || dup2(b, 4) < 0 ||
	    close_range(5, ~0U, 0) != 0)
		_exit(1);
	log_to(-1);
}

static bool
begin(struct role *r, struct scan *s, int memfd, uint64_t size)
{
	int pair[2];
	pid_t pid;

	if (!chan_pair(pair))
		return false;
	s->child = serve_add(r, pair[0], ROLE_SCAN, true, 0, STR(""));
	if (s->child == NULL) {		/* it has closed pair[0] */
		close(pair[1]);
		return false;
	}
	pid = fork();
	if (pid == 0) {
		keep(memfd, pair[1]);
		look(size);
	}
	close(pair[1]);
	if (pid < 0) {
		struct peer *child = s->child;

		log_event("fork-failed", "errno=%d", errno);
		s->child = NULL;
		serve_drop(r, child);
		return false;
	}
	alive++;
	return true;
}

static bool
take_question(struct role *r, struct peer *p, int memfd,
    const struct msg_scan_message *m)
{
	struct scan *s = scan_of(NULL);

	if (!is_sound(memfd, m->size)) {
		answer(r, p, m->id, VERDICT_NO);
	} else if (s == NULL || !begin(r, s, memfd, m->size)) {
		answer(r, p, m->id, VERDICT_LATER);
	} else {
		s->asker = p;
		s->id = m->id;
	}
	return true;
}

static bool
take_answer(struct role *r, struct peer *p, const struct msg_scan_is *m)
{
	struct scan *s = scan_of(p);

	if (s == NULL || m->verdict >= VERDICTS)
		return false;
	settle_scan(r, s, (enum verdict)m->verdict);
	serve_drop(r, p);
	return true;
}

static bool
on_message(struct role *r, struct peer *p, struct chan_msg *in)
{
	union {
		struct msg_scan_message message;
		struct msg_scan_is is;
	} any;
	int type = field_get(msg_scan, SCAN_TYPES, in->wire, &any);

	if (p->child)
		return type == SCAN_IS && take_answer(r, p, &any.is);
	return type == SCAN_MESSAGE && in->nfds == 1 &&
	    take_question(r, p, in->fds[0], &any.message);
}

static void
on_gone(struct role *r, struct peer *p)
{
	struct scan *s = p->child ? scan_of(p) : NULL;

	if (s != NULL)
		settle_scan(r, s, VERDICT_NO);
	for (size_t i = 0; i < SCANS_MAX; i++)
		if (scans[i].asker == p)
			scans[i].asker = NULL;
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
		crashed = true;
	}
}

static bool
is_idle(void)
{
	for (size_t i = 0; i < SCANS_MAX; i++)
		if (scans[i].child != NULL)
			return false;
	return true;
}

static void
on_settle(struct role *r)
{
	(void)r;
	reap();
	if (crashed && is_idle())
		_exit(EXIT_CRASHED_CHILD);
	if (alive > STRAYS_MAX)
		_exit(EXIT_STRAYS);
}

static void
on_tick(struct role *r)
{
	for (size_t i = 0; i < SCANS_MAX; i++) {
		struct peer *child = scans[i].child;

		if (child == NULL || ++scans[i].ticks < SCAN_TICKS)
			continue;
		log_event("scan-silent", "seconds=%d", SCAN_TICKS);
		settle_scan(r, &scans[i], VERDICT_NO);
		serve_drop(r, child);
	}
	on_settle(r);
}

int
main(int argc, char **argv)
{
	static const struct serve_ops ops = {
		.message = on_message, .gone = on_gone, .settle = on_settle,
		.tick = on_tick, .tick_ms = 1000,
	};
	static const struct sandbox sandbox = {
		.may = SANDBOX_CHANNELS | SANDBOX_FORK,
		.memory = 64 << 20, .files = 256,
	};
	static struct role role;

	role_begin(&role, ROLE_SCAN, argc, argv);
	role_enter(&role, &sandbox);
	serve_run(&role, &ops);
}
