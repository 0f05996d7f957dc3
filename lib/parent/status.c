/* status.c - what plictl status shows of the parent's. */

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/verdict.h"
#include "os/clock.h"
#include "os/landlock.h"
#include "parent/parent.h"

static void
add_number(struct buf *out, const char *key, uint64_t n)
{
	buf_byte(out, ' ');
	buf_add_c(out, key);
	buf_byte(out, '=');
	buf_add_u64(out, n);
}

static void
add_proc(const struct proc *p, struct buf *out)
{
	buf_add_c(out, "role=");
	buf_add_c(out, role_name(p->role));
	add_number(out, "instance", p->instance);
	add_number(out, "pid", p->pid > 0 ? (uint64_t)p->pid : 0);
	add_number(out, "restarts", p->restarts);
	add_number(out, "up", p->pid > 0 ?
	    (uint64_t)(clock_ms() - p->started_ms) / 1000 : 0);
	buf_add_c(out, p->retired ? " state=retiring" :
	    p->parked ? " state=locked" :
	    p->ready ? " state=running" : " state=starting");
	buf_byte(out, '\n');
}

static void
add_listener(const struct listener *l, struct buf *out)
{
	buf_add_c(out, "listen=");
	buf_add_c(out, conf_service_name(l->l.service));
	buf_add_c(out, " address=");
	buf_add(out, l->l.address.len > 0 ? l->l.address : STR("*"));
	add_number(out, "port", l->l.port);
	if (l->l.clear)
		buf_add_c(out, " clear=1");
	buf_byte(out, '\n');
}

/* Memory of roles could be written out: messages in flight. */
static bool
swap_is_on(void)
{
	char text[512];
	int fd = open("/proc/swaps", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text));

	if (fd >= 0)
		close(fd);
	/* a heading, and a line a swap area */
	return n > 0 && memchr(text, '\n', (size_t)n) !=
	    memrchr(text, '\n', (size_t)n);
}

/* By systemd's MemorySwapMax=0, say (cgroup v2, memory.swap.max). */
static bool
swap_is_barred(void)
{
	static const struct str v2 = STR_INIT("0::");
	char group[512], path[600], text[8] = "";
	int fd = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, group, sizeof(group) - 1);
	struct str in = { group, n > 0 ? (size_t)n : 0 };

	if (fd >= 0)
		close(fd);
	group[in.len] = '\0';
	group[strcspn(group, "\n")] = '\0';
	if (!str_take_word(&in, v2))
		return false;
	snprintf(path, sizeof(path), "/sys/fs/cgroup%s/memory.swap.max",
	    in.ptr);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	return n == 2 && memcmp(text, "0\n", 2) == 0;
}

void
status_text(const struct parent *b, struct buf *out)
{
	buf_add_c(out, "version=" PLI_VERSION);
	add_number(out, "up", (uint64_t)(clock_ms() - b->started_ms) / 1000);
	add_number(out, "landlock", (uint64_t)landlock_abi());
	buf_add_c(out, swap_is_on() && !swap_is_barred() ? " swap=on" :
	    " swap=off");
	buf_add_c(out, b->root ? " uids=own" : " uids=one");
#ifdef PLI_SANITIZED
	buf_add_c(out, " sandbox=off");
#else
	buf_add_c(out, " sandbox=on");
#endif
	buf_byte(out, '\n');
	buf_add_c(out, "host=");
	buf_add(out, b->conf.host);
	buf_add_c(out, " log=");
	buf_add_c(out, b->paths.log);
	buf_byte(out, '\n');
	for (size_t i = 0; i < PROCS_MAX; i++)
		if (b->proc[i].used)
			add_proc(&b->proc[i], out);
	for (size_t i = 0; i < b->listeners; i++)
		add_listener(&b->listener[i], out);
}

void
answer(struct parent *b, uint64_t id, uint32_t verdict, struct str text)
{
	struct msg_parent_answer m = { id, verdict, text };

	if (id == 0)
		return;		/* a signal asked */
	for (size_t i = 0; i < PROCS_MAX; i++) {
		struct proc *p = &b->proc[i];

		if (p->used && p->pid != 0 && p->role == ROLE_CONTROL) {
			(void)chan_put(p->chan, msg_parent, PARENT_TYPES,
			    PARENT_ANSWER, &m, NULL, 0);
			return;
		}
	}
}
