/* jmap_ask.c - questions to the store, on the two channels of a login. */

#include "jmap.h"

#include <stdalign.h>

#include "base/verdict.h"
#include "ipc/chan.h"

static alignas(4096) char in_buf[IPC_MAX];

void
jmap_begin(struct jmap *j, struct http *h)
{
	*j = (struct jmap){ .h = h };
	arena_init(&j->arena, JMAP_ARENA_MAX);
	jmap_id(j->account, 'a', h->account);
}

static bool
lost(struct jmap *j)
{
	j->gone = j->h->close = true;
	(void)jmap_fail(j, "serverUnavailable", "the store is away");
	return false;
}

bool
jmap_ask(struct jmap *j, enum msg_read type, const void *msg,
    struct reading *a)
{
	*a = (struct reading){ 0 };
	if (j->gone || chan_put(j->h->reader, msg_read, READ_TYPES, type, msg,
	    NULL, 0) != CHAN_OK)
		return lost(j);
	return reading_take(j->h->reader, in_buf, a) || lost(j);
}

int
jmap_write(struct jmap *j, enum msg_write type, const void *msg, int fd,
    union msg_written *m, int *got)
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
	struct reading a;
	bool ok;

	if (!jmap_ask(j, READ_STATE, NULL, &a))
		return false;
	ok = a.verdict == VERDICT_YES && field_take_u64(&a.data, modseq);
	reading_end(&a);
	if (!ok)
		(void)jmap_fail(j, "serverUnavailable", NULL);
	return ok;
}
