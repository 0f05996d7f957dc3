/*
 * query.c - READ_QUERY: emails with all that is asked, sorted.
 *
 * All that match are gathered, as small rows, and sorted here: no index has
 * them in that order, and the total is asked for besides.  Mailboxes that the
 * filter shuts out are not walked; where only what a text was found in can
 * match, and that is little, no mailbox is.
 */

#include "worker.h"

#include <stdlib.h>

#include "filter.h"
#include "find.h"

enum { QUERY_RECORD = 16, BOXES_AT_MOST = 20000, FEW = 10000 };

#define HITS_BYTES_MAX	((size_t)96 << 20)

struct hit {
	uint64_t key;		/* what it is sorted by */
	uint64_t email, thread;
};

struct query {
	struct sql *db;
	uint64_t account;
	const struct msg_read_query *m;
	struct filter f;
	struct find find;
	struct buf hits;
};

static bool
load_mailboxes(struct query *x, struct buf *ids)
{
	struct sqlite3_stmt *q = sql_bind(x->db, "SELECT id FROM mailboxes"
	    " WHERE account = ?", "u", x->account);
	enum sql_status s;

	while ((s = sql_step(q)) == SQL_ROW)
		field_put_u64(ids, sql_u64(q, 0));
	sql_end(q);
	return s == SQL_DONE && !ids->failed;
}

static void
load_keywords(struct query *x, uint64_t mailbox)
{
	for (size_t i = 0; i < x->f.n; i++) {
		struct filter_cond *c = &x->f.cond[i];
		uint64_t bit;

		if (c->op == COND_KEYWORD)
			c->bit = sql_number(x->db, &bit, "SELECT bit"
			    " FROM keywords WHERE mailbox = ? AND name = ?",
			    "ut", mailbox, c->text) == SQL_ROW && bit < 32 ?
			    1u << bit : 0;
	}
}

#define ROWS "SELECT m.flags, size, date, email, thread, body, mailbox" \
	" FROM messages m"

static void
take_row(struct query *x, struct sqlite3_stmt *q)
{
	struct filter_row r = { .mailbox = sql_u64(q, 6), .whole = true,
	    .flags = sql_u32(q, 0), .size = sql_u64(q, 1),
	    .date = sql_u64(q, 2), .thread = sql_u64(q, 4) };
	struct hit h = { x->m->sort == SORT_SIZE ? r.size : r.date,
	    sql_u64(q, 3), r.thread };

	if (x->f.indexed)
		find_ask(&x->find, sql_u64(q, 5), &r);
	if (filter_ask(&x->f, &r) == FILTER_YES)
		buf_add_mem(&x->hits, &h, sizeof(h));
}

static enum sql_status
walk_mailbox(struct query *x, uint64_t mailbox)
{
	struct filter_row r = { .mailbox = mailbox };
	struct sqlite3_stmt *q;
	enum sql_status s;

	if (filter_ask(&x->f, &r) == FILTER_NO)
		return SQL_DONE;
	load_keywords(x, mailbox);
	q = sql_bind(x->db, ROWS " WHERE mailbox = ?", "u", mailbox);
	while ((s = sql_step(q)) == SQL_ROW)
		take_row(x, q);
	sql_end(q);
	return s;
}

/* false: it must be looked for another way. */
static bool
walk_found(struct query *x, enum sql_status *s)
{
	const struct filter_row none = { .unfound = true };
	uint64_t last = 0;
	struct buf bodies;
	const uint64_t *b;
	bool few;

	buf_init(&bodies, FEW * sizeof(uint64_t));
	few = x->f.texts > 0 && filter_ask(&x->f, &none) == FILTER_NO &&
	    find_few(&x->find, FEW, &bodies);
	b = (const void *)bodies.ptr;
	*s = SQL_DONE;
	for (size_t i = 0; few && *s == SQL_DONE &&
	    i < bodies.len / sizeof(*b); i++) {
		struct sqlite3_stmt *q = sql_bind(x->db, ROWS
		    " JOIN mailboxes b ON b.id = m.mailbox"
		    " AND b.account = m.account WHERE body = ?"
		    " AND +m.account = ?", "uu", b[i], x->account);

		while ((*s = sql_step(q)) == SQL_ROW) {
			if (sql_u64(q, 6) != last)
				load_keywords(x, last = sql_u64(q, 6));
			take_row(x, q);
		}
		sql_end(q);
	}
	buf_free(&bodies);
	return few;
}

static int
compare(const struct hit *a, const struct hit *b)
{
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->email < b->email ? -1 : a->email > b->email;
}

static int
rising(const void *a, const void *b)
{
	return compare(a, b);
}

static int
falling(const void *a, const void *b)
{
	return compare(b, a);
}

/* A set of threads: open addressing, twice as large as what goes in. */
static bool
first_of_thread(uint64_t *set, size_t mask, uint64_t thread)
{
	size_t at = (size_t)(thread * 0x9e3779b97f4a7c15ULL >> 20) & mask;

	while (set[at] != 0 && set[at] != thread)
		at = (at + 1) & mask;
	if (set[at] == thread)
		return false;
	set[at] = thread;
	return true;
}

/* Of each thread the first only; how many are left. */
static size_t
collapse(struct query *x, struct hit *h, size_t n)
{
	struct buf set;
	size_t size = 2, kept = 0;
	uint64_t *slots;

	while (size < 2 * n)
		size *= 2;
	buf_init(&set, HITS_BYTES_MAX);
	slots = (void *)buf_room(&set, size * sizeof(*slots));
	x->hits.failed |= slots == NULL;
	for (size_t i = 0; slots != NULL && i < size; i++)
		slots[i] = 0;
	for (size_t i = 0; slots != NULL && i < n; i++)
		if (first_of_thread(slots, size - 1, h[i].thread))
			h[kept++] = h[i];
	buf_free(&set);
	return kept;
}

/* Where the answer begins; false: the anchor is not there. */
static bool
place(const struct msg_read_query *m, const struct hit *h, size_t n,
    size_t *at)
{
	int64_t from = (int64_t)m->position;
	size_t i = 0;

	*at = 0;
	while (m->anchor != 0 && i < n && h[i].email != m->anchor)
		i++;
	if (m->anchor != 0 && i == n)
		return false;
	if (m->anchor == 0 && from < 0)
		i = n;
	if (from < 0)
		*at = (uint64_t)0 - m->position >= i ? 0 :
		    i - (size_t)((uint64_t)0 - m->position);
	else
		*at = m->position > n - i ? n : i + (size_t)m->position;
	return true;
}

static void
begin_answer(struct buf *out, uint64_t modseq, enum query_found found,
    size_t total, size_t at)
{
	field_put_u64(out, modseq);
	field_put_u32(out, found);
	field_put_u64(out, total);
	field_put_u64(out, at);
}

static void
put_hits(struct query *x, uint64_t modseq, struct buf *out, bool *more)
{
	struct hit *h = (void *)x->hits.ptr;
	size_t n = x->hits.len / sizeof(*h), at = 0, put = 0;
	bool there;

	if (n > 0)
		qsort(h, n, sizeof(*h), x->m->ascending ? rising : falling);
	if (n > 0 && x->m->collapse != 0)
		n = collapse(x, h, n);
	there = place(x->m, h, n, &at);
	begin_answer(out, modseq, there ? QUERY_OK : QUERY_NO_ANCHOR, n, at);
	for (; there && at < n && !(x->m->limit > 0 && put == x->m->limit);
	    at++, put++) {
		*more = out->len + QUERY_RECORD > READ_CHUNK;
		if (*more)
			return;
		field_put_u64(out, h[at].email);
		field_put_u64(out, h[at].thread);
	}
}

static enum sql_status
walk_all(struct query *x)
{
	enum sql_status s = SQL_DONE;
	struct buf ids;
	struct str in;
	uint64_t mailbox;

	buf_init(&ids, BOXES_AT_MOST * 8);
	if (!load_mailboxes(x, &ids))
		s = SQL_IO;
	in = buf_str(&ids);
	while (s == SQL_DONE && field_take_u64(&in, &mailbox))
		s = walk_mailbox(x, mailbox);
	buf_free(&ids);
	return s;
}

enum verdict
read_query(struct sql *db, uint64_t account, const struct msg_read_query *m,
    struct buf *out, bool *more)
{
	static struct query x;
	enum sql_status s;
	uint64_t modseq;

	x.db = db;
	x.account = account;
	x.m = m;
	if (m->sort >= SORTS || !filter_parse(&x.f, m->filter))
		return VERDICT_NO;
	if (state_of(db, account, &modseq) != SQL_ROW)
		return VERDICT_LATER;
	if (x.f.indexed && !find_there(db)) {
		begin_answer(out, modseq, QUERY_NO_INDEX, 0, 0);
		return VERDICT_YES;
	}
	buf_init(&x.hits, HITS_BYTES_MAX);
	s = find_begin(&x.find, db, &x.f);
	if (s == SQL_DONE && !walk_found(&x, &s))
		s = walk_all(&x);
	if (s == SQL_DONE && !x.hits.failed)
		put_hits(&x, modseq, out, more);
	find_end(&x.find);
	s = x.hits.failed ? SQL_IO : s;
	buf_free(&x.hits);
	return s == SQL_DONE ? VERDICT_YES : VERDICT_LATER;
}
