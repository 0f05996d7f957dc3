/* vault.c - memory that is not swapped, dumped or passed on. */

#include "agent/agent.h"

#include <errno.h>
#include <sys/mman.h>

#include "base/wipe.h"
#include "os/log.h"

enum { PAGE = 4096 };

struct held *held;
struct desk *desk;
struct lent *lent;

static size_t
pages(size_t n)
{
	return (n + PAGE - 1) / PAGE * PAGE;
}

/* Between two pages that nobody may touch. */
static void *
map(size_t n, int shared)
{
	size_t size = pages(n);
	char *all = mmap(NULL, size + 2 * PAGE, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *mem;

	if (all == MAP_FAILED)
		log_die("vault-failed", "step=mmap errno=%d", errno);
	mem = mmap(all + PAGE, size, PROT_READ | PROT_WRITE,
	    shared | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	if (mem == MAP_FAILED ||
	    madvise(mem, size, MADV_DONTDUMP) != 0)
		log_die("vault-failed", "step=map errno=%d", errno);
	/* a system that allows little of it still gives keys; it is said */
	if (mlock(mem, size) != 0)
		log_event("memory-not-locked", "octets=%zu errno=%d", size,
		    errno);
	return mem;
}

void
vault_begin(void)
{
	held = map(sizeof(*held), MAP_PRIVATE);
	lent = map(sizeof(*lent), MAP_PRIVATE);
	desk = map(sizeof(*desk), MAP_SHARED);
	if (madvise(held, pages(sizeof(*held)), MADV_WIPEONFORK) != 0)
		log_die("vault-failed", "step=wipeonfork errno=%d", errno);
	vault_show_desk(false);
}

void
vault_show_desk(bool to_children)
{
	if (madvise(desk, pages(sizeof(*desk)),
	    to_children ? MADV_DOFORK : MADV_DONTFORK) != 0)
		log_die("vault-failed", "step=fork errno=%d", errno);
}

void
vault_wipe(void)
{
	wipe(held, sizeof(*held));
}
