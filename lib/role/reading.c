/* reading.c - an answer of the store's reader. */

#include "role/reading.h"

#include <sys/mman.h>

#include "ipc/chan.h"
#include "os/memfd.h"

static bool
map(struct reading *a, uint64_t size, int fd)
{
	/* no page of it is looked at beyond its end: size is checked */
	if (size > 2 * READ_CHUNK || !memfd_is_settled(fd, size))
		return false;
	a->map = mmap(NULL, (size_t)size, PROT_READ,
	    MAP_SHARED | MAP_POPULATE, fd, 0);
	if (a->map == MAP_FAILED) {
		a->map = NULL;
		return false;
	}
	a->data = (struct str){ a->map, (size_t)size };
	return true;
}

bool
reading_take(int fd, char *wire, struct reading *a)
{
	union {
		struct msg_read_answer data;
		struct msg_read_inline in;
	} m;
	struct chan_msg in;
	bool ok = true;

	*a = (struct reading){ 0 };
	switch (chan_get(fd, wire, msg_read, READ_TYPES, &m, &in)) {
	case READ_INLINE:
		a->data = m.in.data;
		a->verdict = m.in.verdict;
		a->more = m.in.more != 0;
		break;
	case READ_DATA:
		a->verdict = m.data.verdict;
		a->more = m.data.more != 0;
		ok = map(a, m.data.size, in.fds[0]);
		break;
	default:
		return false;
	}
	chan_close_fds(&in);
	return ok;
}

void
reading_end(struct reading *a)
{
	if (a->map != NULL)
		munmap(a->map, a->data.len);
	*a = (struct reading){ 0 };
}
