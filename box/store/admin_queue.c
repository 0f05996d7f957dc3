/* admin_queue.c - plictl queue list, show, retry, hold, cancel. */

#include "submissions.h"

#include <string.h>

static const char *const states[QUEUE_STATES] = {
	[QUEUE_WAITS] = "waits", [QUEUE_IS_HELD] = "held",
	[QUEUE_IS_LOST] = "lost", [QUEUE_SENT_ON] = "sent",
	[QUEUE_GIVEN_UP] = "given-up",
};

static struct str
state_name(uint32_t state)
{
	const char *s = state < QUEUE_STATES ? states[state] : "?";

	return (struct str){ s, strlen(s) };
}

static void
put_rcpt(struct buf *row, struct sqlite3_stmt *q)
{
	admin_put_u64(row, STR("id"), sql_u64(q, 0));
	admin_put(row, STR("recipient"), sql_str(q, 1));
	admin_put(row, STR("state"), state_name(sql_u32(q, 2)));
	admin_put_u64(row, STR("next"), sql_u64(q, 3));
	admin_put_u64(row, STR("attempts"), sql_u64(q, 4));
	admin_put(row, STR("sender"), sql_str(q, 5));
	admin_put_u64(row, STR("entered"), sql_u64(q, 6));
	admin_put_u64(row, STR("octets"), sql_u64(q, 7));
	admin_put(row, STR("status"), sql_str(q, 8));
	admin_put(row, STR("reply"), sql_str(q, 9));
	admin_put(row, STR("host"), sql_str(q, 10));
	admin_put_u64(row, STR("tried"), sql_u64(q, 11));
	admin_put(row, STR("facts"), sql_str(q, 12));
}

#define RCPT \
	"SELECT r.letter, r.local || '@' || r.domain, r.state, r.next," \
	" r.attempts, l.sender, l.entered, l.octets, r.status, r.reply," \
	" r.host, r.tried, r.facts, printf('%016d %06d', r.letter, r.n)" \
	" FROM recipients r JOIN letters l ON l.id = r.letter"

static enum verdict
list(struct admin *a, struct sqlite3_stmt *q)
{
	enum sql_status s;
	struct buf row;

	buf_init(&row, ADMIN_ARGS_MAX);
	while ((s = sql_step(q)) == SQL_ROW && admin_next(a, sql_str(q, 13))) {
		buf_clear(&row);
		put_rcpt(&row, q);
		admin_row(a, &row);
	}
	sql_end(q);
	buf_free(&row);
	return s == SQL_DONE || a->why != NULL ? VERDICT_YES :
	    admin_later(a, s);
}

/* "LETTER RCPT" of the last row that was shown. */
static void
take_after(struct admin *a, uint64_t *letter, uint64_t *rcpt)
{
	struct str s = admin_text(a, "after");

	*letter = *rcpt = 0;
	if (str_take_u64(&s, letter) && str_take_byte(&s, ' '))
		(void)str_take_u64(&s, rcpt);
	else
		*letter = 0;
}

enum verdict
queue_list(struct admin *a)
{
	uint64_t letter, rcpt;
	bool first = admin_text(a, "after").len == 0;

	take_after(a, &letter, &rcpt);
	return list(a, sql_bind(&a->store->db, RCPT
	    " WHERE (r.letter, r.n) > (?1, ?2) OR ?3 ORDER BY r.letter, r.n"
	    " LIMIT 65", "uuu", letter, rcpt, (uint64_t)first));
}

static bool
letter_of(struct admin *a, uint64_t *id)
{
	uint64_t one;

	return admin_number(a, "id", id) && sql_number(&a->store->db, &one,
	    "SELECT 1 FROM letters WHERE id = ?", "u", *id) == SQL_ROW;
}

enum verdict
queue_show(struct admin *a)
{
	uint64_t letter, rcpt, id;
	bool first = admin_text(a, "after").len == 0;

	if (!letter_of(a, &id))
		return admin_no(a, "no-letter", admin_text(a, "id"));
	take_after(a, &letter, &rcpt);
	return list(a, sql_bind(&a->store->db, RCPT
	    " WHERE r.letter = ?1 AND (r.n > ?2 OR ?3) ORDER BY r.n LIMIT 65",
	    "uuu", id, rcpt, (uint64_t)first));
}

static enum verdict
changed(struct admin *a, enum sql_status s)
{
	if (s != SQL_DONE)
		return admin_later(a, s);
	if (sql_changes(&a->store->db) == 0)
		return admin_no(a, "no-letter", admin_text(a, "id"));
	letter_news(a->store);
	return VERDICT_YES;
}

/* id "all": every one.  What was held goes out as well: it is released. */
enum verdict
queue_retry(struct admin *a)
{
	bool all = str_eq(admin_text(a, "id"), STR("all"));
	uint64_t id = 0;

	if (!all && !letter_of(a, &id))
		return admin_no(a, "no-letter", admin_text(a, "id"));
	return changed(a, sql_run(&a->store->db, "UPDATE recipients SET"
	    " state = 0, next = ?1 WHERE (letter = ?2 OR ?3) AND (state = 0"
	    " OR (state = 1 AND ?3 = 0))", "uuu", store_now(), id,
	    (uint64_t)all));
}

enum verdict
queue_hold(struct admin *a)
{
	uint64_t id;

	if (!letter_of(a, &id))
		return admin_no(a, "no-letter", admin_text(a, "id"));
	return changed(a, sql_run(&a->store->db, "UPDATE recipients SET"
	    " state = 1 WHERE letter = ? AND state = 0", "u", id));
}

/* The sender gets it back, like everything that is given up. */
enum verdict
queue_cancel(struct admin *a)
{
	uint64_t id;
	enum verdict v;

	if (!letter_of(a, &id))
		return admin_no(a, "no-letter", admin_text(a, "id"));
	v = changed(a, sql_run(&a->store->db, "UPDATE recipients SET"
	    " state = 4, status = '5.7.0', host = '', tried = ?1, reply ="
	    " 'Cancelled by the operator of this mailbox.', owed = CASE"
	    " (SELECT sender FROM letters WHERE id = ?2) WHEN '' THEN 0"
	    " ELSE 1 END WHERE letter = ?2 AND state IN (0, 1)", "uu",
	    store_now(), id));
	if (v == VERDICT_YES && (!submission_changed(a->store, id, false) ||
	    !letter_tidy(a->store, id)))
		v = admin_later(a, SQL_IO);
	return v;
}
