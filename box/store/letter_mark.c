/*
 * letter_mark.c - what became of a recipient.
 *
 * The reply of the other side is kept until the letter goes: plictl queue
 * show.  What the sender is owed is decided here (RFC 3461, 4.1): a failure
 * unless she said otherwise, success only where asked for and only when the
 * next server will not tell, a delay once.
 */

#include "submissions.h"

#include <sys/random.h>

#include "mail/retry.h"
#include "os/log.h"

_Static_assert(BOOT_ID == 8, "letters_lost's SQL says so");
_Static_assert(OWED_DELAY == 3, "letter_pay's SQL says so");

struct waiting {
	uint64_t letter, n, attempts, notify, warned, entered;
	bool told;			/* it has a return path */
};

static bool
load(struct store *st, uint64_t letter, uint64_t n, struct waiting *w)
{
	struct sqlite3_stmt *q = sql_bind(&st->db, "SELECT r.attempts,"
	    " r.notify, r.warned, l.entered, l.sender <> '' FROM recipients r"
	    " JOIN letters l ON l.id = r.letter WHERE r.letter = ?"
	    " AND r.n = ? AND r.state = 0", "uu", letter, n);
	bool there = sql_step(q) == SQL_ROW;

	if (there)
		*w = (struct waiting){ letter, n, sql_u64(q, 0),
		    sql_u64(q, 1), sql_u64(q, 2), sql_u64(q, 3),
		    sql_u64(q, 4) != 0 };
	sql_end(q);
	return there;
}

static uint32_t
random_number(void)
{
	uint32_t n = 0;

	/* without it all come at once, which does little harm */
	return getrandom(&n, sizeof(n), 0) == sizeof(n) ? n : 0;
}

static enum queue_owed
owed(const struct waiting *w, enum queue_state state, bool relayed,
    uint64_t now)
{
	if (!w->told || (w->notify & NOTIFY_NEVER) != 0)
		return OWED_NOTHING;
	if (state == QUEUE_GIVEN_UP)
		return w->notify == NOTIFY_DEFAULT ||
		    (w->notify & NOTIFY_FAILURE) != 0 ? OWED_FAILURE :
		    OWED_NOTHING;
	if (state == QUEUE_SENT_ON)
		return relayed && (w->notify & NOTIFY_SUCCESS) != 0 ?
		    OWED_RELAYED : OWED_NOTHING;
	return !w->warned && w->entered + RETRY_WARN <= now &&
	    (w->notify == NOTIFY_DEFAULT || (w->notify & NOTIFY_DELAY) != 0) ?
	    OWED_DELAY : OWED_NOTHING;
}

static bool
is_over(const struct store *st, const struct waiting *w, uint64_t now)
{
	return now >= w->entered + st->role->conf.retry;
}

static bool
mark_one(struct store *st, const struct waiting *w,
    const struct msg_queue_mark *m, uint64_t now)
{
	enum queue_state state = m->verdict == VERDICT_YES ? QUEUE_SENT_ON :
	    m->verdict == VERDICT_NO ? QUEUE_GIVEN_UP : QUEUE_WAITS;
	uint64_t next = now + retry_pause((uint32_t)w->attempts + 1,
	    random_number());

	if (state == QUEUE_WAITS && is_over(st, w, now))
		state = QUEUE_GIVEN_UP;
	if (sql_run(&st->db, "UPDATE recipients SET state = ?, next = ?,"
	    " attempts = attempts + 1, tried = ?, owed = ?, status = ?,"
	    " reply = ?, host = ?, facts = ? WHERE letter = ? AND n = ?",
	    "uuuuttttuu", (uint64_t)state, next, now,
	    (uint64_t)owed(w, state, m->relayed != 0, now), m->status,
	    m->reply, m->host, m->facts, w->letter, w->n) != SQL_DONE)
		return false;
	if (!submission_changed(st, w->letter, state == QUEUE_SENT_ON))
		return false;
	return state == QUEUE_WAITS || letter_tidy(st, w->letter);
}

/* The destination cannot be had: all that is due for it.  What has waited for
 * its full time stays due: it is given up by an attempt of its own only. */
static bool
mark_all(struct store *st, const struct msg_queue_mark *m, uint64_t now)
{
	static uint64_t due[MARK_MANY][2];
	struct sqlite3_stmt *q = sql_bind(&st->db, "SELECT letter, n FROM"
	    " recipients WHERE state = 0 AND domain = ? AND next <= ?"
	    " LIMIT 4096", "tu", m->domain, now);
	struct waiting w;
	size_t n = 0;
	bool ok = true;

	while (n < MARK_MANY && sql_step(q) == SQL_ROW) {
		due[n][0] = sql_u64(q, 0);
		due[n++][1] = sql_u64(q, 1);
	}
	sql_end(q);
	for (size_t i = 0; ok && i < n; i++)
		ok = !load(st, due[i][0], due[i][1], &w) ||
		    is_over(st, &w, now) || mark_one(st, &w, m, now);
	return ok;
}

bool
letter_mark(struct store *st, const struct msg_queue_mark *m)
{
	uint64_t now = store_now();
	struct waiting w;
	bool ok;

	if (!tx_begin(st))
		return false;
	if (m->letter == 0)
		ok = mark_all(st, m, now);
	else
		ok = !load(st, m->letter, m->rcpt, &w) ||
		    mark_one(st, &w, m, now);
	return tx_end(st, ok);
}

/* Nobody can read it any more: the sender is asked to send it again. */
static bool
lose(struct store *st, uint64_t letter)
{
	return sql_run(&st->db, "UPDATE recipients SET state = 2, owed ="
	    " CASE (SELECT sender FROM letters WHERE id = ?1) WHEN '' THEN 0"
	    " ELSE 5 END WHERE letter = ?1 AND state IN (0, 1)", "u",
	    letter) == SQL_DONE && submission_changed(st, letter, false) &&
	    letter_tidy(st, letter);
}

bool
letter_lost(struct store *st, uint64_t letter)
{
	if (!tx_begin(st))
		return false;
	log_event("letter-lost", "letter=%llu: its key went with the power",
	    (unsigned long long)letter);
	return tx_end(st, lose(st, letter));
}

void
letters_lost(struct store *st)
{
	struct str boot = { st->boot, sizeof(st->boot) };
	uint64_t letter = 0, n = 0;
	bool ok = tx_begin(st);

	if (!ok)
		return;
	for (; ok && sql_number(&st->db, &letter, "SELECT id FROM letters"
	    " WHERE id > ? AND substr(wrapped, 1, 8) <> ? AND EXISTS(SELECT 1"
	    " FROM recipients WHERE letter = letters.id AND state IN (0, 1))"
	    " ORDER BY id LIMIT 1", "ub", letter, boot) == SQL_ROW; n++)
		ok = lose(st, letter);
	ok = tx_end(st, ok);
	st->strays = !ok || n > 0;
	if (!ok || n == 0)
		return;
	log_event("letters-lost", "letters=%llu: their key went with the power",
	    (unsigned long long)n);
	letter_news(st);
}
