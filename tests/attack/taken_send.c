/* taken_send.c - what a child of send that was taken over can say. */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipc/msg_queue.h"
#include "os/log.h"
#include "taken.h"

static char in_buf[IPC_MAX];
static int letter = -1;			/* the memfd of the last one */

int
call_home(const struct role *r)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
	    .sin_port = htons(r->conf.send_port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (s < 0 || connect(s, (struct sockaddr *)&to, sizeof(to)) != 0)
		_exit(3);
	return s;
}

bool
is_go(const struct chan_msg *in, uint64_t *order)
{
	union msg_send_any m;

	if (field_get(msg_send, SEND_TYPES, in->wire, &m) != SEND_GO)
		return false;
	*order = m.go.attempt;
	return true;
}

static void
tell(struct child *c, enum msg_send type, const void *m)
{
	(void)chan_put(c->chan[ROLE_QUEUE], msg_send, SEND_TYPES, type, m,
	    NULL, 0);
	fputs("said\n", out);
}

static void
do_id(struct child *c, char **w)
{
	(void)w;
	fprintf(out, "%llu\n", (unsigned long long)c->id);
}

static void
do_ready(struct child *c, char **w)
{
	struct msg_send_go m = { strtoull(w[1], NULL, 10) };

	tell(c, SEND_READY, &m);
}

static void
do_result(struct child *c, char **w)
{
	struct msg_send_result m = { .letter = strtoull(w[1], NULL, 10),
	    .rcpt = (uint32_t)strtoul(w[2], NULL, 10),
	    .verdict = (uint32_t)strtoul(w[3], NULL, 10),
	    .status = STR("5.7.1"), .reply = STR("says who was taken over") };

	tell(c, SEND_RESULT, &m);
}

static void
do_next(struct child *c, char **w)
{
	(void)w;
	tell(c, SEND_NEXT, NULL);
}

static void
say_letter(const struct msg_send_message *m, const struct chan_msg *in)
{
	struct str rcpts = m->rcpts;
	struct msg_rcpt r;
	uint32_t n;

	if (letter >= 0)
		close(letter);
	letter = in->fds[0];
	fprintf(out, "letter %llu from %.*s", (unsigned long long)m->letter,
	    (int)m->sender.len, m->sender.ptr);
	while (field_take_u32(&rcpts, &n) && msg_rcpt_take(&rcpts, &r))
		fprintf(out, " %u %.*s@%.*s", n, (int)r.local.len, r.local.ptr,
		    (int)r.domain.len, r.domain.ptr);
	fputc('\n', out);
}

/* What the queue says next. */
static void
do_hear(struct child *c, char **w)
{
	union msg_send_any m;
	struct chan_msg in;
	int type;

	(void)w;
	if (chan_wait(&c->chan[ROLE_QUEUE], 1, PATIENCE_MS) < 0) {
		fputs("silent\n", out);
		return;
	}
	type = chan_get(c->chan[ROLE_QUEUE], in_buf, msg_send, SEND_TYPES, &m,
	    &in);
	if (type == SEND_TO)
		fprintf(out, "to %.*s\n", (int)m.to.domain.len,
		    m.to.domain.ptr);
	else if (type == SEND_MESSAGE)
		say_letter(&m.message, &in);
	else
		fputs(type < 0 ? "gone\n" : type == SEND_NO_MORE ?
		    "no-more\n" : "other\n", out);
}

/* Into the letter, as the store has it. */
static void
do_scribble(struct child *c, char **w)
{
	(void)c;
	(void)w;
	fputs(pwrite(letter, "x", 1, 0) < 0 && errno == EPERM ? "sealed\n" :
	    "written\n", out);
}

/* Sockets beside its channels and the tester's: what a master forgot. */
static void
do_strays(struct child *c, char **w)
{
	int n = 0, type;
	socklen_t len = sizeof(type);

	(void)w;
	for (int fd = 0; fd < 4096; fd++) {
		bool known = fd == c->sock || fd == fileno(out) ||
		    fd == log_fd();

		for (int to = 0; to < ROLES; to++)
			known |= fd == c->chan[to];
		n += !known && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type,
		    &len) == 0;
	}
	fprintf(out, "%d\n", n);
}

const struct verb send_verbs[] = {
	{ "id", 1, do_id }, { "ready", 2, do_ready },
	{ "result", 4, do_result }, { "next", 1, do_next },
	{ "hear", 1, do_hear }, { "scribble", 1, do_scribble },
	{ "strays", 1, do_strays },
};

const size_t send_verbs_count = sizeof(send_verbs) / sizeof(send_verbs[0]);
