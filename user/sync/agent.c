/* agent.c - what the agent is asked. */

#include "sync/sync.h"

#include <unistd.h>

#include "os/memfd.h"

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

static int
ask_agent(struct sync *s, unsigned type, const void *msg, uint64_t id,
    union msg_agent_any *m, struct chan_msg *in)
{
	if (s->agent < 0 || chan_put(s->agent, msg_agent, AGENT_TYPES, type,
	    msg, NULL, 0) != CHAN_OK)
		return -1;
	return answer(s, id, m, in);
}

bool
agent_get(struct sync *s, unsigned kind, struct buf *out)
{
	struct msg_agent_get q = { ++s->last_id, kind };
	union msg_agent_any m;
	struct chan_msg in;

	buf_clear(out);
	if (ask_agent(s, AGENT_GET, &q, q.id, &m, &in) != AGENT_VALUE_IS)
		return false;
	buf_add(out, m.value_is.value);
	return !out->failed;
}

bool
agent_fingerprint(struct sync *s, char out[FINGERPRINT_MAX + 1])
{
	struct msg_agent_ask q = { ++s->last_id };
	union msg_agent_any m;
	struct chan_msg in;

	if (ask_agent(s, AGENT_STATUS, &q, q.id, &m, &in) != AGENT_STATUS_IS ||
	    m.status_is.unlocked == 0)
		return false;
	snprintf(out, FINGERPRINT_MAX + 1, "%.*s",
	    (int)m.status_is.fingerprint.len, m.status_is.fingerprint.ptr);
	return true;
}

enum { TEXTS_MAX = 3 };

/* With the texts that its type wants. */
static bool
send(struct sync *s, unsigned type, const void *msg, const struct str *text)
{
	int fds[TEXTS_MAX];
	unsigned n = msg_agent[type].fds;
	bool ok = s->agent >= 0;

	for (unsigned i = 0; i < n; i++) {
		fds[i] = memfd_of("text", text[i]);
		ok = ok && fds[i] >= 0;
	}
	ok = ok && chan_put(s->agent, msg_agent, AGENT_TYPES, type, msg, fds,
	    n) == CHAN_OK;
	for (unsigned i = 0; i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return ok;
}

bool
agent_open(struct sync *s, uint64_t id, struct str payload, struct str certs)
{
	struct msg_agent_open q = { .id = id };

	return send(s, AGENT_OPEN, &q, (struct str[]){ payload, certs });
}

bool
agent_verify(struct sync *s, uint64_t id, struct str text,
    struct str signature, struct str certs)
{
	struct msg_agent_ask q = { .id = id };

	return send(s, AGENT_VERIFY, &q, (struct str[]){ text, signature,
	    certs });
}

int
agent_answer(struct sync *s, union msg_agent_any *m, struct chan_msg *in)
{
	int type;

	switch (s->agent < 0 ? CHAN_GONE : chan_recv(s->agent, false, wire,
	    in)) {
	case CHAN_AGAIN:
		return 0;
	case CHAN_GONE:
		return -1;
	case CHAN_OK:
		break;
	}
	type = field_get(msg_agent, AGENT_TYPES, in->wire, m);
	if (type < 0 || in->nfds != msg_agent[type].fds) {
		chan_close_fds(in);
		return -1;
	}
	return type;
}

enum verdict
agent_write(struct sync *s, struct str entity, struct buf *out)
{
	struct msg_agent_write q = { .id = ++s->last_id, .sign = 1 };
	union msg_agent_any m;
	enum verdict v = VERDICT_LATER;
	struct chan_msg in;
	struct buf to;
	bool sent;
	int type;

	buf_init(&to, AGENT_CERTS_MAX);
	field_put_str(&to, buf_str(&s->cert));
	sent = s->cert.len > 0 && send(s, AGENT_WRITE, &q,
	    (struct str[]){ entity, buf_str(&to) });
	buf_free(&to);
	type = sent ? answer(s, q.id, &m, &in) : -1;
	if (type < 0)
		return VERDICT_LATER;
	if (type == AGENT_REFUSED && !str_eq(m.refused.why, STR("locked")))
		v = m.refused.verdict == VERDICT_NO ? VERDICT_NO : v;
	if (type == AGENT_WRITTEN && memfd_add(in.fds[0], AGENT_TEXT_MAX,
	    out))
		v = VERDICT_YES;
	chan_close_fds(&in);
	return v;
}
