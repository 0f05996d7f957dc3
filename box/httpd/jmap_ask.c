/* jmap_ask.c - questions to the store, on the two channels of a login. */

#include "jmap.h"

#include <stdalign.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/verdict.h"
#include "ipc/chan.h"

static alignas(4096) char in_buf[IPC_MAX];

static bool
lost(struct jmap *j)
{
	j->gone = j->h->close = true;
	(void)jmap_fail(j, "serverUnavailable", "the store is away");
	return false;
}

static bool
take_memfd(struct jmap_answer *a, uint64_t size, int fd)
{
	/* no page of it is looked at beyond its end: size is checked */
	off_t end = lseek(fd, 0, SEEK_END);

	if (end < 0 || (uint64_t)end != size || size == 0 ||
	    size > 2 * READ_CHUNK)
		return false;
	a->map = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED |
	    MAP_POPULATE, fd, 0);
	if (a->map == MAP_FAILED) {
		a->map = NULL;
		return false;
	}
	a->data = (struct str){ a->map, (size_t)size };
	return true;
}

static bool
take_answer(struct jmap *j, struct jmap_answer *a)
{
	union {
		struct msg_read_answer data;
		struct msg_read_inline in;
	} m;
	struct chan_msg in;
	bool ok = true;

	switch (chan_get(j->h->reader, in_buf, msg_read, READ_TYPES, &m,
	    &in)) {
	case READ_INLINE:
		a->data = m.in.data;
		a->verdict = m.in.verdict;
		a->more = m.in.more != 0;
		break;
	case READ_DATA:
		a->verdict = m.data.verdict;
		a->more = m.data.more != 0;
		ok = take_memfd(a, m.data.size, in.fds[0]);
		break;
	default:
		return lost(j);
	}
	chan_close_fds(&in);
	return ok || lost(j);
}

bool
jmap_ask(struct jmap *j, enum msg_read type, const void *msg,
    struct jmap_answer *a)
{
	*a = (struct jmap_answer){ 0 };
	if (j->gone || chan_put(j->h->reader, msg_read, READ_TYPES, type, msg,
	    NULL, 0) != CHAN_OK)
		return lost(j);
	return take_answer(j, a);
}

void
jmap_forget(struct jmap_answer *a)
{
	if (a->map != NULL)
		munmap(a->map, a->data.len);
	*a = (struct jmap_answer){ 0 };
}

int
jmap_write(struct jmap *j, enum msg_write type, const void *msg, int fd,
    union jmap_written *m, int *got)
{
	struct chan_msg in;
	int is;

	if (got != NULL)
		*got = -1;
	if (j->gone || chan_put(j->h->writer, msg_write, WRITE_TYPES, type,
	    msg, fd < 0 ? NULL : &fd, fd < 0 ? 0 : 1) != CHAN_OK) {
		lost(j);
		return -1;
	}
	do {
		is = chan_get(j->h->writer, in_buf, msg_write, WRITE_TYPES, m,
		    &in);
		if (is == WRITE_BLOB_DATA && got != NULL && in.nfds == 1) {
			*got = in.fds[0];
			in.nfds = 0;
		}
		if (is >= 0)
			chan_close_fds(&in);
	} while (is == WRITE_CHANGED);
	if (is < 0)
		lost(j);
	return is;
}

bool
jmap_state(struct jmap *j, uint64_t *modseq)
{
	struct jmap_answer a;
	bool ok;

	if (!jmap_ask(j, READ_STATE, NULL, &a))
		return false;
	ok = a.verdict == VERDICT_YES && field_take_u64(&a.data, modseq);
	jmap_forget(&a);
	if (!ok)
		(void)jmap_fail(j, "serverUnavailable", NULL);
	return ok;
}
