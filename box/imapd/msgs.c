/* msgs.c - many messages from the store, with few questions. */

#include "msgs.h"

#include "base/verdict.h"

enum { UID_BYTES = 4 };

static void
cut_front(struct str *s, size_t n)
{
	s->ptr += n;
	s->len -= n;
}

static void
fail(struct msgs *m)
{
	m->failed = true;
	m->rest.len = 0;
}

/* Ask for as many of m->uids as one question holds. */
static void
send_question(struct msgs *m)
{
	struct msg_read_messages q = { m->s->box.id, m->what, m->offset,
	    m->length, m->uids };

	if (q.uids.len > UIDS_MAX * UID_BYTES)
		q.uids.len = UIDS_MAX * UID_BYTES;
	m->asked = q.uids;
	cut_front(&m->uids, q.uids.len);
	m->under_way = ask_send(m->s, READ_MESSAGES, &q);
	if (!m->under_way)
		fail(m);
}

void
msgs_begin(struct msgs *m, struct imap *s, uint32_t what, uint64_t offset,
    uint64_t length, struct str uids)
{
	*m = (struct msgs){ .s = s, .what = what, .offset = offset,
	    .length = length, .uids = uids };
	if (uids.len > 0)
		send_question(m);
}

static bool
take(const struct msgs *m, struct str *in, struct msg *out)
{
	uint64_t end;

	if (!field_take_u32(in, &out->uid) ||
	    !field_take_u32(in, &out->flags) ||
	    !field_take_u64(in, &out->modseq) ||
	    !field_take_u64(in, &out->size) ||
	    !field_take_u64(in, &out->date) ||
	    !field_take_u32(in, &out->head_len) ||
	    !field_take_str(in, &out->data) || out->head_len > out->size)
		return false;
	end = m->what == READ_META ? 0 : m->what == READ_HEAD ?
	    out->head_len : out->size;
	out->at = m->offset < end ? m->offset : end;
	end -= out->at;
	if (m->length > 0 && m->length < end)
		end = m->length;
	if (out->data.len > end)
		return false;
	out->cut = out->data.len < end;
	return true;
}

/* Drop the uids up to `uid` from those asked for; false: it was not asked. */
static bool
pass(struct msgs *m, uint32_t uid)
{
	while (m->asked.len > 0) {
		struct str in = m->asked;
		uint32_t one;

		if (!field_take_u32(&in, &one) || one > uid)
			return false;
		m->asked = in;
		if (one == uid)
			return true;
	}
	return false;
}

/*
 * Records must be of what was asked for, in that order.  A last one that is
 * cut is left for the next question, unless it is the only one.
 */
static bool
look_through(struct msgs *m, bool *large, bool *more)
{
	struct str in = m->rest;
	struct msg last = { 0 };

	*large = false;
	while (in.len > 0) {
		struct str here = in;

		if (!take(m, &in, &last) || !pass(m, last.uid) ||
		    (last.cut && in.len > 0))
			return false;
		*large = last.cut && here.ptr == m->rest.ptr;
		if (!last.cut || *large)
			continue;
		m->rest = str_before(m->rest, here);
		m->asked.ptr -= UID_BYTES;
		m->asked.len += UID_BYTES;
		*more = true;
	}
	return true;
}

/* What was asked for and did not fit is asked for again, with the rest: the
 * uids stand in one row. */
static void
go_on(struct msgs *m, bool more, bool large)
{
	if (more) {
		m->uids.ptr -= m->asked.len;
		m->uids.len += m->asked.len;
	}
	/* while a large one is read in pieces nothing else may be under way */
	if (m->uids.len > 0 && !large)
		send_question(m);
}

static bool
receive(struct msgs *m)
{
	bool large, more;

	reading_end(&m->now);
	if (!m->under_way && m->uids.len > 0 && !m->failed)
		send_question(m);
	if (!m->under_way || m->failed)
		return false;
	m->under_way = false;
	if (!ask_receive(m->s, &m->now) || m->now.verdict != VERDICT_YES) {
		fail(m);
		return false;
	}
	m->rest = m->now.data;
	more = m->now.more && m->rest.len > 0;
	if (!look_through(m, &large, &more)) {
		m->s->bye = "[UNAVAILABLE] The mail store talks nonsense";
		fail(m);
		return false;
	}
	go_on(m, more, large);
	return !m->failed;
}

bool
msgs_next(struct msgs *m, struct msg *out)
{
	while (m->rest.len == 0)
		if (!receive(m))
			return false;
	return take(m, &m->rest, out);
}

void
msgs_end(struct msgs *m)
{
	struct reading a;

	reading_end(&m->now);
	/* an answer that nobody wants any more must not be the next one's */
	if (m->under_way && ask_receive(m->s, &a))
		reading_end(&a);
	m->under_way = false;
}

bool
msgs_piece(struct imap *s, uint32_t uid, uint64_t at, uint64_t length,
    struct reading *a, struct str *data)
{
	char packed[UID_BYTES];
	struct msg_read_messages q = { s->box.id, READ_BODY, at, length,
	    { packed, sizeof(packed) } };
	struct msgs m = { .s = s, .what = READ_BODY, .offset = at,
	    .length = length };
	struct msg msg;
	struct str rest;

	for (size_t i = 0; i < sizeof(packed); i++)
		packed[i] = (char)(uid >> (8 * i) & 0xff);
	*a = (struct reading){ 0 };
	if (!ask(s, READ_MESSAGES, &q, a))
		return false;
	rest = a->data;
	if (a->verdict != VERDICT_YES || !take(&m, &rest, &msg) ||
	    msg.uid != uid || msg.at != at || msg.data.len == 0) {
		reading_end(a);
		return false;
	}
	*data = msg.data;
	return true;
}
