/* copies.c - the copies of a message: sealed, plain, for Sent, for outside. */

#include "submit/submit.h"

#include <errno.h>
#include <unistd.h>

#include "base/wipe.h"
#include "mail/protect.h"
#include "mail/received.h"

static void
drop(struct smtp_mail *m, struct copy *c)
{
	if (c->head.limit == 0) {
		c->fd = -1;
		c->octets = 0;
		buf_init(&c->head, PROTECT_INNER_MAX);
	}
	copy_drop(m->child, c);
	wipe(c->head.ptr, c->head.len);
	buf_clear(&c->head);
}

void
submit_drop(struct smtp_mail *m)
{
	for (int i = 0; i < SMTP_COPIES; i++)
		drop(m, &m->copy[i]);
	drop(m, &submit.sent);
	drop(m, &submit.notice);
	drop(m, &submit.letter);
	buf_clear(&m->outer);
	buf_clear(&submit.outer);
	buf_clear(&submit.notice_outer);
	wipe(submit.piece, sizeof(submit.piece));
}

/* The body, piece by piece, to a copy or to the letter. */
static bool
each_piece(struct smtp_mail *m, struct copy *to)
{
	uint64_t at = 0;

	while (at < m->spool.octets) {
		ssize_t n = pread(m->spool.fd, submit.piece,
		    sizeof(submit.piece), (off_t)at);
		struct str some = { submit.piece, (size_t)n };

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += (uint64_t)n;
		if (to == NULL)
			letter_add(&submit.out, some);
		else if (!copy_flush(m->child, to, some))
			return false;
	}
	return to == NULL || copy_flush(m->child, to, STR(""));
}

static void
put_path(struct smtp_mail *m, struct buf *out)
{
	received_put_return_path(out, buf_str(&m->from));
}

static bool
put_sealed(struct smtp_mail *m, struct copy *c, struct str header,
    struct buf *outer, bool mine)
{
	struct buf path;
	bool done;

	if (m->as_is) {
		buf_add(&c->head, header);
		return !c->head.failed;
	}
	buf_init(&path, SUBMIT_ID_MAX + PROTECT_OUTER_MAX);
	if (!mine)
		put_path(m, &path);
	done = !path.failed && protect_header(&(struct protect_in){ header,
	    buf_str(&path), buf_str(&submit.trace) }, outer, &c->head);
	buf_free(&path);
	return done;
}

/* sealed, or plain; mine: for Sent. */
static bool
make(struct smtp_mail *m, struct copy *c, bool sealed, bool mine)
{
	struct str header = buf_str(mine && !(sealed && m->as_is) ?
	    &submit.header_bcc : &submit.header);
	bool made = copy_open(c);

	if (made && sealed) {
		made = put_sealed(m, c, header, mine ? &submit.outer :
		    &m->outer, mine);
	} else if (made) {
		if (!mine)
			put_path(m, &c->head);
		buf_add(&c->head, buf_str(&submit.trace));
		buf_add(&c->head, header);
		made = !c->head.failed;
	}
	c->head_len = (uint32_t)c->head.len;
	return made && each_piece(m, c) && copy_seal(c);
}

/* Its key is told to nobody but keys, which wraps it. */
static enum smtp_answer
wrap(struct smtp_mail *m, unsigned char key[LETTER_KEY_OCTETS])
{
	struct msg_keys_key ask = { m->number,
	    { (char *)key, LETTER_KEY_OCTETS } };
	struct msg_keys_key_is is;
	int got = submit_ask_keys(m, KEYS_WRAP, &ask, &is);

	wipe(key, LETTER_KEY_OCTETS);
	if (got != KEYS_KEY_IS || is.verdict != VERDICT_YES ||
	    is.key.len != WRAPPED_KEY)
		return SMTP_SAYS_LATER;
	for (size_t i = 0; i < WRAPPED_KEY; i++)
		submit.wrapped[i] = (unsigned char)is.key.ptr[i];
	return SMTP_SAYS_DELIVERED;
}

static enum smtp_answer
make_letter(struct smtp_mail *m)
{
	unsigned char key[LETTER_KEY_OCTETS];
	struct copy *c = &submit.letter;

	if (!copy_open(c))
		return SMTP_SAYS_NO_ROOM;
	letter_create(&submit.out, c->fd, key);
	letter_add(&submit.out, buf_str(&submit.trace));
	if (submit.encrypted.len > 0) {
		letter_add(&submit.out, buf_str(&submit.encrypted));
	} else {
		letter_add(&submit.out, buf_str(&submit.header));
		if (!each_piece(m, NULL))
			submit.out.failed = true;
	}
	submit.octets = submit.out.octets;
	if (!letter_close(&submit.out) ||
	    !child_bytes(m->child, (int64_t)submit.out.size)) {
		wipe(key, sizeof(key));
		return SMTP_SAYS_NO_ROOM;
	}
	c->octets = submit.out.size;
	if (!copy_seal(c))
		return SMTP_SAYS_LATER;
	return wrap(m, key);
}

static bool
wants(const struct smtp_mail *m, bool sealed)
{
	for (size_t i = 0; i < m->targets; i++)
		if ((m->target[i].cert != 0) == sealed)
			return true;
	return false;
}

/* Sealed text is longer by a half, in the worst case. */
static bool
fits(const struct smtp_mail *m)
{
	uint64_t one = submit.header.len + submit.trace.len + m->spool.octets;
	uint64_t parts = m->targets + submit.has_sent;

	return parts * (one + one / 2) + (submit.outside > 0 ? one : 0) <=
	    SUBMIT_GROUP_BYTES || parts + (submit.outside > 0) == 1;
}

enum smtp_answer
submit_copies(struct smtp_mail *m)
{
	submit_drop(m);
	if (!fits(m))
		return SMTP_SAYS_TOO_BIG_FOR_ALL;
	if ((wants(m, true) && !make(m, &m->copy[SMTP_SEALED], true, false)) ||
	    (wants(m, false) && !make(m, &m->copy[SMTP_PLAIN], false, false)) ||
	    (submit.has_sent && !make(m, &submit.sent,
	    submit.sent_to.cert != 0, true)) ||
	    (submit.has_notice && !submit_make_notice(m)))
		return SMTP_SAYS_NO_ROOM;
	return submit.outside > 0 ? make_letter(m) : SMTP_SAYS_DELIVERED;
}
