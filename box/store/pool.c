/* pool.c - the writer's side of its workers. */

#include "worker.h"

#include <string.h>
#include <unistd.h>

#include "os/log.h"
#include "store.h"

int
pool_zygote(const char *dir)
{
	int pair[2];
	pid_t pid;

	if (!chan_pair(pair))
		return -1;
	pid = fork();
	if (pid == 0)
		zygote_run(pair[1], dir);
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return -1;
	}
	return pair[0];
}

static void
ask_fork(struct store *st, bool checker)
{
	struct msg_zygote_fork m = { checker };

	serve_send(st->role, st->zygote, msg_zygote, ZYGOTE_TYPES,
	    ZYGOTE_FORK, &m, NULL, 0);
}

static struct peer *
add(struct store *st, int fd, enum client_kind kind)
{
	struct peer *p = serve_add(st->role, fd, ROLE_STORE, false, 0,
	    STR(""));

	if (p == NULL || client_new(p, kind) == NULL)
		log_die("no-memory", "for=workers");
	return p;
}

static void
new_process(struct store *st, int fd, bool checker)
{
	if (checker) {
		st->checker = add(st, fd, CLIENT_CHECKER);
		return;
	}
	for (size_t i = 0; i < st->workers; i++)
		if (st->worker[i] == NULL) {
			st->worker[i] = add(st, fd, CLIENT_WORKER);
			return;
		}
	close(fd);
}

/* The first ones are waited for: who is told "ready" may bind at once. */
void
pool_begin(struct store *st, int zygote_fd)
{
	static char wire[IPC_MAX];
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	struct msg_zygote_fork m = { 0 };
	struct chan_msg in;

	st->workers = cores < 2 ? 2 : cores > WORKERS_MAX ? WORKERS_MAX :
	    (size_t)cores;
	for (size_t i = 0; i < st->workers; i++) {
		if (chan_put(zygote_fd, msg_zygote, ZYGOTE_TYPES, ZYGOTE_FORK,
		    &m, NULL, 0) != CHAN_OK || chan_get(zygote_fd, wire,
		    msg_zygote, ZYGOTE_TYPES, &m, &in) != ZYGOTE_FORKED)
			log_die("store-zygote-gone", " ");
		new_process(st, in.fds[0], false);
	}
	st->zygote = add(st, zygote_fd, CLIENT_ZYGOTE);
}

static void
finish_check(struct store *st, uint64_t findings, bool done)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%llu",
	    (unsigned long long)findings);
	struct msg_admin_end end = { .id = st->check_id,
	    .verdict = findings == 0 ? VERDICT_YES : VERDICT_NO,
	    .why = findings == 0 ? STR("") : STR("findings") };

	end.detail = (struct str){ digits, (size_t)len };
	if (!done) {
		end.verdict = VERDICT_LATER;
		end.why = STR("busy");
	}
	if (st->check_id != 0)
		serve_send(st->role, serve_edge(st->role, ROLE_CONTROL, 0),
		    msg_admin, ADMIN_TYPES, ADMIN_END, &end, NULL, 0);
	st->check_id = 0;
}

static bool
from_checker(struct store *st, struct chan_msg *in)
{
	union {
		struct msg_worker_found found;
		struct msg_worker_checked checked;
		struct msg_worker_account account;
	} m;
	int type = field_get(msg_worker, WORKER_TYPES, in->wire, &m);
	struct msg_admin_row row = { .id = st->check_id };
	struct buf pairs;

	if (type == WORKER_CHECKED) {
		/* the next one need not wait until this process has ended */
		st->checker = NULL;
		finish_check(st, m.checked.findings, true);
	}
	if (type != WORKER_FOUND)
		return type == WORKER_CHECKED;
	/* all of them would not fit a channel; the END says how many */
	if (st->check_rows++ >= ADMIN_ROWS_MAX)
		return true;
	buf_init(&pairs, ADMIN_ARGS_MAX);
	admin_put(&pairs, STR("finding"), m.found.finding);
	admin_put(&pairs, STR("detail"), m.found.detail);
	row.row = buf_str(&pairs);
	serve_send(st->role, serve_edge(st->role, ROLE_CONTROL, 0), msg_admin,
	    ADMIN_TYPES, ADMIN_ROW, &row, NULL, 0);
	buf_free(&pairs);
	return true;
}

bool
pool_message(struct store *st, struct client *c, struct chan_msg *in)
{
	struct msg_zygote_fork m;

	if (c->kind == CLIENT_CHECKER)
		return in->nfds == 0 && from_checker(st, in);
	if (c->kind != CLIENT_ZYGOTE || in->nfds != 1 || field_get(msg_zygote,
	    ZYGOTE_TYPES, in->wire, &m) != ZYGOTE_FORKED)
		return false;
	in->nfds = 0;
	new_process(st, in->fds[0], m.checker != 0);
	return true;
}

/* Its sessions have lost their channel already. */
void
pool_gone(struct store *st, struct client *c)
{
	if (c->kind == CLIENT_ZYGOTE)
		log_die("store-zygote-gone", " ");
	if (c->kind == CLIENT_CHECKER && c->peer == st->checker) {
		st->checker = NULL;
		finish_check(st, 0, false);
	}
	for (size_t i = 0; i < st->workers; i++)
		if (st->worker[i] == c->peer) {
			st->worker[i] = NULL;
			ask_fork(st, false);
		}
}

int
pool_session(struct store *st, uint64_t account, uint64_t device)
{
	struct msg_worker_account m = { account, device };
	int pair[2];

	for (size_t n = 0; n < st->workers; n++) {
		struct peer *p = st->worker[st->turn++ % st->workers];
		bool sent;

		if (p == NULL)
			continue;
		if (!chan_pair(pair))
			return -1;
		sent = serve_send(st->role, p, msg_worker, WORKER_TYPES,
		    WORKER_SERVE, &m, &pair[1], 1);
		close(pair[1]);
		if (sent)
			return pair[0];
		close(pair[0]);
	}
	return -1;
}

void
pool_drop(struct store *st, uint64_t account, uint64_t device)
{
	struct msg_worker_account m = { account, device };

	for (size_t i = 0; i < st->workers; i++)
		if (st->worker[i] != NULL)
			serve_send(st->role, st->worker[i], msg_worker,
			    WORKER_TYPES, WORKER_DROP, &m, NULL, 0);
}

bool
pool_check(struct store *st, uint64_t id)
{
	if (st->check_id != 0 || st->checker != NULL)
		return false;
	st->check_id = id;
	st->check_rows = 0;
	ask_fork(st, true);
	return true;
}
