/*
 * flow.c - emails on their way into the mirror, several at once.
 *
 * Each goes from state to state by a table: what a state asks for is asked as
 * soon as there is room, its answer leads to the next one.  So download,
 * decryption, words for the index and transactions of different emails run at
 * the same time, and what the store writes it writes together.
 *
 * When somebody is away, none is begun any more, and the round ends; the others
 * are brought once more by the next round, unless they are there.  One that the
 * box does not give, or not as it said, is left out: no state is noted, and the
 * round ends with that when the others are here.
 */

#include "sync/flow.h"

#include <string.h>

#include "os/log.h"
#include "os/memfd.h"
#include "role/index.h"
#include "home/net.h"

enum {
	LETTERS_MAX = 64,
	LETTER_OCTETS_MAX = 64 << 20,	/* of all; one may be larger */
	WAIT_MS = 1000,
	AGENT_AT_ONCE = 6, OPEN_AT_ONCE = 6,
	TOGETHER = 24,			/* in a transaction */
};

static struct letter letters[LETTERS_MAX];

void
flow_fail(struct flow *f, enum plan_event how, const char *why)
{
	if (f->how != PLAN_DONE)
		return;
	f->how = how;
	f->s->why = why;
}

void
flow_end(struct flow *f, struct letter *l)
{
	buf_free(&l->blob);
	buf_free(&l->text);
	buf_free(&l->cipher);
	buf_free(&l->signed_by);
	buf_free(&l->message);
	buf_free(&l->words);
	f->octets -= l->e->size;
	f->active--;
	l->state = LETTER_FREE;
}

void
flow_go(struct flow *f, struct letter *l, enum letter_state next)
{
	if (l->asked)
		f->at[l->state]--;
	l->asked = false;
	l->state = next;
}

void
flow_make(struct flow *f, struct letter *l, const struct opened *o)
{
	if (letter_make(f->s, buf_str(&l->blob), o, &l->message))
		flow_go(f, l, LETTER_WORDS);
	else
		flow_fail(f, PLAN_LATER, "memory");
}

void
flow_made(struct flow *f, struct letter *l)
{
	struct opened o = { .clear = l->clear, .yes = !l->clear,
	    .apart = l->apart,
	    .cipher = buf_str(&l->cipher), .text = buf_str(&l->text),
	    .signed_by = buf_str(&l->signed_by) };

	flow_make(f, l, &o);
}

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

/* This one is not to be had: the others are brought, then that is said. */
static void
skip(struct flow *f, struct letter *l, enum plan_event how, const char *why)
{
	if (f->one == PLAN_DONE) {
		f->one = how;
		f->one_why = why;
	}
	flow_go(f, l, LETTER_FETCH);
	flow_end(f, l);
}

static void
fetched(struct flow *f, struct letter *l, enum net_status status)
{
	enum plan_event how = ask_net(f->s, (int)status);

	if (how == PLAN_LIE || (how == PLAN_DONE &&
	    l->blob.len != l->e->size)) {
		skip(f, l, PLAN_LIE, "blob-size");
	} else if (status == NET_MISSING) {
		skip(f, l, how, f->s->why);
	} else if (how != PLAN_DONE) {
		flow_fail(f, how, f->s->why);
	} else if (meets(f, l)) {
		flow_go(f, l, LETTER_FETCH);
		flow_end(f, l);
	} else {
		flow_go(f, l, LETTER_OPEN);
	}
}

static void
take_fetched(struct flow *f)
{
	enum net_status status;
	int lane;

	while ((lane = net_fetched(&status)) >= 0)
		for (size_t i = 0; i < LETTERS_MAX; i++)
			if (letters[i].state == LETTER_FETCH &&
			    letters[i].asked && letters[i].lane == lane) {
				fetched(f, &letters[i], status);
				break;
			}
}

static void
opened(struct flow *f, struct letter *l, const struct msg_agent_opened *m,
    int fd)
{
	bool ok;

	buf_add(&l->signed_by, m->signed_by);
	if (l->state == LETTER_VERIFY) {
		l->apart = true;
		flow_made(f, l);
		return;
	}
	buf_add(&l->cipher, m->cipher);
	ok = memfd_add(fd, AGENT_TEXT_MAX, &l->text);
	if (ok && !l->cipher.failed && !l->signed_by.failed)
		flow_go(f, l, LETTER_VERIFY);
	else
		flow_fail(f, PLAN_LATER, "memory");
}

/* A signature that makes no sense is a bad one. */
static void
not_verified(struct flow *f, struct letter *l)
{
	static const char *const bad[] = { "bad", "", "", "" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		field_put_str(&l->signed_by, from_c(bad[i]));
	field_put_u64(&l->signed_by, 0);
	l->apart = true;
	flow_made(f, l);
}

static void
refused(struct flow *f, struct letter *l, const struct msg_agent_refused *m)
{
	struct opened o = { .why = m->why };

	if (str_eq(m->why, STR("busy")))
		flow_go(f, l, l->state);
	else if (m->verdict != VERDICT_NO || str_eq(m->why, STR("locked")))
		flow_fail(f, PLAN_LATER, "agent");
	else if (l->state == LETTER_VERIFY)
		not_verified(f, l);
	else
		flow_make(f, l, &o);
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
		if (l == NULL)
			l = waiting(LETTER_VERIFY, m.ask.id);
		/* of before, or nobody's */
		if (m.ask.id != 0 && l != NULL && type == AGENT_OPENED)
			opened(f, l, &m.opened, in.fds[0]);
		else if (m.ask.id != 0 && l != NULL && type == AGENT_REFUSED)
			refused(f, l, &m.refused);
		chan_close_fds(&in);
	}
	if (type < 0)
		flow_fail(f, PLAN_LATER, "agent");
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
			flow_go(f, l, LETTER_TICKET);
		}
		buf_clear(&text);
	}
	buf_free(&text);
	/* without it they are found by their headers */
	while (gone && (l = waiting(LETTER_WORDS, 0)) != NULL)
		flow_go(f, l, LETTER_TICKET);
}

static void
ticket(struct flow *f, const struct msg_write_ticket *m)
{
	struct letter *l = waiting(LETTER_TICKET, 0);

	if (l == NULL || m->verdict != VERDICT_YES) {
		flow_fail(f, PLAN_LATER, "mirror");
		return;
	}
	l->ticket = (struct msg_write_ticket){ .ticket = m->ticket,
	    .account = m->account };
	flow_go(f, l, LETTER_DELIVER);
}

static void
appended(struct flow *f, const struct msg_write_appended *m)
{
	struct letter *l = waiting(LETTER_DELIVER, m->group);
	struct str emails = m->emails;

	if (l == NULL || m->group == 0 || m->verdict == VERDICT_LATER) {
		flow_fail(f, PLAN_LATER, "mirror");
		return;
	}
	f->s->brought += m->verdict == VERDICT_YES;
	if (m->verdict == VERDICT_YES && field_take_u64(&emails, &l->email)) {
		flow_go(f, l, LETTER_INDEX);
	} else {		/* it is there */
		flow_go(f, l, LETTER_INDEX);
		flow_end(f, l);
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
				flow_fail(f, PLAN_LATER, "mirror");
				continue;
			}
			flow_go(f, l, LETTER_INDEX);
			flow_end(f, l);
		}
	}
	if (type < 0)
		flow_fail(f, PLAN_LATER, "mirror");
}

static void
begin(struct flow *f, struct letter *l, const struct jmap_email *e)
{
	*l = (struct letter){ .state = LETTER_FETCH, .e = e,
	    .mailbox = box_mirror(f->s, e->box) };
	/* one octet more would be one too many */
	buf_init(&l->blob, (size_t)e->size);
	buf_init(&l->text, AGENT_TEXT_MAX);
	buf_init(&l->cipher, IPC_MAX);
	buf_init(&l->signed_by, AGENT_SIGNED_MAX);
	buf_init(&l->message, (size_t)AGENT_TEXT_MAX + (1 << 20));
	buf_init(&l->words, INDEX_OCTETS_MAX);
	f->octets += e->size;
	f->active++;
	if (l->mailbox == 0)	/* a mailbox that is new */
		flow_fail(f, PLAN_LATER, "mailbox");
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

/* What the store has to commit waits until it has answered what it got before,
 * and until there is much of it, or nothing else to wait for: each page that
 * it writes is then of many emails. */
static bool
is_committing(const struct flow *f)
{
	size_t ready = 0, before = 0;

	if (f->at[LETTER_DELIVER] + f->at[LETTER_INDEX] > 0)
		return true;
	for (size_t i = 0; i < LETTERS_MAX; i++) {
		before += letters[i].state > LETTER_FREE &&
		    letters[i].state < LETTER_DELIVER;
		ready += letters[i].state >= LETTER_DELIVER;
	}
	return ready < TOGETHER && before > 0;
}

static bool
must_wait(const struct flow *f, enum letter_state state)
{
	switch (state) {
	case LETTER_FETCH:
		return net_lane() < 0;
	case LETTER_OPEN:
	case LETTER_VERIFY:
		return f->at[LETTER_OPEN] + f->at[LETTER_VERIFY] >=
		    AGENT_AT_ONCE;
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
	f->committing = is_committing(f);
	for (unsigned state = LETTER_STATES - 1; state > LETTER_FREE; state--)
		for (size_t i = 0; i < LETTERS_MAX &&
		    f->how == PLAN_DONE; i++) {
			struct letter *l = &letters[i];

			if (l->state != state || l->asked ||
			    must_wait(f, l->state))
				continue;
			l->order = ++f->s->last_id;
			if (flow_ask(f, l)) {
				l->asked = true;
				f->at[state]++;
			}
		}
}

static bool
can_ask(struct flow *f)
{
	f->committing = is_committing(f);
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
			flow_end(f, &letters[i]);
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

	f = (struct flow){ .s = s, .how = PLAN_DONE, .one = PLAN_DONE };
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
	if (f.one != PLAN_DONE) {
		s->bad = f.one;
		s->bad_why = f.one_why;
	}
	return meet_all(&f);
}
