/* jmap_bring.c - a message that a client brings, on its way into the store. */

#include <stdalign.h>
#include <string.h>
#include <unistd.h>

#include "base/verdict.h"
#include "ipc/chan.h"
#include "ipc/msg_seal.h"
#include "jmap_email.h"
#include "mail/header.h"
#include "mail/pgpmime.h"
#include "mail/protect.h"
#include "mail/thread.h"
#include "role/copy.h"
#include "role/index.h"
#include "web.h"

enum { WAIT_MS = 5 * 60 * 1000 };	/* for the word of store and seal */

struct bring {
	struct jmap *j;
	const struct email_bring *in;
	struct str header, body;
	struct msg_write_ticket ticket;
	struct copy copy;
	struct buf outer;
	struct thread_refs refs;
	bool as_is;
};

static json_t *
refusal(uint32_t verdict, uint32_t reason)
{
	switch (reason) {
	case RCPT_FULL:
		return jmap_set_error("overQuota", "the account is full",
		    NULL);
	case RCPT_NO_MAILBOX:
		return jmap_set_error("invalidProperties", "no such mailbox",
		    "mailboxIds");
	case RCPT_NO_CERT:
		return jmap_set_error("forbidden",
		    "the account has no usable certificate", NULL);
	default:
		return verdict == VERDICT_YES ? NULL :
		    jmap_set_error("serverFail", "try again later", NULL);
	}
}

/* "" if it has none. */
static void
message_id(struct bring *b, struct buf *id)
{
	struct header_field f;

	buf_init(id, MESSAGE_ID_MAX);
	if (header_find(b->header, STR("Message-ID"), &f))
		header_unfold(f.value, id);
	if (id->failed)
		buf_clear(id);
}

static json_t *
ask_ticket(struct bring *b)
{
	struct msg_write_append q = { b->in->mailbox, b->in->flags,
	    b->in->date, b->in->text.len, b->in->keywords, STR("") };
	union msg_written is;
	struct buf id;
	int got;

	message_id(b, &id);
	q.message_id = buf_str(&id);
	got = jmap_write(b->j, WRITE_APPEND, &q, -1, &is, NULL);
	buf_free(&id);
	if (got != WRITE_TICKET)
		return jmap_set_error("serverFail", NULL, NULL);
	b->ticket = is.ticket;
	return refusal(is.ticket.verdict, is.ticket.reason);
}

/* The memfd: the entity to encrypt, or the message as it came. */
static bool
fill(struct bring *b)
{
	struct child *c = b->j->h->child;
	bool ok;

	b->copy.fd = -1;
	b->copy.octets = 0;
	buf_init(&b->copy.head, PROTECT_INNER_MAX);
	buf_clear(&b->outer);
	ok = copy_open(&b->copy);
	if (b->ticket.cert != 0 && !b->as_is)
		ok = ok && protect_header(&(struct protect_in){
		    .header = b->header }, &b->outer, &b->copy.head);
	else
		buf_add(&b->copy.head, b->header);
	ok = ok && !b->copy.head.failed;
	b->copy.head_len = (uint32_t)b->copy.head.len;
	ok = ok && copy_flush(c, &b->copy, b->body) && copy_seal(&b->copy);
	buf_free(&b->copy.head);
	return ok;
}

static bool
pass_sealed(struct bring *b)
{
	struct http *h = b->j->h;
	struct msg_seal_message msg = { .group = h->group, .parts = 1,
	    .as_is = b->as_is,
	    .head_len = b->as_is ? b->copy.head_len : 0,
	    .size = b->copy.octets, .date = b->in->date,
	    .outer = b->as_is ? STR("") : buf_str(&b->outer),
	    .refs = thread_packed(&b->refs) };
	enum chan_status status = CHAN_GONE;
	struct buf target, stamp;

	buf_init(&target, TARGET_SIZE);
	buf_init(&stamp, STAMP_MAX);
	msg_target_put(&target, &(struct msg_target){ b->ticket.ticket,
	    b->ticket.account, b->ticket.cert });
	buf_add(&stamp, STR("t="));
	buf_add_u64(&stamp, (uint64_t)time(NULL));
	buf_add(&stamp, STR("; with=jmap; from=import"));
	msg.targets = buf_str(&target);
	msg.stamp = buf_str(&stamp);
	if (h->child->chan[ROLE_SEAL] >= 0)
		status = chan_put(h->child->chan[ROLE_SEAL], msg_seal,
		    SEAL_TYPES, SEAL_MESSAGE, &msg, &b->copy.fd, 1);
	buf_free(&target);
	buf_free(&stamp);
	return status == CHAN_OK;
}

static bool
pass_plain(struct bring *b)
{
	struct msg_store_deliver msg = { .ticket = b->ticket.ticket,
	    .group = b->j->h->group, .parts = 1,
	    .head_len = b->copy.head_len, .size = b->copy.octets,
	    .date = b->in->date, .refs = thread_packed(&b->refs),
	    .attached = copy_has_attached(&b->copy) };

	return chan_put(b->j->h->writer, msg_write, WRITE_TYPES,
	    WRITE_DELIVER, &msg, &b->copy.fd, 1) == CHAN_OK;
}

static void
take_made(struct bring *b, const struct msg_write_appended *is,
    struct email *made)
{
	struct str uids = is->uids, emails = is->emails;

	*made = (struct email){ .mailbox = b->in->mailbox,
	    .size = b->copy.octets };
	(void)field_take_u32(&uids, &made->uid);
	(void)field_take_u64(&emails, &made->id);
	(void)field_take_u64(&emails, &made->thread);
}

/* Without it the email is found by all but its words. */
static void
index_made(struct bring *b, const struct email *made)
{
	static alignas(4096) char wire[IPC_MAX];
	struct msg_write_index m = { .email = made->id };
	int fd = index_text(b->j->h->child->chan[ROLE_OPEN], wire,
	    b->in->text, &m);
	union msg_written is;

	if (fd < 0)
		return;
	(void)jmap_write(b->j, WRITE_INDEX, &m, fd, &is, NULL);
	close(fd);
}

/* Until it is durable or will not be.  VERDICT_NO: seal does not believe that
 * it is encrypted. */
static enum verdict
wait_for_word(struct bring *b, struct msg_write_appended *is, char *in_buf)
{
	struct http *h = b->j->h;
	uint64_t end = stream_now() + WAIT_MS, now;
	int fds[2] = { h->writer, h->child->chan[ROLE_SEAL] };
	union msg_written m;
	struct msg_seal_failed failed;
	struct chan_msg in;

	while ((now = stream_now()) < end)
		switch (chan_wait(fds, b->ticket.cert != 0 ? 2 : 1,
		    (int)(end - now))) {
		case 0:
			switch (chan_get(h->writer, in_buf, msg_write,
			    WRITE_TYPES, &m, &in)) {
			case WRITE_APPENDED:
				*is = m.appended;
				if (is->group == h->group)
					return VERDICT_YES;
				break;
			case WRITE_CHANGED:
				break;
			default:
				b->j->gone = h->close = true;
				return VERDICT_LATER;
			}
			break;
		case 1:
			if (chan_get(fds[1], in_buf, msg_seal, SEAL_TYPES,
			    &failed, &in) != SEAL_FAILED)
				return VERDICT_LATER;
			if (failed.group == h->group)
				return failed.verdict == VERDICT_NO ?
				    VERDICT_NO : VERDICT_LATER;
			break;
		}
	return VERDICT_LATER;
}

static json_t *
pass(struct bring *b, struct email *made, bool *again)
{
	static alignas(4096) char in_buf[IPC_MAX];
	struct msg_write_appended is;
	enum verdict v = VERDICT_LATER;

	*again = false;
	b->j->h->group++;
	if (fill(b) && (b->ticket.cert != 0 ? pass_sealed(b) :
	    pass_plain(b)))
		v = wait_for_word(b, &is, in_buf);
	copy_drop(b->j->h->child, &b->copy);
	*again = v == VERDICT_NO && b->as_is;
	if (v != VERDICT_YES)
		return jmap_set_error("serverFail", "try again later", NULL);
	if (is.verdict != VERDICT_YES || is.reason != RCPT_OK)
		return refusal(is.verdict, is.reason);
	take_made(b, &is, made);
	if (web_is_here())
		index_made(b, made);
	return NULL;
}

/* Of what submission has put into Sent already. */
static json_t *
find_copy(struct bring *b, struct email *made)
{
	char uid[4];
	struct msg_read_emails m = { .mailbox = b->in->mailbox };
	struct reading a;
	uint64_t modseq;

	for (int i = 0; i < 4; i++)
		uid[i] = (char)(b->ticket.uid >> (8 * i) & 0xff);
	m.ids = (struct str){ uid, sizeof(uid) };
	*made = (struct email){ .mailbox = b->in->mailbox,
	    .size = b->in->text.len };
	if (jmap_ask(b->j, READ_EMAILS, &m, &a)) {
		(void)field_take_u64(&a.data, &modseq);
		(void)field_take_u64(&a.data, &made->id);
		(void)field_take_u64(&a.data, &made->thread);
		reading_end(&a);
	}
	return made->id != 0 ? NULL : jmap_set_error("serverFail", NULL,
	    NULL);
}

json_t *
email_bring(struct jmap *j, const struct email_bring *in, struct email *made)
{
	size_t len = header_len(in->text);
	struct bring b = { .j = j, .in = in, .header = { in->text.ptr, len },
	    .body = { in->text.ptr + len, in->text.len - len } };
	bool again = false;
	json_t *error;

	if (len > HEAD_OCTETS_MAX ||
	    memchr(in->text.ptr, '\0', in->text.len) != NULL)
		return jmap_set_error("invalidEmail",
		    "a NUL, or a header that is too long", NULL);
	thread_refs(&b.refs, b.header);
	b.as_is = protect_is_announced(b.header) && pgpmime_is_sole(in->text);
	buf_init(&b.outer, PROTECT_OUTER_MAX);
	do {
		error = ask_ticket(&b);
		if (error == NULL && b.ticket.uid != 0)
			error = find_copy(&b, made);
		else if (error == NULL)
			error = pass(&b, made, &again);
		if (again)
			json_decref(error);
		b.as_is = b.as_is && !again;
	} while (again);
	buf_free(&b.outer);
	return error;
}
