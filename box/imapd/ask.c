/* ask.c - questions to the store, on the two channels of a session. */

#include "ask.h"

#include <stdalign.h>
#include <sys/mman.h>

enum { PAGE = 4096 };

/* One to a process; in .bss, so that only what is used is touched. */
static alignas(PAGE) char in_buf[IPC_MAX];

static bool
lost(struct imap *s)
{
	s->bye = "[UNAVAILABLE] The mail store is away; come back later";
	return false;
}

bool
ask_send(struct imap *s, enum msg_read type, const void *msg)
{
	return chan_put(s->reader, msg_read, READ_TYPES, type, msg, NULL, 0)
	    == CHAN_OK || lost(s);
}

bool
ask_receive(struct imap *s, struct reading *a)
{
	return reading_take(s->reader, in_buf, a) || lost(s);
}

bool
ask(struct imap *s, enum msg_read type, const void *msg, struct reading *a)
{
	return ask_send(s, type, msg) && ask_receive(s, a);
}

static void
note_change(struct imap *s, const struct msg_write_watch *m)
{
	if (m->mailbox == s->box.id)
		mailbox_note(&s->box, m->modseq);
}

bool
ask_writer(struct imap *s, enum msg_write type, const void *msg,
    enum msg_write want, union msg_written *m)
{
	struct chan_msg in;

	if (chan_put(s->writer, msg_write, WRITE_TYPES, type, msg, NULL, 0)
	    != CHAN_OK)
		return lost(s);
	for (;;) {
		int got = chan_get(s->writer, in_buf, msg_write, WRITE_TYPES,
		    m, &in);

		if (got == WRITE_CHANGED)
			note_change(s, &m->watch);
		else
			return got == (int)want || lost(s);
	}
}

bool
ask_write(struct imap *s, enum msg_write type, const void *msg,
    struct msg_write_done *done)
{
	union msg_written m;

	if (!ask_writer(s, type, msg, WRITE_DONE, &m))
		return false;
	*done = m.done;
	return true;
}

bool
ask_appended(struct imap *s, struct msg_write_appended *is)
{
	union msg_written m;
	struct chan_msg in;

	switch (chan_get(s->writer, in_buf, msg_write, WRITE_TYPES, &m, &in)) {
	case WRITE_APPENDED:
		*is = m.appended;
		return true;
	case WRITE_CHANGED:
		note_change(s, &m.watch);
		return true;
	default:
		return lost(s);
	}
}

bool
ask_recent(struct imap *s, uint32_t uid)
{
	struct msg_write_recent m = { s->box.id, uid };

	return chan_put(s->writer, msg_write, WRITE_TYPES, WRITE_RECENT, &m,
	    NULL, 0) == CHAN_OK || lost(s);
}

bool
ask_watch(struct imap *s, uint64_t mailbox, uint64_t modseq)
{
	struct msg_write_watch m = { mailbox, modseq };

	return chan_put(s->writer, msg_write, WRITE_TYPES, WRITE_WATCH, &m,
	    NULL, 0) == CHAN_OK || lost(s);
}

bool
ask_changes(struct imap *s)
{
	struct msg_write_watch m;
	struct chan_msg in;

	for (;;)
		switch (chan_recv(s->writer, false, in_buf, &in)) {
		case CHAN_AGAIN:
			return true;
		case CHAN_GONE:
			return lost(s);
		case CHAN_OK:
			chan_close_fds(&in);
			if (field_get(msg_write, WRITE_TYPES, in.wire, &m) !=
			    WRITE_CHANGED)
				return lost(s);
			note_change(s, &m);
		}
}

void
ask_rest(void)
{
	madvise(in_buf, sizeof(in_buf), MADV_DONTNEED);
}
