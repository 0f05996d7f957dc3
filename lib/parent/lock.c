/*
 * lock.c - what runs only while the mirror's key is there.
 *
 * The agent says when it is unlocked, with the key of the store's database and
 * that of letters that wait, and when it locks itself.  Between the two the
 * roles run that are keyed by the topology; then they are ended, and their
 * memory with them.
 */

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/memfd.h"
#include "parent/parent.h"
#include "parent/topology.h"

enum { END_MS = 5000 };		/* for a role to end by itself */

static int64_t end_until;	/* 0: nobody is to end */

static void
begin(struct parent *b)
{
	for (size_t i = 0; i < PROCS_MAX; i++) {
		struct proc *p = &b->proc[i];

		if (!p->used || !p->parked)
			continue;
		p->parked = false;
		p->backoff_ms = 0;
		p->restart_at_ms = clock_ms();
	}
	say(b, "unlocked", " ");
}

static void
drop(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Each ends when its channel to the parent closes. */
static void
end(struct parent *b)
{
	if (b->mirror < 0)
		return;
	drop(&b->mirror);
	drop(&b->relay);
	for (size_t i = 0; i < PROCS_MAX; i++) {
		struct proc *p = &b->proc[i];

		if (!p->used || !topology_is_keyed(p->role))
			continue;
		p->parked = true;
		if (p->pid != 0)
			shutdown(p->chan, SHUT_RDWR);
	}
	end_until = clock_ms() + END_MS;
	say(b, "locked", " ");
}

/* Another one than before: send reads it at its start. */
static void
take_relay(struct parent *b, int fd)
{
	drop(&b->relay);
	if (lseek(fd, 0, SEEK_END) > 1)
		b->relay = dup(fd);
	for (size_t i = 0; i < PROCS_MAX; i++)
		if (b->proc[i].used && b->proc[i].pid != 0 &&
		    b->proc[i].role == ROLE_SEND)
			(void)kill(-b->proc[i].pid, SIGTERM);
}

void
lock_take(struct parent *b, const struct proc *p, int type, const int *fds)
{
	if (p->role != ROLE_AGENT)
		return;
	if (type == PARENT_LOCK) {
		end(b);
		return;
	}
	if (!memfd_is_settled(fds[0], KEY_OCTETS) ||
	    !memfd_is_settled(fds[1], KEY_OCTETS))
		return;
	take_relay(b, fds[2]);
	if (b->mirror >= 0)
		return;
	b->mirror = dup(fds[0]);
	if (b->mirror >= 0 && dup3(fds[1], b->boot, O_CLOEXEC) >= 0)
		begin(b);
}

/* With the agent the passphrase is gone. */
void
lock_died(struct parent *b, const struct proc *p)
{
	if (p->role == ROLE_AGENT)
		end(b);
}

/* A master's children live in its session. */
void
lock_tick(struct parent *b)
{
	if (end_until == 0 || clock_ms() < end_until)
		return;
	end_until = 0;
	for (size_t i = 0; i < PROCS_MAX; i++) {
		struct proc *p = &b->proc[i];

		if (p->used && p->parked && p->pid != 0)
			(void)kill(-p->pid, SIGKILL);
	}
}
