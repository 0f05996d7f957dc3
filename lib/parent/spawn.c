/* spawn.c - a role is born: its channels, its descriptors, its uid. */

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/securebits.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/memfd.h"
#include "parent/parent.h"
#include "parent/topology.h"

enum {
	ARGS_MAX = 64, ARG_LEN = 48, FIRST_FD = 3, OUT_OF_THE_WAY = 200,
	KEYS_LOCKED = 256 << 20,
};

/* Arguments and the descriptors that they name, in the same order. */
struct birth {
	char arg[ARGS_MAX][ARG_LEN];
	int fd[ARGS_MAX];
	size_t n;
	char work[PATH_MAX_ + 8];
	bool find;
};

static void
give(struct birth *g, const char *plus, const char *name, const char *suffix,
    int fd)
{
	int n;

	assert(g->n < ARGS_MAX);
	n = snprintf(g->arg[g->n], ARG_LEN, "%s%s%s=%zu", plus, name, suffix,
	    FIRST_FD + g->n);
	assert(n > 0 && n < ARG_LEN);
	g->fd[g->n++] = fd;
}

/* One channel: an end for the newborn, the other for who lives already. */
static bool
join(struct birth *g, const struct topology_edge *e, enum role_id newborn,
    struct proc *other)
{
	struct msg_parent_edge m;
	char name[32];
	int pair[2], n;
	bool from = e->from == newborn;
	enum chan_status status;

	if (!chan_pair(pair))
		return false;
	give(g, from && e->mint ? "+" : "", role_name(other->role), "",
	    pair[0]);
	n = snprintf(name, sizeof(name), "%s%s", !from && e->mint ? "+" : "",
	    role_name(newborn));
	m.name = (struct str){ name, (size_t)n };
	status = chan_put(other->chan, msg_parent, PARENT_TYPES, PARENT_EDGE,
	    &m, &pair[1], 1);
	close(pair[1]);
	if (status == CHAN_AGAIN)	/* it hangs: better anew */
		(void)kill(other->pid, SIGKILL);
	return status == CHAN_OK;
}

static void
join_all(struct parent *b, struct birth *g, enum role_id newborn)
{
	for (size_t i = 0; i < topology_edges_count; i++) {
		const struct topology_edge *e = &topology_edges[i];
		enum role_id other = e->from == newborn ? e->to : e->from;

		if (e->from != newborn && e->to != newborn)
			continue;
		for (size_t k = 0; k < PROCS_MAX; k++) {
			struct proc *p = &b->proc[k];

			if (p->used && p->pid != 0 && !p->retired &&
			    p->role == other && !join(g, e, newborn, p))
				say(b, "edge-failed", "from=%s to=%s",
				    role_name(e->from), role_name(e->to));
		}
	}
}

static void
give_listeners(struct birth *g, const struct topology_role *t,
    const struct listener *l, size_t n)
{
	char name[ARG_LEN];

	for (size_t i = 0; i < n; i++) {
		if ((t->services & (1u << l[i].l.service)) == 0)
			continue;
		snprintf(name, sizeof(name), "listen.%s",
		    conf_service_name(l[i].l.service));
		give(g, "", name, l[i].l.clear ? "/clear" : "", dup(l[i].fd));
	}
}

/* keys locks its memory: Debian's limit is too small for a library's heap. */
static void
let_lock_memory(enum role_id role)
{
	struct rlimit r = { KEYS_LOCKED, KEYS_LOCKED };

	if (role == ROLE_KEYS || role == ROLE_AGENT)
		(void)setrlimit(RLIMIT_MEMLOCK, &r);
}

/* In the child: descriptors in their places, the uid, the program. */
static void
become(const struct parent *b, const struct birth *g, enum role_id role,
    int exe)
{
	/* what a master has bound its children need not bind anew */
	static char now[] = "LD_BIND_NOW=1";
	static char *const environment[] = { now, NULL };
	char *argv[ARGS_MAX + 4];
	uid_t uid = UID_BASE + (uid_t)role;
	size_t n = 0;
	int high[ARGS_MAX];
	sigset_t none;

	(void)setsid();		/* Ctrl-C is for the parent alone */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (size_t i = 0; i < g->n; i++)
		high[i] = fcntl(g->fd[i], F_DUPFD, OUT_OF_THE_WAY);
	exe = fcntl(exe, F_DUPFD_CLOEXEC, OUT_OF_THE_WAY);
	for (size_t i = 0; i < g->n; i++)
		if (high[i] < 0 || dup2(high[i], FIRST_FD + (int)i) < 0)
			_exit(71);
	close_range(FIRST_FD + (unsigned)g->n, (unsigned)exe - 1, 0);
	close_range((unsigned)exe + 1, ~0u, 0);
	let_lock_memory(role);
	if (b->strong && prctl(PR_SET_SECUREBITS, SECBIT_NOROOT |
	    SECBIT_NOROOT_LOCKED, 0, 0, 0) != 0)
		_exit(72);
	if (b->root && (setgroups(0, NULL) != 0 ||
	    setresgid(uid, uid, uid) != 0 || setresuid(uid, uid, uid) != 0))
		_exit(72);
	argv[n++] = (char *)(uintptr_t)role_name(role);
	for (size_t i = 0; i < g->n; i++)
		argv[n++] = (char *)(uintptr_t)g->arg[i];
	if (g->work[0] != '\0')
		argv[n++] = (char *)(uintptr_t)g->work;
	if (g->find)
		argv[n++] = (char *)(uintptr_t)"with=find";
	argv[n] = NULL;
	execveat(exe, "", argv, environment, AT_EMPTY_PATH);
	_exit(73);
}

struct proc *
spawn_new(struct parent *b, enum role_id role, unsigned instance)
{
	for (size_t i = 0; i < PROCS_MAX; i++)
		if (!b->proc[i].used) {
			b->proc[i] = (struct proc){ .used = true,
			    .role = role, .instance = instance,
			    .chan = -1, .log = -1 };
			return &b->proc[i];
		}
	return NULL;
}

static int
open_in(struct str dir, const char *name, const char *below, const char *more)
{
	char path[PATH_MAX_ + 64];

	snprintf(path, sizeof(path), "%.*s/%s%s%s", (int)dir.len, dir.ptr,
	    name, below, more);
	return open(path, O_PATH | O_CLOEXEC);
}

static bool
is_no_colon(unsigned char c)
{
	return c != ':';
}

/* DIR/ROLE, or in a build folder DIR/ROLE/ROLE, of one of the folders between
 * the colons.  Opened as root, so that the folder need not be open to the
 * role's uid. */
static int
open_program(const struct parent *b, enum role_id role)
{
	struct str dirs = from_c(b->paths.libexec);
	const char *name = role_name(role);
	int fd = -1;

	while (fd < 0 && dirs.len > 0) {
		struct str dir = str_take_while(&dirs, is_no_colon);

		(void)str_take_byte(&dirs, ':');
		fd = open_in(dir, name, "/", name);
		if (fd < 0)
			fd = open_in(dir, name, "", "");
	}
	return fd;
}

/* What the configuration names and root alone may read: an ACME client's key,
 * a password. */
static void
give_file(struct birth *g, const char *name, struct str file)
{
	char path[PATH_MAX_];
	int fd;

	if (file.len == 0 || file.len >= sizeof(path))
		return;
	memcpy(path, file.ptr, file.len);
	path[file.len] = '\0';
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0)		/* else the role says why */
		give(g, "", name, "", fd);
}

static void
give_files(struct birth *g, enum role_id role, struct str conf_text)
{
	static struct conf conf;
	struct conf_error error;

	if (!conf_parse(&conf, conf_text, &error))
		return;
	if (role == ROLE_KEYS) {
		give_file(g, "chain", conf.chain);
		give_file(g, "key", conf.key);
	} else if (role == ROLE_DNS) {
		give_file(g, "anchor", conf.anchor);
	} else if (role == ROLE_SEND) {
		give_file(g, "secret", conf.smart_user);
	}
}

static bool
prepare(struct parent *b, struct proc *p, struct str conf_text, struct birth *g,
    int mine[2])
{
	/* a role that does not read must not stop the parent for long */
	static const struct timeval patience = { 0, 200000 };
	int pair[2], conf;

	mine[0] = mine[1] = -1;
	if (!chan_pair(pair))
		return false;
	mine[0] = pair[0];
	give(g, "", "parent", "", pair[1]);
	if (!chan_pair(pair))
		return false;
	mine[1] = pair[0];
	give(g, "", "log", "", pair[1]);
	conf = memfd_of("conf", conf_text);
	if (conf < 0)
		return false;
	give(g, "", "conf", "", conf);
	if (setsockopt(mine[0], SOL_SOCKET, SO_SNDTIMEO, &patience,
	    sizeof(patience)) != 0)
		return false;
	give_files(g, p->role, conf_text);
	if (p->role == ROLE_KEYS) {
		give(g, "", "boot", "", dup(b->boot));
	}
	if (p->role == ROLE_SEND && b->relay >= 0)
		give(g, "", "secret", "", dup(b->relay));
	if (p->role == ROLE_STORE && b->mirror >= 0)
		give(g, "", "dbkey", "", dup(b->mirror));
	if (p->role == ROLE_CONTROL)
		give(g, "", "socket", "", dup(b->control));
	return true;
}

static void
set_words(const struct parent *b, const struct topology_role *t,
    struct birth *g)
{
	/* a mirror is there to be searched */
	g->find = t->id == ROLE_STORE && b->mirror >= 0;
	if (t->dir != DIR_NONE)
		snprintf(g->work, sizeof(g->work), "work=%s",
		    t->dir == DIR_KEYS ? b->paths.keys : b->paths.store);
}

static void
unborn(const struct birth *g, const int mine[2], int exe)
{
	for (size_t i = 0; i < g->n; i++)
		close(g->fd[i]);
	for (int i = 0; i < 2; i++)
		if (mine[i] >= 0)
			close(mine[i]);
	if (exe >= 0)
		close(exe);
}

bool
spawn_role(struct parent *b, struct proc *p, struct str conf_text,
    const struct listener *l, size_t listeners)
{
	const struct topology_role *t = topology_role(p->role);
	static struct birth g;
	int mine[2] = { -1, -1 }, exe;

	memset(&g, 0, sizeof(g));
	exe = open_program(b, p->role);
	if (exe < 0 || !prepare(b, p, conf_text, &g, mine)) {
		say(b, "start-failed", "role=%s in=%s errno=%d",
		    role_name(p->role), b->paths.libexec, errno);
		unborn(&g, mine, exe);
		return false;
	}
	give_listeners(&g, t, l, listeners);
	join_all(b, &g, p->role);
	set_words(b, t, &g);
	p->pid = fork();
	if (p->pid == 0)
		become(b, &g, p->role, exe);
	close(exe);
	for (size_t i = 0; i < g.n; i++)
		close(g.fd[i]);
	p->chan = mine[0];
	p->log = mine[1];
	p->ready = false;
	p->started_ms = clock_ms();
	if (p->pid < 0) {
		p->pid = 0;
		say(b, "fork-failed", "errno=%d", errno);
	}
	return p->pid > 0;
}

bool
spawn_conf(struct proc *p, struct str conf_text)
{
	int fd = memfd_of("conf", conf_text);
	enum chan_status status;

	if (fd < 0)
		return false;
	status = chan_put(p->chan, msg_parent, PARENT_TYPES, PARENT_CONF, NULL,
	    &fd, 1);
	close(fd);
	return status == CHAN_OK;
}
