/* loop.c - the events that libunbound waits for. */

#include "loop.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <unbound-event.h>

#include "os/clock.h"
#include "os/log.h"

struct event {
	struct ub_event super;		/* first: libunbound knows no more */
	int fd;
	short bits;
	void (*cb)(int, short, void *);
	void *arg;
	bool added, timed;
	int64_t due, interval;		/* ms */
	struct event *prev, *next;	/* of those that have a time */
};

static struct event pool[LOOP_EVENTS_MAX];
static struct event *free_list;
static size_t used;			/* of the pool, ever */
static struct event *timed;
static int epoll_fd = -1, timer_fd = -1;
static int64_t armed;			/* when timer_fd fires; 0: never */

static struct event *
event_of(struct ub_event *e)
{
	return (struct event *)(void *)e;
}

static void
untime(struct event *e)
{
	if (!e->timed)
		return;
	if (e->prev != NULL)
		e->prev->next = e->next;
	else
		timed = e->next;
	if (e->next != NULL)
		e->next->prev = e->prev;
	e->timed = false;
}

static void
time_in(struct event *e, int64_t interval)
{
	untime(e);
	e->interval = interval;
	e->due = clock_ms() + interval;
	e->prev = NULL;
	e->next = timed;
	if (timed != NULL)
		timed->prev = e;
	timed = e;
	e->timed = true;
}

static int64_t
ms_of(const struct timeval *tv)
{
	return (int64_t)tv->tv_sec * 1000 + (tv->tv_usec + 999) / 1000;
}

static void
add_bits(struct ub_event *u, short bits)
{
	event_of(u)->bits |= bits;
}

static void
del_bits(struct ub_event *u, short bits)
{
	event_of(u)->bits &= (short)~bits;
}

static void
set_fd(struct ub_event *u, int fd)
{
	event_of(u)->fd = fd;
}

static int
del(struct ub_event *u)
{
	struct event *e = event_of(u);

	untime(e);
	if (e->added)
		(void)epoll_ctl(epoll_fd, EPOLL_CTL_DEL, e->fd, NULL);
	e->added = false;
	return 0;
}

static int
add(struct ub_event *u, struct timeval *tv)
{
	struct event *e = event_of(u);
	struct epoll_event ev = { .data.ptr = e };

	if ((e->bits & UB_EV_READ) != 0)
		ev.events |= EPOLLIN;
	if ((e->bits & UB_EV_WRITE) != 0)
		ev.events |= EPOLLOUT;
	if (e->fd >= 0 && ev.events != 0) {
		if (epoll_ctl(epoll_fd, e->added ? EPOLL_CTL_MOD :
		    EPOLL_CTL_ADD, e->fd, &ev) != 0)
			return -1;
		e->added = true;
	}
	if (tv != NULL && (e->bits & UB_EV_TIMEOUT) != 0)
		time_in(e, ms_of(tv));
	return 0;
}

static void
give_back(struct ub_event *u)
{
	struct event *e = event_of(u);

	(void)del(u);
	e->next = free_list;
	free_list = e;
}

static int
add_timer(struct ub_event *u, struct ub_event_base *base,
    void (*cb)(int, short, void *), void *arg, struct timeval *tv)
{
	struct event *e = event_of(u);

	(void)base;
	e->cb = cb;
	e->arg = arg;
	time_in(e, ms_of(tv));
	return 0;
}

static int
del_timer(struct ub_event *u)
{
	untime(event_of(u));
	return 0;
}

static struct ub_event *
new_event(struct ub_event_base *base, int fd, short bits,
    void (*cb)(int, short, void *), void *arg)
{
	static struct ub_event_vmt vmt = {
		.add_bits = add_bits, .del_bits = del_bits, .set_fd = set_fd,
		.free = give_back, .add = add, .del = del,
		.add_timer = add_timer, .del_timer = del_timer,
	};
	struct event *e = free_list;

	(void)base;
	if (e != NULL)
		free_list = e->next;
	else if (used < LOOP_EVENTS_MAX)
		e = &pool[used++];
	else
		return NULL;
	*e = (struct event){
		.super = { UB_EVENT_MAGIC, &vmt },
		.fd = fd, .bits = bits, .cb = cb, .arg = arg,
	};
	return &e->super;
}

static int
loop_exit(struct ub_event_base *base, struct timeval *tv)
{
	(void)base;
	(void)tv;
	return 0;
}

struct ub_event_base *
loop_begin(void)
{
	static struct ub_event_base_vmt vmt = {
		.loopexit = loop_exit, .new_event = new_event,
	};
	static struct ub_event_base base = { UB_EVENT_MAGIC, &vmt };
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = NULL };

	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	timer_fd = timerfd_create(CLOCK_MONOTONIC,
	    TFD_CLOEXEC | TFD_NONBLOCK);
	if (epoll_fd < 0 || timer_fd < 0 ||
	    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, timer_fd, &ev) != 0)
		log_die("epoll-failed", "errno=%d", errno);
	return &base;
}

int
loop_fd(void)
{
	return epoll_fd;
}

static void
happened(struct event *e, short bits)
{
	if ((e->bits & UB_EV_PERSIST) == 0)
		(void)del(&e->super);
	else if (e->timed)
		time_in(e, e->interval);
	e->cb(e->fd, bits, e->arg);
}

/* One at a time: a callback may free any other event. */
static void
run_sockets(void)
{
	enum { BURST = 256 };
	struct epoll_event ev;
	uint64_t ticks;

	for (int i = 0; i < BURST && epoll_wait(epoll_fd, &ev, 1, 0) > 0;
	    i++) {
		struct event *e = ev.data.ptr;
		short bits = 0;

		if (e == NULL) {
			armed = 0;
			(void)!read(timer_fd, &ticks, sizeof(ticks));
			continue;
		}
		if ((ev.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
			bits |= UB_EV_READ;
		if ((ev.events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0)
			bits |= UB_EV_WRITE;
		bits &= e->bits;
		if (bits != 0)
			happened(e, bits);
	}
}

static struct event *
earliest(void)
{
	struct event *first = timed;

	for (struct event *e = timed; e != NULL; e = e->next)
		if (e->due < first->due)
			first = e;
	return first;
}

static void
run_timers(void)
{
	int64_t now = clock_ms();
	struct event *e;

	while ((e = earliest()) != NULL && e->due <= now) {
		untime(e);
		if ((e->bits & UB_EV_PERSIST) == 0)
			(void)del(&e->super);
		e->cb(e->fd, UB_EV_TIMEOUT, e->arg);
	}
}

static void
arm(void)
{
	struct event *e = earliest();
	struct itimerspec when = { { 0, 0 }, { 0, 0 } };
	int64_t left;

	if (e == NULL || (armed != 0 && armed <= e->due))
		return;		/* too early does no harm */
	left = e->due - clock_ms();
	if (left < 1)
		left = 1;
	when.it_value.tv_sec = left / 1000;
	when.it_value.tv_nsec = left % 1000 * 1000000;
	if (timerfd_settime(timer_fd, 0, &when, NULL) != 0)
		log_die("timer-failed", "errno=%d", errno);
	armed = e->due;
}

void
loop_run(void)
{
	run_sockets();
	run_timers();
	arm();
}
