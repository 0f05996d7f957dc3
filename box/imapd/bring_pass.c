/* bring_pass.c - messages that APPEND brings: from memfds into the store. */

#include "bring.h"

#include <stdalign.h>
#include <unistd.h>

#include "base/verdict.h"
#include "ipc/msg_seal.h"
#include "mail/pgpmime.h"
#include "proto/imap_runs.h"

static const char *
lost(struct imap *s)
{
	s->bye = "[UNAVAILABLE] The box is being restarted; come back later";
	return reply_unavailable;
}

static const char *
refusal(uint32_t verdict, uint32_t reason)
{
	switch (reason) {
	case RCPT_FULL:
		return "NO [OVERQUOTA] The account is full";
	case RCPT_NO_MAILBOX:
		return "NO [TRYCREATE] No such mailbox";
	case RCPT_NO_CERT:
		return "NO [UNAVAILABLE] The account has no usable"
		    " certificate";
	default:
		return verdict == VERDICT_YES ? NULL : reply_unavailable;
	}
}

void
bring_ask(struct bring *b, struct brought *m)
{
	struct msg_write_append q = { b->mailbox, m->flags, m->date,
	    m->octets, m->keywords, m->message_id };
	union msg_written is;

	if (!ask_writer(b->s, WRITE_APPEND, &q, WRITE_TICKET, &is)) {
		b->no = reply_unavailable;
		return;
	}
	m->ticket = is.ticket;
	b->no = refusal(is.ticket.verdict, is.ticket.reason);
}

/* It claims to be encrypted.  If that is not the whole truth it is protected
 * like any other: the own look, or seal's word, decides. */
static bool
look_as_is(struct bring *b, struct brought *m, bool refused)
{
	struct copy old = m->copy;
	struct str text;
	bool done = true;

	if (!copy_map(&old, &text))
		return false;
	if (refused || !pgpmime_is_sole(text)) {
		struct str header = { text.ptr, old.head_len };
		struct str body = { text.ptr + old.head_len,
		    text.len - old.head_len };

		m->copy.fd = -1;
		buf_init(&m->copy.head, old.head.limit);
		done = bring_protect(b, m, header) &&
		    copy_flush(b->s->child, &m->copy, body) &&
		    copy_seal(&m->copy);
		buf_free(&m->copy.head);
		copy_drop(b->s->child, &old);
	}
	copy_unmap(text);
	return done;
}

static bool
pass_sealed(struct bring *b, struct brought *m, uint32_t part, uint32_t parts)
{
	struct msg_seal_message msg = { .group = b->s->group, .first = part,
	    .parts = parts, .as_is = m->as_is,
	    .head_len = m->as_is ? m->copy.head_len : 0,
	    .size = m->copy.octets, .date = m->date,
	    .outer = m->as_is ? STR("") : buf_str(&m->outer),
	    .refs = thread_packed(&m->refs) };
	int fd = b->s->child->chan[ROLE_SEAL];
	enum chan_status status = CHAN_GONE;
	struct buf target, stamp;

	buf_init(&target, TARGET_SIZE);
	buf_init(&stamp, STAMP_MAX);
	msg_target_put(&target, &(struct msg_target){ m->ticket.ticket,
	    m->ticket.account, m->ticket.cert });
	buf_add(&stamp, STR("t="));
	buf_add_u64(&stamp, b->now);
	buf_add(&stamp, STR("; with=imap; from=append"));
	msg.targets = buf_str(&target);
	msg.stamp = buf_str(&stamp);
	if (fd >= 0)
		status = chan_put(fd, msg_seal, SEAL_TYPES, SEAL_MESSAGE, &msg,
		    &m->copy.fd, 1);
	buf_free(&target);
	buf_free(&stamp);
	return status == CHAN_OK;
}

static bool
pass_plain(struct bring *b, struct brought *m, uint32_t part, uint32_t parts)
{
	struct msg_store_deliver msg = { .ticket = m->ticket.ticket,
	    .group = b->s->group, .part = part, .parts = parts,
	    .head_len = m->copy.head_len, .size = m->copy.octets,
	    .date = m->date, .refs = thread_packed(&m->refs),
	    .attached = copy_has_attached(&m->copy) };

	return chan_put(b->s->writer, msg_write, WRITE_TYPES, WRITE_DELIVER,
	    &msg, &m->copy.fd, 1) == CHAN_OK;
}

/* Is anything to be passed, and can it be? */
static bool
make_ready(struct bring *b, uint32_t *parts)
{
	*parts = 0;
	for (size_t i = 0; i < b->n; i++) {
		struct brought *m = b->m[i];

		if (m->ticket.uid != 0)
			continue;
		++*parts;
		if (!m->ready && (!copy_seal(&m->copy) ||
		    (m->as_is && !look_as_is(b, m, false))))
			return false;
		m->ready = true;
	}
	return true;
}

static bool
pass_all(struct bring *b, uint32_t parts)
{
	uint32_t part = 0;

	b->s->group++;
	for (size_t i = 0; i < b->n; i++) {
		struct brought *m = b->m[i];

		if (m->ticket.uid != 0)
			continue;
		if (!(m->ticket.cert != 0 ? pass_sealed(b, m, part, parts) :
		    pass_plain(b, m, part, parts)))
			return false;
		part++;
	}
	return true;
}

/* The word of seal, for this group: VERDICT_YES while there is none. */
static enum verdict
take_seal(struct imap *s, char *in_buf)
{
	struct msg_seal_failed is;
	struct chan_msg in;

	if (chan_get(s->child->chan[ROLE_SEAL], in_buf, msg_seal, SEAL_TYPES,
	    &is, &in) != SEAL_FAILED) {
		s->bye = "[UNAVAILABLE] Sealing is away; come back later";
		return VERDICT_LATER;
	}
	return is.group != s->group ? VERDICT_YES :
	    is.verdict == VERDICT_NO ? VERDICT_NO : VERDICT_LATER;
}

/* Until the group is durable, or will not be. */
static enum verdict
wait_for_word(struct bring *b, bool sealed, struct msg_write_appended *is)
{
	static alignas(4096) char in_buf[IPC_MAX];
	struct imap *s = b->s;
	uint64_t end = stream_now() + BRING_WAIT_MS, now;
	int fds[2] = { s->writer, s->child->chan[ROLE_SEAL] };

	*is = (struct msg_write_appended){ .verdict = VERDICT_LATER };
	while ((now = stream_now()) < end) {
		enum verdict v = VERDICT_YES;

		switch (chan_wait(fds, sealed ? 2 : 1, (int)(end - now))) {
		case 0:
			if (!ask_appended(s, is))
				return VERDICT_LATER;
			if (is->group == s->group)
				return VERDICT_YES;
			break;
		case 1:
			v = take_seal(s, in_buf);
			break;
		}
		if (v != VERDICT_YES)
			return v;
	}
	s->bye = "[UNAVAILABLE] The mail store is too slow; come back later";
	return VERDICT_LATER;
}

/* Seal says that one of them is not what it claims to be.  Tickets may have
 * been used, and then are spent. */
static const char *
protect_all(struct bring *b)
{
	for (size_t i = 0; i < b->n && b->no == NULL; i++) {
		struct brought *m = b->m[i];

		if (m->ticket.uid != 0)
			continue;
		if (m->as_is && !look_as_is(b, m, true))
			b->no = reply_unavailable;
		else
			bring_ask(b, m);
	}
	return b->no;
}

static const char *
put_appended(struct bring *b, struct str uids)
{
	struct imap_runs runs = { .before = " " };
	const char *text;
	struct buf out;

	buf_init(&out, 65536);
	buf_add(&out, STR("OK [APPENDUID "));
	buf_add_u64(&out, b->m[0]->ticket.uidvalidity);
	for (size_t i = 0; i < b->n; i++) {
		uint32_t uid = b->m[i]->ticket.uid;

		if (uid == 0 && !field_take_u32(&uids, &uid)) {
			buf_free(&out);
			return reply_unavailable;
		}
		imap_runs_add(&runs, &out, uid);
	}
	(void)imap_runs_end(&runs, &out, "] Done");
	buf_byte(&out, '\0');
	text = arena_str(&b->s->arena, buf_str(&out)).ptr;
	buf_free(&out);
	return text != NULL ? text : "OK Done";
}

static bool
is_sealed(const struct bring *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->m[i]->ticket.uid == 0)
			return b->m[i]->ticket.cert != 0;
	return false;
}

static const char *
told(struct bring *b, const struct msg_write_appended *is)
{
	if (is->verdict != VERDICT_YES || is->reason != RCPT_OK)
		return refusal(is->verdict, is->reason);
	if (b->mailbox == b->s->box.id)
		mailbox_note(&b->s->box, is->modseq);
	return put_appended(b, is->uids);
}

const char *
bring_commit(struct bring *b)
{
	struct msg_write_appended is;
	enum verdict v = VERDICT_NO;
	uint32_t parts;

	for (int tried = 0; tried < 2 && v == VERDICT_NO; tried++) {
		if (tried > 0 && protect_all(b) != NULL)
			return b->no;
		if (!make_ready(b, &parts))
			return reply_unavailable;
		if (parts == 0)
			return put_appended(b, STR(""));
		if (!pass_all(b, parts))
			return lost(b->s);
		v = wait_for_word(b, is_sealed(b), &is);
	}
	return v == VERDICT_YES ? told(b, &is) : reply_unavailable;
}
