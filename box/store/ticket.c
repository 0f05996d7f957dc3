/*
 * ticket.c - who may deliver to whom: a number that only the store could
 * have said, and the parts that come with it.
 *
 * A ticket is 64 random bits, bound to the child that asked and to one
 * account; it is good while the child lives, once for each of its messages.
 * Old ones make room for new ones.
 */

#include "submissions.h"

#include <sys/random.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/log.h"

enum {
	TICKETS_MAX = 400,	/* of one child */
	GROUPS_MAX = 2,		/* of one child, under way */
	WORDS_MAX = KEYWORDS_MAX * (KEYWORD_MAX + 4) + MESSAGE_ID_MAX +
	    REMOTE_ID_MAX + REMOTE_VALUE_MAX,
};

struct ticket {
	uint64_t number, account, group;
	uint32_t cert;
	bool used;		/* for that group */
	bool placed, spent;
	struct place place;
	struct buf words;	/* what place points into */
	struct client *child;
	struct ticket *next_in_bucket, *newer;
};

struct group {
	uint64_t number;
	uint32_t parts, got;
	bool refused;
	uint32_t room;
	struct part *part;		/* room of them */
	struct group *next;		/* of the same child */
	/* while parts are held: all such groups, oldest first */
	struct client *child;
	int64_t since;
	struct group *older, *younger;
	bool open;
};

static uint64_t
random_number(void)
{
	static uint64_t pool[32];
	static size_t left;
	uint64_t n;

	if (left == 0) {
		if (getrandom(pool, sizeof(pool), 0) != sizeof(pool))
			log_die("no-randomness", " ");
		left = sizeof(pool) / sizeof(pool[0]);
	}
	n = pool[--left];
	pool[left] = 0;
	return n != 0 ? n : random_number();
}

static struct ticket **
bucket_of(struct store *st, uint64_t number)
{
	return &st->bucket[number % TICKET_BUCKETS];
}

static struct ticket *
find(struct store *st, uint64_t number)
{
	struct ticket *t = *bucket_of(st, number);

	while (t != NULL && t->number != number)
		t = t->next_in_bucket;
	return t;
}

static void
unhash(struct store *st, struct ticket *t)
{
	struct ticket **at = bucket_of(st, t->number);

	while (*at != t)
		at = &(*at)->next_in_bucket;
	*at = t->next_in_bucket;
}

static struct ticket *
fresh(struct store *st, struct client *c)
{
	struct ticket *t = c->oldest;

	if (c->tickets < TICKETS_MAX) {
		t = ARENA_NEW(&c->arena, struct ticket);
		c->tickets += t != NULL;
		return t;
	}
	c->oldest = t->newer;
	unhash(st, t);
	buf_free(&t->words);
	*t = (struct ticket){ 0 };
	return t;
}

/* A copy, whose strings are the ticket's. */
static void
keep_place(struct ticket *t, const struct place *p)
{
	struct str *const words[] = { &t->place.keywords,
	    &t->place.message_id, &t->place.remote, &t->place.value };
	const char *at;

	t->placed = true;
	t->place = *p;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		buf_add(&t->words, *words[i]);
	at = t->words.ptr;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		words[i]->ptr = at;
		if (words[i]->len > 0)
			at += words[i]->len;
	}
}

uint64_t
ticket_new(struct store *st, struct client *c, uint64_t account,
    uint32_t cert, const struct place *place)
{
	struct ticket *t = fresh(st, c), **at;

	if (t == NULL)
		return 0;
	t->number = random_number();
	t->account = account;
	t->cert = cert;
	t->child = c;
	buf_init(&t->words, WORDS_MAX);
	if (place != NULL)
		keep_place(t, place);
	if (c->oldest == NULL)
		c->oldest = t;
	else
		c->newest->newer = t;
	c->newest = t;
	at = bucket_of(st, t->number);
	t->next_in_bucket = *at;
	*at = t;
	return t->words.failed ? 0 : t->number;
}

bool
ticket_for(struct store *st, struct client *c, const struct account *a,
    const struct place *place, struct msg_target *t)
{
	*t = (struct msg_target){ ticket_new(st, c, a->id, a->cert, place),
	    a->id, a->cert };
	return t->ticket != 0;
}

static void
open_group(struct store *st, struct client *c, struct group *g)
{
	g->child = c;
	g->since = clock_ms();
	g->open = true;
	g->younger = NULL;
	g->older = st->youngest;
	if (st->youngest != NULL)
		st->youngest->younger = g;
	else
		st->oldest = g;
	st->youngest = g;
}

static void
close_group(struct store *st, struct group *g)
{
	if (!g->open)
		return;
	g->open = false;
	if (g->older != NULL)
		g->older->younger = g->younger;
	else
		st->oldest = g->younger;
	if (g->younger != NULL)
		g->younger->older = g->older;
	else
		st->youngest = g->older;
}

static void
let_go(struct store *st, struct group *g)
{
	struct client *c = g->child;

	close_group(st, g);
	for (uint32_t i = 0; i < g->got; i++) {
		struct part *p = &g->part[i];

		buf_free(&p->words);
		buf_free(&p->letter);
		if (p->fd < 0)
			continue;
		close(p->fd);
		st->held_fds--;
		st->held_bytes -= p->size;
		c->held_fds--;
		c->held_bytes -= p->size;
		p->fd = -1;
	}
}

/* Whoever began one and says no more does not keep its room. */
void
deliver_age(struct store *st, int64_t patience_ms)
{
	while (st->oldest != NULL &&
	    clock_ms() - st->oldest->since >= patience_ms) {
		struct group *g = st->oldest;

		g->refused = true;
		let_go(st, g);
	}
}

void
deliver_forget(struct store *st, struct client *c)
{
	for (struct group *g = c->groups; g != NULL; g = g->next)
		let_go(st, g);
	for (struct ticket *t = c->oldest; t != NULL; t = t->newer) {
		unhash(st, t);
		buf_free(&t->words);
	}
	c->groups = NULL;
	c->oldest = c->newest = NULL;
	c->tickets = 0;
}

/* Doubles, so that what the arena cannot take back stays small. */
static bool
make_room(struct client *c, struct group *g, uint32_t parts)
{
	uint32_t room = g->room > 0 ? g->room : 1;

	if (g->room >= parts)
		return true;
	while (room < parts)
		room *= 2;
	g->part = arena_alloc(&c->arena, room, sizeof(struct part));
	g->room = g->part != NULL ? room : 0;
	return g->part != NULL;
}

/* The child's group of that number, new when need be: it takes the place of
 * the oldest when there are too many. */
static struct group *
group_of(struct store *st, struct client *c, uint64_t number, uint32_t parts)
{
	struct group **at = &c->groups, *g;
	size_t n = 0;

	for (; (g = *at) != NULL; at = &g->next, n++)
		if (g->number == number)
			return g->parts == parts && g->room >= parts ? g :
			    NULL;
	if (n < GROUPS_MAX) {
		g = ARENA_NEW(&c->arena, struct group);
		if (g == NULL)
			return NULL;
	} else {
		g = c->groups;
		c->groups = g->next;
		at = &c->groups->next;
		let_go(st, g);
	}
	g->number = number;
	g->parts = parts;
	g->got = 0;
	g->refused = false;
	g->next = NULL;
	*at = g;
	open_group(st, c, g);
	return make_room(c, g, parts) ? g : NULL;
}

/* Take it off the list but keep its memory for the next: at the head, with a
 * number that means "none". */
static void
finish(struct store *st, struct client *c, struct group *g)
{
	struct group **at = &c->groups;

	let_go(st, g);
	while (*at != g)
		at = &(*at)->next;
	*at = g->next;
	g->next = c->groups;
	c->groups = g;
	g->parts = g->got = 0;
}

/* A session learns which uids and emails there are now: all uids first. */
static void
tell_uids(struct answer *a, const struct group *g)
{
	buf_init(&a->text, GROUP_PARTS_MAX * 20);
	for (uint32_t i = 0; i < g->got; i++) {
		a->appended.uidvalidity = g->part[i].uidvalidity;
		a->appended.modseq = g->part[i].modseq;
		field_put_u32(&a->text, g->part[i].uid);
	}
	for (uint32_t i = 0; i < g->got; i++) {
		field_put_u64(&a->text, g->part[i].email);
		field_put_u64(&a->text, g->part[i].thread);
	}
}

static void
answer_group(struct store *st, struct client *c, const struct group *g,
    enum verdict verdict, enum rcpt_reason reason)
{
	struct answer a = { .peer = c->peer, .delivered = { g->number,
	    verdict, reason } };

	if (c->kind == CLIENT_QUEUE)
		a.kind = ANSWER_NOTICE;
	if (c->kind == CLIENT_SESSION) {
		a.kind = ANSWER_APPENDED;
		a.appended = (struct msg_write_appended){ .group = g->number,
		    .verdict = verdict, .reason = reason };
		if (verdict == VERDICT_YES)
			tell_uids(&a, g);
	}
	tx_answer(st, &a);
}

/* What of the group has come about. */
struct so_far {
	uint64_t letter;
	bool delivered;		/* to a mailbox of ours */
};

/* A copy for a mailbox of ours, a letter for elsewhere, or what is kept of
 * it. */
static enum verdict
part_insert(struct store *st, const struct client *c, struct part *p,
    struct so_far *so, enum rcpt_reason *reason)
{
	union {
		struct msg_store_enqueue enqueue;
		struct msg_store_submission submission;
		struct msg_store_cert_is other;
	} m;

	if (p->letter.len == 0) {
		so->delivered = true;
		return message_insert(st, p, reason);
	}
	*reason = RCPT_BUSY;
	switch (field_get(msg_store, STORE_TYPES, buf_str(&p->letter), &m)) {
	case STORE_ENQUEUE:
		return letter_insert(st, c->account, &m.enqueue, p->fd,
		    &so->letter, reason);
	case STORE_SUBMISSION:
		return submission_insert(st, c->account, &m.submission,
		    so->letter, !so->delivered, reason);
	default:
		return VERDICT_NO;
	}
}

static void
commit_group(struct store *st, struct client *c, struct group *g)
{
	enum rcpt_reason reason = RCPT_BUSY;
	enum verdict verdict = VERDICT_LATER;
	struct so_far so = { 0 };

	if (!g->refused && tx_begin(st)) {
		verdict = VERDICT_YES;
		for (uint32_t i = 0; i < g->parts; i++)
			if (verdict == VERDICT_YES)
				verdict = part_insert(st, c, &g->part[i], &so,
				    &reason);
		if (!tx_end(st, verdict == VERDICT_YES) &&
		    verdict == VERDICT_YES)
			verdict = VERDICT_LATER;
	}
	if (verdict == VERDICT_YES)
		reason = RCPT_OK;
	answer_group(st, c, g, verdict, reason);
	finish(st, c, g);
}

/* A child speaks for itself with its own tickets only; what seal repeats may
 * be any child's lie, and is dropped. */
static struct ticket *
ticket_of(struct store *st, const struct client *from,
    const struct msg_store_deliver *d)
{
	struct ticket *t = find(st, d->ticket);

	if (t == NULL || (client_delivers(from) && t->child != from))
		return NULL;
	if (t->spent || (t->used && t->group == d->group))
		return NULL;
	/* sealed text comes from seal, and other text from the child */
	if ((t->cert != 0) != (from->kind == CLIENT_SEAL) ||
	    (d->cert != 0) != (t->cert != 0))
		return NULL;
	/* a child's tale of whose certificate it is */
	if (from->kind == CLIENT_SEAL && d->account != t->account)
		return NULL;
	if (d->parts == 0 || d->parts > GROUP_PARTS_MAX || d->part > d->parts ||
	    d->head_len > d->size || d->head_len > HEAD_MAX ||
	    d->refs.len % 8 != 0)
		return NULL;
	return t;
}

/* A part is at most twice the largest message: base64, and what seal adds. */
static bool
may_hold(const struct store *st, const struct client *c, uint64_t size)
{
	uint64_t most = c->kind == CLIENT_SENDER ? SENDER_BYTES_MAX :
	    CHILD_BYTES_MAX;

	return st->held_fds < HELD_FDS_MAX && c->held_fds < CHILD_FDS_MAX &&
	    size <= 2 * st->role->conf.size + HEAD_MAX &&
	    size <= HELD_BYTES_MAX - st->held_bytes &&
	    (c->held_fds == 0 || size + c->held_bytes <= most);
}

/* In order of their numbers: uids are given in it. */
static struct part *
next_part(struct group *g, uint32_t number)
{
	uint32_t at = g->got++;

	for (; at > 0 && g->part[at - 1].number > number; at--)
		g->part[at] = g->part[at - 1];
	return &g->part[at];
}

/* The descriptor becomes the group's, if there is one, and room. */
static void
hold(struct store *st, struct client *child, struct group *g, struct part *p,
    struct chan_msg *in)
{
	if (in->nfds > 0 && !may_hold(st, child, p->size)) {
		g->refused = true;
	} else if (in->nfds > 0) {
		p->fd = in->fds[0];
		in->nfds = 0;
		st->held_fds++;
		st->held_bytes += p->size;
		child->held_fds++;
		child->held_bytes += p->size;
	}
	if (g->got == g->parts)
		commit_group(st, child, g);
}

bool
deliver_take(struct store *st, struct client *from,
    const struct msg_store_deliver *d, struct chan_msg *in)
{
	struct ticket *t = ticket_of(st, from, d);
	struct str refs = d->refs;
	struct group *g = t == NULL ? NULL :
	    group_of(st, t->child, d->group, d->parts);
	struct part *p;

	if (g == NULL)
		return !client_delivers(from);
	t->used = true;
	t->group = d->group;
	p = next_part(g, d->part);
	*p = (struct part){ t->account, d->cert, d->head_len, d->size,
	    d->date, -1, .number = d->part, .place = t->place,
	    .words = t->words };
	if (d->attached != 0 && d->cert == 0)
		p->place.flags |= FLAG_ATTACHED;
	while (p->nrefs < REFS_MAX &&
	    field_take_u64(&refs, &p->refs[p->nrefs]))
		p->nrefs++;
	if (t->placed) {
		t->spent = true;
		buf_init(&t->words, 0);
	}
	hold(st, t->child, g, p, in);
	return true;
}

/* What says itself what it is. */
static bool
take_wire(struct store *st, struct client *from, uint64_t group,
    uint32_t parts, const struct part *as, struct chan_msg *in)
{
	struct group *g;
	struct part *p;

	if (parts == 0 || parts > GROUP_PARTS_MAX || as->number > parts)
		return false;
	g = group_of(st, from, group, parts);
	if (g == NULL)
		return false;
	p = next_part(g, as->number);
	*p = *as;
	buf_init(&p->letter, IPC_MAX);
	buf_add(&p->letter, in->wire);
	g->refused |= p->letter.failed;
	hold(st, from, g, p, in);
	return true;
}

bool
deliver_letter(struct store *st, struct client *from,
    const struct msg_store_enqueue *m, struct chan_msg *in)
{
	return take_wire(st, from, m->group, m->parts, &(struct part){
	    from->account, .size = m->size, .date = m->date, .fd = -1,
	    .number = m->part }, in);
}

bool
deliver_record(struct store *st, struct client *from,
    const struct msg_store_submission *m, struct chan_msg *in)
{
	return take_wire(st, from, m->group, m->parts, &(struct part){
	    from->account, .date = m->date, .fd = -1, .number = m->part },
	    in);
}
