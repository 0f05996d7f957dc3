/*
 * line.c - a connection: a child of send, and the letters that it is given.
 *
 * The child reports each recipient; what it leaves unsaid, because it or its
 * peer ended, is tried later: at least once is the promise.
 */

#include <string.h>
#include <unistd.h>

#include "base/wipe.h"
#include "os/clock.h"
#include "queue.h"

static struct line lines[LINES_ROOM];
static uint64_t last_id;

static struct line *
by_id(uint64_t id)
{
	for (size_t i = 0; i < LINES_ROOM; i++)
		if (lines[i].state != LINE_FREE && lines[i].id == id)
			return &lines[i];
	return NULL;
}

static struct line *
by_peer(const struct peer *p)
{
	for (size_t i = 0; i < LINES_ROOM; i++)
		if (lines[i].state != LINE_FREE && lines[i].peer == p)
			return &lines[i];
	return NULL;
}

/* For how long has the child had its first letter, and found nobody who
 * greets? */
static int64_t
silent_for(const struct role *r, const struct line *l, int64_t now)
{
	if (l->state != LINE_BUSY || l->talks)
		return 0;
	return (now - l->since) * (r->conf.send_loopback ? IN_TESTS : 1);
}

struct line_room
lines_count(const struct role *r)
{
	struct line_room n = { 0 };
	int64_t now = clock_ms();

	for (size_t i = 0; i < LINES_ROOM; i++) {
		const struct line *l = &lines[i];

		if (l->state == LINE_FREE || l->state == LINE_ENDS)
			continue;
		n.stuck += silent_for(r, l, now) > STUCK_MS;
		if (silent_for(r, l, now) > STUCK_MS && n.stuck <= STUCK_MAX)
			continue;
		n.all++;
		n.unsure += l->dest->kind != DEST_GOOD;
		n.bad += l->dest->kind == DEST_BAD;
	}
	return n;
}

bool
lines_have_room(const struct line_room *n, enum dest_kind kind)
{
	return n->all < LINES_MAX && (kind == DEST_GOOD ||
	    (n->unsure < LINES_UNSURE_MAX &&
	    (kind == DEST_NEW || n->bad < LINES_BAD_MAX)));
}

/* The letter is done with, or was never opened. */
static void
put_away(struct line *l)
{
	wipe(l->key, sizeof(l->key));
	buf_clear(&l->sender);
	buf_clear(&l->envid);
	buf_clear(&l->rcpts);
	if (l->body >= 0)
		close(l->body);
	l->body = -1;
	l->open = false;
	l->letter = 0;
	l->n = 0;
}

static void
mark_later(struct role *r, const struct line *l, size_t i, const char *why)
{
	struct msg_queue_mark m = { .letter = l->letter, .rcpt = l->rcpt[i],
	    .verdict = VERDICT_LATER, .status = STR("4.3.0"),
	    .reply = { why, strlen(why) } };

	mark(r, &m);
}

/* Recipients of which nothing was said. */
static void
settle_rest(struct role *r, struct line *l)
{
	for (size_t i = 0; l->state == LINE_BUSY && i < l->n; i++)
		if (!l->settled[i])
			mark_later(r, l, i, "The connection ended before the "
			    "other server answered.");
}

static void next_asker(struct role *, struct dest *);

static void
line_end(struct role *r, struct line *l)
{
	struct dest *d = l->dest;

	settle_rest(r, l);
	put_away(l);
	buf_free(&l->sender);
	buf_free(&l->envid);
	buf_free(&l->rcpts);
	if (l->peer != NULL)
		serve_drop(r, l->peer);
	l->peer = NULL;
	l->state = LINE_FREE;
	if (d->asker == l->id)
		next_asker(r, d);
	dest_leave(d);
}

bool
line_call(struct role *r, struct dest *d)
{
	struct peer *send = serve_edge(r, ROLE_SEND, 0);
	struct line_room room = lines_count(r);
	struct msg_send_go go = { last_id + 1 };
	struct line *l = lines;

	while (l < lines + LINES_ROOM && l->state != LINE_FREE)
		l++;
	if (!lines_have_room(&room, d->kind) || l == lines + LINES_ROOM ||
	    send == NULL)
		return false;
	if (!serve_send(r, send, msg_send, SEND_TYPES, SEND_GO, &go, NULL, 0))
		return false;
	*l = (struct line){ .state = LINE_CALLED, .id = ++last_id, .dest = d,
	    .since = clock_ms(), .body = -1 };
	buf_init(&l->sender, LOCAL_PART_MAX + DOMAIN_OCTETS_MAX + 1);
	buf_init(&l->envid, ENVID_MAX);
	buf_init(&l->rcpts, RCPT_RECORDS_MAX);
	d->lines++;
	return true;
}

static void
line_ask(struct role *r, struct line *l)
{
	struct msg_queue_take m = { .id = l->id, .most = QUEUE_DUE_MAX,
	    .letter = l->dest->letter, .rcpt = l->dest->rcpt,
	    .domain = { l->dest->domain, l->dest->len } };

	l->since = clock_ms();
	l->state = LINE_WAITS;
	if (l->dest->asker != 0)
		return;
	l->state = LINE_ASKS;
	l->dest->asker = l->id;
	if (!ask_store(r, QUEUE_TAKE, &m, NULL))
		line_end(r, l);
}

/* It has its answer, or has ended. */
static void
next_asker(struct role *r, struct dest *d)
{
	d->asker = 0;
	for (size_t i = 0; i < LINES_ROOM; i++)
		if (lines[i].state == LINE_WAITS && lines[i].dest == d) {
			line_ask(r, &lines[i]);
			return;
		}
}

static struct str
str_of(const char *p, size_t n)
{
	return (struct str){ p, n };
}

void
line_entry(const struct msg_queue_entry *e)
{
	struct line *l = by_id(e->id);
	bool first = l != NULL && l->n == 0;

	if (l == NULL || l->state != LINE_ASKS || l->n == QUEUE_DUE_MAX ||
	    (!first && l->letter != e->letter))
		return;
	if (first) {
		l->letter = e->letter;
		l->size = e->size;
		l->octets = e->octets;
		l->flags = e->flags;
		buf_add(&l->sender, e->sender);
		buf_add(&l->envid, e->envid);
		l->wrapped_len = e->wrapped.len;
		memcpy(l->wrapped, e->wrapped.ptr, e->wrapped.len);
	}
	field_put_u32(&l->rcpts, e->rcpt);
	msg_rcpt_put(&l->rcpts, &(struct msg_rcpt){ e->notify, e->local,
	    e->domain, e->orcpt });
	l->settled[l->n] = false;
	l->rcpt[l->n++] = e->rcpt;
	l->dest->letter = e->letter;
	l->dest->rcpt = e->rcpt;
}

static void
no_more(struct role *r, struct line *l)
{
	if (l->peer != NULL && l->told)
		serve_send(r, l->peer, msg_send, SEND_TYPES, SEND_NO_MORE,
		    NULL, NULL, 0);
	if (l->peer == NULL || !l->told) {
		line_end(r, l);
		return;
	}
	l->state = LINE_ENDS;
	l->since = clock_ms();
}

/* There is more than one connection can take: another, if it goes well. */
static void
widen(struct role *r, struct dest *d)
{
	struct line_room room = lines_count(r);

	if (d->lines < d->allowed && !others_wait(&room, d->kind))
		(void)line_call(r, d);
}

void
line_asked(struct role *r, uint64_t id)
{
	struct line *l = by_id(id);
	struct msg_queue_body m = { 0 };

	if (l == NULL || l->state != LINE_ASKS)
		return;
	next_asker(r, l->dest);
	if (l->n == 0) {
		no_more(r, l);
		return;
	}
	m.letter = l->letter;
	l->state = LINE_OPENS;
	if (!ask_store(r, QUEUE_BODY, &m, NULL) || !ask_keys(r, l->id,
	    str_of(l->wrapped, l->wrapped_len))) {
		line_end(r, l);
		return;
	}
	widen(r, l->dest);
}

/* Where to connect: the destination, or who takes all of our mail. */
static bool
say_where(struct role *r, const struct line *l)
{
	struct msg_send_to to = { .domain = str_of(l->dest->domain,
	    l->dest->len), .flags = l->flags };
	struct buf smart;
	bool ok;

	buf_init(&smart, DOMAIN_OCTETS_MAX + 8);
	if (r->conf.smart.len > 0) {
		buf_add(&smart, r->conf.smart);
		buf_byte(&smart, ':');
		buf_add_u64(&smart, r->conf.smart_port);
		to.domain = buf_str(&smart);
		to.smart = 1;
	}
	ok = !smart.failed && serve_send(r, l->peer, msg_send, SEND_TYPES,
	    SEND_TO, &to, NULL, 0);
	buf_free(&smart);
	return ok;
}

/* Both are there: the child gets it. */
static void
hand_out(struct role *r, struct line *l)
{
	struct msg_send_message m = { l->letter, l->size, l->octets, l->flags,
	    buf_str(&l->sender), buf_str(&l->envid),
	    str_of((char *)l->key, sizeof(l->key)), buf_str(&l->rcpts) };

	if (l->state != LINE_OPENS || !l->open || l->body < 0)
		return;
	if ((!l->told && !say_where(r, l)) || !serve_send(r, l->peer,
	    msg_send, SEND_TYPES, SEND_MESSAGE, &m, &l->body, 1)) {
		line_end(r, l);
		return;
	}
	l->told = true;
	l->state = LINE_BUSY;
	l->since = clock_ms();
	wipe(l->key, sizeof(l->key));
	close(l->body);
	l->body = -1;
}

void
line_body(struct role *r, const struct msg_queue_body *m, int fd)
{
	for (size_t i = 0; i < LINES_ROOM; i++) {
		struct line *l = &lines[i];

		if (l->state != LINE_OPENS || l->letter != m->letter ||
		    l->body >= 0)
			continue;
		l->body = fd >= 0 ? dup(fd) : -1;
		if (l->body < 0)
			line_end(r, l);
		else
			hand_out(r, l);
		return;
	}
}

void
line_key(struct role *r, const struct msg_keys_key_is *m)
{
	struct line *l = by_id(m->id);
	struct msg_queue_body lost = { 0 };

	if (l == NULL || l->state != LINE_OPENS)
		return;
	if (m->verdict == VERDICT_YES && m->key.len == LETTER_KEY) {
		memcpy(l->key, m->key.ptr, LETTER_KEY);
		l->open = true;
		hand_out(r, l);
		return;
	}
	lost.letter = l->letter;
	(void)ask_store(r, QUEUE_LOST, &lost, NULL);
	notice_soon();
	put_away(l);
	line_ask(r, l);
}

static bool
is_printable(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 0x7f)
			return false;
	return true;
}

/* A child that somebody has taken over may lie about the recipients that it
 * has, once about each, and about no others. */
static bool
is_its_own(struct line *l, const struct msg_send_result *m)
{
	if (!is_printable(m->status) || !is_printable(m->reply) ||
	    !is_printable(m->host) || !is_printable(m->facts))
		return false;
	if (m->letter == 0)
		return m->verdict != VERDICT_YES;
	for (size_t i = 0; m->letter == l->letter && i < l->n; i++)
		if (l->rcpt[i] == m->rcpt && !l->settled[i])
			return l->settled[i] = true;
	return false;
}

/* There is no connection.  What else waits for the destination waits on; it is
 * not failed, whatever this child says. */
static void
no_connection(struct role *r, struct line *l, const struct msg_queue_mark *why)
{
	struct msg_queue_mark m = *why;

	dest_note(l->dest, DEST_BAD);
	m.letter = l->letter;
	for (size_t i = 0; i < l->n; i++) {
		m.rcpt = l->rcpt[i];
		if (!l->settled[i])
			mark(r, &m);
		l->settled[i] = true;
	}
	m.letter = m.rcpt = 0;
	if (m.verdict == VERDICT_LATER)
		mark(r, &m);
	line_end(r, l);
}

static bool
result(struct role *r, struct line *l, const struct msg_send_result *m)
{
	struct msg_queue_mark k = { .letter = m->letter, .rcpt = m->rcpt,
	    .verdict = m->verdict, .relayed = m->relayed,
	    .domain = str_of(l->dest->domain, l->dest->len),
	    .status = m->status, .reply = m->reply, .host = m->host,
	    .facts = m->facts };

	if (l->state != LINE_BUSY || !is_its_own(l, m))
		return false;
	log_event("sent", "letter=%llu rcpt=%u verdict=%s status=%.*s",
	    (unsigned long long)l->letter, m->rcpt,
	    m->verdict == VERDICT_YES ? "yes" : m->verdict == VERDICT_NO ?
	    "no" : "later", (int)m->status.len,
	    m->status.len > 0 ? m->status.ptr : "");
	if (m->letter == 0) {
		no_connection(r, l, &k);
		return true;
	}
	if (m->verdict == VERDICT_YES)
		dest_note(l->dest, DEST_GOOD);
	mark(r, &k);
	return true;
}

/* NULL: none for long enough. */
static struct line *
longest_silent(const struct role *r)
{
	struct line *found = NULL;
	int64_t most = STUCK_LONG_MS, now = clock_ms();

	for (size_t i = 0; i < LINES_ROOM; i++)
		if (silent_for(r, &lines[i], now) > most) {
			most = silent_for(r, &lines[i], now);
			found = &lines[i];
		}
	return found;
}

void
lines_put_off(struct role *r, size_t wait)
{
	struct line *l;

	/* as long as they have places of their own they harm nobody */
	while (wait-- > 0 && lines_count(r).stuck > STUCK_MAX &&
	    (l = longest_silent(r)) != NULL) {
		struct msg_queue_mark why = { .verdict = VERDICT_LATER,
		    .domain = str_of(l->dest->domain, l->dest->len),
		    .status = STR("4.4.1"), .reply = STR("The mail server "
		    "did not answer in time, and other mail waited.") };

		log_event("put-off", "letter=%llu",
		    (unsigned long long)l->letter);
		no_connection(r, l, &why);
	}
}

static void
next(struct role *r, struct line *l)
{
	struct line_room room = lines_count(r);

	settle_rest(r, l);
	put_away(l);
	if (l->dest->lines > 1 && room.all >= LINES_MAX &&
	    others_wait(&room, l->dest->kind)) {
		no_more(r, l);
		return;
	}
	if (l->dest->allowed < LINES_PER_DEST)
		l->dest->allowed++;
	line_ask(r, l);
}

static bool
ready(struct role *r, struct peer *p, uint64_t attempt)
{
	struct line *l = by_id(attempt);

	/* the master says whose number that is */
	if (l == NULL || l->state != LINE_CALLED || p->id != attempt)
		return false;
	l->peer = p;
	line_ask(r, l);
	return true;
}

bool
line_message(struct role *r, struct peer *p, struct chan_msg *in)
{
	union msg_send_any m;
	int type = field_get(msg_send, SEND_TYPES, in->wire, &m);
	struct line *l = by_peer(p);

	if (in->nfds != 0)
		return false;
	if (type == SEND_READY)
		return l == NULL && ready(r, p, m.go.attempt);
	if (l == NULL)
		return false;
	if (type == SEND_RESULT && m.result.verdict <= VERDICT_NO)
		return result(r, l, &m.result);
	if ((type != SEND_NEXT && type != SEND_TALKS) ||
	    l->state != LINE_BUSY)
		return false;
	if (type == SEND_NEXT)
		next(r, l);
	else
		l->talks = true;
	return true;
}

void
line_gone(struct role *r, const struct peer *p)
{
	struct line *l = by_peer(p), *called = by_id(p->id);

	/* it may go before it says that it is there */
	if (l == NULL && called != NULL && called->state == LINE_CALLED)
		l = called;
	if (l == NULL)
		return;
	l->peer = NULL;
	line_end(r, l);
}

void
lines_drop(struct role *r, enum role_id whom)
{
	for (size_t i = 0; i < LINES_ROOM; i++) {
		struct line *l = &lines[i];

		if ((whom == ROLE_SEND && l->state == LINE_CALLED) ||
		    (whom != ROLE_SEND && (l->state == LINE_WAITS ||
		    l->state == LINE_ASKS || l->state == LINE_OPENS)))
			line_end(r, l);
	}
}

void
lines_tick(struct role *r)
{
	int64_t now = clock_ms();

	for (size_t i = 0; i < LINES_ROOM; i++) {
		struct line *l = &lines[i];

		if (l->state == LINE_FREE || l->state == LINE_BUSY)
			continue;
		if (now - l->since > CALL_PATIENCE_MS)
			line_end(r, l);
	}
}
