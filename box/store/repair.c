/*
 * repair.c - mend what can be mended, and say it.
 *
 * Order matters: what is not whole goes first, then what nobody has, then
 * everything is counted anew.  A mailbox that lost messages, or whose uids
 * were in doubt, gets a new UIDVALIDITY: clients then forget what they knew
 * (RFC 9051 2.3.1.1).  Within the caller's transaction.
 */

#include "store.h"

#include <string.h>

struct step {
	const char *mended;	/* NULL: nothing to say */
	const char *sql;
};

#define BROKEN_BODIES \
	"SELECT h.body FROM heads h WHERE h.size <> length(h.head) +" \
	" (SELECT coalesce(sum(length(data)), 0) FROM chunks" \
	"  WHERE id >= h.body << 20 AND id < (h.body + 1) << 20)"

#define LOST_BODY \
	"body IN (SELECT body FROM broken)" \
	" OR body NOT IN (SELECT body FROM heads)"

#define REFERENCES \
	"((SELECT count(*) FROM messages WHERE body = heads.body) +" \
	" (SELECT count(*) FROM letters WHERE body = heads.body))"

static const struct step steps[] = {
	{ NULL, "CREATE TEMP TABLE renew(mailbox INTEGER PRIMARY KEY)" },
	/* a message whose body is gone is a message that is gone */
	{ NULL, "CREATE TEMP TABLE broken(body INTEGER PRIMARY KEY)" },
	{ NULL, "INSERT INTO broken " BROKEN_BODIES },
	{ NULL, "INSERT OR IGNORE INTO broken SELECT body FROM messages"
	    " WHERE body NOT IN (SELECT body FROM heads)" },
	{ NULL, "INSERT OR IGNORE INTO renew SELECT mailbox FROM messages"
	    " WHERE body IN (SELECT body FROM broken)" },
	{ "messages-without-body-removed", "DELETE FROM messages"
	    " WHERE body IN (SELECT body FROM broken)" },
	{ "messages-without-mailbox-removed", "DELETE FROM messages"
	    " WHERE mailbox NOT IN (SELECT id FROM mailboxes)" },
	{ "head-lengths-corrected", "UPDATE messages SET (size, head_len) ="
	    " (SELECT size, length(head) FROM heads"
	    "  WHERE heads.body = messages.body) WHERE (size, head_len) <>"
	    " (SELECT size, length(head) FROM heads"
	    "  WHERE heads.body = messages.body)" },
	{ "chunks-without-body-removed", "DELETE FROM chunks"
	    " WHERE id >> 20 NOT IN (SELECT body FROM heads)" },
	{ NULL, "DELETE FROM recipients WHERE letter IN (SELECT id"
	    " FROM letters WHERE " LOST_BODY ") OR letter NOT IN"
	    " (SELECT id FROM letters)" },
	{ "letters-without-body-removed", "DELETE FROM letters WHERE "
	    LOST_BODY },
	{ "letters-without-recipient-removed", "DELETE FROM letters"
	    " WHERE id NOT IN (SELECT letter FROM recipients)" },
	{ "submissions-without-letter-ended", "UPDATE submissions SET"
	    " letter = 0, settled = max(date, 1), undo = max(undo, 1)"
	    " WHERE letter <> 0 AND letter NOT IN (SELECT id FROM letters)" },
	{ "bodies-recounted", "UPDATE heads SET refs = " REFERENCES
	    " WHERE refs <> " REFERENCES },
	{ NULL, "INSERT OR IGNORE INTO renew SELECT id FROM mailboxes b"
	    " WHERE uidnext <= (SELECT max(uid) FROM messages"
	    "  WHERE mailbox = b.id)" },
	{ "uidnext-raised", "UPDATE mailboxes SET uidnext ="
	    " (SELECT max(uid) + 1 FROM messages WHERE mailbox ="
	    "  mailboxes.id) WHERE uidnext <= (SELECT max(uid)"
	    "  FROM messages WHERE mailbox = mailboxes.id)" },
	{ "modseq-raised", "UPDATE mailboxes SET modseq = (SELECT max(modseq)"
	    " FROM messages WHERE mailbox = mailboxes.id) WHERE modseq <"
	    " (SELECT max(modseq) FROM messages"
	    "  WHERE mailbox = mailboxes.id)" },
	{ "accounts-corrected", "UPDATE OR IGNORE messages SET account ="
	    " (SELECT account FROM mailboxes WHERE id = mailbox) WHERE account"
	    " <> (SELECT b.account FROM mailboxes b JOIN accounts a"
	    "  ON a.id = b.account WHERE b.id = mailbox AND a.removed = 0)" },
	{ "account-modseq-raised", "UPDATE accounts SET modseq ="
	    " (SELECT max(email) >> 24 FROM messages WHERE account ="
	    "  accounts.id) WHERE (SELECT max(email) >> 24 FROM messages"
	    "  WHERE account = accounts.id) > max(modseq, (SELECT"
	    "  coalesce(max(modseq), 0) FROM mailboxes"
	    "  WHERE account = accounts.id))" },
	{ "expunged-forgotten", "DELETE FROM expunged WHERE EXISTS"
	    " (SELECT 1 FROM messages m WHERE m.mailbox = expunged.mailbox"
	    "  AND m.uid = expunged.uid)" },
	{ "keywords-cleared", "UPDATE messages SET flags = flags & (31 |"
	    " (SELECT coalesce(sum(1 << bit), 0) FROM keywords"
	    "  WHERE mailbox = messages.mailbox)) WHERE flags & ~31 &"
	    " ~(SELECT coalesce(sum(1 << bit), 0) FROM keywords"
	    "  WHERE mailbox = messages.mailbox) <> 0" },
	{ "mailboxes-recounted", "UPDATE mailboxes SET"
	    " (messages, unseen, octets) = (SELECT count(*),"
	    "  coalesce(sum(flags & 1 = 0), 0), coalesce(sum(size), 0)"
	    "  FROM messages WHERE mailbox = mailboxes.id)"
	    " WHERE (messages, unseen, octets) <> (SELECT count(*),"
	    "  coalesce(sum(flags & 1 = 0), 0), coalesce(sum(size), 0)"
	    "  FROM messages WHERE mailbox = mailboxes.id)" },
	{ "addresses-restored", "INSERT OR IGNORE INTO"
	    " addresses(domain, local, account)"
	    " SELECT substr(name, instr(name, '@') + 1),"
	    "  substr(name, 1, instr(name, '@') - 1), id FROM accounts a"
	    " WHERE removed = 0 AND NOT EXISTS (SELECT 1 FROM addresses"
	    "  WHERE account = a.id AND target = '')" },
	{ "certificates-chosen-anew", "UPDATE accounts SET cert ="
	    " (SELECT coalesce(max(serial), 0) FROM certificates"
	    "  WHERE account = accounts.id) WHERE sealed = 1 AND removed = 0"
	    " AND cert <> (SELECT coalesce(max(serial), 0)"
	    "  FROM certificates WHERE account = accounts.id)" },
};

static enum sql_status
number_of(struct str *text, char digits[24], uint64_t n)
{
	int len = snprintf(digits, 24, "%llu", (unsigned long long)n);

	*text = (struct str){ digits, (size_t)len };
	return SQL_DONE;
}

static enum sql_status
run_steps(struct sql *db, check_found *mended, void *arg)
{
	enum sql_status s = SQL_DONE;
	char digits[24];
	struct str text;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		s = sql_run(db, steps[i].sql, "");
		if (s != SQL_DONE)
			break;
		if (steps[i].mended == NULL || sql_changes(db) == 0)
			continue;
		number_of(&text, digits, sql_changes(db));
		mended(arg, steps[i].mended, text);
	}
	return s;
}

static enum sql_status
renew(struct sql *db, uint64_t now, check_found *mended, void *arg)
{
	enum sql_status s = sql_run(db, "UPDATE mailboxes SET uidvalidity ="
	    " max(?, uidvalidity + 1) WHERE id IN (SELECT mailbox"
	    " FROM renew)", "u", now);
	char digits[24];
	struct str text;

	if (s != SQL_DONE || sql_changes(db) == 0)
		return s;
	number_of(&text, digits, sql_changes(db));
	mended(arg, "uidvalidity-renewed", text);
	return sql_run(db, "UPDATE meta SET value = (SELECT max(uidvalidity)"
	    " FROM mailboxes) WHERE key = 'uidvalidity'", "");
}

enum sql_status
repair_all(struct sql *db, uint64_t now, check_found *mended, void *arg)
{
	enum sql_status s = sql_script(db, "REINDEX");

	if (s == SQL_DONE)
		s = run_steps(db, mended, arg);
	if (s == SQL_DONE)
		s = renew(db, now, mended, arg);
	if (s == SQL_DONE)
		s = sql_script(db, "DROP TABLE temp.renew;"
		    "DROP TABLE temp.broken");
	if (s != SQL_DONE)
		mended(arg, "cannot-repair", (struct str){
		    sql_status_name(s), strlen(sql_status_name(s)) });
	return s;
}
