/*
 * letter_ask.c - what the queue asks, and what it is told.
 */

#include "letters.h"

#include <string.h>
#include <unistd.h>

#include "os/fd.h"
#include "os/memfd.h"
#include "schema.h"

static void
say(struct store *st, struct client *c, enum msg_queue type, const void *m,
    const int *fd)
{
	serve_send(st->role, c->peer, msg_queue, QUEUE_TYPES, type, m, fd,
	    fd != NULL ? 1 : 0);
}

void
letter_news(struct store *st)
{
	st->news = true;
}

void
letter_tell(struct store *st)
{
	struct peer *p = serve_edge(st->role, ROLE_QUEUE, 0);

	if (st->news && p != NULL)
		serve_send(st->role, p, msg_queue, QUEUE_TYPES, QUEUE_NEWS,
		    NULL, NULL, 0);
	st->news = false;
}

static void
asked(struct store *st, struct client *c, uint64_t id, bool more)
{
	struct msg_queue_asked a = { .id = id, .more = more };

	say(st, c, QUEUE_ASKED, &a, NULL);
}

static void
domains(struct store *st, struct client *c, const struct msg_queue_ask *m)
{
	struct msg_queue_domains is = { .id = m->id };
	struct sqlite3_stmt *q = sql_bind(&st->db, "SELECT min(attempts),"
	    " domain FROM recipients WHERE state = 0 AND next <= ?"
	    " GROUP BY domain ORDER BY 1, min(letter)", "u", store_now());
	struct buf out;

	buf_init(&out, QUEUE_DOMAINS_MAX);
	while (out.len + DOMAIN_OCTETS_MAX + 8 <= QUEUE_DOMAINS_MAX &&
	    sql_step(q) == SQL_ROW) {
		field_put_u32(&out, sql_u32(q, 0));
		field_put_str(&out, sql_str(q, 1));
	}
	sql_end(q);
	(void)sql_number(&st->db, &is.next, "SELECT next FROM recipients"
	    " WHERE state = 0 AND next > ? ORDER BY next LIMIT 1", "u",
	    store_now());
	is.domains = buf_str(&out);
	say(st, c, QUEUE_DOMAINS, &is, NULL);
	buf_free(&out);
}

#define ENTRY \
	"SELECT l.id, r.n, r.state, r.owed, l.entered, r.tried, l.octets," \
	" l.size, l.flags, r.notify, r.attempts, l.sender, l.envid, r.local," \
	" r.domain, r.orcpt, l.message_id, l.wrapped, r.status, r.reply," \
	" r.host FROM recipients r JOIN letters l ON l.id = r.letter"

static uint32_t
entries(struct store *st, struct client *c, uint64_t id, uint32_t most,
    struct sqlite3_stmt *q)
{
	uint32_t n = 0;

	for (; n < most && sql_step(q) == SQL_ROW; n++) {
		struct msg_queue_entry e = { .id = id,
		    .letter = sql_u64(q, 0), .rcpt = sql_u32(q, 1),
		    .state = sql_u32(q, 2), .owed = sql_u32(q, 3),
		    .entered = sql_u64(q, 4), .tried = sql_u64(q, 5),
		    .octets = sql_u64(q, 6), .size = sql_u64(q, 7),
		    .flags = sql_u32(q, 8), .notify = sql_u32(q, 9),
		    .attempts = sql_u32(q, 10), .sender = sql_str(q, 11),
		    .envid = sql_str(q, 12), .local = sql_str(q, 13),
		    .domain = sql_str(q, 14), .orcpt = sql_str(q, 15),
		    .message_id = sql_str(q, 16), .wrapped = sql_str(q, 17),
		    .status = sql_str(q, 18), .reply = sql_str(q, 19),
		    .host = sql_str(q, 20) };

		say(st, c, QUEUE_ENTRY, &e, NULL);
	}
	sql_end(q);
	return n;
}

static void
take(struct store *st, struct client *c, const struct msg_queue_take *m)
{
	uint64_t now = store_now(), letter;
	uint32_t n = 0;

	if (sql_number(&st->db, &letter, "SELECT letter FROM recipients"
	    " WHERE state = 0 AND domain = ? AND (letter, n) > (?, ?)"
	    " AND next <= ? ORDER BY letter, n LIMIT 1", "tuuu", m->domain,
	    m->letter, (uint64_t)m->rcpt, now) == SQL_ROW)
		n = entries(st, c, m->id, m->most, sql_bind(&st->db,
		    ENTRY " WHERE r.state = 0 AND r.domain = ?1"
		    " AND r.letter = ?2 AND (r.letter, r.n) > (?3, ?4)"
		    " AND r.next <= ?5 ORDER BY r.n LIMIT ?6", "tuuuuu",
		    m->domain, letter, m->letter, (uint64_t)m->rcpt, now,
		    (uint64_t)m->most));
	asked(st, c, m->id, n > 0);
}

/* Nobody to tell any more: the account is gone. */
static void
notice(struct store *st, struct client *c, const struct msg_queue_notice *m)
{
	struct msg_queue_notice_is is = { .letter = m->letter,
	    .verdict = VERDICT_NO };
	struct buf target;
	struct msg_target t;
	struct account a;
	struct sqlite3_stmt *q = sql_bind(&st->db, "SELECT account, name FROM"
	    " letters JOIN accounts ON accounts.id = account"
	    " WHERE letters.id = ?", "u", m->letter);

	buf_init(&target, TARGET_SIZE);
	if (sql_step(q) == SQL_ROW && account_load(st, sql_u64(q, 0), &a)) {
		struct place place = { .letter = m->letter,
		    .owed = m->owed, .upto = m->upto };

		is.verdict = !ticket_for(st, c, &a, &place, &t) ||
		    (a.sealed && a.cert == 0) ? VERDICT_LATER : VERDICT_YES;
		is.user = sql_str(q, 1);
		msg_target_put(&target, &t);
		is.target = buf_str(&target);
	}
	say(st, c, QUEUE_NOTICE_IS, &is, NULL);
	sql_end(q);
	if (is.verdict == VERDICT_NO && tx_begin(st))
		(void)tx_end(st, letter_pay(st, m->letter, m->owed, m->upto));
	buf_free(&target);
}

/* The letters take turns: one whose notice cannot be delivered does not keep
 * the others waiting. */
static bool
next_owed(struct store *st)
{
	static const char next[] = "SELECT letter FROM recipients"
	    " WHERE owed <> 0 AND letter > ? ORDER BY letter LIMIT 1";

	return sql_number(&st->db, &st->owed_last, next, "u",
	    st->owed_last) == SQL_ROW || sql_number(&st->db, &st->owed_last,
	    next, "u", (uint64_t)0) == SQL_ROW;
}

static void
owed(struct store *st, struct client *c, const struct msg_queue_ask *m)
{
	uint32_t n = 0;

	if (next_owed(st))
		n = entries(st, c, m->id, m->most, sql_bind(&st->db,
		    ENTRY " WHERE r.letter = ?1 AND r.owed = (SELECT owed FROM"
		    " recipients WHERE letter = ?1 AND owed <> 0 LIMIT 1)"
		    " ORDER BY r.n LIMIT ?2", "uu", st->owed_last,
		    (uint64_t)m->most));
	asked(st, c, m->id, n > 0);
}

/* Read as it lies on the disk, into a memfd. */
static int
body_memfd(struct store *st, uint64_t body)
{
	int fd = memfd_new("letter");
	struct sqlite3_stmt *q = sql_bind(&st->db, "SELECT data FROM chunks"
	    " WHERE id >= ? AND id < ? ORDER BY id", "uu", body << CHUNK_BITS,
	    (body + 1) << CHUNK_BITS);
	bool ok = fd >= 0;

	while (ok && sql_step(q) == SQL_ROW)
		ok = fd_write(fd, sql_str(q, 0));
	sql_end(q);
	if (ok && memfd_settle(fd))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool
is_due(struct store *st, uint64_t letter)
{
	uint64_t one;

	return sql_number(&st->db, &one, "SELECT 1 FROM recipients"
	    " WHERE letter = ? AND state = 0 AND next <= ? LIMIT 1", "uu",
	    letter, store_now()) == SQL_ROW;
}

/* One that is put off, or gone, is on its way no more. */
static void
forget_out(struct store *st)
{
	size_t n = 0;

	for (size_t i = 0; i < st->outs; i++)
		if (is_due(st, st->out[i]))
			st->out[n++] = st->out[i];
	st->outs = n;
}

static void
note_out(struct store *st, uint64_t letter)
{
	for (size_t i = 0; i < st->outs; i++)
		if (st->out[i] == letter)
			return;
	if (st->outs == LETTERS_OUT_MAX)
		forget_out(st);
	if (st->outs < LETTERS_OUT_MAX)
		st->out[st->outs++] = letter;
}

bool
letter_is_out(struct store *st, uint64_t letter)
{
	if (!is_due(st, letter))
		return false;
	for (size_t i = 0; i < st->outs; i++)
		if (st->out[i] == letter)
			return true;
	return st->outs == LETTERS_OUT_MAX;
}

void
letters_none_out(struct store *st)
{
	st->outs = 0;
}

static void
body(struct store *st, struct client *c, const struct msg_queue_body *m)
{
	struct msg_queue_body is = { .letter = m->letter };
	uint64_t number;
	int fd = -1;

	if (sql_number(&st->db, &number, "SELECT body FROM letters"
	    " WHERE id = ?", "u", m->letter) == SQL_ROW &&
	    sql_number(&st->db, &is.size, "SELECT size FROM letters"
	    " WHERE id = ?", "u", m->letter) == SQL_ROW)
		fd = body_memfd(st, number);
	if (fd >= 0)
		note_out(st, m->letter);
	say(st, c, fd >= 0 ? QUEUE_BODY_IS : QUEUE_NO_BODY, &is,
	    fd >= 0 ? &fd : NULL);
	if (fd >= 0)
		close(fd);
}

static bool
boot_is(struct store *st, struct str id)
{
	if (id.len != BOOT_ID)
		return false;
	memcpy(st->boot, id.ptr, BOOT_ID);
	letters_lost(st);
	return true;
}

bool
letter_message(struct store *st, struct client *c, struct chan_msg *in)
{
	union msg_queue_any m;
	int type = field_get(msg_queue, QUEUE_TYPES, in->wire, &m);

	if (type < 0 || in->nfds != msg_queue[type].fds)
		return false;
	if (type != QUEUE_MARK && type != QUEUE_LOST && type != QUEUE_BOOT)
		(void)tx_read(st);
	switch (type) {
	case QUEUE_ASK:
		domains(st, c, &m.ask);
		return true;
	case QUEUE_TAKE:
		take(st, c, &m.take);
		return true;
	case QUEUE_OWED:
		owed(st, c, &m.ask);
		return true;
	case QUEUE_BODY:
		body(st, c, &m.body);
		return true;
	case QUEUE_MARK:
		if (m.mark.letter == 0 && m.mark.verdict != VERDICT_LATER)
			return false;
		(void)letter_mark(st, &m.mark);
		return true;
	case QUEUE_LOST:
		(void)letter_lost(st, m.body.letter);
		return true;
	case QUEUE_BOOT:
		return boot_is(st, m.boot.id);
	case QUEUE_DELIVER:
		return deliver_take(st, c, &m.deliver, in);
	case QUEUE_NOTICE:
		notice(st, c, &m.notice);
		return true;
	default:
		return false;
	}
}
