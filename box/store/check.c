/*
 * check.c - does the database say the same thing everywhere?
 *
 * Each finding is a query that yields rows (where, is, should), and what mends
 * it.  What cannot be mended is taken out of the mailbox and said: a message
 * without its body.
 */

#include <stdio.h>
#include <sys/stat.h>

#include "store.h"

static const struct {
	const char *what;
	const char *find;
	const char *mend;
} checks[] = {
	{ "a message without its head",
	  "SELECT body, uid, 0 FROM message WHERE body NOT IN "
	  "(SELECT body FROM head)",
	  "INSERT OR IGNORE INTO expunged SELECT mailbox, modseq, uid FROM "
	  "message WHERE body NOT IN (SELECT body FROM head);"
	  "DELETE FROM message WHERE body NOT IN (SELECT body FROM head);" },
	{ "a message of another length than its parts",
	  "SELECT m.body, m.size, length(h.data) + coalesce((SELECT "
	  "sum(length(data)) FROM chunk WHERE id >= m.body << 16 AND "
	  "id < (m.body + 1) << 16), 0) AS is_ FROM message m "
	  "JOIN head h ON h.body = m.body WHERE is_ <> m.size",
	  NULL },
	{ "a head that has another length than its message says",
	  "SELECT m.body, length(h.data), m.head_len FROM message m JOIN head "
	  "h ON h.body = m.body WHERE length(h.data) <> m.head_len",
	  NULL },
	{ "a head that no message has",
	  "SELECT body, refs, 0 FROM head WHERE body NOT IN "
	  "(SELECT body FROM message)",
	  "DELETE FROM head WHERE body NOT IN (SELECT body FROM message);" },
	{ "a count of references that is wrong",
	  "SELECT h.body, h.refs, count(*) AS n FROM head h JOIN message m "
	  "ON m.body = h.body GROUP BY h.body HAVING n <> h.refs",
	  "UPDATE head SET refs = (SELECT count(*) FROM message m WHERE "
	  "m.body = head.body);" },
	{ "a chunk that no head has",
	  "SELECT id >> 16, id & 65535, 0 FROM chunk WHERE id >> 16 NOT IN "
	  "(SELECT body FROM head)",
	  "DELETE FROM chunk WHERE id >> 16 NOT IN (SELECT body FROM head);" },
	{ "a mailbox that counts its messages wrong",
	  "SELECT b.id, b.messages, (SELECT count(*) FROM message WHERE "
	  "mailbox = b.id) AS n FROM mailbox b WHERE n <> b.messages",
	  "UPDATE mailbox SET messages = (SELECT count(*) FROM message WHERE "
	  "mailbox = mailbox.id);" },
	{ "a mailbox that counts its unseen wrong",
	  "SELECT b.id, b.unseen, (SELECT count(*) FROM message WHERE "
	  "mailbox = b.id AND flags & 1 = 0) AS n FROM mailbox b "
	  "WHERE n <> b.unseen",
	  "UPDATE mailbox SET unseen = (SELECT count(*) FROM message WHERE "
	  "mailbox = mailbox.id AND flags & 1 = 0);" },
	{ "a mailbox that counts its octets wrong",
	  "SELECT b.id, b.octets, (SELECT coalesce(sum(size), 0) FROM message "
	  "WHERE mailbox = b.id) AS n FROM mailbox b WHERE n <> b.octets",
	  "UPDATE mailbox SET octets = (SELECT coalesce(sum(size), 0) FROM "
	  "message WHERE mailbox = mailbox.id);" },
	{ "a uid that has not been given out",
	  "SELECT mailbox, max(uid), b.uidnext FROM message JOIN mailbox b "
	  "ON b.id = mailbox GROUP BY mailbox HAVING max(uid) >= b.uidnext",
	  "UPDATE mailbox SET uidnext = (SELECT max(uid) + 1 FROM message "
	  "WHERE mailbox = mailbox.id) WHERE uidnext <= (SELECT max(uid) "
	  "FROM message WHERE mailbox = mailbox.id);" },
	{ "a modseq that has not been given out",
	  "SELECT mailbox, max(m.modseq), b.modseq FROM message m JOIN "
	  "mailbox b ON b.id = mailbox GROUP BY mailbox "
	  "HAVING max(m.modseq) > b.modseq",
	  "UPDATE mailbox SET modseq = (SELECT max(m.modseq) FROM message m "
	  "WHERE mailbox = mailbox.id) WHERE modseq < (SELECT "
	  "max(m.modseq) FROM message m WHERE mailbox = mailbox.id);" },
	{ "an account that counts its octets wrong",
	  "SELECT a.id, a.used, (SELECT coalesce(sum(octets), 0) FROM mailbox "
	  "WHERE account = a.id) AS n FROM account a WHERE n <> a.used",
	  "UPDATE account SET used = (SELECT coalesce(sum(octets), 0) FROM "
	  "mailbox WHERE account = account.id);" },
	{ "a sealed account without its certificate",
	  "SELECT id, cert, 0 FROM account WHERE sealed AND NOT EXISTS "
	  "(SELECT 1 FROM cert WHERE account = id AND serial = cert)",
	  NULL },
};

/* SQLite's own opinion of its pages: one row, "ok". */
static bool
pages_are_sound(struct sql *db)
{
	struct sqlite3_stmt *q = sql_bind(db, "PRAGMA integrity_check(1)", "");
	bool ok = sql_step(q) == SQL_ROW &&
	    str_eq(sql_str(q, 0), STR("ok"));

	sql_end(q);
	return ok;
}

static size_t
check_one(struct sql *db, size_t i, check_say *say, void *arg)
{
	struct sqlite3_stmt *q = sql_bind(db, checks[i].find, "");
	size_t n = 0;

	while (sql_step(q) == SQL_ROW) {
		say(arg, checks[i].what, sql_u64(q, 0), sql_u64(q, 1),
		    sql_u64(q, 2));
		n++;
	}
	sql_end(q);
	return n;
}

size_t
check_run(struct sql *db, bool repair, check_say *say, void *arg)
{
	size_t found = 0;

	if (!pages_are_sound(db)) {
		say(arg, "pages of the database are damaged", 0, 0, 0);
		found++;
	}
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		size_t n = check_one(db, i, say, arg);

		if (n > 0 && repair && checks[i].mend != NULL)
			(void)sql_script(db, checks[i].mend);
		found += n;
	}
	return found;
}

static void
print(void *arg, const char *what, uint64_t where, uint64_t is,
    uint64_t should)
{
	(void)arg;
	printf("%s: %llu (is %llu, should be %llu)\n", what,
	    (unsigned long long)where, (unsigned long long)is,
	    (unsigned long long)should);
}

/* Without plid running: exit 0 sound or mended, 1 not, 75 in use. */
int
check_main(const char *dir, bool repair)
{
	char path[PATH_LEN];
	struct stat st;
	size_t left;

	snprintf(path, sizeof(path), "%s/mail.db", dir);
	if (stat(path, &st) != 0) {
		fprintf(stderr, "store: %s: there is no database\n", path);
		return 1;
	}
	if (sql_open(&store.db, path, SQL_WRITER) != SQL_DONE) {
		fprintf(stderr, "store: %s cannot be opened\n", path);
		return 1;
	}
	if (repair && sql_script(&store.db, "BEGIN EXCLUSIVE") != SQL_DONE) {
		fprintf(stderr, "store: it is in use: stop plid first\n");
		return 75;
	}
	left = check_run(&store.db, repair, print, NULL);
	if (repair && left > 0)
		left = check_run(&store.db, true, print, NULL);
	if (repair && sql_script(&store.db, "COMMIT") != SQL_DONE)
		left = 1;
	sql_close(&store.db);
	return left == 0 ? 0 : 1;
}
