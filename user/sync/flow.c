/*
 * flow.c - emails on their way into the mirror, several at once.
 *
 * Each goes from state to state by a table: what a state asks for is asked as
 * soon as there is room, its answer leads to the next one.  So download,
 * decryption, words for the index and transactions of different emails run at
 * the same time, and what the store writes it writes together.
 *
 * When one fails, none is begun any more, and the round ends with what is said
 * of it; the others are brought once more by the next round, unless they are
 * there.
 */

#include "sync/sync.h"

#include <string.h>
#include <unistd.h>

#include "mail/bodies.h"
#include "mail/header.h"
#include "mail/thread.h"
#include "os/log.h"
#include "os/memfd.h"
#include "role/index.h"
#include "home/net.h"

enum {
	LETTERS_MAX = 64,
	LETTER_OCTETS_MAX = 64 << 20,	/* of all; one may be larger */
	ARENA_MAX = 64 << 20,
	WAIT_MS = 1000,
	AGENT_AT_ONCE = 6, OPEN_AT_ONCE = 6,
};

enum letter_state {
	LETTER_FREE,
	LETTER_FETCH,			/* the box */
	LETTER_OPEN,			/* the agent */
	LETTER_WORDS,			/* open */
	LETTER_TICKET,			/* the store … */
	LETTER_DELIVER,
	LETTER_INDEX,
	LETTER_STATES,
};

struct letter {
	enum letter_state state;
	bool asked;
	const struct jmap_email *e;
	uint64_t mailbox, order;	/* when it was asked; its id, too */
	uint64_t email;			/* the mirror's */
	int lane;
	struct buf blob, message, words;
	struct msg_write_ticket ticket;
};

static struct letter letters[LETTERS_MAX];

/* What a run has come to. */
struct flow {
	struct sync *s;
	enum plan_event how;
	size_t active;
	uint64_t octets;		/* in hand */
	size_t at[LETTER_STATES];	/* asked, and not answered */
	bool committing;		/* the store has something to answer */
	/* what may be an import of ours; looked at in the end */
	const struct jmap_email *met[ATTEMPTS_MAX];
	struct attempt of[ATTEMPTS_MAX];
	size_t mets;
};

static void
fail(struct flow *f, enum plan_event how, const char *why)
{
	if (f->how != PLAN_DONE)
		return;
	f->how = how;
	f->s->why = why;
}

static void
end(struct flow *f, struct letter *l)
{
	buf_free(&l->blob);
	buf_free(&l->message);
	buf_free(&l->words);
	f->octets -= l->e->size;
	f->active--;
	l->state = LETTER_FREE;
}

static void
go(struct flow *f, struct letter *l, enum letter_state next)
{
	if (l->asked)
		f->at[l->state]--;
	l->asked = false;
	l->state = next;
}

/* --- what each state asks for; false: it went on without, or failed --- */

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
		fail(f, PLAN_LIE, "download-url");
	}
	buf_free(&path);
	return f->how == PLAN_DONE;
}

static void
make(struct flow *f, struct letter *l, const struct opened *o)
{
	if (letter_make(f->s, buf_str(&l->blob), o, &l->message))
		go(f, l, LETTER_WORDS);
	else
		fail(f, PLAN_LATER, "memory");
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
		fail(f, PLAN_LATER, "agent");
	else if (!any)
		make(f, l, NULL);
	return ok && any;
}

static bool
ask_words(struct flow *f, struct letter *l)
{
	if (index_ask(f->s->open, l->order, buf_str(&l->message)))
		return true;
	go(f, l, LETTER_TICKET);
	return false;
}

static bool
to_store(struct flow *f, enum msg_write type, const void *m, int fd)
{
	bool ok = f->s->writer >= 0 && chan_put(f->s->writer, msg_write,
	    WRITE_TYPES, type, m, &fd, fd >= 0) == CHAN_OK;

	if (!ok)
		fail(f, PLAN_LATER, "mirror");
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
		fail(f, PLAN_LATER, "memory");
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
		fail(f, PLAN_LATER, "mirror");
	else if (!sent)
		end(f, l);
	return sent;
}

static bool (*const asks[LETTER_STATES])(struct flow *, struct letter *) = {
	[LETTER_FETCH] = ask_fetch, [LETTER_OPEN] = ask_open,
	[LETTER_WORDS] = ask_words, [LETTER_TICKET] = ask_ticket,
	[LETTER_DELIVER] = ask_deliver, [LETTER_INDEX] = ask_index,
};

/* --- and what comes of it --- */

/* Who was asked first of those that wait in this state, or by this number. */
static struct letter *
waiting(enum letter_state state, uint64_t order)
{
	struct letter *first = NULL;

	for (size_t i = 0; i < LETTERS_MAX; i++) {
		struct letter *l = &letters[i];

		if (l->state != state || !l->asked ||
		    (order != 0 && l->order != order))
			continue;
		if (first == NULL || l->order < first->order)
			first = l;
	}
	return first;
}

/* true: it may be there already. */
static bool
meets(struct flow *f, struct letter *l)
{
	const struct attempt *a = import_find(f->s, buf_str(&l->blob));

	if (a == NULL || f->mets == ATTEMPTS_MAX)
		return false;
	f->of[f->mets] = *a;
	f->met[f->mets++] = l->e;
	return true;
}

static void
take_fetched(struct flow *f)
{
	enum net_status status;
	struct letter *l = NULL;
	enum plan_event how;
	int lane;

	while ((lane = net_fetched(&status)) >= 0) {
		for (size_t i = 0; i < LETTERS_MAX; i++)
			if (letters[i].state == LETTER_FETCH &&
			    letters[i].asked && letters[i].lane == lane)
				l = &letters[i];
		how = ask_net(f->s, (int)status);
		if (how == PLAN_LIE || (how == PLAN_DONE &&
		    l->blob.len != l->e->size))
			fail(f, PLAN_LIE, "blob-size");
		else if (how != PLAN_DONE)
			fail(f, how, f->s->why);
		else if (meets(f, l)) {
			go(f, l, LETTER_FETCH);
			end(f, l);
		} else
			go(f, l, LETTER_OPEN);
	}
}

static void
opened(struct flow *f, struct letter *l, const struct msg_agent_opened *m,
    int fd)
{
	struct opened o = { .yes = true, .cipher = m->cipher,
	    .signed_by = m->signed_by };
	struct buf text;

	buf_init(&text, AGENT_TEXT_MAX);
	if (memfd_add(fd, AGENT_TEXT_MAX, &text)) {
		o.text = buf_str(&text);
		make(f, l, &o);
	} else {
		fail(f, PLAN_LATER, "memory");
	}
	buf_free(&text);
}

static void
refused(struct flow *f, struct letter *l, const struct msg_agent_refused *m)
{
	struct opened o = { .why = m->why };

	if (str_eq(m->why, STR("busy")))
		go(f, l, LETTER_OPEN);
	else if (m->verdict != VERDICT_NO || str_eq(m->why, STR("locked")))
		fail(f, PLAN_LATER, "agent");
	else
		make(f, l, &o);
}

static void
take_opened(struct flow *f)
{
	union msg_agent_any m;
	struct chan_msg in;
	struct letter *l;
	int type;

	while ((type = agent_answer(f->s, &m, &in)) > 0) {
		l = waiting(LETTER_OPEN, m.ask.id);
		/* of before, or nobody's */
		if (m.ask.id != 0 && l != NULL && type == AGENT_OPENED)
			opened(f, l, &m.opened, in.fds[0]);
		else if (m.ask.id != 0 && l != NULL && type == AGENT_REFUSED)
			refused(f, l, &m.refused);
		chan_close_fds(&in);
	}
	if (type < 0)
		fail(f, PLAN_LATER, "agent");
}

static void
take_words(struct flow *f)
{
	static char wire[IPC_MAX];
	struct letter *l;
	struct buf text;
	bool gone = false;
	uint64_t id;

	buf_init(&text, INDEX_OCTETS_MAX);
	while ((id = index_answer(f->s->open, wire, &text, &gone)) != 0) {
		l = waiting(LETTER_WORDS, id);
		if (l != NULL) {
			buf_add(&l->words, buf_str(&text));
			go(f, l, LETTER_TICKET);
		}
		buf_clear(&text);
	}
	buf_free(&text);
	/* without it they are found by their headers */
	while (gone && (l = waiting(LETTER_WORDS, 0)) != NULL)
		go(f, l, LETTER_TICKET);
}

static void
ticket(struct flow *f, const struct msg_write_ticket *m)
{
	struct letter *l = waiting(LETTER_TICKET, 0);

	if (l == NULL || m->verdict != VERDICT_YES) {
		fail(f, PLAN_LATER, "mirror");
		return;
	}
	l->ticket = (struct msg_write_ticket){ .ticket = m->ticket,
	    .account = m->account };
	go(f, l, LETTER_DELIVER);
}

static void
appended(struct flow *f, const struct msg_write_appended *m)
{
	struct letter *l = waiting(LETTER_DELIVER, m->group);
	struct str emails = m->emails;

	if (l == NULL || m->group == 0 || m->verdict == VERDICT_LATER) {
		fail(f, PLAN_LATER, "mirror");
		return;
	}
	f->s->brought += m->verdict == VERDICT_YES;
	if (m->verdict == VERDICT_YES && field_take_u64(&emails, &l->email)) {
		go(f, l, LETTER_INDEX);
	} else {		/* it is there */
		go(f, l, LETTER_INDEX);
		end(f, l);
	}
}

static void
take_written(struct flow *f)
{
	union msg_written m;
	struct letter *l;
	int type;

	while ((type = mirror_said(f->s, &m)) > 0) {
		if (type == WRITE_TICKET) {
			ticket(f, &m.ticket);
		} else if (type == WRITE_APPENDED) {
			appended(f, &m.appended);
		} else if (type == WRITE_DONE) {
			l = waiting(LETTER_INDEX, 0);
			if (l == NULL) {
				fail(f, PLAN_LATER, "mirror");
				continue;
			}
			go(f, l, LETTER_INDEX);
			end(f, l);
		}
	}
	if (type < 0)
		fail(f, PLAN_LATER, "mirror");
}

static void
begin(struct flow *f, struct letter *l, const struct jmap_email *e)
{
	*l = (struct letter){ .state = LETTER_FETCH, .e = e,
	    .mailbox = box_mirror(f->s, e->box) };
	/* one octet more would be one too many */
	buf_init(&l->blob, (size_t)e->size);
	buf_init(&l->message, (size_t)AGENT_TEXT_MAX + (1 << 20));
	buf_init(&l->words, INDEX_OCTETS_MAX);
	f->octets += e->size;
	f->active++;
	if (l->mailbox == 0)	/* a mailbox that is new */
		fail(f, PLAN_LATER, "mailbox");
}

static void
begin_some(struct flow *f, const struct jmap_email *e, size_t n, size_t *next)
{
	for (size_t i = 0; i < LETTERS_MAX && *next < n &&
	    f->how == PLAN_DONE; i++) {
		if (letters[i].state != LETTER_FREE)
			continue;
		if (f->active > 0 && f->octets + e[*next].size >
		    LETTER_OCTETS_MAX)
			return;
		begin(f, &letters[i], &e[(*next)++]);
	}
}

/* What the store has to commit waits until it has answered what it got before:
 * so it commits many together. */
static bool
must_wait(const struct flow *f, enum letter_state state)
{
	switch (state) {
	case LETTER_FETCH:
		return net_lane() < 0;
	case LETTER_OPEN:
		return f->at[LETTER_OPEN] >= AGENT_AT_ONCE;
	case LETTER_WORDS:
		return f->at[LETTER_WORDS] >= OPEN_AT_ONCE;
	case LETTER_DELIVER:
	case LETTER_INDEX:
		return f->committing;
	default:
		return false;
	}
}

/* Whatever can be asked for now.  The later states first: what is nearly done
 * makes room. */
static void
ask_all(struct flow *f)
{
	f->committing = f->at[LETTER_DELIVER] + f->at[LETTER_INDEX] > 0;
	for (unsigned state = LETTER_STATES - 1; state > LETTER_FREE; state--)
		for (size_t i = 0; i < LETTERS_MAX &&
		    f->how == PLAN_DONE; i++) {
			struct letter *l = &letters[i];

			if (l->state != state || l->asked ||
			    must_wait(f, l->state))
				continue;
			l->order = ++f->s->last_id;
			if (asks[state](f, l)) {
				l->asked = true;
				f->at[state]++;
			}
		}
}

static bool
can_ask(struct flow *f)
{
	f->committing = f->at[LETTER_DELIVER] + f->at[LETTER_INDEX] > 0;
	for (size_t i = 0; i < LETTERS_MAX; i++) {
		const struct letter *l = &letters[i];

		if (l->state != LETTER_FREE && !l->asked &&
		    !must_wait(f, l->state))
			return true;
	}
	return false;
}

static void
wait_for_any(struct flow *f)
{
	const int all[] = { f->s->agent, f->s->open, f->s->writer };
	int fds[3];
	size_t n = 0;

	for (size_t i = 0; i < 3; i++)
		if (all[i] >= 0)
			fds[n++] = all[i];
	net_wait(fds, n, can_ask(f) ? 0 : WAIT_MS);
}

/* What is under way is nobody's any more; the store's answers have no number,
 * so its channels are made anew. */
static void
give_up(struct flow *f)
{
	bool writes = f->at[LETTER_TICKET] + f->at[LETTER_DELIVER] +
	    f->at[LETTER_INDEX] > 0;

	net_drop();
	for (size_t i = 0; i < LETTERS_MAX; i++)
		if (letters[i].state != LETTER_FREE)
			end(f, &letters[i]);
	if (writes)
		mirror_drop(f->s);
}

static enum plan_event
meet_all(struct flow *f)
{
	enum plan_event how = f->how;

	for (size_t i = 0; how == PLAN_DONE && i < f->mets; i++)
		how = import_meet(f->s, f->met[i], &f->of[i]);
	return how;
}

enum plan_event
flow_bring(struct sync *s, const struct jmap_email *e, size_t n)
{
	static struct flow f;
	size_t next = 0;

	f = (struct flow){ .s = s, .how = PLAN_DONE };
	while (f.how == PLAN_DONE && (f.active > 0 || next < n)) {
		begin_some(&f, e, n, &next);
		ask_all(&f);
		if (f.how == PLAN_DONE && f.active > 0)
			wait_for_any(&f);
		take_fetched(&f);
		take_opened(&f);
		take_words(&f);
		take_written(&f);
	}
	if (f.how != PLAN_DONE)
		give_up(&f);
	return meet_all(&f);
}
