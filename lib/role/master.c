/* master.c - the loop of a role with one process per connection. */

#include "role/master.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/log.h"
#include "role/born.h"

enum {
	ACCEPT_BURST = 16,
	POLL_MAX = 1 + ROLE_LISTENS_MAX + ROLE_EDGES_MAX,
	EXIT_CRASHED_CHILD = 70,
	LOOK_SECONDS = 60,	/* for children that live too long */
};

static struct {
	const struct master_ops *ops;
	uint64_t next_id;
	size_t turn;			/* of several seals */
	bool retired;
	char in[IPC_MAX];
} master;

static bool
to_text(const struct sockaddr_storage *sa, char out[ADDR_MAX + 1])
{
	const void *addr = &((const struct sockaddr_in *)(const void *)sa)
	    ->sin_addr;
	const struct in6_addr *six;

	if (sa->ss_family == AF_INET6) {
		six = &((const struct sockaddr_in6 *)(const void *)sa)
		    ->sin6_addr;
		if (!IN6_IS_ADDR_V4MAPPED(six))
			return inet_ntop(AF_INET6, six, out, ADDR_MAX) != NULL;
		addr = six->s6_addr + 12;
	} else if (sa->ss_family != AF_INET) {
		return false;
	}
	return inet_ntop(AF_INET, addr, out, ADDR_MAX) != NULL;
}

/* A pair for the child and a core role; the role has its end before the child
 * is born.  -1 when the role is down: the child then answers "later". */
static int
mint(struct role *r, enum role_id to, uint64_t id, const char *addr)
{
	struct msg_child m = { id, { addr, strlen(addr) } };
	struct field_msg table[1] = { FIELD_MSG_CHILD };
	enum chan_status status = CHAN_GONE;
	struct buf out;
	size_t n = 0;
	int pair[2];

	for (size_t i = 0; i < r->edges; i++)
		n += r->edge[i].mint && r->edge[i].to == to;
	if (n == 0 || !chan_pair(pair))
		return -1;
	buf_init(&out, 256);
	field_put(&out, table, 1, MSG_CHILD, &m);
	for (size_t tried = 0; tried < n && status != CHAN_OK; tried++) {
		/* the newest keys: the chain that we show is of it */
		size_t nth = to == ROLE_KEYS ? n - 1 - tried :
		    master.turn++ % n;

		for (size_t i = 0; i < r->edges; i++)
			if (r->edge[i].mint && r->edge[i].to == to &&
			    nth-- == 0)
				status = chan_send(r->edge[i].fd, false,
				    buf_str(&out), &pair[1], 1);
	}
	buf_free(&out);
	close(pair[1]);
	if (status == CHAN_OK)
		return pair[0];
	close(pair[0]);
	return -1;
}

static void
mint_all(struct role *r, struct child *c)
{
	for (int to = 0; to < ROLES; to++)
		c->chan[to] = -1;
	for (size_t i = 0; i < r->edges; i++) {
		enum role_id to = r->edge[i].to;

		if (r->edge[i].mint && c->chan[to] < 0)
			c->chan[to] = mint(r, to, c->id, c->addr);
	}
	c->edges = r->mints;
}

static void
refuse(int sock, const char *why)
{
	if (sock < 0)
		return;
	if (why != NULL)
		(void)send(sock, why, strlen(why),
		    MSG_DONTWAIT | MSG_NOSIGNAL);
	close(sock);
}

/* A gate that says by PROXY v2 for whom it connects. */
static bool
is_gate(const struct role *r, const char *addr)
{
	struct str a = { addr, strlen(addr) };

	for (size_t i = 0; i < r->conf.proxies; i++)
		if (str_eq_nocase(r->conf.proxy[i], a))
			return true;
	return false;
}

/* sock -1: by an order, which has a number. */
static void
spawn(struct role *r, int sock, const struct role_listen *listen,
    const char *addr, uint64_t order)
{
	struct child c = { .sock = sock, .listen = listen, .id = order };
	pid_t pid;
	int slot;

	memcpy(c.addr, addr, sizeof(c.addr));
	slot = born_slot(c.addr, sock < 0 || is_gate(r, c.addr));
	if (slot < 0) {
		log_event("too-many", "running=%zu", born_running());
		refuse(sock, master.ops->busy);
		return;
	}
	if (sock >= 0)
		c.id = ++master.next_id;
	c.slot = born_shared((size_t)slot);
	c.budget = born_budget();
	mint_all(r, &c);
	pid = fork();
	if (pid == 0) {
		born_child(r, &c, (size_t)slot);
		_exit(master.ops->child(r, &c));
	}
	for (int to = 0; to < ROLES; to++)
		if (c.chan[to] >= 0)
			close(c.chan[to]);
	if (pid < 0) {
		log_event("fork-failed", "errno=%d", errno);
		refuse(sock, master.ops->busy);
		return;
	}
	if (master.ops->hand_to == ROLES && sock >= 0) {
		close(sock);
		sock = -1;
	}
	born_add((size_t)slot, pid, sock, c.addr);
}

static void
accept_some(struct role *r, const struct role_listen *listen)
{
	for (int i = 0; i < ACCEPT_BURST; i++) {
		struct sockaddr_storage sa;
		socklen_t len = sizeof(sa);
		char addr[ADDR_MAX + 1] = "";
		int sock = accept4(listen->fd, (struct sockaddr *)&sa, &len,
		    SOCK_CLOEXEC);

		if (sock < 0)
			return;
		if (to_text(&sa, addr))
			spawn(r, sock, listen, addr, 0);
		else
			close(sock);
	}
}

static bool
is_ordering(const struct role *r, size_t edge)
{
	return master.ops->order != NULL && r->edge[edge].mint &&
	    r->edge[edge].to == master.ops->orders;
}

static void
take_order(struct role *r, struct chan_msg *in)
{
	uint64_t order;
	bool wanted = master.ops->order(in, &order);

	chan_close_fds(in);
	if (wanted && !master.retired)
		spawn(r, -1, NULL, "", order);
}

/* From the master in clear, which has read no byte of the peer either; or an
 * order. */
static void
take_over(struct role *r, size_t edge)
{
	struct msg_hand_over m;
	struct chan_msg in;
	char addr[ADDR_MAX + 1] = "";

	switch (chan_recv(r->edge[edge].fd, false, master.in, &in)) {
	case CHAN_AGAIN:
		return;
	case CHAN_GONE:
		close(r->edge[edge].fd);
		r->edge[edge] = r->edge[--r->edges];
		return;
	case CHAN_OK:
		break;
	}
	if (is_ordering(r, edge)) {
		take_order(r, &in);
		return;
	}
	if (field_get(msg_hand, HAND_TYPES, in.wire, &m) != HAND_OVER ||
	    in.nfds != 1) {
		chan_close_fds(&in);
		return;
	}
	memcpy(addr, m.addr.ptr, m.addr.len);
	spawn(r, in.fds[0], NULL, addr, 0);
}

static void
hand_over(struct role *r, size_t i)
{
	struct msg_hand_over m = { .addr = born_origin(i) };
	int sock = born_sock(i), edge = role_edge_fd(r, master.ops->hand_to, 0);
	struct buf out;

	if (edge < 0 || sock < 0)
		return;
	buf_init(&out, 256);
	field_put(&out, msg_hand, HAND_TYPES, HAND_OVER, &m);
	if (chan_send(edge, false, buf_str(&out), &sock, 1) != CHAN_OK)
		log_event("hand-over-failed", "to=%s",
		    role_name(master.ops->hand_to));
	buf_free(&out);
}

/* True when a child died of a signal. */
static bool
reap(struct role *r)
{
	bool crashed = false;
	int status, i;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		i = born_find(pid);
		if (i < 0)
			continue;
		if (born_killed((size_t)i)) {
			log_event("child-too-old", "pid=%d", (int)pid);
		} else if (WIFSIGNALED(status)) {
			log_event("child-crashed", "signal=%d",
			    WTERMSIG(status));
			crashed = true;
		} else if (WEXITSTATUS(status) == CHILD_HAND_OVER) {
			hand_over(r, (size_t)i);
		}
		born_remove((size_t)i);
	}
	return crashed;
}

/* Who orders shall turn to the new master. */
static void
drop_orders(struct role *r)
{
	for (size_t i = r->edges; i > 0; i--)
		if (is_ordering(r, i - 1)) {
			close(r->edge[i - 1].fd);
			r->edge[i - 1] = r->edge[--r->edges];
		}
}

static void
take_parent(struct role *r)
{
	struct chan_msg in;
	int type;

	switch (chan_recv(r->parent, false, master.in, &in)) {
	case CHAN_AGAIN:
		return;
	case CHAN_GONE:
		_exit(0);	/* the box is gone; children end alone */
	case CHAN_OK:
		break;
	}
	if (role_parent_message(r, &in, &type)) {
		if (master.ops->changed != NULL && !master.ops->changed(r))
			_exit(0);
	} else if (type == PARENT_RETIRE) {
		master.retired = true;
		for (size_t i = 0; i < r->listens; i++)
			close(r->listen[i].fd);
		r->listens = 0;
		drop_orders(r);
	}
	chan_close_fds(&in);
}

/* Not minted on: sockets come in here (mxtls), or go out (mx). */
static bool
hands_in(const struct role *r, size_t edge)
{
	return !r->edge[edge].mint && r->edge[edge].to != master.ops->hand_to;
}

static void
wait_and_take(struct role *r, const sigset_t *during)
{
	static const struct timespec look = { LOOK_SECONDS, 0 };
	struct pollfd p[POLL_MAX];
	nfds_t n = 0, listens = (nfds_t)r->listens;

	p[n++] = (struct pollfd){ .fd = r->parent, .events = POLLIN };
	for (size_t i = 0; i < r->listens; i++)
		p[n++] = (struct pollfd){ .fd = r->listen[i].fd,
		    .events = POLLIN };
	for (size_t i = 0; i < r->edges; i++)
		p[n++] = (struct pollfd){
		    .fd = hands_in(r, i) || is_ordering(r, i) ?
		    r->edge[i].fd : -1,
		    .events = POLLIN };
	if (ppoll(p, n, master.ops->lifetime_ms > 0 ? &look : NULL,
	    during) <= 0)
		return;
	for (nfds_t i = 0; i < listens; i++)
		if (p[1 + i].revents != 0)
			accept_some(r, &r->listen[i]);
	/* backwards: an edge that is gone takes the last one's place */
	for (nfds_t i = n - 1; i > listens; i--)
		if (p[i].revents != 0)
			take_over(r, i - 1 - listens);
	if (p[0].revents != 0)
		take_parent(r);
}

static bool
may_go(const struct role *r)
{
	for (size_t i = 0; i < r->edges; i++)
		if (hands_in(r, i))
			return false;
	return master.retired && born_running() == 0;
}

static void
noticed(int sig)
{
	(void)sig;	/* ppoll returns, reap looks */
}

void
master_run(struct role *r, const struct master_ops *ops)
{
	struct sigaction sa = { .sa_handler = noticed };
	sigset_t block, during;

	master.ops = ops;
	if (!born_begin())
		log_die("master-failed", "errno=%d", errno);
	for (size_t i = 0; i < r->listens; i++)
		(void)fcntl(r->listen[i].fd, F_SETFL, O_NONBLOCK);
	sigemptyset(&block);
	sigaddset(&block, SIGCHLD);
	sigprocmask(SIG_BLOCK, &block, &during);
	sigaction(SIGCHLD, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		wait_and_take(r, &during);
		if (ops->lifetime_ms > 0)
			born_kill_old(ops->lifetime_ms);
		if (reap(r))
			_exit(EXIT_CRASHED_CHILD);
		if (may_go(r))
			_exit(0);
	}
}
