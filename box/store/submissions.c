/* submissions.c - what is kept of letters that were submitted by JMAP. */

#include "submissions.h"

#include "worker.h"

_Static_assert(UNDO_FINAL == 1 && UNDO_CANCELED == 2 && UNDO_GONE == 3,
    "the SQL here says so");
_Static_assert(SUBMISSIONS_MAX == 1000, "forget_more's SQL says so");

enum {
	AGED_MAX = 64,		/* forgotten at once */
	/* of a record with all its recipients, at most */
	RECORD_MAX = 80 + ENVELOPE_MAX + ENQUEUE_RCPTS_MAX * (20 +
	    LOCAL_PART_MAX + DOMAIN_OCTETS_MAX + STATUS_CODE_MAX +
	    QUEUE_REPLY_MAX),
};

_Static_assert((size_t)RECORD_MAX < READ_CHUNK, "an answer has room");

/* A change of the account that is none of its mailboxes'. */
static bool
count_change(struct store *st, uint64_t account, uint64_t *modseq)
{
	if (account_change(st, account, modseq) != SQL_ROW ||
	    sql_run(&st->db, "UPDATE accounts SET modseq = ? WHERE id = ?",
	    "uu", *modseq, account) != SQL_DONE)
		return false;
	tx_changed(st, account, 0, *modseq);
	return true;
}

static bool
forget(struct store *st, uint64_t account, uint64_t id)
{
	uint64_t modseq;

	return count_change(st, account, &modseq) && sql_run(&st->db,
	    "UPDATE submissions SET undo = 3, changed = ?, settled = 0,"
	    " letter = 0, envelope = '', rcpts = x'' WHERE account = ?"
	    " AND id = ?", "uuu", modseq, account, id) == SQL_DONE;
}

/* The oldest go when there are too many. */
static bool
forget_more(struct store *st, uint64_t account)
{
	uint64_t id = 0;

	if (sql_number(&st->db, &id, "SELECT id FROM submissions"
	    " WHERE account = ? AND settled <> 0 ORDER BY settled DESC"
	    " LIMIT 1 OFFSET 1000", "u", account) != SQL_ROW)
		return true;
	return forget(st, account, id);
}

enum verdict
submission_insert(struct store *st, uint64_t account,
    const struct msg_store_submission *m, uint64_t letter, bool alone,
    enum rcpt_reason *reason)
{
	bool waits = letter != 0;
	uint64_t modseq;
	enum sql_status s;

	*reason = RCPT_BUSY;
	if (m->id == 0 || m->id > INT64_MAX || m->identity > INT64_MAX ||
	    m->email > INT64_MAX || m->thread > INT64_MAX)
		return VERDICT_NO;
	if (!forget_more(st, account) || !count_change(st, account, &modseq))
		return VERDICT_LATER;
	s = sql_run(&st->db, "INSERT INTO submissions(account, id, born,"
	    " changed, email, thread, identity, date, undo, letter, settled,"
	    " envelope) VALUES(?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
	    " ?11)", "uuuuuuuuuut", account, m->id, modseq, m->email,
	    m->thread, m->identity, m->date, (uint64_t)(waits && alone ?
	    UNDO_PENDING : UNDO_FINAL), letter, waits ? 0 : store_now(),
	    m->envelope);
	if (s == SQL_DONE)
		*reason = RCPT_OK;
	return s == SQL_DONE ? VERDICT_YES : s == SQL_CONFLICT ? VERDICT_NO :
	    VERDICT_LATER;
}

/* *there false: the letter was not submitted by JMAP. */
static bool
find(struct store *st, uint64_t letter, uint64_t *account, bool *there)
{
	enum sql_status s = sql_number(&st->db, account, "SELECT account FROM"
	    " submissions WHERE letter = ? AND letter <> 0", "u", letter);

	*there = s == SQL_ROW;
	return s == SQL_ROW || s == SQL_DONE;
}

bool
submission_changed(struct store *st, uint64_t letter, bool gone)
{
	uint64_t account, modseq;
	bool there;

	if (!find(st, letter, &account, &there) || !there)
		return !there;
	return count_change(st, account, &modseq) && sql_run(&st->db,
	    "UPDATE submissions SET changed = ?1, undo = CASE WHEN ?2 AND"
	    " undo = 0 THEN 1 ELSE undo END WHERE letter = ?3 AND letter <> 0",
	    "uuu", modseq, (uint64_t)gone, letter) == SQL_DONE;
}

static void
put_rcpts(struct sql *db, uint64_t letter, struct buf *out)
{
	struct sqlite3_stmt *q = sql_bind(db, "SELECT state, local, domain,"
	    " status, reply FROM recipients WHERE letter = ? ORDER BY n", "u",
	    letter);

	while (sql_step(q) == SQL_ROW) {
		field_put_u32(out, sql_u32(q, 0));
		for (int i = 1; i <= 4; i++)
			field_put_str(out, sql_str(q, i));
	}
	sql_end(q);
}

bool
submission_settle(struct store *st, uint64_t letter)
{
	uint64_t account, modseq;
	struct buf rcpts;
	bool there, ok;

	if (!find(st, letter, &account, &there) || !there)
		return !there;
	buf_init(&rcpts, RECORD_MAX);
	put_rcpts(&st->db, letter, &rcpts);
	ok = !rcpts.failed && count_change(st, account, &modseq) &&
	    sql_run(&st->db, "UPDATE submissions SET changed = ?, settled = ?,"
	    " letter = 0, undo = max(undo, 1), rcpts = ? WHERE letter = ?"
	    " AND letter <> 0", "uubu", modseq, store_now(), buf_str(&rcpts),
	    letter) == SQL_DONE;
	buf_free(&rcpts);
	return ok;
}

/* All that waits or is held; nobody is told, for the sender knows.  The letter
 * goes at once, so that what the queue knows of it leads to no text any more;
 * where a notice is still owed it would not. */
static enum verdict
cancel(struct store *st, uint64_t account, uint64_t id)
{
	uint64_t letter, one;

	if (sql_number(&st->db, &letter, "SELECT letter FROM submissions"
	    " WHERE account = ? AND id = ? AND undo = 0 AND letter <> 0",
	    "uu", account, id) != SQL_ROW || letter_is_out(st, letter) ||
	    sql_number(&st->db, &one, "SELECT 1 FROM recipients WHERE letter ="
	    " ? AND owed <> 0 AND state NOT IN (0, 1)", "u", letter) ==
	    SQL_ROW)
		return VERDICT_NO;
	if (sql_run(&st->db, "UPDATE submissions SET undo = 2 WHERE letter ="
	    " ? AND letter <> 0", "u", letter) != SQL_DONE ||
	    sql_run(&st->db, "UPDATE recipients SET state = 4, owed = 0,"
	    " status = '5.7.0', host = '', tried = ?, reply ="
	    " 'Cancelled by its sender.' WHERE letter = ?"
	    " AND state IN (0, 1)", "uu", store_now(), letter) != SQL_DONE ||
	    !submission_changed(st, letter, false) ||
	    !letter_tidy(st, letter))
		return VERDICT_LATER;
	letter_news(st);
	return VERDICT_YES;
}

enum verdict
submission_write(struct store *st, uint64_t account,
    const struct msg_write_submission *m)
{
	uint64_t one;

	if (m->cancel != 0)
		return cancel(st, account, m->id);
	if (sql_number(&st->db, &one, "SELECT 1 FROM submissions"
	    " WHERE account = ? AND id = ? AND undo <> 3", "uu", account,
	    m->id) != SQL_ROW)
		return VERDICT_NO;
	return forget(st, account, m->id) ? VERDICT_YES : VERDICT_LATER;
}

void
submissions_age(struct store *st)
{
	uint64_t old[AGED_MAX][2];
	size_t n = 0;
	bool ok = true;
	struct sqlite3_stmt *q = sql_bind(&st->db, "SELECT account, id FROM"
	    " submissions WHERE settled <> 0 AND settled <= ? LIMIT 64", "u",
	    store_now() - SUBMISSION_KEPT);

	for (; n < AGED_MAX && sql_step(q) == SQL_ROW; n++) {
		old[n][0] = sql_u64(q, 0);
		old[n][1] = sql_u64(q, 1);
	}
	sql_end(q);
	if (n == 0 || !tx_begin(st))
		return;
	for (size_t i = 0; ok && i < n; i++)
		ok = forget(st, old[i][0], old[i][1]);
	(void)tx_end(st, ok);
}

static void
put_record(struct sql *db, struct sqlite3_stmt *q, struct buf *out)
{
	uint64_t letter = sql_u64(q, 8);
	struct buf rcpts;

	for (int i = 0; i < 7; i++)
		field_put_u64(out, sql_u64(q, i));
	field_put_u32(out, sql_u32(q, 7));
	field_put_str(out, sql_str(q, 9));
	if (letter == 0) {
		field_put_str(out, sql_str(q, 10));
		return;
	}
	buf_init(&rcpts, RECORD_MAX);
	put_rcpts(db, letter, &rcpts);
	field_put_str(out, buf_str(&rcpts));
	buf_free(&rcpts);
}

enum verdict
read_submissions(struct sql *db, uint64_t account,
    const struct msg_read_submissions *m, struct buf *out, bool *more)
{
	struct sqlite3_stmt *q = sql_bind(db, "SELECT id, email, thread,"
	    " identity, date, born, changed, undo, letter, envelope, rcpts"
	    " FROM submissions WHERE account = ?1 AND (changed > ?2 OR"
	    " (changed = ?2 AND id > ?3 AND ?3 <> 0)) AND (undo <> 3 OR ?4)"
	    " ORDER BY changed, id", "uuuu", account, m->since, m->after,
	    (uint64_t)(m->all != 0));
	enum sql_status s;

	while ((s = sql_step(q)) == SQL_ROW) {
		if (out->len + RECORD_MAX > READ_CHUNK) {
			*more = true;
			s = SQL_DONE;
			break;
		}
		put_record(db, q, out);
	}
	sql_end(q);
	return s == SQL_DONE ? VERDICT_YES : VERDICT_LATER;
}
