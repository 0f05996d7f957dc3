/* agent.c - the agent is started, and asked. */

#include "pli.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/wipe.h"
#include "os/memfd.h"

enum { PARENT_FD = 3, LOG_FD, PLI_FD, READY_MS = 60000 };

/* High numbers first, so that none overwrites another. */
static void
become_agent(const char *path, int parent, int chan)
{
	static char name[] = "agent", fd3[] = "parent=3", fd4[] = "log=4",
	    fd5[] = "pli=5";
	char *const argv[] = { name, fd3, fd4, fd5, NULL };
	char *const env[] = { NULL };
	int a = fcntl(parent, F_DUPFD, 16), c = fcntl(chan, F_DUPFD, 16);
	int null = open("/dev/null", O_RDWR);

	if (a < 0 || c < 0 || null < 0 || dup2(a, PARENT_FD) < 0 ||
	    dup2(null, LOG_FD) < 0 || dup2(c, PLI_FD) < 0 ||
	    dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    close_range(PLI_FD + 1, ~0U, 0) != 0)
		_exit(126);
	execve(path, argv, env);
	_exit(127);
}

int
agent_start(struct pli *p)
{
	char path[FILE_NAME_MAX];
	struct chan_msg in;
	int parent[2], chan[2];

	program_find(&p->cli, "agent", "agent", path);
	if (!chan_pair(parent) || !chan_pair(chan))
		return say(&p->cli, EXIT_LATER, "no-memory", NULL, NULL);
	fflush(stdout);
	p->agent = fork();
	if (p->agent == 0)
		become_agent(path, parent[1], chan[1]);
	close(parent[1]);
	close(chan[1]);
	p->parent = parent[0];
	p->chan = chan[0];
	/* it says when it is ready */
	if (p->agent < 0 || chan_wait(&p->parent, 1, READY_MS) != 0 ||
	    chan_recv(p->parent, false, p->in, &in) != CHAN_OK) {
		agent_end(p);
		return say(&p->cli, EXIT_LATER, "no-agent", path, NULL);
	}
	return 0;
}

/* It ends when its parent is gone. */
void
agent_end(struct pli *p)
{
	wipe(p->in, sizeof(p->in));
	if (p->chan >= 0)
		close(p->chan);
	if (p->parent >= 0)
		close(p->parent);
	p->chan = p->parent = -1;
	if (p->agent > 0)
		(void)waitpid(p->agent, NULL, 0);
	p->agent = 0;
}

static int
answer(struct pli *p, unsigned want, struct buf *file, const char *subject)
{
	struct chan_msg in;
	int type = chan_get(p->chan, p->in, msg_agent, AGENT_TYPES, &p->got,
	    &in);
	bool ok = true;

	if (type == AGENT_REFUSED)
		return agent_say(p, subject);
	if (type != (int)want)
		return say(&p->cli, EXIT_LATER, "agent-gone", NULL, NULL);
	if (in.nfds > 0 && file != NULL)
		ok = memfd_add(in.fds[0], FILE_MAX_, file);
	chan_close_fds(&in);
	return ok ? 0 : say(&p->cli, EXIT_LATER, "no-memory", NULL, NULL);
}

int
agent_ask(struct pli *p, unsigned type, const void *msg,
    const struct str *file, unsigned want, struct buf *got_file,
    const char *subject)
{
	enum chan_status sent;
	int fd = -1;

	if (file != NULL && (fd = memfd_of("pli", *file)) < 0)
		return say(&p->cli, EXIT_LATER, "no-memory", NULL, NULL);
	sent = chan_put(p->chan, msg_agent, AGENT_TYPES, type, msg, &fd,
	    file != NULL ? 1 : 0);
	if (fd >= 0)
		close(fd);
	if (sent != CHAN_OK)
		return say(&p->cli, EXIT_LATER, "agent-gone", NULL, NULL);
	return answer(p, want, got_file, subject);
}

/* What is cheaper to guess at than today's is made anew. */
static int
upgrade(struct pli *p, const char *passphrase)
{
	struct msg_agent_rekey m = { .id = 2, .passphrase = from_c(passphrase),
	    .next = from_c(passphrase) };
	struct buf file;
	int status;

	buf_init(&file, FILE_MAX_);
	status = agent_ask(p, AGENT_REKEY, &m, NULL, AGENT_CONTAINER, &file,
	    p->address);
	if (status == 0)
		status = container_write(p, buf_str(&file));
	buf_free(&file);
	return status;
}

static int
unlock(struct pli *p, const char *passphrase, uint32_t idle)
{
	struct msg_agent_unlock m = { .id = 1, .idle = idle,
	    .passphrase = from_c(passphrase) };
	struct buf file, keys;
	struct str octets;
	int status;

	buf_init(&file, FILE_MAX_);
	buf_init(&keys, AGENT_UNLOCKED_KEYS);
	status = container_read(p, &file);
	octets = buf_str(&file);
	if (status == 0)
		status = agent_ask(p, AGENT_UNLOCK, &m, &octets,
		    AGENT_UNLOCKED, &keys, p->dir);
	if (status == 0 && p->got.unlocked.weak != 0)
		status = upgrade(p, passphrase);
	if (keys.len > 0)
		wipe(keys.ptr, keys.len);
	buf_free(&keys);
	buf_free(&file);
	return status;
}

int
agent_unlock(struct pli *p, char passphrase[SECRET_MAX + 1])
{
	bool there = false;
	int status;

	if (!account_find(p, p->account))
		return EXIT_NO;
	if (home_connect(p) && home_agent_status(p))
		there = p->got.status_is.unlocked != 0;
	status = passphrase_take(p, "ask-passphrase", passphrase);
	if (status == 0 && !there) {
		agent_end(p);
		status = agent_start(p);
	}
	return status != 0 ? status :
	    unlock(p, passphrase, there ? AGENT_IDLE_AS_IT_WAS : 0);
}

int
agent_ready(struct pli *p)
{
	char passphrase[SECRET_MAX + 1];
	int status;

	if (!account_find(p, p->account))
		return EXIT_NO;
	if (home_connect(p) && home_agent_status(p) &&
	    p->got.status_is.unlocked != 0)
		return 0;
	status = agent_unlock(p, passphrase);
	wipe(passphrase, sizeof(passphrase));
	return status;
}

int
agent_open(struct pli *p, char passphrase[SECRET_MAX + 1], uint32_t idle)
{
	int status;

	if (!home_agent_status(p))
		return say(&p->cli, EXIT_LATER, "agent-gone", NULL, NULL);
	if (p->got.status_is.unlocked != 0)
		return 0;
	status = passphrase_take(p, "ask-passphrase", passphrase);
	return status != 0 ? status : unlock(p, passphrase, idle);
}

int
agent_set(struct pli *p, unsigned kind, struct str value)
{
	struct msg_agent_set m = { .id = 3, .kind = kind, .value = value };
	struct buf file;
	int status;

	buf_init(&file, FILE_MAX_);
	status = agent_ask(p, AGENT_SET, &m, NULL, AGENT_CONTAINER, &file,
	    p->address);
	if (status == 0)
		status = container_write(p, buf_str(&file));
	buf_free(&file);
	return status;
}

int
sheet_write(struct pli *p, const char *passphrase, const char *path,
    bool letter)
{
	struct msg_agent_give m = { .id = 9, .what = AGENT_SHEET,
	    .passphrase = from_c(passphrase), .protect = STR("") };
	struct buf html;
	int status;

	m.number = (p->cli.lang == LANG_FR ? AGENT_SHEET_FR : 0u) |
	    (letter ? AGENT_SHEET_LETTER : 0u);
	buf_init(&html, 8 << 20);
	status = agent_ask(p, AGENT_GIVE, &m, NULL, AGENT_GIVEN, &html, path);
	if (status == 0)
		status = file_write(p, path, buf_str(&html), true);
	buf_free(&html);
	return status;
}
