/*
 * index.c - the words by which an email is found.
 *
 * That the mirror keeps no index is no failure.
 */

#include "sync/sync.h"

#include <unistd.h>

#include "role/index.h"

bool
index_email(struct sync *s, uint64_t email, struct str message)
{
	static char wire[IPC_MAX];
	struct msg_write_index m = { .email = email };
	int fd = index_text(s->open, wire, message, &m);
	union msg_written w;
	bool ok;

	if (fd < 0)
		return true;
	ok = mirror_write(s, WRITE_INDEX, &m, fd, WRITE_DONE, &w);
	close(fd);
	return ok;
}
