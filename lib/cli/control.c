/* control.c - a verb of msg_admin.h, and its answer. */

#include "cli/cli.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void
args_begin(struct buf *args)
{
	buf_init(args, ADMIN_ARGS_MAX);
}

void
args_put(struct buf *args, const char *key, const char *value)
{
	admin_put(args, from_c(key), from_c(value));
}

bool
control_connect(struct cli *c)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	size_t n = strlen(c->socket);
	int error;

	if (c->control >= 0)
		return true;
	errno = ENAMETOOLONG;
	if (n >= sizeof(sa.sun_path))
		return false;
	memcpy(sa.sun_path, c->socket, n);
	c->control = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (c->control >= 0 && connect(c->control, (struct sockaddr *)&sa,
	    sizeof(sa)) == 0)
		return true;
	error = errno;
	control_close(c);
	errno = error;
	return false;
}

void
control_close(struct cli *c)
{
	if (c->control >= 0)
		close(c->control);
	c->control = -1;
}

static void
take_channel(struct cli *c, int fd)
{
	if (c->channel >= 0)
		close(c->channel);
	c->channel = fd;
}

/* Until the end of one call. */
static bool
take_answer(struct cli *c, row_fn *row, void *ctx)
{
	union {
		struct msg_admin_row row;
		struct msg_admin_end end;
		struct msg_admin_channel channel;
	} m;
	struct chan_msg in;

	for (;;) {
		switch (chan_get(c->control, c->in, msg_admin, ADMIN_TYPES,
		    &m, &in)) {
		case ADMIN_END:
			c->end = m.end;
			return m.end.verdict < VERDICTS;
		case ADMIN_ROW:
			if (row != NULL)
				row(c, ctx, m.row.row);
			break;
		case ADMIN_CHANNEL:
			take_channel(c, in.fds[0]);
			break;
		default:
			return false;
		}
	}
}

static enum verdict
no_answer(struct cli *c, enum verdict v, const char *why)
{
	c->end = (struct msg_admin_end){ .verdict = (uint32_t)v,
	    .why = from_c(why), .detail = STR("") };
	return v;
}

static enum verdict
once(struct cli *c, const char *verb, struct str args, int fd, row_fn *row,
    void *ctx)
{
	struct msg_admin_call m = { .id = 1, .verb = from_c(verb),
	    .args = args };

	if (c->control >= 0 && chan_put(c->control, msg_admin, ADMIN_TYPES,
	    fd < 0 ? ADMIN_CALL : ADMIN_CALL_FILE, &m, &fd, fd >= 0) ==
	    CHAN_OK && take_answer(c, row, ctx))
		return (enum verdict)c->end.verdict;
	control_close(c);
	return no_answer(c, VERDICT_LATER, "cut-off");
}

enum verdict
control_call(struct cli *c, const char *verb, struct buf *args, int fd,
    row_fn *row, void *ctx)
{
	enum verdict v;
	struct buf all;
	bool more;

	buf_init(&all, ADMIN_ARGS_MAX);
	if (args != NULL)
		buf_add(&all, buf_str(args));
	do {
		v = all.failed ? no_answer(c, VERDICT_NO, "too-much") :
		    once(c, verb, buf_str(&all), fd, row, ctx);
		more = v == VERDICT_YES && str_eq(c->end.why, STR("more"));
		if (more) {
			buf_clear(&all);
			admin_put(&all, STR("after"), c->end.detail);
			if (args != NULL)
				buf_add(&all, buf_str(args));
		}
	} while (more);
	buf_free(&all);
	if (args != NULL)
		buf_free(args);
	return v;
}

static int
why_not(const struct cli *c, int error)
{
	if (error == ENAMETOOLONG)
		return say(c, EXIT_NO, "path-long", c->socket, NULL);
	if (error == EACCES || error == EPERM)
		return say(c, EXIT_NO, "no-access", c->socket, NULL);
	return say(c, EXIT_LATER, "not-running", c->socket, strerror(error));
}

int
call(struct cli *c, const char *verb, struct buf *args, int fd,
    const char *subject, row_fn *row, void *ctx)
{
	enum verdict v;

	if (!control_connect(c)) {
		int error = errno;

		if (args != NULL)
			buf_free(args);
		return why_not(c, error);
	}
	v = control_call(c, verb, args, fd, row, ctx);
	if (v == VERDICT_YES)
		return 0;
	if (c->control < 0)
		return say(c, EXIT_LATER, "cut-off", verb, NULL);
	if (str_eq(c->end.why, STR("too-much")))
		return say(c, EXIT_NO, "too-much", verb, NULL);
	return c->program->refused(c, v, subject);
}

struct str
row_get(struct str row, const char *key)
{
	struct str value;

	return admin_get(row, from_c(key), &value) ? value : STR("");
}

uint64_t
row_number(struct str row, const char *key)
{
	struct str value = row_get(row, key);
	uint64_t n;

	return str_take_u64(&value, &n) ? n : 0;
}
