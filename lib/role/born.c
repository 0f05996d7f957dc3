/* born.c - a master's children: who runs, from where, with which socket. */

#include "role/born.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/ip.h"
#include "os/clock.h"
#include "os/log.h"

enum {
	PAGE = 4096,		/* a slot: a child maps its own alone */
	TOKEN = 1 << 20,
	TOKENS = MESSAGE_BYTES_MAX / TOKEN,
	FREE_BYTES = 256 << 10,	/* of a child that need no token */
	KEPT_FDS = 5 + ROLES,
	FIRST_FREE_FD = 3 + KEPT_FDS,
};

struct born {
	pid_t pid;		/* 0: free */
	int64_t since;		/* ms */
	bool killed;		/* by us: too old */
	int sock;		/* kept for a hand-over, else -1 */
	struct ip ip;
	char addr[ADDR_MAX + 1];
};

static struct born born[CHILDREN_MAX];
static size_t high;		/* entries above were never used */
static size_t running;
static char *slots;		/* CHILDREN_MAX pages, shared */
static int budget = -1;		/* tokens, a semaphore */

static int
budget_new(void)
{
	return eventfd(TOKENS, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
}

bool
born_begin(void)
{
	slots = mmap(NULL, (size_t)CHILDREN_MAX * PAGE, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	budget = budget_new();
	return slots != MAP_FAILED && budget >= 0;
}

static bool
same_network(const struct ip *a, const struct ip *b)
{
	return a->v6 == b->v6 && 
	    memcmp(a->byte, b->byte, ip_network(a)) == 0;
}

/* What is no address counts as one network. */
static struct ip
ip_of(const char *addr)
{
	struct str text = { addr, strlen(addr) };
	struct ip ip = { 0 };

	return ip_parse(&ip, text) ? ip : (struct ip){ 0 };
}

static bool
is_loopback(const char *addr)
{
	return strncmp(addr, "127.", 4) == 0 || strcmp(addr, "::1") == 0;
}

int
born_slot(const char *addr, bool many)
{
	size_t same = 0, most = many || is_loopback(addr) ? CHILDREN_MAX :
	    CHILDREN_PER_ADDR;
	struct ip ip = ip_of(addr);
	int slot = -1;

	for (size_t i = 0; i < high; i++) {
		if (born[i].pid == 0 && slot < 0)
			slot = (int)i;
		else if (born[i].pid != 0 && same_network(&ip, &born[i].ip))
			same++;
	}
	if (same >= most)
		return -1;
	if (slot < 0 && high < CHILDREN_MAX)
		slot = (int)high;
	return slot;
}

struct child_slot *
born_shared(size_t slot)
{
	struct child_slot *s = (void *)(slots + slot * PAGE);

	if (s->bytes != 0 || s->tokens != 0 || s->addr[0] != '\0')
		*s = (struct child_slot){ 0 };
	return s;
}

int
born_budget(void)
{
	return budget;
}

void
born_add(size_t slot, pid_t pid, int sock, const char *addr)
{
	struct born *b = &born[slot];

	b->pid = pid;
	b->since = clock_ms();
	b->killed = false;
	b->sock = sock;
	b->ip = ip_of(addr);
	memcpy(b->addr, addr, sizeof(b->addr));
	if (slot >= high)
		high = slot + 1;
	running++;
}

int
born_find(pid_t pid)
{
	for (size_t i = 0; i < high; i++)
		if (born[i].pid == pid)
			return (int)i;
	return -1;
}

void
born_kill_old(int64_t lifetime_ms)
{
	int64_t oldest = clock_ms() - lifetime_ms;

	for (size_t i = 0; i < high; i++)
		if (born[i].pid != 0 && born[i].since < oldest) {
			born[i].killed = true;
			(void)kill(born[i].pid, SIGKILL);
		}
}

bool
born_killed(size_t slot)
{
	return born[slot].killed;
}

int
born_sock(size_t slot)
{
	return born[slot].sock;
}

/* The child wrote it: believed as far as an address can be. */
struct str
born_origin(size_t slot)
{
	struct child_slot *s = (void *)(slots + slot * PAGE);
	struct str addr = { s->addr, strnlen(s->addr, ADDR_MAX) };

	for (size_t i = 0; i < addr.len; i++)
		if (strchr("0123456789abcdef:.", addr.ptr[i]) == NULL)
			addr.len = 0;
	return addr.len > 0 ? addr :
	    (struct str){ born[slot].addr, strlen(born[slot].addr) };
}

/* What the dead child held; everything once nobody is left, for a child that
 * was taken over may have lied. */
static void
give_back(uint64_t tokens)
{
	if (running == 0 && tokens > 0) {
		close(budget);
		budget = budget_new();
		if (budget < 0)
			log_die("master-failed", "errno=%d", errno);
	} else if (tokens > 0 && tokens <= TOKENS &&
	    write(budget, &tokens, sizeof(tokens)) < 0) {
		log_event("budget-lost", "tokens=%zu", (size_t)tokens);
	}
}

void
born_remove(size_t slot)
{
	struct child_slot *s = (void *)(slots + slot * PAGE);
	uint64_t tokens = s->tokens;

	if (born[slot].sock >= 0)
		close(born[slot].sock);
	born[slot].pid = 0;
	running--;
	give_back(tokens);
	while (high > 0 && born[high - 1].pid == 0)
		high--;
}

size_t
born_running(void)
{
	return running;
}

static uint64_t
tokens_for(uint64_t bytes)
{
	return bytes <= FREE_BYTES ? 0 :
	    (bytes - FREE_BYTES + TOKEN - 1) / TOKEN;
}

bool
child_bytes(struct child *c, int64_t delta)
{
	uint64_t want = (uint64_t)((int64_t)c->slot->bytes + delta);
	uint64_t one, back;

	while (c->slot->tokens < tokens_for(want)) {
		if (read(c->budget, &one, sizeof(one)) != sizeof(one))
			return false;
		c->slot->tokens++;
	}
	back = c->slot->tokens - tokens_for(want);
	if (back > 0 && write(c->budget, &back, sizeof(back)) > 0)
		c->slot->tokens -= back;
	c->slot->bytes = want;
	return true;
}

/* Move a descriptor above the range that dup2 fills. */
static void
lift(int *fd)
{
	int high_fd;

	if (*fd < 0 || *fd >= FIRST_FREE_FD)
		return;
	high_fd = fcntl(*fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
	if (high_fd < 0)
		_exit(1);
	*fd = high_fd;
}

/* What the child keeps is moved down, and everything above is closed in one
 * call: siblings' sockets, listeners, edges, the parent's channel. */
static void
keep_own_fds(struct child *c)
{
	int logfd = log_fd(), next = 3;
	int *keep[KEPT_FDS] = { &c->sock, &c->budget, &logfd };
	size_t n = 3;

	for (int to = 0; to < ROLES; to++)
		keep[n++] = &c->chan[to];
	for (size_t i = 0; i < n; i++)
		lift(keep[i]);
	for (size_t i = 0; i < n; i++)
		if (*keep[i] >= 0) {
			if (dup3(*keep[i], next, O_CLOEXEC) < 0)
				_exit(1);
			*keep[i] = next++;
		}
	close_range((unsigned)next, ~0u, 0);
	log_to(logfd);
}

void
born_child(struct role *r, struct child *c, size_t slot)
{
	size_t before = slot * PAGE, after = (slot + 1) * PAGE;
	size_t all = (size_t)CHILDREN_MAX * PAGE;

	keep_own_fds(c);
	r->parent = -1;
	if (before > 0)
		munmap(slots, before);
	if (after < all)
		munmap(slots + after, all - after);
	sandbox_child();
}
