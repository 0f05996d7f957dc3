/* emails.c - where emails are, which changed, what threads and mailboxes
 * became: what a JMAP server asks, as packed records. */

#include "worker.h"

#include <stdlib.h>

enum {
	EMAIL_RECORD = 60, CHANGE_RECORD = 40, BURIED_RECORD = 16,
	THREAD_EMAILS_MAX = 10000,
};

/* All that changed, before it is sorted; past this it is not calculated. */
#define EVENTS_BYTES_MAX	((size_t)48 << 20)

static bool
is_full(const struct buf *out, size_t need)
{
	return out->len + need > READ_CHUNK;
}

static enum verdict
verdict_of(enum sql_status s)
{
	return s == SQL_DONE ? VERDICT_YES : VERDICT_LATER;
}

enum sql_status
state_of(struct sql *db, uint64_t account, uint64_t *modseq)
{
	return sql_number(db, modseq, "SELECT max(modseq, coalesce((SELECT"
	    " max(modseq) FROM mailboxes WHERE account = ?1), 0))"
	    " FROM accounts WHERE id = ?1", "u", account);
}

enum verdict
read_state(struct sql *db, uint64_t account, struct buf *out)
{
	uint64_t modseq;
	enum sql_status s = state_of(db, account, &modseq);

	field_put_u64(out, modseq);
	return s == SQL_ROW ? VERDICT_YES : VERDICT_LATER;
}

struct event {
	uint64_t at, email, thread, mailbox;
	uint32_t kind, uid;
};

/* What is asked for, and what was found. */
struct looking {
	struct sql *db;
	uint64_t account;
	const struct msg_read_changes *m;
	uint64_t first;		/* the least `at` that may be wanted */
	struct buf events;
};

static bool
is_new(const struct looking *l, uint64_t at, uint64_t email)
{
	return at > l->m->since || (l->m->after != 0 && at == l->m->since &&
	    email > l->m->after);
}

static void
add(struct looking *l, const struct event *e)
{
	if (is_new(l, e->at, e->email))
		buf_add_mem(&l->events, e, sizeof(*e));
}

static enum sql_status
find_created(struct looking *l)
{
	struct sqlite3_stmt *q = sql_bind(l->db, "SELECT email, thread,"
	    " mailbox, uid FROM messages m JOIN mailboxes b"
	    " ON b.id = m.mailbox AND b.account = m.account"
	    " WHERE m.account = ? AND email >= ?", "uu", l->account,
	    l->first << EMAIL_BITS);
	enum sql_status s;

	while ((s = sql_step(q)) == SQL_ROW)
		add(l, &(struct event){ EMAIL_BORN(sql_u64(q, 0)),
		    sql_u64(q, 0), sql_u64(q, 1), sql_u64(q, 2),
		    EMAIL_CREATED, sql_u32(q, 3) });
	sql_end(q);
	return s;
}

/* Only mailboxes of which anything but an arrival is news are walked. */
static enum sql_status
find_updated(struct looking *l)
{
	struct sqlite3_stmt *q = sql_bind(l->db, "SELECT m.modseq, email,"
	    " thread, mailbox, uid FROM mailboxes b CROSS JOIN messages m"
	    " ON m.mailbox = b.id WHERE b.account = ?1 AND b.touched >= ?2"
	    " AND m.modseq >= ?2", "uu", l->account, l->first);
	enum sql_status s;

	while ((s = sql_step(q)) == SQL_ROW)
		if (!is_new(l, EMAIL_BORN(sql_u64(q, 1)), sql_u64(q, 1)))
			add(l, &(struct event){ sql_u64(q, 0), sql_u64(q, 1),
			    sql_u64(q, 2), sql_u64(q, 3), EMAIL_UPDATED,
			    sql_u32(q, 4) });
	sql_end(q);
	return s;
}

static enum sql_status
find_gone(struct looking *l)
{
	struct sqlite3_stmt *q = sql_bind(l->db, "SELECT modseq, email, thread"
	    " FROM gone WHERE account = ? AND modseq >= ?", "uu", l->account,
	    l->first);
	enum sql_status s;

	while ((s = sql_step(q)) == SQL_ROW)
		if (!is_new(l, EMAIL_BORN(sql_u64(q, 1)), sql_u64(q, 1)))
			add(l, &(struct event){ sql_u64(q, 0), sql_u64(q, 1),
			    sql_u64(q, 2), 0, EMAIL_DESTROYED, 0 });
	sql_end(q);
	return s;
}

static int
by_position(const void *x, const void *y)
{
	const struct event *a = x, *b = y;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->email < b->email ? -1 : a->email > b->email;
}

static void
put_events(struct looking *l, struct buf *out, bool *more)
{
	const struct event *e = (const void *)l->events.ptr;
	size_t n = l->events.len / sizeof(*e);

	if (n > 0)
		qsort(l->events.ptr, n, sizeof(*e), by_position);
	for (size_t i = 0; i < n; i++, e++) {
		*more = is_full(out, CHANGE_RECORD) ||
		    (l->m->limit > 0 && i == l->m->limit);
		if (*more)
			return;
		field_put_u64(out, e->email);
		field_put_u64(out, e->thread);
		field_put_u32(out, e->kind);
		field_put_u64(out, e->mailbox);
		field_put_u32(out, e->uid);
		field_put_u64(out, e->at);
	}
}

/* Puts the state; VERDICT_NO: `since` is not of this account's past. */
static enum verdict
begin(struct sql *db, uint64_t account, const struct msg_read_changes *m,
    struct buf *out)
{
	uint64_t modseq;

	if (state_of(db, account, &modseq) != SQL_ROW)
		return VERDICT_LATER;
	field_put_u64(out, modseq);
	return m->since <= modseq ? VERDICT_YES : VERDICT_NO;
}

enum verdict
read_changes(struct sql *db, uint64_t account,
    const struct msg_read_changes *m, struct buf *out, bool *more)
{
	struct looking l = { .db = db, .account = account, .m = m,
	    .first = m->since + (m->after == 0) };
	enum verdict v = begin(db, account, m, out);
	enum sql_status s;

	if (v != VERDICT_YES)
		return v;
	buf_init(&l.events, EVENTS_BYTES_MAX);
	s = find_created(&l);
	if (s == SQL_DONE)
		s = find_updated(&l);
	if (s == SQL_DONE)
		s = find_gone(&l);
	v = l.events.failed ? VERDICT_NO : verdict_of(s);
	if (v == VERDICT_YES)
		put_events(&l, out, more);
	buf_free(&l.events);
	return v;
}

enum verdict
read_buried(struct sql *db, uint64_t account,
    const struct msg_read_changes *m, struct buf *out, bool *more)
{
	enum verdict v = begin(db, account, m, out);
	struct sqlite3_stmt *q;
	enum sql_status s;
	uint32_t n = 0;

	if (v != VERDICT_YES)
		return v;
	q = sql_bind(db, "SELECT mailbox, modseq FROM buried"
	    " WHERE account = ?1 AND (modseq > ?2 OR (modseq = ?2 AND ?3 > 0"
	    " AND mailbox > ?3)) ORDER BY modseq, mailbox", "uuu", account,
	    m->since, m->after);
	while ((s = sql_step(q)) == SQL_ROW) {
		*more = is_full(out, BURIED_RECORD) ||
		    (m->limit > 0 && n++ == m->limit);
		if (*more)
			break;
		field_put_u64(out, sql_u64(q, 0));
		field_put_u64(out, sql_u64(q, 1));
	}
	sql_end(q);
	return *more ? VERDICT_YES : verdict_of(s);
}

#define EMAIL_COLUMNS "SELECT email, thread, mailbox, uid, flags, m.modseq," \
	" size, date, head_len FROM messages m JOIN mailboxes b" \
	" ON b.id = m.mailbox AND b.account = m.account"

static void
put_email(struct buf *out, struct sqlite3_stmt *q)
{
	field_put_u64(out, sql_u64(q, 0));
	field_put_u64(out, sql_u64(q, 1));
	field_put_u64(out, sql_u64(q, 2));
	field_put_u32(out, sql_u32(q, 3));
	field_put_u32(out, sql_u32(q, 4));
	field_put_u64(out, sql_u64(q, 5));
	field_put_u64(out, sql_u64(q, 6));
	field_put_u64(out, sql_u64(q, 7));
	field_put_u32(out, sql_u32(q, 8));
}

/* The next of the ids, looked up; NULL: there is none. */
static struct sqlite3_stmt *
look_up(struct sql *db, uint64_t account, uint64_t mailbox, struct str *ids)
{
	uint64_t email;
	uint32_t uid;

	if (mailbox == 0)
		return !field_take_u64(ids, &email) ? NULL :
		    sql_bind(db, EMAIL_COLUMNS " WHERE m.account = ?"
		    " AND email = ?", "uu", account, email);
	return !field_take_u32(ids, &uid) ? NULL : sql_bind(db, EMAIL_COLUMNS
	    " WHERE m.account = ? AND mailbox = ? AND uid = ?", "uuu",
	    account, mailbox, (uint64_t)uid);
}

enum verdict
read_emails(struct sql *db, uint64_t account, const struct msg_read_emails *m,
    struct buf *out, bool *more)
{
	enum verdict v = read_state(db, account, out);
	struct str ids = m->ids;
	struct sqlite3_stmt *q;

	while (v == VERDICT_YES && !*more &&
	    (q = look_up(db, account, m->mailbox, &ids)) != NULL) {
		enum sql_status s = sql_step(q);

		*more = s == SQL_ROW && is_full(out, EMAIL_RECORD);
		if (s == SQL_ROW && !*more)
			put_email(out, q);
		else if (s != SQL_ROW)
			v = verdict_of(s);
		sql_end(q);
	}
	return v;
}

/* By date.  The index has only those that did not begin their thread. */
static struct sqlite3_stmt *
emails_of(struct sql *db, uint64_t account, uint64_t thread)
{
	return sql_bind(db, "SELECT email, date FROM messages m"
	    " JOIN mailboxes b ON b.id = m.mailbox AND b.account = m.account"
	    " WHERE m.account = ?1 AND email = ?2 AND thread = ?2"
	    " UNION ALL SELECT email, date FROM messages m"
	    " JOIN mailboxes b ON b.id = m.mailbox AND b.account = m.account"
	    " WHERE m.account = ?1 AND thread = ?2 AND thread <> email"
	    " ORDER BY date, email LIMIT 10000", "uu", account, thread);
}

/* A record is there as a whole or not at all. */
static enum sql_status
put_thread(struct sql *db, uint64_t account, uint64_t thread,
    struct buf *out, bool *more)
{
	static struct buf emails;
	struct sqlite3_stmt *q = emails_of(db, account, thread);
	enum sql_status s;

	if (emails.limit == 0)
		buf_init(&emails, THREAD_EMAILS_MAX * 8);
	buf_clear(&emails);
	while ((s = sql_step(q)) == SQL_ROW)
		field_put_u64(&emails, sql_u64(q, 0));
	sql_end(q);
	if (s != SQL_DONE || emails.len == 0)
		return s;
	*more = is_full(out, 12 + emails.len);
	if (*more)
		return s;
	field_put_u64(out, thread);
	field_put_u32(out, (uint32_t)(emails.len / 8));
	buf_add(out, buf_str(&emails));
	return s;
}

enum verdict
read_threads(struct sql *db, uint64_t account,
    const struct msg_read_emails *m, struct buf *out, bool *more)
{
	enum verdict v = read_state(db, account, out);
	struct str ids = m->ids;
	uint64_t thread;

	while (v == VERDICT_YES && !*more && field_take_u64(&ids, &thread))
		v = verdict_of(put_thread(db, account, thread, out, more));
	return v;
}
