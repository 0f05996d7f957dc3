/* call.c - a verb of msg_admin.h, and its answer. */

#include "plictl.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/verdict.h"
#include "ipc/chan.h"

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

static int
why_not(const struct cli *c, int error, const char *path)
{
	if (error == EACCES || error == EPERM)
		return say(c, EXIT_NO, "no-access", path, NULL);
	return say(c, EXIT_LATER, "not-running", path, strerror(error));
}

bool
call_connect(struct cli *c, bool quiet, int *status)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	char path[FILE_NAME_MAX];

	*status = 0;
	if (c->fd >= 0)
		return true;
	if (c->socket != NULL)
		snprintf(path, sizeof(path), "%s", c->socket);
	else
		snprintf(path, sizeof(path), "%s/run/plid/control.sock",
		    c->prefix);
	if (strlen(path) >= sizeof(sa.sun_path)) {
		*status = quiet ? EXIT_NO :
		    say(c, EXIT_NO, "path-long", path, NULL);
		return false;
	}
	memcpy(sa.sun_path, path, strlen(path));
	c->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (c->fd >= 0 && connect(c->fd, (struct sockaddr *)&sa,
	    sizeof(sa)) == 0)
		return true;
	*status = quiet ? EXIT_LATER : why_not(c, errno, path);
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	return false;
}

/* Until the end of one call: *end points into buf. */
static bool
take_answer(struct cli *c, char *buf, row_fn *row, void *ctx,
    struct msg_admin_end *end)
{
	union {
		struct msg_admin_row row;
		struct msg_admin_end end;
	} m;
	struct chan_msg in;

	for (;;) {
		int type = chan_get(c->fd, buf, msg_admin, ADMIN_TYPES, &m,
		    &in);

		if (type == ADMIN_END) {
			*end = m.end;
			return end->verdict < VERDICTS;
		}
		if (type != ADMIN_ROW)
			return false;
		if (row != NULL)
			row(c, ctx, m.row.row);
	}
}

/* One call; *more is where to go on, or empty. */
static int
once(struct cli *c, const char *verb, struct str args, int memfd,
    const char *subject, row_fn *row, void *ctx, struct buf *more)
{
	static char buf[IPC_MAX];
	struct msg_admin_call m = { .id = 1, .verb = from_c(verb),
	    .args = args };
	struct msg_admin_end end;

	if (chan_put(c->fd, msg_admin, ADMIN_TYPES, memfd < 0 ? ADMIN_CALL :
	    ADMIN_CALL_FILE, &m, &memfd, memfd >= 0) != CHAN_OK ||
	    !take_answer(c, buf, row, ctx, &end))
		return say(c, EXIT_LATER, "cut-off", verb, NULL);
	if (end.verdict != VERDICT_YES)
		return say_refusal(c, (enum verdict)end.verdict, end.why,
		    end.detail, subject);
	buf_clear(more);
	if (str_eq(end.why, STR("more")))
		buf_add(more, end.detail);
	return 0;
}

int
call(struct cli *c, const char *verb, struct buf *args, int memfd,
    const char *subject, row_fn *row, void *ctx)
{
	struct buf more, all;
	int status;

	buf_init(&more, WHY_MAX);
	buf_init(&all, ADMIN_ARGS_MAX);
	if (call_connect(c, false, &status))
		do {
			buf_clear(&all);
			if (more.len > 0)
				admin_put(&all, STR("after"), buf_str(&more));
			if (args != NULL)
				buf_add(&all, buf_str(args));
			status = all.failed ?
			    say(c, EXIT_NO, "too-much", verb, NULL) :
			    once(c, verb, buf_str(&all), memfd, subject, row,
			    ctx, &more);
		} while (status == 0 && more.len > 0);
	buf_free(&more);
	buf_free(&all);
	if (args != NULL)
		buf_free(args);
	return status;
}
