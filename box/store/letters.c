/*
 * letters.c - a letter for other servers comes, and goes.
 */

#include "submissions.h"

#include <string.h>

#include "os/log.h"

enum { HOUR = 3600 };

bool
letters_over(struct store *st, uint64_t account, uint64_t more)
{
	uint64_t hour = store_now() / HOUR, now = 0, day = 0;

	(void)sql_number(&st->db, &now, "SELECT recipients FROM outgoing"
	    " WHERE account = ? AND hour = ?", "uu", account, hour);
	(void)sql_number(&st->db, &day, "SELECT sum(recipients) FROM outgoing"
	    " WHERE account = ? AND hour > ?", "uu", account, hour - 24);
	return now + more > OUTGOING_HOUR_MAX || day + more > OUTGOING_DAY_MAX;
}

static enum sql_status
count_outgoing(struct store *st, uint64_t account, uint64_t n)
{
	uint64_t hour = store_now() / HOUR;
	enum sql_status s = sql_run(&st->db, "DELETE FROM outgoing"
	    " WHERE account = ? AND hour <= ?", "uu", account, hour - 24);

	return s != SQL_DONE ? s : sql_run(&st->db, "INSERT INTO outgoing"
	    " VALUES(?, ?, ?) ON CONFLICT(account, hour) DO UPDATE"
	    " SET recipients = recipients + excluded.recipients", "uuu",
	    account, hour, n);
}

/* What stands in commands and notices later has no line of its own. */
static bool
take_rcpt(struct str *in, struct msg_rcpt *r)
{
	return msg_rcpt_take(in, r) && r->domain.len > 0 &&
	    r->local.len <= LOCAL_PART_MAX &&
	    r->domain.len <= DOMAIN_OCTETS_MAX &&
	    r->orcpt.len <= ORCPT_MAX && !has_control(r->local) &&
	    !has_control(r->domain) && !has_control(r->orcpt) &&
	    memchr(r->domain.ptr, ' ', r->domain.len) == NULL;
}

/* So many come with a letter; what is malformed is found later. */
static uint64_t
records(struct str in)
{
	struct msg_rcpt r;
	uint64_t n = 0;

	while (in.len > 0 && take_rcpt(&in, &r))
		n++;
	return n;
}

/* How many; 0: malformed. */
static uint64_t
insert_rcpts(struct store *st, uint64_t letter,
    const struct msg_store_enqueue *m, bool hold)
{
	struct str in = m->rcpts;
	struct msg_rcpt r;
	uint64_t n = 0;

	for (; in.len > 0 && n < ENQUEUE_RCPTS_MAX; n++)
		if (!take_rcpt(&in, &r) || sql_run(&st->db,
		    "INSERT INTO recipients(letter, n, domain, local, orcpt,"
		    " notify, state, next, owed)"
		    " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)", "uutttuuuu", letter,
		    n, r.domain, r.local, r.orcpt, (uint64_t)r.notify,
		    (uint64_t)(hold ? QUEUE_IS_HELD : QUEUE_WAITS), m->date,
		    (uint64_t)(hold && m->sender.len > 0 ? OWED_HELD :
		    OWED_NOTHING)) != SQL_DONE)
			return 0;
	return in.len == 0 ? n : 0;
}

/* The local part of a path as it was sent, without its quotes: RFC 5321,
 * 4.1.2. */
static struct str
unquoted(struct str local, char room[LOCAL_PART_MAX])
{
	size_t n = 0;

	if (local.len < 2 || local.ptr[0] != '"' ||
	    local.len > LOCAL_PART_MAX)
		return local;
	for (size_t i = 1; i + 1 < local.len; i++) {
		if (local.ptr[i] == '\\' && i + 2 < local.len)
			i++;
		room[n++] = local.ptr[i];
	}
	return (struct str){ room, n };
}

/* A child that was taken over names no other return path than its user's. */
static bool
is_own(struct store *st, uint64_t account, struct str sender)
{
	const char *at = sender.len == 0 ? NULL :
	    memrchr(sender.ptr, '@', sender.len);
	char room[LOCAL_PART_MAX];
	struct resolved r;
	size_t n;

	if (at == NULL)
		return sender.len == 0;
	n = (size_t)(at - sender.ptr);
	address_resolve(st, unquoted((struct str){ sender.ptr, n }, room),
	    (struct str){ at + 1, sender.len - n - 1 }, &r);
	for (size_t i = 0; r.reason == RCPT_OK && i < r.accounts; i++)
		if (r.account[i] == account)
			return true;
	return false;
}

enum verdict
letter_insert(struct store *st, uint64_t account,
    const struct msg_store_enqueue *m, int fd, uint64_t *letter,
    enum rcpt_reason *reason)
{
	struct part p = { .size = m->size, .fd = fd };
	bool hold = (m->flags & QUEUE_HOLD) != 0 ||
	    letters_over(st, account, records(m->rcpts));
	enum sql_status s;
	uint64_t body, n;

	*reason = RCPT_NO_USER;
	if (!is_own(st, account, m->sender) || has_control(m->envid) ||
	    has_control(m->message_id))
		return VERDICT_NO;
	*reason = RCPT_BUSY;
	body = body_insert(st, &p, &s);
	if (body == 0 || sql_run(&st->db, "INSERT INTO letters(account,"
	    " entered, flags, octets, size, body, sender, envid, message_id,"
	    " wrapped) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "uuuuuutttb",
	    account, m->date, (uint64_t)m->flags, m->octets, m->size, body,
	    m->sender, m->envid, m->message_id, m->wrapped) != SQL_DONE)
		return VERDICT_LATER;
	*letter = sql_last_id(&st->db);
	n = insert_rcpts(st, *letter, m, hold);
	if (n == 0 || count_outgoing(st, account, n) != SQL_DONE)
		return VERDICT_LATER;
	if (hold)
		log_event("letter-held", "account=%llu recipients=%llu",
		    (unsigned long long)account, (unsigned long long)n);
	letter_news(st);
	*reason = RCPT_OK;
	return VERDICT_YES;
}

enum sql_status
letter_drop(struct store *st, uint64_t letter)
{
	enum sql_status s = !submission_settle(st, letter) ? SQL_IO :
	    sql_run(&st->db, "UPDATE heads SET refs = refs - 1"
	    " WHERE body = (SELECT body FROM letters WHERE id = ?)", "u",
	    letter);

	if (s == SQL_DONE)
		s = sql_run(&st->db, "DELETE FROM recipients WHERE letter = ?",
		    "u", letter);
	if (s == SQL_DONE)
		s = sql_run(&st->db, "DELETE FROM letters WHERE id = ?", "u",
		    letter);
	st->cleaning = true;
	return s;
}

bool
letter_tidy(struct store *st, uint64_t letter)
{
	uint64_t left;

	if (sql_number(&st->db, &left, "SELECT count(*) FROM recipients"
	    " WHERE letter = ? AND (state IN (0, 1) OR owed <> 0)", "u",
	    letter) != SQL_ROW)
		return false;
	return left > 0 || letter_drop(st, letter) == SQL_DONE;
}

bool
letter_pay(struct store *st, uint64_t letter, uint32_t owed, uint32_t upto)
{
	return sql_run(&st->db, "UPDATE recipients SET owed = 0, warned ="
	    " warned OR ?1 = 3 WHERE letter = ?2 AND owed = ?1 AND n <= ?3",
	    "uuu", (uint64_t)owed, letter, (uint64_t)upto) == SQL_DONE &&
	    letter_tidy(st, letter);
}
