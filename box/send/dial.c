/*
 * dial.c - a connection to one of a host's addresses.
 *
 * RFC 8305, 5: one attempt after the other, a quarter of a second apart; the
 * first that is through wins.
 */

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "send.h"

/* Attempts under way: at most one an address. */
struct race {
	struct pollfd p[ADDRESSES_MAX + 1];	/* and the queue */
	size_t which[ADDRESSES_MAX];
	size_t n;
	int queue;
	int error;			/* of the last that failed */
};

static socklen_t
sockaddr_of(const struct ip *ip, uint16_t port, struct sockaddr_storage *sa)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6,
	    .sin6_port = htons(port) };
	struct sockaddr_in four = { .sin_family = AF_INET,
	    .sin_port = htons(port) };

	memset(sa, 0, sizeof(*sa));
	if (ip->v6) {
		memcpy(&six.sin6_addr, ip->byte, sizeof(six.sin6_addr));
		memcpy(sa, &six, sizeof(six));
		return sizeof(six);
	}
	memcpy(&four.sin_addr, ip->byte, sizeof(four.sin_addr));
	memcpy(sa, &four, sizeof(four));
	return sizeof(four);
}

/* Are we at both ends? */
static bool
is_own_address(int sock, const struct ip *to)
{
	struct sockaddr_storage sa;
	socklen_t len = sizeof(sa);
	struct sockaddr_in6 six;
	struct sockaddr_in four;
	struct ip own;

	if (getsockname(sock, (struct sockaddr *)&sa, &len) != 0)
		return false;
	memcpy(&six, &sa, sizeof(six));
	memcpy(&four, &sa, sizeof(four));
	own = sa.ss_family == AF_INET6 ? ip_of_octets(&six.sin6_addr, 16) :
	    ip_of_octets(&four.sin_addr, 4);
	return ip_eq(&own, to);
}

/* A socket that connects, or is through; -1 and errno. */
static int
begin(const struct ip *ip, uint16_t port)
{
	struct sockaddr_storage sa;
	socklen_t len = sockaddr_of(ip, port, &sa);
	int sock = socket(sa.ss_family,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error, one = 1;

	if (sock < 0)
		return -1;
	(void)setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(sock, (struct sockaddr *)&sa, len) == 0 ||
	    errno == EINPROGRESS)
		return sock;
	error = errno;
	close(sock);
	errno = error;
	return -1;
}

static const char *
reason(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return "it refuses the connection";
	case ENETUNREACH:
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
		return "there is no way to its network";
	case EHOSTUNREACH:
		return "there is no way to it";
	case ECONNRESET:
		return "it resets the connection";
	case EACCES:
	case EPERM:
		return "this machine may not connect to it";
	default:
		return "it does not answer";
	}
}

static void
could_not(struct send_fault *f, const struct target *t, unsigned host,
    int error)
{
	send_fault(f, VERDICT_LATER, "4.4.1",
	    "There is no connection to the mail server %s: %s.",
	    t->host[host].name, reason(error));
}

static void
start(struct race *r, struct target *t, size_t which)
{
	int sock = begin(&t->address[which].ip, t->port);

	t->address[which].used = true;
	if (sock < 0) {
		r->error = errno;
		return;
	}
	r->which[r->n] = which;
	r->p[r->n++] = (struct pollfd){ .fd = sock, .events = POLLOUT };
}

/* Take an attempt out of the race; its socket. */
static int
leave(struct race *r, size_t i)
{
	int sock = r->p[i].fd;

	r->n--;
	r->p[i] = r->p[r->n];
	r->which[i] = r->which[r->n];
	return sock;
}

/* The winner, if there is one; who lost may be tried again. */
static int
look(struct race *r, struct target *t, size_t *which)
{
	for (size_t i = 0; i < r->n;) {
		int error = 0, sock;
		socklen_t len = sizeof(error);

		if (r->p[i].revents == 0) {
			i++;
			continue;
		}
		*which = r->which[i];
		sock = leave(r, i);
		(void)getsockopt(sock, SOL_SOCKET, SO_ERROR, &error, &len);
		if (error != 0) {
			r->error = error;
			close(sock);
			continue;
		}
		while (r->n > 0) {
			t->address[r->which[0]].used = false;
			close(leave(r, 0));
		}
		return sock;
	}
	return -1;
}

/* The next address of the host that was not tried, or addresses. */
static size_t
next_of(const struct target *t, unsigned host)
{
	size_t i = 0;

	while (i < t->addresses && (t->address[i].used ||
	    t->address[i].host != host))
		i++;
	return i;
}

/* host HOSTS_MAX: no more than what runs already. */
static int
run(struct race *r, struct target *t, unsigned host, uint64_t end,
    size_t *which)
{
	uint64_t next_start = 0, now;
	int sock = -1;

	while (sock < 0 && (now = stream_now()) < end) {
		size_t next = next_of(t, host);
		uint64_t until = end;

		if (next < t->addresses && (now >= next_start || r->n == 0)) {
			start(r, t, next);
			next_start = now + STAGGER_MS;
			next = next_of(t, host);
		}
		if (r->n == 0 && next == t->addresses)
			return -1;
		if (next < t->addresses && next_start < until)
			until = next_start;
		if (r->n == 0)
			continue;
		r->p[r->n] = (struct pollfd){ .fd = r->queue };
		if (poll(r->p, r->n + 1, (int)(until - now)) > 0) {
			send_if_wanted(r->p[r->n].revents);
			sock = look(r, t, which);
		}
	}
	return sock;
}

/* It is through, or not. */
static int
settle(const struct send_setup *s, struct race *r, int sock, struct target *t,
    size_t which, struct send_fault *f)
{
	const struct address *a = &t->address[which];

	while (r->n > 0)
		close(leave(r, 0));
	if (sock < 0) {
		could_not(f, t, a->host, r->error);
		return -1;
	}
	if (!t->trusted && !s->conf->send_loopback &&
	    is_own_address(sock, &a->ip)) {
		close(sock);
		send_fault(f, VERDICT_NO, "5.4.6", "The mail server %s has an "
		    "address of this machine, which does not take mail for "
		    "the domain.", t->host[a->host].name);
		return -1;
	}
	(void)fcntl(sock, F_SETFL, 0);
	return sock;
}

static uint64_t
limit(const struct send_setup *s, uint64_t end)
{
	uint64_t most = stream_now() + (uint64_t)s->times.connect_ms;

	return most < end ? most : end;
}

int
dial_host(const struct send_setup *s, struct target *t, unsigned host,
    uint64_t end, size_t *which, struct send_fault *f)
{
	struct race r = { .queue = s->queue, .error = ETIMEDOUT };
	int sock;

	*which = next_of(t, host);
	if (*which == t->addresses)
		return -1;
	sock = run(&r, t, host, limit(s, end), which);
	/* out of time: all of them had their chance */
	for (size_t i = 0; sock < 0 && i < t->addresses; i++)
		t->address[i].used |= t->address[i].host == host;
	return settle(s, &r, sock, t, *which, f);
}

int
dial_address(const struct send_setup *s, struct target *t, size_t which,
    uint64_t end, struct send_fault *f)
{
	struct race r = { .queue = s->queue, .error = ETIMEDOUT };
	size_t won = which;
	int sock;

	start(&r, t, which);
	sock = run(&r, t, HOSTS_MAX, limit(s, end), &won);
	return settle(s, &r, sock, t, which, f);
}
