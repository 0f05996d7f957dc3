/*
 * letter.c - a letter: is it fit to go out, and its text.
 *
 * What has a bare CR or LF is never sent as it is: some server behind the next
 * one might see two messages in it.
 */

#include <string.h>
#include <unistd.h>

#include "base/wipe.h"
#include "os/letterbox.h"
#include "os/memfd.h"
#include "proto/smtp_data.h"
#include "proto/smtp_stuff.h"
#include "send.h"

enum { KEPT_MAX = 256 << 10 };	/* a letter so small need not be opened twice */

static char wire[IPC_MAX];	/* what m points into */
static size_t wire_len;
static struct letter_in box;
static struct buf kept;		/* the whole text, if it is small */

static bool
take_rcpts(struct letter *l)
{
	struct str in = l->m.rcpts;
	size_t n = 0;

	for (; in.len > 0; n++) {
		struct smtp_letter_to *to = &l->to[n];
		struct msg_rcpt r;

		if (n == SMTP_CLIENT_RCPTS ||
		    !field_take_u32(&in, &l->number[n]) ||
		    !msg_rcpt_take(&in, &r))
			return false;
		to->local = r.local;
		to->domain = r.domain;
		to->orcpt = r.orcpt;
		to->never = (r.notify & NOTIFY_NEVER) != 0;
		to->success = (r.notify & NOTIFY_SUCCESS) != 0;
		to->failure = (r.notify & NOTIFY_FAILURE) != 0;
		to->delay = (r.notify & NOTIFY_DELAY) != 0;
	}
	l->smtp.to = l->to;
	l->smtp.rcpts = n;
	return n > 0;
}

/* Into memory of our own: the next message comes into the caller's. */
static struct str
keep(struct str s)
{
	char *to = wire + wire_len;

	if (s.len > 0)
		memcpy(to, s.ptr, s.len);
	wire_len += s.len;
	return (struct str){ to, s.len };
}

bool
letter_take(struct letter *l, const struct msg_send_message *m, int fd)
{
	wire_len = 0;
	*l = (struct letter){ .m = *m, .fd = fd };
	l->m.sender = keep(m->sender);
	l->m.envid = keep(m->envid);
	l->m.key = keep(m->key);
	l->m.rcpts = keep(m->rcpts);
	l->smtp = (struct smtp_letter){
		.sender = l->m.sender, .envid = l->m.envid,
		.octets = m->octets,
		.utf8 = (m->flags & QUEUE_UTF8) != 0,
		.requiretls = (m->flags & QUEUE_REQUIRETLS) != 0,
		.ret_full = (m->flags & QUEUE_RET_FULL) != 0,
		.ret_hdrs = (m->flags & QUEUE_RET_HDRS) != 0,
	};
	return m->letter != 0 && m->key.len == LETTER_KEY && take_rcpts(l);
}

static bool
open_box(const struct letter *l)
{
	return memfd_is_settled(l->fd, l->m.size) && letter_open(&box, l->fd,
	    l->m.size, (const unsigned char *)l->m.key.ptr);
}

static const char *
name_of(enum smtp_fault fault)
{
	switch (fault) {
	case SMTP_FAULT_BARE_CR:
		return "a CR without its LF";
	case SMTP_FAULT_BARE_LF:
		return "an LF without its CR";
	case SMTP_FAULT_NUL:
		return "a NUL";
	case SMTP_FAULT_LONG_LINE:
		return "a line that is far too long";
	case SMTP_FAULT_NONE:
		break;
	}
	return "a fault";
}

/* All pieces past the eyes of d. */
static enum letter_status
look_through(struct letter *l, struct smtp_data *d)
{
	enum letter_status status = LETTER_BROKEN;
	struct str piece;

	if (!open_box(l))
		return status;
	while ((status = letter_next(&box, &piece)) == LETTER_OK) {
		l->smtp.eightbit |= !str_is_ascii(piece);
		if (l->m.octets <= KEPT_MAX)
			buf_add(&kept, piece);
		while (piece.len > 0)
			(void)smtp_data_take(d, &piece);
	}
	return status;
}

bool
letter_look(struct letter *l, struct send_fault *f)
{
	enum letter_status status;
	struct smtp_data d;

	smtp_data_begin(&d, false);
	if (kept.limit == 0)
		buf_init(&kept, KEPT_MAX);
	buf_clear(&kept);
	status = look_through(l, &d);
	smtp_data_end(&d);
	letter_wipe(&box);
	if (status != LETTER_END || kept.failed || d.octets != l->m.octets) {
		send_fault(f, VERDICT_LATER, "4.3.0",
		    "The message cannot be read from the queue.");
		return false;
	}
	if (d.fault == SMTP_FAULT_NONE)
		return true;
	send_fault(f, VERDICT_NO, "5.6.0", "The message has %s in its text, "
	    "and goes nowhere like this.", name_of(d.fault));
	return false;
}

static void
put(struct smtp_stuff *s, struct talk *t, struct str piece)
{
	struct str run;

	while ((run = smtp_stuff_take(s, &piece)).len > 0)
		stream_put(&t->stream, run);
}

/* Piece by piece from the box once more. */
static bool
put_large(struct letter *l, struct smtp_stuff *s, struct talk *t)
{
	enum letter_status status = LETTER_BROKEN;
	struct str piece;

	if (open_box(l))
		while ((status = letter_next(&box, &piece)) == LETTER_OK &&
		    t->stream.failed != STREAM_BROKEN &&
		    stream_now() < t->end)
			put(s, t, piece);
	letter_wipe(&box);
	return status == LETTER_END;
}

void
letter_send(struct letter *l, struct talk *t)
{
	struct smtp_stuff s;
	bool whole = true;

	t->stream.idle_ms = t->setup->times.text_ms;
	smtp_stuff_begin(&s);
	if (l->m.octets <= KEPT_MAX)
		put(&s, t, buf_str(&kept));
	else
		whole = put_large(l, &s, t);
	if (!whole || t->stream.failed == STREAM_BROKEN) {
		/* without its dot the other side throws it away */
		t->stream.failed = STREAM_BROKEN;
		talk_lost(t, "The connection broke while the message was on "
		    "its way.");
		return;
	}
	stream_put(&t->stream, smtp_stuff_end(&s));
	smtp_client_text_sent(&t->client);
}

void
letter_drop(struct letter *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	wipe(wire, wire_len);
	buf_clear(&kept);
}
