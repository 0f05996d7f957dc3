/*
 * reader.c - a worker: one read-only connection, many sessions.
 *
 * It never waits for a session: who does not take an answer loses the
 * channel.  No answer is longer than READ_CHUNK, so none holds up the others.
 */

#include "contacts.h"
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ipc/chan.h"
#include "os/log.h"
#include "os/memfd.h"
#include "store.h"

enum { SESSIONS_MAX = 4096, EVENTS = 64, SLACK = 4096, CONTROL_BURST = 16 };

struct session {
	int fd;			/* -1: free */
	uint64_t account, device;
};

static struct {
	int chan, epoll;
	struct sql db;
	struct session session[SESSIONS_MAX];
	size_t high;
	struct buf out, wire;
	char in[IPC_MAX];
} w;

union read {
	struct msg_read_index index;
	struct msg_read_messages messages;
	struct msg_read_quota quota;
	struct msg_read_changes changes;
	struct msg_read_emails emails;
	struct msg_read_query query;
	struct msg_read_remotes remotes;
	struct msg_read_snippets snippets;
	struct msg_read_submissions submissions;
	struct msg_read_contacts contacts;
	struct msg_read_open open;
	struct msg_read_answer answer;
	struct msg_read_inline inl;
};

static void
forget(struct session *s)
{
	close(s->fd);
	s->fd = -1;
}

static bool
send_wire(int fd, unsigned type, const void *m, const int *fds, size_t nfds)
{
	buf_clear(&w.wire);
	field_put(&w.wire, msg_read, READ_TYPES, type, m);
	return !w.wire.failed && chan_send(fd, false, buf_str(&w.wire), fds,
	    nfds) == CHAN_OK;
}

static bool
answer(int fd, enum verdict v, bool more)
{
	struct msg_read_inline inl = { v, more, STR("") };
	struct msg_read_answer big = { v, more, w.out.len };
	int mem;
	bool sent;

	if (v == VERDICT_YES && w.out.len > READ_INLINE_MAX) {
		mem = memfd_of("answer", buf_str(&w.out));
		if (mem >= 0) {
			sent = send_wire(fd, READ_DATA, &big, &mem, 1);
			close(mem);
			return sent;
		}
		inl.verdict = VERDICT_LATER;
	} else if (v == VERDICT_YES) {
		inl.data = buf_str(&w.out);
	}
	return send_wire(fd, READ_INLINE, &inl, NULL, 0);
}

static enum verdict
look_emails(uint64_t account, int type, const union read *m, bool *more)
{
	switch (type) {
	case READ_CHANGES:
		return read_changes(&w.db, account, &m->changes, &w.out,
		    more);
	case READ_BURIED:
		return read_buried(&w.db, account, &m->changes, &w.out, more);
	case READ_EMAILS:
		return read_emails(&w.db, account, &m->emails, &w.out, more);
	case READ_THREADS:
		return read_threads(&w.db, account, &m->emails, &w.out, more);
	case READ_REMOTES:
		return read_remotes(&w.db, account, &m->remotes, &w.out,
		    more);
	case READ_SNIPPETS:
		return read_snippets(&w.db, account, &m->snippets, &w.out);
	default:
		return read_query(&w.db, account, &m->query, &w.out, more);
	}
}

static enum verdict
look(uint64_t account, int type, const union read *m, bool *more)
{
	switch (type) {
	case READ_LIST:
		return read_list(&w.db, account, &w.out);
	case READ_INDEX:
		return read_index(&w.db, account, &m->index, &w.out, more);
	case READ_VANISHED:
		return read_vanished(&w.db, account, &m->index, &w.out, more);
	case READ_KEYWORDS:
		return read_keywords(&w.db, account, &m->index, &w.out);
	case READ_QUOTA:
		return read_quota(&w.db, account, &m->quota, &w.out);
	case READ_OPEN:
		return read_open(&w.db, account, &m->open, &w.out);
	case READ_MESSAGES:
		return read_messages(&w.db, account, &m->messages, &w.out,
		    more);
	case READ_SUBMISSIONS:
		return read_submissions(&w.db, account, &m->submissions,
		    &w.out, more);
	case READ_IDENTITIES:
		return read_identities(&w.db, account, &w.out);
	case READ_CONTACTS:
		return read_contacts(&w.db, account, &m->contacts, &w.out,
		    more);
	case READ_STATE:
		return read_state(&w.db, account, &w.out);
	default:
		return look_emails(account, type, m, more);
	}
}

/* One transaction, so that the records of an answer fit together. */
static bool
serve_one(struct session *s, struct chan_msg *in)
{
	union read m;
	int type = field_get(msg_read, READ_TYPES, in->wire, &m);
	enum verdict v = VERDICT_LATER;
	bool more = false;

	if (type < READ_LIST || type == READ_DATA || type == READ_INLINE ||
	    in->nfds > 0)
		return false;
	buf_clear(&w.out);
	if (sql_run(&w.db, "BEGIN", "") == SQL_DONE)
		v = look(s->account, type, &m, &more);
	if (sql_in_transaction(&w.db))
		(void)sql_run(&w.db, "COMMIT", "");
	if (v == VERDICT_YES && w.out.failed)
		v = VERDICT_LATER;
	return answer(s->fd, v, more);
}

static void
take(struct session *s)
{
	struct chan_msg in;
	enum chan_status got = chan_recv(s->fd, false, w.in, &in);

	if (got == CHAN_AGAIN)
		return;
	if (got == CHAN_GONE || !serve_one(s, &in))
		forget(s);
	if (got == CHAN_OK)
		chan_close_fds(&in);
}

static void
add(int fd, const struct msg_worker_account *m)
{
	struct epoll_event ev = { .events = EPOLLIN };
	size_t i = 0;

	while (i < w.high && w.session[i].fd >= 0)
		i++;
	if (i == SESSIONS_MAX) {
		close(fd);
		return;
	}
	if (i == w.high)
		w.high++;
	w.session[i] = (struct session){ fd, m->account, m->device };
	ev.data.ptr = &w.session[i];
	if (epoll_ctl(w.epoll, EPOLL_CTL_ADD, fd, &ev) != 0)
		forget(&w.session[i]);
}

static void
drop(const struct msg_worker_account *m)
{
	for (size_t i = 0; i < w.high; i++)
		if (w.session[i].fd >= 0 &&
		    w.session[i].account == m->account && (m->device == 0 ||
		    w.session[i].device == m->device))
			forget(&w.session[i]);
}

static void
take_control(void)
{
	struct msg_worker_account m;
	struct chan_msg in;

	for (int n = 0; n < CONTROL_BURST; n++) {
		enum chan_status got = chan_recv(w.chan, false, w.in, &in);
		int type;

		if (got == CHAN_AGAIN)
			return;
		if (got == CHAN_GONE)	/* the writer is */
			_exit(0);
		type = field_get(msg_worker, WORKER_TYPES, in.wire, &m);
		if (type == WORKER_SERVE && in.nfds == 1)
			add(in.fds[0], &m);
		else if (type == WORKER_DROP && in.nfds == 0)
			drop(&m);
		else
			_exit(1);
	}
}

static void
open_database(const char *dir)
{
	char path[4096];
	enum sql_status s;

	if (!store_path(path, sizeof(path), dir))
		_exit(1);
	s = sql_open(&w.db, path, SQL_READER);
	if (s != SQL_DONE)
		log_die("store-open-failed", "why=%s", sql_status_name(s));
}

void
reader_run(int chan, const char *dir)
{
	static struct epoll_event ev[EVENTS];
	struct epoll_event control = { .events = EPOLLIN };

	open_database(dir);
	buf_init(&w.out, READ_CHUNK + SLACK);
	buf_init(&w.wire, IPC_MAX);
	w.chan = chan;
	w.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (w.epoll < 0 || epoll_ctl(w.epoll, EPOLL_CTL_ADD, chan,
	    &control) != 0)
		log_die("epoll-failed", "errno=%d", errno);
	for (;;) {
		int n = epoll_wait(w.epoll, ev, EVENTS, -1);

		for (int i = 0; i < n; i++) {
			struct session *s = ev[i].data.ptr;

			if (s == NULL)
				take_control();
			else if (s->fd >= 0)
				take(s);
		}
	}
}

static void
found(void *arg, const char *finding, struct str detail)
{
	struct msg_worker_found m = { { finding, strlen(finding) }, detail };

	(void)arg;
	if (m.detail.len > WHY_MAX)
		m.detail.len = WHY_MAX;
	(void)chan_put(w.chan, msg_worker, WORKER_TYPES, WORKER_FOUND, &m,
	    NULL, 0);
}

void
checker_run(int chan, const char *dir)
{
	struct msg_worker_checked m;

	open_database(dir);
	w.chan = chan;
	m.findings = check_all(&w.db, found, NULL);
	(void)chan_put(chan, msg_worker, WORKER_TYPES, WORKER_CHECKED, &m,
	    NULL, 0);
	_exit(0);
}
