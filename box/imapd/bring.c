/* bring.c - messages that APPEND brings: from the client into memfds. */

#include "bring.h"

#include <string.h>
#include <time.h>

#include "mail/date.h"
#include "mail/header.h"
#include "mail/protect.h"

static const char no_room[] = "NO [UNAVAILABLE] Too much mail is on its way";

void
bring_begin(struct bring *b, struct imap *s, uint64_t mailbox)
{
	*b = (struct bring){ .s = s, .mailbox = mailbox,
	    .now = (uint64_t)time(NULL) };
	head_init(&b->head);
}

void
bring_end(struct bring *b)
{
	for (size_t i = 0; i < b->n; i++) {
		copy_drop(b->s->child, &b->m[i]->copy);
		buf_free(&b->m[i]->copy.head);
		buf_free(&b->m[i]->outer);
	}
	head_forget(&b->head);
	buf_free(&b->head.text);
}

/* As the store wants them; false: too many, or too long. */
static bool
pack_keywords(struct bring *b, const struct imap_append *a, struct str *out)
{
	struct buf packed;
	bool ok = a->keywords <= KEYWORDS_MAX;

	buf_init(&packed, KEYWORDS_MAX * (KEYWORD_MAX + 4));
	for (size_t i = 0; ok && i < a->keywords; i++) {
		ok = a->keyword[i].len <= KEYWORD_MAX;
		field_put_str(&packed, a->keyword[i]);
	}
	*out = arena_str(&b->s->arena, buf_str(&packed));
	ok = ok && !packed.failed && out->ptr != NULL;
	buf_free(&packed);
	return ok;
}

static uint64_t
date_from(const struct imap_date *d)
{
	int64_t at = date_seconds(&(struct date){ .year = (int)d->year,
	    .month = d->month, .day = d->day, .hour = d->hour,
	    .minute = d->minute, .second = d->second, .zone = d->zone });

	return at > 0 ? (uint64_t)at : 1;
}

static struct brought *
begin_message(struct bring *b, const struct imap_append *a)
{
	struct brought *m;

	if (b->n == APPENDS_MAX) {
		b->no = "NO [LIMIT] Too many messages in one command";
		return NULL;
	}
	m = ARENA_NEW(&b->s->arena, struct brought);
	if (m == NULL) {
		b->no = no_room;
		return NULL;
	}
	m->copy.fd = -1;
	buf_init(&m->copy.head, PROTECT_INNER_MAX);
	buf_init(&m->outer, PROTECT_OUTER_MAX);
	b->m[b->n++] = m;
	m->flags = a->flags;
	m->octets = a->octets;
	m->date = a->dated ? date_from(&a->date) : b->now;
	if (!pack_keywords(b, a, &m->keywords))
		b->no = "NO [LIMIT] Too many keywords, or too long ones";
	head_forget(&b->head);
	b->in_body = false;
	return m;
}

static void
take_message_id(struct bring *b, struct brought *m)
{
	struct header_field f;
	struct buf id;

	if (!header_find(buf_str(&b->head.text), STR("Message-ID"), &f))
		return;
	buf_init(&id, MESSAGE_ID_MAX);
	header_unfold(f.value, &id);
	if (!id.failed)
		m->message_id = arena_str(&b->s->arena, buf_str(&id));
	if (m->message_id.ptr == NULL)
		m->message_id.len = 0;
	buf_free(&id);
}

bool
bring_protect(struct bring *b, struct brought *m, struct str header)
{
	(void)b;
	m->as_is = false;
	buf_clear(&m->outer);
	buf_clear(&m->copy.head);
	return copy_open(&m->copy) && protect_header(&(struct protect_in){
	    .header = header }, &m->outer, &m->copy.head);
}

/* The header is complete: now it is known what becomes of it. */
static void
begin_body(struct bring *b, struct brought *m)
{
	struct str header = buf_str(&b->head.text);
	bool made;

	b->in_body = true;
	take_message_id(b, m);
	thread_refs(&m->refs, header);
	bring_ask(b, m);
	if (b->no != NULL || m->ticket.uid != 0)
		return;
	if (m->ticket.cert != 0 && !protect_is_announced(header)) {
		made = bring_protect(b, m, header);
	} else {
		m->as_is = m->ticket.cert != 0;
		buf_add(&m->copy.head, header);
		made = copy_open(&m->copy) && !m->copy.head.failed;
	}
	m->copy.head_len = (uint32_t)m->copy.head.len;
	if (!made)
		b->no = no_room;
}

static void
write_body(struct bring *b, struct brought *m, struct str run)
{
	if (b->no == NULL && m->copy.fd >= 0 &&
	    !copy_flush(b->s->child, &m->copy, run))
		b->no = no_room;
}

/* What was taken for header and is none comes first. */
static void
enter_body(struct bring *b, struct brought *m)
{
	begin_body(b, m);
	write_body(b, m, head_rest(&b->head));
}

static void
take_header(struct bring *b, struct brought *m, struct str *run)
{
	switch (head_take(&b->head, run)) {
	case HEAD_COMPLETE:
		enter_body(b, m);
		break;
	case HEAD_TOO_BIG:
		b->no = "NO [LIMIT] The header of that message is too long";
		break;
	case HEAD_NO_ROOM:
		b->no = no_room;
		break;
	case HEAD_MORE:
		break;
	}
}

static void
take_text(struct bring *b, struct brought *m, struct str run)
{
	if (memchr(run.ptr, '\0', run.len) != NULL)
		b->no = "NO A message holds no NUL octets";
	while (b->no == NULL && !b->in_body && run.len > 0)
		take_header(b, m, &run);
	if (run.len > 0)
		write_body(b, m, run);
}

static void
end_message(struct bring *b, struct brought *m)
{
	if (b->no == NULL && !b->in_body) {
		head_end(&b->head);
		enter_body(b, m);
	}
	write_body(b, m, STR(""));
	buf_free(&m->copy.head);
	if (m->octets == 0)
		b->no = "NO A message of no octets: nothing is kept";
}

bool
bring_message(struct bring *b, const struct imap_append *a)
{
	struct stream *in = &b->s->stream;
	struct brought *m = begin_message(b, a);
	uint64_t left = a->octets;

	if (a->octets > b->s->role->conf.size)
		b->no = "NO [TOOBIG] That message is too large";
	while (left > 0) {
		struct str run;

		if (!stream_has_input(in))
			imap_flush(b->s);
		if (stream_some(in, &run) != STREAM_OK)
			return false;
		if (run.len > left)
			run.len = (size_t)left;
		if (b->no == NULL)
			take_text(b, m, run);
		stream_eat(in, run.len);
		left -= run.len;
	}
	if (m != NULL)
		end_message(b, m);
	return true;
}
