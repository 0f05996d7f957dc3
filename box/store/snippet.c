/* snippet.c - READ_SNIPPETS: where the words of a filter stand in emails. */

#include "worker.h"

#include <string.h>

#include "filter.h"
#include "find.h"

/* Any of the filter's texts; false: it has none that asks for something. */
static bool
expression(const struct filter *f, struct buf *all)
{
	struct buf one;

	buf_init(&one, EXPRESSION_MAX);
	for (size_t i = 0; i < f->n; i++) {
		buf_clear(&one);
		if (f->cond[i].op != COND_TEXT ||
		    !find_expression(&f->cond[i], &one))
			continue;
		buf_add_c(all, all->len > 0 ? " OR (" : "(");
		buf_add(all, buf_str(&one));
		buf_byte(all, ')');
	}
	buf_free(&one);
	return all->len > 0 && !all->failed;
}

/* Nothing where nothing was found; not in the middle of a character. */
static void
put(struct buf *out, struct str s)
{
	if (s.len == 0 || memchr(s.ptr, SNIPPET_ON, s.len) == NULL)
		s.len = 0;
	if (s.len > SNIPPET_MAX) {
		s.len = SNIPPET_MAX;
		while (s.len > 0 && ((unsigned char)s.ptr[s.len] & 0xc0) ==
		    0x80)
			s.len--;
	}
	field_put_str(out, s);
}

static enum sql_status
put_email(struct sql *db, uint64_t account, uint64_t email, struct str match,
    struct buf *out)
{
	struct sqlite3_stmt *q = sql_bind(db, "SELECT"
	    " highlight(find, 0, char(1), char(2)),"
	    " snippet(find, 3, char(1), char(2), '…', 24) FROM find"
	    " WHERE find MATCH ? AND rowid = (SELECT body FROM messages m"
	    " JOIN mailboxes b ON b.id = m.mailbox AND b.account = m.account"
	    " WHERE m.account = ? AND email = ?)", "tuu", match, account,
	    email);
	enum sql_status s = sql_step(q);

	if (s == SQL_ROW) {
		field_put_u64(out, email);
		put(out, sql_str(q, 0));
		put(out, sql_str(q, 1));
	}
	sql_end(q);
	return s == SQL_ROW ? SQL_DONE : s;
}

enum verdict
read_snippets(struct sql *db, uint64_t account,
    const struct msg_read_snippets *m, struct buf *out)
{
	static struct filter f;
	enum sql_status s = SQL_DONE;
	struct str ids = m->ids;
	struct buf match;
	uint64_t email;

	if (!filter_parse(&f, m->filter) || (f.indexed && !find_there(db)))
		return VERDICT_NO;
	buf_init(&match, TEXT_CONDS_MAX * EXPRESSION_MAX);
	if (expression(&f, &match))
		while (s == SQL_DONE && field_take_u64(&ids, &email))
			s = put_email(db, account, email, buf_str(&match),
			    out);
	buf_free(&match);
	return s == SQL_DONE ? VERDICT_YES : VERDICT_LATER;
}
