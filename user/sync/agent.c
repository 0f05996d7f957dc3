/* agent.c - what the agent is asked. */

#include "sync/sync.h"

#include <string.h>
#include <unistd.h>

#include "os/memfd.h"
#include "sync/status.h"

static char wire[IPC_MAX];

/* The answer to this question; later ones' answers are nobody's. */
static int
answer(struct sync *s, uint64_t id, union msg_agent_any *m,
    struct chan_msg *in)
{
	for (;;) {
		int type = chan_get(s->agent, wire, msg_agent, AGENT_TYPES, m,
		    in);

		/* the id is the first thing of each */
		if (type < 0 || m->ask.id == id)
			return type;
		chan_close_fds(in);
	}
}

bool
agent_get(struct sync *s, unsigned kind, struct buf *out)
{
	struct msg_agent_get ask = { ++s->last_id, kind };
	union msg_agent_any m;
	struct chan_msg in;

	buf_clear(out);
	if (s->agent < 0 || chan_put(s->agent, msg_agent, AGENT_TYPES,
	    AGENT_GET, &ask, NULL, 0) != CHAN_OK)
		return false;
	if (answer(s, ask.id, &m, &in) != AGENT_VALUE_IS)
		return false;
	buf_add(out, m.value_is.value);
	return !out->failed;
}

static bool
send_open(struct sync *s, uint64_t id, struct str payload)
{
	struct msg_agent_open ask = { .id = id };
	int fds[2] = { memfd_of("payload", payload),
	    memfd_of("none", STR("")) };
	bool ok = fds[0] >= 0 && fds[1] >= 0 && chan_put(s->agent, msg_agent,
	    AGENT_TYPES, AGENT_OPEN, &ask, fds, 2) == CHAN_OK;

	for (int i = 0; i < 2; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return ok;
}

static enum opened
take_text(struct sync *s, int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *room;

	buf_clear(&s->clear);
	if (size == 0)
		return OPENED_YES;
	if (size < 0 || size > AGENT_TEXT_MAX ||
	    !memfd_is_settled(fd, (uint64_t)size))
		return OPENED_LATER;
	room = buf_room(&s->clear, (size_t)size);
	if (room == NULL || !memfd_read(fd, 0, room, (size_t)size))
		return OPENED_LATER;
	buf_grow(&s->clear, (size_t)size);
	return OPENED_YES;
}

static enum opened
refused(const struct msg_agent_refused *m, struct buf *status)
{
	if (m->verdict != VERDICT_NO || str_eq(m->why, STR("locked")) ||
	    str_eq(m->why, STR("busy")))
		return OPENED_LATER;
	status_locked(status, m->why);
	return OPENED_NO;
}

enum opened
agent_open(struct sync *s, struct str payload, bool forged,
    struct buf *status)
{
	uint64_t id = ++s->last_id;
	union msg_agent_any m;
	struct chan_msg in = { .nfds = 0 };
	enum opened how = OPENED_LATER;
	int type;

	if (s->agent < 0 || !send_open(s, id, payload))
		return OPENED_LATER;
	type = answer(s, id, &m, &in);
	if (type == AGENT_REFUSED)
		return refused(&m.refused, status);
	if (type == AGENT_OPENED && status_e2e(status, m.opened.cipher,
	    m.opened.signed_by, forged))
		how = take_text(s, in.fds[0]);
	if (type >= 0)
		chan_close_fds(&in);
	return how;
}
