/* find.c - the index of texts, where the store keeps one. */

#include "find.h"

#include <stdlib.h>

#include "codec/match.h"
#include "codec/utf8.h"
#include "os/memfd.h"

#define BODIES_BYTES_MAX	((size_t)32 << 20)

/* FTS5 keeps the text itself, too: Debian's version cannot delete without. */
bool
find_make(struct sql *db)
{
	return sql_script(db, "CREATE VIRTUAL TABLE IF NOT EXISTS find"
	    " USING fts5(subject, sender, recipients, text,"
	    " tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3',"
	    " columnsize = 0);"
	    "CREATE INDEX IF NOT EXISTS messages_body ON messages(body)") ==
	    SQL_DONE;
}

bool
find_there(struct sql *db)
{
	uint64_t one;

	return sql_number(db, &one, "SELECT 1 FROM sqlite_schema"
	    " WHERE name = 'find'", "") == SQL_ROW;
}

static void
put_columns(struct buf *out, uint64_t columns)
{
	static const char *const names[] = { "subject", "sender",
	    "recipients", "text" };

	buf_byte(out, '{');
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (columns & 1u << i) {
			buf_byte(out, ' ');
			buf_add_c(out, names[i]);
		}
	buf_add_c(out, " }: (");
}

bool
find_expression(const struct filter_cond *c, struct buf *out)
{
	bool any;

	put_columns(out, c->number);
	any = match_put(out, c->text);
	buf_byte(out, ')');
	return any;
}

static enum sql_status
gather(struct sqlite3_stmt *q, struct buf *out)
{
	enum sql_status s;

	while ((s = sql_step(q)) == SQL_ROW) {
		uint64_t body = sql_u64(q, 0);

		buf_add_mem(out, &body, sizeof(body));
	}
	sql_end(q);
	return out->failed ? SQL_IO : s;
}

static enum sql_status
look_for(struct find *x, const struct filter_cond *c)
{
	enum sql_status s = SQL_DONE;
	struct buf match;

	buf_init(&match, EXPRESSION_MAX);
	x->all[c->which] = !find_expression(c, &match);
	if (!x->all[c->which])
		s = gather(sql_bind(x->db, "SELECT rowid FROM find"
		    " WHERE find MATCH ? ORDER BY rowid", "t",
		    buf_str(&match)), &x->bodies[c->which]);
	s = match.failed ? SQL_WRONG : s;
	buf_free(&match);
	return s;
}

enum sql_status
find_begin(struct find *x, struct sql *db, const struct filter *f)
{
	enum sql_status s = SQL_DONE;
	bool indexed = false;

	*x = (struct find){ .db = db, .f = f };
	buf_init(&x->indexed, BODIES_BYTES_MAX);
	for (size_t i = 0; i < f->texts; i++)
		buf_init(&x->bodies[i], BODIES_BYTES_MAX);
	for (size_t i = 0; i < f->n && s == SQL_DONE; i++) {
		if (f->cond[i].op == COND_TEXT)
			s = look_for(x, &f->cond[i]);
		indexed |= f->cond[i].op == COND_INDEXED;
	}
	if (indexed && s == SQL_DONE)
		s = gather(sql_bind(db, "SELECT rowid FROM find"
		    " ORDER BY rowid", ""), &x->indexed);
	return s;
}

void
find_end(struct find *x)
{
	buf_free(&x->indexed);
	for (size_t i = 0; x->f != NULL && i < x->f->texts; i++)
		buf_free(&x->bodies[i]);
}

static int
rising(const void *x, const void *y)
{
	const uint64_t *a = x, *b = y;

	return *a < *b ? -1 : *a > *b;
}

bool
find_few(const struct find *x, size_t most, struct buf *bodies)
{
	uint64_t *b;
	size_t n, kept = 0;

	for (size_t i = 0; i < x->f->texts; i++) {
		if (x->all[i] || bodies->len + x->bodies[i].len >
		    most * sizeof(*b))
			return false;
		buf_add(bodies, buf_str(&x->bodies[i]));
	}
	b = (void *)bodies->ptr;
	n = bodies->len / sizeof(*b);
	if (n > 0)
		qsort(b, n, sizeof(*b), rising);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || b[i] != b[kept - 1])
			b[kept++] = b[i];
	bodies->len = kept * sizeof(*b);
	return true;
}

static bool
has(const struct buf *bodies, uint64_t body)
{
	const uint64_t *b = (const void *)bodies->ptr;
	size_t low = 0, high = bodies->len / sizeof(*b);

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (b[mid] < body)
			low = mid + 1;
		else
			high = mid;
	}
	return low < bodies->len / sizeof(*b) && b[low] == body;
}

void
find_ask(const struct find *x, uint64_t body, struct filter_row *r)
{
	for (size_t i = 0; i < x->f->texts; i++)
		if (x->all[i] || has(&x->bodies[i], body))
			r->found |= 1u << i;
	r->indexed = has(&x->indexed, body);
}

static enum sql_status
insert(struct sql *db, uint64_t body, const struct msg_write_index *m,
    struct str all)
{
	struct str part[4];
	const size_t len[] = { m->subject, m->from, m->to,
	    all.len - m->subject - m->from - m->to };

	for (size_t i = 0; i < 4; i++) {
		part[i] = (struct str){ all.ptr, len[i] };
		all.ptr += len[i];
		if (!utf8_valid(part[i]))
			return SQL_CONFLICT;
	}
	return sql_run(db, "INSERT OR REPLACE INTO find(rowid, subject,"
	    " sender, recipients, text) VALUES(?, ?, ?, ?, ?)", "utttt", body,
	    part[0], part[1], part[2], part[3]);
}

enum verdict
find_put(struct sql *db, uint64_t account, const struct msg_write_index *m,
    int fd)
{
	uint64_t body;
	enum sql_status s = sql_number(db, &body, "SELECT body"
	    " FROM messages m JOIN mailboxes b ON b.id = m.mailbox"
	    " AND b.account = m.account WHERE m.account = ? AND email = ?",
	    "uu", account, m->email);
	struct buf text;
	char *room;

	if (s != SQL_ROW)
		return s == SQL_DONE ? VERDICT_NO : VERDICT_LATER;
	if (!find_there(db))
		return VERDICT_NO;
	buf_init(&text, INDEX_OCTETS_MAX);
	room = buf_room(&text, (size_t)m->size);
	s = SQL_IO;
	if (room != NULL && memfd_read(fd, 0, room, (size_t)m->size))
		s = insert(db, body, m, (struct str){ room,
		    (size_t)m->size });
	buf_free(&text);
	return s == SQL_DONE ? VERDICT_YES : s == SQL_CONFLICT ? VERDICT_NO :
	    VERDICT_LATER;
}

enum sql_status
find_drop(struct sql *db, uint64_t body)
{
	return sql_run(db, "DELETE FROM find WHERE rowid = ?", "u", body);
}
