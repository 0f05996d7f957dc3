/* flow_ask.c - what an email on its way asks for, state by state. */

#include "sync/flow.h"

#include <unistd.h>

#include "home/net.h"
#include "mail/bodies.h"
#include "mail/header.h"
#include "mail/thread.h"
#include "os/memfd.h"
#include "role/index.h"

enum { ARENA_MAX = 64 << 20 };

static bool
ask_fetch(struct flow *f, struct letter *l)
{
	struct buf path;
	int lane = net_lane();

	buf_init(&path, JMAP_URL_MAX + 2 * JMAP_ID_MAX);
	if (ask_blob_path(f->s, l->e->blob, &path)) {
		l->lane = lane;
		net_fetch(lane, buf_str(&path), &l->blob);
	} else {
		flow_fail(f, PLAN_LIE, "download-url");
	}
	buf_free(&path);
	return f->how == PLAN_DONE;
}

static struct str
from_of(struct str stored)
{
	struct header_field f;

	return header_find(stored, STR("From"), &f) ? f.value : STR("");
}

static bool
ask_open(struct flow *f, struct letter *l)
{
	struct buf payload, certs;
	bool ok = true, any;

	buf_init(&payload, JMAP_EMAIL_MAX);
	any = letter_payload(buf_str(&l->blob), &payload);
	if (any) {
		buf_init(&certs, AGENT_CERTS_MAX);
		contacts_certs(f->s, from_of(buf_str(&l->blob)), &certs);
		ok = agent_open(f->s, l->order, buf_str(&payload),
		    buf_str(&certs));
		buf_free(&certs);
	}
	buf_free(&payload);
	if (!ok)
		flow_fail(f, PLAN_LATER, "agent");
	l->clear = !any;
	if (ok && !any)
		flow_go(f, l, LETTER_VERIFY);
	return ok && any;
}

/* What was signed when it was encrypted needs no more. */
static bool
ask_verify(struct flow *f, struct letter *l)
{
	struct str text = buf_str(l->clear ? &l->blob : &l->text);
	struct buf over, signature, certs;
	struct arena arena;
	bool any, ok = true;

	arena_init(&arena, ARENA_MAX);
	buf_init(&over, AGENT_TEXT_MAX);
	buf_init(&signature, AGENT_CERTS_MAX);
	buf_init(&certs, AGENT_CERTS_MAX);
	any = l->signed_by.len == 0 && letter_signed(text, &over, &signature);
	if (any) {
		contacts_certs(f->s, letter_from(buf_str(&l->blob),
		    buf_str(&l->text), &arena), &certs);
		ok = agent_verify(f->s, l->order, buf_str(&over),
		    buf_str(&signature), buf_str(&certs));
	}
	buf_free(&certs);
	buf_free(&signature);
	buf_free(&over);
	arena_reset(&arena);
	if (!ok)
		flow_fail(f, PLAN_LATER, "agent");
	else if (!any)
		flow_made(f, l);
	return ok && any;
}

static bool
ask_words(struct flow *f, struct letter *l)
{
	if (index_ask(f->s->open, l->order, buf_str(&l->message)))
		return true;
	flow_go(f, l, LETTER_TICKET);
	return false;
}

static bool
to_store(struct flow *f, enum msg_write type, const void *m, int fd)
{
	bool ok = f->s->writer >= 0 && chan_put(f->s->writer, msg_write,
	    WRITE_TYPES, type, m, &fd, fd >= 0) == CHAN_OK;

	if (!ok)
		flow_fail(f, PLAN_LATER, "mirror");
	return ok;
}

static bool
ask_ticket(struct flow *f, struct letter *l)
{
	struct msg_write_bring m = { .mailbox = l->mailbox,
	    .date = (uint64_t)l->e->received, .size = l->message.len,
	    .id = l->e->id };
	struct words words = { 0 };
	struct buf packed, value;
	bool ok;

	for (size_t i = 0; i < l->e->keywords; i++)
		words_add(&words, l->e->keyword[i]);
	buf_init(&packed, WORDS_MAX * (WORD_MAX + 4));
	buf_init(&value, REMOTE_VALUE_MAX);
	m.flags = words_flags(&words, &packed);
	value_of(&value, l->e);
	m.keywords = buf_str(&packed);
	m.value = buf_str(&value);
	ok = !value.failed && to_store(f, WRITE_BRING, &m, -1);
	buf_free(&packed);
	buf_free(&value);
	return ok;
}

static bool
ask_deliver(struct flow *f, struct letter *l)
{
	struct str text = buf_str(&l->message);
	size_t head = header_len(text);
	struct thread_refs refs = { .len = 0 };
	struct msg_store_deliver m = { .ticket = l->ticket.ticket,
	    .group = l->order, .parts = 1, .account = l->ticket.account,
	    .head_len = (uint32_t)head, .size = text.len,
	    .date = (uint64_t)l->e->received };
	int fd = memfd_of("message", text);
	struct arena arena;
	bool ok;

	thread_refs(&refs, (struct str){ text.ptr, head });
	m.refs = thread_packed(&refs);
	arena_init(&arena, ARENA_MAX);
	m.attached = bodies_has_attached(text, &arena);
	arena_reset(&arena);
	if (fd < 0)
		flow_fail(f, PLAN_LATER, "memory");
	ok = fd >= 0 && to_store(f, WRITE_DELIVER, &m, fd);
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool
ask_index(struct flow *f, struct letter *l)
{
	bool sent = false;

	if (f->s->writer < 0 || !index_send(f->s, l->email,
	    buf_str(&l->message), buf_str(&l->words), &sent))
		flow_fail(f, PLAN_LATER, "mirror");
	else if (!sent)
		flow_end(f, l);
	return sent;
}

static bool (*const asks[LETTER_STATES])(struct flow *, struct letter *) = {
	[LETTER_FETCH] = ask_fetch, [LETTER_OPEN] = ask_open,
	[LETTER_VERIFY] = ask_verify,
	[LETTER_WORDS] = ask_words, [LETTER_TICKET] = ask_ticket,
	[LETTER_DELIVER] = ask_deliver, [LETTER_INDEX] = ask_index,
};

bool
flow_ask(struct flow *f, struct letter *l)
{
	return asks[l->state](f, l);
}
