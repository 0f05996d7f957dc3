/*
 * check.c - the operator, or a new device, brings a certificate: what is it?
 *
 * Somebody else may have made the file, and librnp has to parse it: so a child
 * is forked for each, which has the file and one channel back, and sees no
 * mail.  What goes on to the store is what it has written anew.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "seal.h"

enum { CHECK_CPU = 5, CHECK_PATIENCE = 20 };	/* seconds */

static struct check {
	struct peer *child;		/* NULL: this place is free */
	enum role_id from;		/* control, auth */
	uint64_t id;			/* theirs */
	int64_t since;
} checks[CHECKS_MAX];

static void
say(struct role *r, enum role_id to, uint64_t id, enum verdict verdict,
    enum cert_status why)
{
	struct msg_seal_cert_is m = { .id = id, .verdict = verdict,
	    .why = from_c(cert_word(why)) };

	serve_send(r, serve_edge(r, to, 0), msg_seal, SEAL_TYPES,
	    SEAL_CERT_IS, &m, NULL, 0);
}

static struct check *
check_of(const struct peer *child)
{
	for (size_t i = 0; i < CHECKS_MAX; i++)
		if (checks[i].child == child)
			return &checks[i];
	return NULL;
}

static enum cert_status
look(uint64_t size, struct cert_info *info)
{
	void *mem;

	if (size == 0)
		return CERT_EMPTY;
	if (size > CERT_FILE_MAX)
		return CERT_BIG;
	if (lseek(3, 0, SEEK_END) != (off_t)size)
		return CERT_EMPTY;
	mem = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, 3, 0);
	if (mem == MAP_FAILED)
		return CERT_LATER;
	return cert_check((struct str){ mem, (size_t)size },
	    (uint64_t)time(NULL), info);
}

/* In the child: descriptor 3 is the file, 4 the way back. */
static void
work(uint64_t id, uint64_t size)
{
	static struct cert_info info;
	struct rlimit cpu = { CHECK_CPU, CHECK_CPU };
	struct msg_seal_cert_is m = { .id = id };
	enum cert_status status;

	sandbox_child();
	(void)setrlimit(RLIMIT_CPU, &cpu);
	status = look(size, &info);
	m.why = from_c(cert_word(status));
	m.verdict = status == CERT_OK ? VERDICT_YES :
	    status == CERT_LATER ? VERDICT_LATER : VERDICT_NO;
	m.fingerprint = from_c(info.fingerprint);
	m.user_id = from_c(info.user_id);
	m.algorithm = from_c(info.algorithm);
	m.created = info.created;
	m.expires = info.expires;
	if (status == CERT_OK)
		m.use = (struct str){ info.use, info.use_len };
	(void)chan_put(4, msg_seal, SEAL_TYPES, SEAL_CERT_IS, &m, NULL, 0);
	_exit(0);
}

/* High numbers first, so that neither overwrites the other. */
static void
keep(int file, int back)
{
	int a = fcntl(file, F_DUPFD, 5), b = fcntl(back, F_DUPFD, 5);

	if (a < 0 || b < 0 || dup2(a, 3) < 0 || dup2(b, 4) < 0 ||
	    close_range(5, ~0U, 0) != 0)
		_exit(1);
	log_to(-1);
}

static bool
begin(struct role *r, struct check *c, enum role_id from, int file,
    const struct msg_seal_check_cert *m)
{
	struct peer *child;
	int pair[2];
	pid_t pid;

	if (!chan_pair(pair))
		return false;
	child = serve_add(r, pair[0], ROLE_SEAL, true, 0, STR(""));
	if (child == NULL) {		/* it has closed pair[0] */
		close(pair[1]);
		return false;
	}
	pid = fork();
	if (pid == 0) {
		keep(file, pair[1]);
		work(m->id, m->size);
	}
	close(pair[1]);
	if (pid < 0) {
		log_event("fork-failed", "errno=%d", errno);
		serve_drop(r, child);
		return false;
	}
	*c = (struct check){ child, from, m->id, seal_now() };
	return true;
}

bool
check_take(struct role *r, struct peer *p, struct chan_msg *in)
{
	struct check *c = check_of(NULL);
	struct msg_seal_check_cert m;

	if (field_get(msg_seal, SEAL_TYPES, in->wire, &m) != SEAL_CHECK_CERT ||
	    in->nfds != 1)
		return false;
	if (c == NULL || !begin(r, c, p->from, in->fds[0], &m))
		say(r, p->from, m.id, VERDICT_LATER, CERT_LATER);
	return true;
}

/* It may have been taken over: its id is ours, not its own. */
bool
check_answer(struct role *r, struct peer *p, struct chan_msg *in)
{
	struct check *c = check_of(p);
	struct msg_seal_cert_is m;

	if (c == NULL || in->nfds != 0 || field_get(msg_seal, SEAL_TYPES,
	    in->wire, &m) != SEAL_CERT_IS || m.verdict >= VERDICTS)
		return false;
	m.id = c->id;
	c->child = NULL;
	serve_send(r, serve_edge(r, c->from, 0), msg_seal, SEAL_TYPES,
	    SEAL_CERT_IS, &m, NULL, 0);
	serve_drop(r, p);
	return true;
}

void
check_gone(struct role *r, const struct peer *p)
{
	struct check *c = check_of(p);
	int status;

	if (c != NULL) {
		/* it died of the file */
		say(r, c->from, c->id, VERDICT_NO, CERT_BROKEN);
		c->child = NULL;
	}
	while (waitpid(-1, &status, WNOHANG) > 0)
		if (WIFSIGNALED(status))
			log_event("child-crashed", "signal=%d",
			    WTERMSIG(status));
}

void
check_tick(struct role *r)
{
	for (size_t i = 0; i < CHECKS_MAX; i++)
		if (checks[i].child != NULL &&
		    seal_now() - checks[i].since > CHECK_PATIENCE)
			serve_drop(r, checks[i].child);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}
