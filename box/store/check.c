/*
 * check.c - is the database whole, and does it agree with itself?
 *
 * Each check is a query that has no rows when all is well; a row's first
 * column says what it is about.
 */

#include "store.h"

#include "schema.h"

static const struct {
	const char *finding, *query;
} checks[] = {
	{ "foreign-key",
	  "SELECT \"table\" || ' ' || coalesce(rowid, '')"
	  " FROM pragma_foreign_key_check" },
	{ "mailbox-counts",	/* messages, unseen, octets */
	  "SELECT 'mailbox ' || b.id FROM mailboxes b LEFT JOIN"
	  " (SELECT mailbox, count(*) AS n, sum(flags & 1 = 0) AS unseen,"
	  "  sum(size) AS octets FROM messages GROUP BY mailbox) m"
	  " ON m.mailbox = b.id WHERE b.messages <> coalesce(m.n, 0)"
	  " OR b.unseen <> coalesce(m.unseen, 0)"
	  " OR b.octets <> coalesce(m.octets, 0)" },
	{ "uid-not-below-uidnext",
	  "SELECT 'mailbox ' || m.mailbox || ' uid ' || m.uid FROM messages m"
	  " JOIN mailboxes b ON b.id = m.mailbox"
	  " WHERE m.uid >= b.uidnext OR m.uid < 1" },
	{ "modseq-above-mailbox",
	  "SELECT 'mailbox ' || m.mailbox || ' uid ' || m.uid FROM messages m"
	  " JOIN mailboxes b ON b.id = m.mailbox WHERE m.modseq > b.modseq" },
	{ "account-differs",
	  "SELECT 'mailbox ' || m.mailbox || ' uid ' || m.uid FROM messages m"
	  " JOIN mailboxes b ON b.id = m.mailbox"
	  " JOIN accounts a ON a.id = b.account"
	  " WHERE a.removed = 0 AND m.account <> b.account" },
	{ "email-not-born-yet",
	  "SELECT 'account ' || a.id FROM accounts a WHERE"
	  " (SELECT max(email) >> 24 FROM messages WHERE account = a.id) >"
	  " max(a.modseq, (SELECT coalesce(max(modseq), 0) FROM mailboxes"
	  "  WHERE account = a.id))" },
	{ "expunged-but-there",
	  "SELECT 'mailbox ' || m.mailbox || ' uid ' || m.uid FROM messages m"
	  " JOIN expunged e ON e.mailbox = m.mailbox AND e.uid = m.uid" },
	{ "keyword-without-name",
	  "SELECT 'mailbox ' || m.mailbox || ' uid ' || m.uid FROM messages m"
	  " WHERE m.flags & ~31 & ~(SELECT coalesce(sum(1 << bit), 0)"
	  " FROM keywords WHERE mailbox = m.mailbox) <> 0" },
	{ "body-missing",
	  "SELECT 'mailbox ' || m.mailbox || ' uid ' || m.uid FROM messages m"
	  " LEFT JOIN heads h ON h.body = m.body WHERE h.body IS NULL" },
	{ "head-differs",
	  "SELECT 'mailbox ' || m.mailbox || ' uid ' || m.uid FROM messages m"
	  " JOIN heads h ON h.body = m.body WHERE h.size <> m.size"
	  " OR length(h.head) <> m.head_len" },
	{ "body-incomplete",
	  "SELECT 'body ' || h.body FROM heads h WHERE h.refs > 0"
	  " AND h.size <> length(h.head) + (SELECT coalesce(sum(length(data)),"
	  " 0) FROM chunks WHERE id >= h.body << 20"
	  " AND id < (h.body + 1) << 20)" },
	{ "body-references",
	  "SELECT 'body ' || h.body FROM heads h LEFT JOIN"
	  " (SELECT body, count(*) AS n FROM (SELECT body FROM messages"
	  " UNION ALL SELECT body FROM letters) GROUP BY body) m"
	  " ON m.body = h.body WHERE h.refs <> coalesce(m.n, 0)" },
	{ "letter-without-body",
	  "SELECT 'letter ' || l.id FROM letters l LEFT JOIN heads h"
	  " ON h.body = l.body WHERE h.body IS NULL OR h.size <> l.size" },
	{ "letter-without-recipient",
	  "SELECT 'letter ' || id FROM letters l WHERE NOT EXISTS"
	  " (SELECT 1 FROM recipients WHERE letter = l.id)" },
	{ "submission-without-letter",
	  "SELECT 'submission ' || id FROM submissions WHERE letter <> 0"
	  " AND letter NOT IN (SELECT id FROM letters)" },
	{ "chunk-without-body",
	  "SELECT 'body ' || (id >> 20) FROM chunks WHERE id >> 20 NOT IN"
	  " (SELECT body FROM heads) GROUP BY id >> 20" },
	{ "certificate-missing",
	  "SELECT name FROM accounts a WHERE removed = 0 AND sealed = 1"
	  /* who has none and had none waits for a device */
	  " AND (cert <> 0 OR EXISTS (SELECT 1 FROM certificates"
	  "  WHERE account = a.id)) AND NOT EXISTS (SELECT 1 FROM"
	  " certificates WHERE account = a.id AND serial = a.cert)" },
	{ "inbox-missing",
	  "SELECT name FROM accounts a WHERE removed = 0 AND NOT EXISTS"
	  " (SELECT 1 FROM mailboxes WHERE account = a.id"
	  " AND name = 'INBOX')" },
	{ "address-missing",
	  "SELECT name FROM accounts a WHERE removed = 0 AND NOT EXISTS"
	  " (SELECT 1 FROM addresses WHERE account = a.id AND target = '')" },
};

enum { FINDINGS_MAX = 1000 };	/* of one kind; then it is clear enough */

static size_t
check_one(struct sql *db, const char *finding, const char *query,
    check_found *found, void *arg)
{
	struct sqlite3_stmt *q = sql_bind(db, query, "");
	enum sql_status s;
	size_t n = 0;

	while ((s = sql_step(q)) == SQL_ROW && n < FINDINGS_MAX) {
		found(arg, finding, sql_str(q, 0));
		n++;
	}
	sql_end(q);
	if (s != SQL_DONE && s != SQL_ROW) {
		found(arg, "cannot-check", (struct str){ finding,
		    strlen(finding) });
		n++;
	}
	return n;
}

/* SQLite says "ok" in one row when its pages and indexes are whole. */
static size_t
check_pages(struct sql *db, check_found *found, void *arg)
{
	struct sqlite3_stmt *q = sql_bind(db, "PRAGMA integrity_check(100)",
	    "");
	enum sql_status s;
	size_t n = 0;

	while ((s = sql_step(q)) == SQL_ROW)
		if (!str_eq(sql_str(q, 0), STR("ok"))) {
			found(arg, "damaged", sql_str(q, 0));
			n++;
		}
	sql_end(q);
	if (s != SQL_DONE) {
		found(arg, "unreadable", STR("mail.db"));
		n++;
	}
	return n;
}

size_t
check_all(struct sql *db, check_found *found, void *arg)
{
	size_t n = check_pages(db, found, arg);
	bool began = sql_run(db, "BEGIN", "") == SQL_DONE;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		n += check_one(db, checks[i].finding, checks[i].query, found,
		    arg);
	if (began)
		(void)sql_run(db, "COMMIT", "");
	return n;
}
