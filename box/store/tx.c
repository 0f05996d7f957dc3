/*
 * tx.c - one transaction for all that waits, one savepoint for each request.
 *
 * A disk that is full or fails may end the whole transaction at any step;
 * then every request in it is answered "later", and nothing of it is there.
 */

#include "letters.h"

#include "os/log.h"

enum {
	/* The log is moved into the database when nothing else is to be done
	 * and it has so many pages; under load when it has LOADED; and with
	 * readers made to wait when it has WHOLE. */
	WAL_IDLE = 64, WAL_LOADED = 1024, WAL_WHOLE = 4096,
};

/* Reads of one round share a transaction too: that spares locks.  There is no
 * other writer, so that it can always become one that writes. */
enum sql_status
tx_read(struct store *st)
{
	if (st->lost || sql_in_transaction(&st->db))
		return SQL_DONE;
	/* a read that failed has rolled all of them back */
	if (st->answers > 0) {
		st->lost = true;
		return SQL_IO;
	}
	return sql_run(&st->db, "BEGIN", "");
}

bool
tx_begin(struct store *st)
{
	enum sql_status s;

	if (st->lost)
		return false;
	s = tx_read(st);
	if (s == SQL_DONE)
		s = sql_run(&st->db, "SAVEPOINT request", "");
	st->changes_kept = st->changes;
	if (s != SQL_DONE) {
		log_event("store-begin-failed", "why=%s", sql_status_name(s));
		st->lost = sql_in_transaction(&st->db) || st->answers > 0;
	}
	return s == SQL_DONE;
}

bool
tx_end(struct store *st, bool keep)
{
	bool there = sql_in_transaction(&st->db);

	if (!keep)
		st->changes = st->changes_kept;
	if (there && !keep)
		there = sql_run(&st->db, "ROLLBACK TO request", "") ==
		    SQL_DONE;
	if (there)
		there = sql_run(&st->db, "RELEASE request", "") == SQL_DONE;
	if (!there)
		st->lost = true;
	return keep && there;
}

void
tx_answer(struct store *st, const struct answer *a)
{
	if (st->answers == ANSWERS_MAX)
		tx_settle(st);
	st->answer[st->answers++] = *a;
	if (st->answers == ANSWERS_MAX)
		tx_settle(st);
}

void
tx_changed(struct store *st, uint64_t account, uint64_t mailbox,
    uint64_t modseq)
{
	for (size_t i = st->changes; i > 0; i--)
		if (st->change[i - 1].mailbox == mailbox &&
		    st->change[i - 1].account == account) {
			st->change[i - 1].modseq = modseq;
			return;
		}
	/* past the end a watcher learns of it with the next change only */
	if (st->changes < CHANGES_MAX)
		st->change[st->changes++] = (struct change){ account,
		    mailbox, modseq };
}

/* Nothing of it came about. */
static void
take_back(struct answer *a)
{
	switch (a->kind) {
	case ANSWER_DELIVERED:
	case ANSWER_NOTICE:
		a->delivered.verdict = VERDICT_LATER;
		a->delivered.reason = RCPT_BUSY;
		break;
	case ANSWER_DONE:
		a->done.verdict = VERDICT_LATER;
		break;
	case ANSWER_APPENDED:
		a->appended = (struct msg_write_appended){
		    .group = a->appended.group, .verdict = VERDICT_LATER,
		    .reason = RCPT_BUSY };
		break;
	case ANSWER_COPIED:
		a->copied = (struct msg_write_copied){
		    .verdict = VERDICT_LATER, .reason = RCPT_BUSY };
		break;
	case ANSWER_MADE:
		a->made.verdict = VERDICT_LATER;
		break;
	}
	buf_clear(&a->text);
}

static void
say(struct store *st, struct answer *a)
{
	static const unsigned types[] = {
		[ANSWER_DONE] = WRITE_DONE,
		[ANSWER_APPENDED] = WRITE_APPENDED,
		[ANSWER_COPIED] = WRITE_COPIED,
		[ANSWER_MADE] = WRITE_MADE,
	};

	if (a->kind == ANSWER_DELIVERED) {
		serve_send(st->role, a->peer, msg_store, STORE_TYPES,
		    STORE_DELIVERED, &a->delivered, NULL, 0);
		return;
	}
	if (a->kind == ANSWER_NOTICE) {
		serve_send(st->role, a->peer, msg_queue, QUEUE_TYPES,
		    QUEUE_DELIVERED, &a->delivered, NULL, 0);
		return;
	}
	if (a->kind == ANSWER_DONE)
		a->done.modified = buf_str(&a->text);
	if (a->kind == ANSWER_APPENDED) {
		struct str all = buf_str(&a->text);

		/* four octets of each part's uid, then sixteen */
		a->appended.uids = (struct str){ all.ptr, all.len / 5 };
		a->appended.emails = (struct str){ all.ptr + all.len / 5,
		    all.len - all.len / 5 };
	}
	if (a->kind == ANSWER_COPIED)
		a->copied.uids = buf_str(&a->text);
	/* the structs share their place */
	serve_send(st->role, a->peer, msg_write, WRITE_TYPES, types[a->kind],
	    &a->done, NULL, 0);
}

static void
say_all(struct store *st, bool done)
{
	for (size_t i = 0; i < st->answers; i++) {
		struct answer *a = &st->answer[i];

		if (!done)
			take_back(a);
		if (a->peer != NULL)
			say(st, a);
		buf_free(&a->text);
	}
	st->answers = 0;
}

static bool
commit(struct store *st)
{
	enum sql_status s = SQL_IO;

	if (!st->lost && sql_in_transaction(&st->db))
		s = sql_run(&st->db, "COMMIT", "");
	if (s == SQL_DONE)
		return true;
	log_event("store-commit-failed", "why=%s requests=%zu",
	    sql_status_name(s), st->answers);
	if (sql_in_transaction(&st->db))
		(void)sql_run(&st->db, "ROLLBACK", "");
	return false;
}

bool
tx_settle(struct store *st)
{
	bool done = true;

	if (sql_in_transaction(&st->db) || st->lost || st->answers > 0)
		done = commit(st);
	st->lost = false;
	if (done && st->answers > 0) {
		st->commits++;
		st->committed += st->answers;
	}
	say_all(st, done);
	for (size_t i = 0; done && i < st->changes; i++)
		session_changed(st, &st->change[i]);
	st->changes = st->changes_kept = 0;
	if (done)
		letter_tell(st);
	if (st->db.wal_pages >= WAL_LOADED)
		sql_checkpoint(&st->db, st->db.wal_pages >= WAL_WHOLE);
	return done;
}

void
tx_forget(struct store *st, const struct peer *p)
{
	for (size_t i = 0; i < st->answers; i++)
		if (st->answer[i].peer == p)
			st->answer[i].peer = NULL;
}

void
tx_idle(struct store *st)
{
	if (st->db.wal_pages >= WAL_IDLE)
		sql_checkpoint(&st->db, false);
}
