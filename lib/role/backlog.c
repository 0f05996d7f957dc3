/* backlog.c - messages for a channel that is full, one after the other. */

#include "role/backlog.h"

#include <string.h>
#include <unistd.h>

#include "base/wipe.h"

struct late {
	int fds[CHAN_FDS_MAX];
	size_t nfds, len;
};

static void
close_all(const struct late *l)
{
	for (size_t i = 0; i < l->nfds; i++)
		close(l->fds[i]);
}

bool
backlog_add(struct backlog *b, struct str wire, const int *fds, size_t nfds)
{
	size_t before = b->text.len;
	struct late l = { .len = wire.len };

	if (b->text.limit == 0)
		buf_init(&b->text, BACKLOG_MAX);
	while (l.nfds < nfds) {
		int fd = dup(fds[l.nfds]);

		if (fd < 0) {
			close_all(&l);
			return false;
		}
		l.fds[l.nfds++] = fd;
	}
	buf_add_mem(&b->text, &l, sizeof(l));
	buf_add(&b->text, wire);
	if (!b->text.failed)
		return true;
	b->text.failed = false;
	b->text.len = before;
	close_all(&l);
	return false;
}

/* The next one; what follows it. */
static size_t
next(const struct backlog *b, struct late *l, struct str *wire)
{
	const char *at = b->text.ptr + b->at;

	memcpy(l, at, sizeof(*l));
	*wire = (struct str){ at + sizeof(*l), l->len };
	return b->at + sizeof(*l) + l->len;
}

enum chan_status
backlog_send(struct backlog *b, int fd)
{
	while (!backlog_is_empty(b)) {
		struct late l;
		struct str wire;
		size_t after = next(b, &l, &wire);
		enum chan_status status = chan_send(fd, false, wire, l.fds,
		    l.nfds);

		if (status != CHAN_OK)
			return status;
		close_all(&l);
		b->at = after;
	}
	backlog_free(b);
	return CHAN_OK;
}

void
backlog_free(struct backlog *b)
{
	while (!backlog_is_empty(b)) {
		struct late l;
		struct str wire;

		b->at = next(b, &l, &wire);
		close_all(&l);
	}
	if (b->text.ptr != NULL)
		wipe(b->text.ptr, b->text.len);
	buf_free(&b->text);
	*b = (struct backlog){ .at = 0 };
}
