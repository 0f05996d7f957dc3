/* backlog.c - messages for a channel that is full. */

#include "role/backlog.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/wipe.h"

struct late {
	struct late *next;
	int fds[CHAN_FDS_MAX];
	size_t nfds, len;
	char wire[];
};

static void
late_free(struct late *l)
{
	for (size_t i = 0; i < l->nfds; i++)
		close(l->fds[i]);
	wipe(l->wire, l->len);
	free(l);
}

bool
backlog_add(struct backlog *b, struct str wire, const int *fds, size_t nfds)
{
	struct late *l;

	if (wire.len > BACKLOG_MAX - b->octets || nfds > CHAN_FDS_MAX)
		return false;
	l = malloc(sizeof(*l) + wire.len);
	if (l == NULL)
		return false;
	*l = (struct late){ .len = wire.len };
	memcpy(l->wire, wire.ptr, wire.len);
	while (l->nfds < nfds) {
		int fd = dup(fds[l->nfds]);

		if (fd < 0) {
			late_free(l);
			return false;
		}
		l->fds[l->nfds++] = fd;
	}
	if (b->first == NULL)
		b->first = l;
	else
		b->last->next = l;
	b->last = l;
	b->octets += wire.len;
	return true;
}

enum chan_status
backlog_send(struct backlog *b, int fd)
{
	while (b->first != NULL) {
		struct late *l = b->first;
		enum chan_status status = chan_send(fd, false,
		    (struct str){ l->wire, l->len }, l->fds, l->nfds);

		if (status != CHAN_OK)
			return status;
		b->first = l->next;
		b->octets -= l->len;
		late_free(l);
	}
	return CHAN_OK;
}

void
backlog_free(struct backlog *b)
{
	while (b->first != NULL) {
		struct late *l = b->first;

		b->first = l->next;
		late_free(l);
	}
	*b = (struct backlog){ 0 };
}
