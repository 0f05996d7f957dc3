/* serve.c - the loop of a core role. */

#include "role/serve.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/log.h"

enum {
	PEERS_MAX = 8192,
	EVENTS = 256,		/* taken before settle */
	EDGE_BURST = 32,	/* messages of one edge at a time */
};

/* One to a process; in .bss, so that only what is used is touched. */
struct serve {
	const struct serve_ops *ops;
	int epoll;
	struct peer peer[PEERS_MAX];
	bool used[PEERS_MAX];
	bool dead[PEERS_MAX];		/* to be closed after this round */
	size_t high;			/* peers above were never used */
	size_t free;			/* none is free below */
	size_t dying;
	size_t children;
	bool retired;
	struct peer listener;		/* not a channel: see serve_listen */
	struct peer watched;		/* nor this: see serve_watch */
	void (*ready)(struct role *);
	int64_t next_tick;		/* monotonic ms */
	char in[IPC_MAX];
};

static struct serve serve;

static size_t
slot_of(const struct peer *p)
{
	return (size_t)(p - serve.peer);
}

static struct peer *
slot_take(void)
{
	while (serve.free < PEERS_MAX && serve.used[serve.free])
		serve.free++;
	if (serve.free == PEERS_MAX)
		return NULL;
	serve.used[serve.free] = true;
	serve.dead[serve.free] = false;
	if (serve.free >= serve.high)
		serve.high = serve.free + 1;
	return &serve.peer[serve.free];
}

struct peer *
serve_add(struct role *r, int fd, enum role_id from, bool child, uint64_t id,
    struct str addr)
{
	struct epoll_event ev = { .events = EPOLLIN };
	struct peer *p = slot_take();

	if (p == NULL) {
		log_event("peers-full", "most=%d", PEERS_MAX);
		close(fd);
		return NULL;
	}
	*p = (struct peer){ .fd = fd, .from = from, .child = child, .id = id };
	if (addr.len > ADDR_MAX)
		addr.len = ADDR_MAX;
	if (addr.len > 0)
		memcpy(p->addr, addr.ptr, addr.len);
	ev.data.ptr = p;
	if (epoll_ctl(serve.epoll, EPOLL_CTL_ADD, fd, &ev) != 0)
		log_die("epoll-failed", "errno=%d", errno);
	serve.children += child;
	if (serve.ops->joined != NULL)
		serve.ops->joined(r, p);
	return p;
}

void
serve_drop(struct role *r, struct peer *p)
{
	(void)r;
	/* the parent is gone, whoever finds out: so is the box */
	if (p->from == ROLE_PARENT && !p->child)
		_exit(0);
	if (!serve.dead[slot_of(p)]) {
		serve.dead[slot_of(p)] = true;
		serve.dying++;
	}
}

/* Peers are closed here only, so that a pointer holds through a round. */
static void
bury(struct role *r)
{
	for (size_t i = 0; serve.dying > 0 && i < serve.high; i++) {
		struct peer *p = &serve.peer[i];

		if (!serve.used[i] || !serve.dead[i])
			continue;
		if (serve.ops->gone != NULL)
			serve.ops->gone(r, p);
		/* a forked child may hold the same file open a while longer */
		(void)epoll_ctl(serve.epoll, EPOLL_CTL_DEL, p->fd, NULL);
		close(p->fd);
		backlog_free(&p->backlog);
		serve.used[i] = serve.dead[i] = false;
		serve.children -= p->child;
		serve.dying--;
		if (i < serve.free)
			serve.free = i;
	}
}

/* The message in octets, until the next one. */
static struct str
encode(const struct field_msg *table, size_t types, unsigned type,
    const void *msg, size_t nfds)
{
	static struct buf out;

	if (out.limit == 0)
		buf_init(&out, IPC_MAX);
	buf_clear(&out);
	field_put(&out, table, types, type, msg);
	assert(!out.failed && nfds == table[type].fds);
	return buf_str(&out);
}

static void
watch(struct peer *p, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = p };

	if (epoll_ctl(serve.epoll, EPOLL_CTL_MOD, p->fd, &ev) != 0)
		log_die("epoll-failed", "errno=%d", errno);
}

/* What waits goes first. */
static enum chan_status
try(struct peer *p, struct str wire, const int *fds, size_t nfds)
{
	if (p == NULL || serve.dead[slot_of(p)])
		return CHAN_GONE;
	if (!backlog_is_empty(&p->backlog))
		return CHAN_AGAIN;
	return chan_send(p->fd, false, wire, fds, nfds);
}

enum chan_status
serve_try(struct role *r, struct peer *p, const struct field_msg *table,
    size_t types, unsigned type, const void *msg, const int *fds, size_t nfds)
{
	enum chan_status status = try(p, encode(table, types, type, msg, nfds),
	    fds, nfds);

	if (status == CHAN_AGAIN)
		watch(p, EPOLLIN | EPOLLOUT);
	else if (status == CHAN_GONE && p != NULL)
		serve_drop(r, p);
	return status;
}

bool
serve_send(struct role *r, struct peer *p, const struct field_msg *table,
    size_t types, unsigned type, const void *msg, const int *fds, size_t nfds)
{
	struct str wire = encode(table, types, type, msg, nfds);
	enum chan_status status = try(p, wire, fds, nfds);

	if (status == CHAN_OK)
		return true;
	if (p == NULL)
		return false;
	if (status == CHAN_AGAIN && !p->child &&
	    backlog_add(&p->backlog, wire, fds, nfds)) {
		watch(p, EPOLLIN | EPOLLOUT);
		return true;
	}
	if (status == CHAN_AGAIN)
		log_event("channel-full", "to=%s", role_name(p->from));
	serve_drop(r, p);
	return false;
}

struct peer *
serve_edge(struct role *r, enum role_id to, size_t n)
{
	(void)r;
	for (size_t i = 0; i < serve.high; i++) {
		struct peer *p = &serve.peer[i];

		if (serve.used[i] && !serve.dead[i] && !p->child &&
		    p->from == to && n-- == 0)
			return p;
	}
	return NULL;
}

static bool
take_child(struct role *r, struct peer *edge, struct chan_msg *in)
{
	static const struct field_msg table[1] = { FIELD_MSG_CHILD };
	struct msg_child m;

	if (edge->child || in->nfds != 1 ||
	    field_get(table, 1, in->wire, &m) != MSG_CHILD)
		return false;
	in->nfds = 0;
	serve_add(r, in->fds[0], edge->from, true, m.id, m.addr);
	return true;
}

static void
retire(struct role *r)
{
	serve.retired = true;
	for (size_t i = 0; i < serve.high; i++)
		if (serve.used[i] && !serve.peer[i].child &&
		    serve.peer[i].from != ROLE_PARENT)
			serve_drop(r, &serve.peer[i]);
}

static bool
take_parent(struct role *r, struct peer *p, struct chan_msg *in)
{
	int type;

	if (role_parent_message(r, in, &type)) {
		if (type == PARENT_CONF && serve.ops->conf != NULL)
			serve.ops->conf(r);
		if (type == PARENT_EDGE && r->edges > 0) {
			/* the loop has it now; role.edge is for the start */
			struct role_edge *e = &r->edge[--r->edges];

			serve_add(r, e->fd, e->to, false, 0, STR(""));
		}
		return true;
	}
	if (type == PARENT_RETIRE) {
		retire(r);
		return true;
	}
	return serve.ops->message(r, p, in);
}

static bool
take(struct role *r, struct peer *p, struct chan_msg *in)
{
	bool ok;

	if (p->from == ROLE_PARENT)
		ok = take_parent(r, p, in);
	else if (field_type_of(in->wire) == MSG_CHILD)
		ok = take_child(r, p, in);
	else
		ok = serve.ops->message(r, p, in);
	chan_close_fds(in);
	if (!ok)
		log_event("channel-broken", "from=%s child=%d type=%d",
		    role_name(p->from), p->child, field_type_of(in->wire));
	return ok;
}

static void
take_all(struct role *r, struct peer *p)
{
	int most = p->child && !p->eager ? 1 : EDGE_BURST;
	struct chan_msg in;

	while (most-- > 0 && !serve.dead[slot_of(p)]) {
		switch (chan_recv(p->fd, false, serve.in, &in)) {
		case CHAN_OK:
			if (!take(r, p, &in))
				serve_drop(r, p);
			break;
		case CHAN_AGAIN:
			return;
		case CHAN_GONE:
			serve_drop(r, p);
			return;
		}
	}
}

void
serve_begin(struct role *r, const struct serve_ops *ops)
{
	serve.ops = ops;
	serve.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (serve.epoll < 0)
		log_die("epoll-failed", "errno=%d", errno);
	r->serve = &serve;
	serve_add(r, r->parent, ROLE_PARENT, false, 0, STR(""));
	for (size_t i = 0; i < r->edges; i++)
		serve_add(r, r->edge[i].fd, r->edge[i].to, false, 0, STR(""));
	r->edges = 0;
}

/* Not a channel: p stands for it. */
static void
watch_for(struct peer *p, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = p };

	p->fd = fd;
	if (epoll_ctl(serve.epoll, EPOLL_CTL_ADD, fd, &ev) != 0)
		log_die("epoll-failed", "errno=%d", errno);
}

void
serve_listen(struct role *r, int fd)
{
	(void)r;
	watch_for(&serve.listener, fd);
}

void
serve_watch(struct role *r, int fd, void (*ready)(struct role *))
{
	(void)r;
	serve.ready = ready;
	watch_for(&serve.watched, fd);
}

static void
has_room(struct role *r, struct peer *p)
{
	switch (backlog_send(&p->backlog, p->fd)) {
	case CHAN_OK:
		watch(p, EPOLLIN);
		if (serve.ops->writable != NULL)
			serve.ops->writable(r, p);
		return;
	case CHAN_AGAIN:
		return;
	case CHAN_GONE:
		serve_drop(r, p);
		return;
	}
}

static void
take_event(struct role *r, struct peer *p, uint32_t events)
{
	int fd;

	if (p == &serve.watched) {
		serve.ready(r);
		return;
	}
	if (p != &serve.listener) {
		take_all(r, p);
		if ((events & EPOLLOUT) != 0 && !serve.dead[slot_of(p)])
			has_room(r, p);
		return;
	}
	fd = accept4(p->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd >= 0)
		serve_add(r, fd, ROLE_PLICTL, true, 0, STR(""));
}

static void
tick(struct role *r)
{
	int64_t now = clock_ms();

	if (now < serve.next_tick)
		return;
	serve.next_tick = now + serve.ops->tick_ms;
	serve.ops->tick(r);
}

void
serve_run(struct role *r, const struct serve_ops *ops)
{
	static struct epoll_event ev[EVENTS];

	if (r->serve == NULL)
		serve_begin(r, ops);
	for (;;) {
		int n = epoll_wait(serve.epoll, ev, EVENTS,
		    ops->tick_ms > 0 ? ops->tick_ms : -1);

		if (n < 0 && errno != EINTR)
			log_die("epoll-failed", "errno=%d", errno);
		for (int i = 0; i < n; i++)
			take_event(r, ev[i].data.ptr, ev[i].events);
		if (ops->tick_ms > 0)
			tick(r);
		if (ops->settle != NULL)
			ops->settle(r);
		bury(r);
		if (serve.retired && serve.children == 0)
			_exit(0);
	}
}
