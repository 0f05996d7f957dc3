/*
 * schema.c - the tables, and how older ones become these.
 *
 * What is read together lies together: messages is narrow, so that flags of
 * 100,000 messages are some hundred pages; heads has what FETCH ENVELOPE
 * wants; chunks has the rest of each body.  A delivery touches the last leaf
 * of each, so a batch writes few pages.
 *
 * What an account uses is the sum of its mailboxes' octets: kept in one place
 * only, it cannot be wrong in the other.
 *
 * Account and mailbox numbers are never used twice (AUTOINCREMENT): seal's
 * cache and sessions that are open know them.
 */

#include "schema.h"

static const char version_1[] =
    "PRAGMA application_id=0x706c6931;"
    "CREATE TABLE meta("
	"key TEXT PRIMARY KEY, value ANY NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE accounts("
	"id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"name TEXT NOT NULL UNIQUE,"		/* folded address */
	"sealed INTEGER NOT NULL,"
	"cert INTEGER NOT NULL DEFAULT 0,"	/* current serial */
	"quota INTEGER NOT NULL DEFAULT 0,"	/* octets; 0: none */
	"created INTEGER NOT NULL"
    ") STRICT;"
    /* local "": the catch-all.  target "": the account's own address. */
    "CREATE TABLE addresses("
	"domain TEXT NOT NULL,"
	"local TEXT NOT NULL,"
	"target TEXT NOT NULL DEFAULT '',"
	"account INTEGER REFERENCES accounts(id),"
	"PRIMARY KEY(domain, local, target)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX addresses_account ON addresses(account);"
    "CREATE TABLE certificates("
	"account INTEGER NOT NULL REFERENCES accounts(id),"
	"serial INTEGER NOT NULL,"
	"fpr TEXT NOT NULL,"
	"use BLOB NOT NULL,"			/* minimised, for seal */
	"raw BLOB NOT NULL,"			/* as it was given */
	"uid TEXT NOT NULL,"
	"algo TEXT NOT NULL,"
	"created INTEGER NOT NULL,"
	"expires INTEGER NOT NULL,"		/* 0: never */
	"added INTEGER NOT NULL,"
	"replaced INTEGER NOT NULL DEFAULT 0,"	/* when; 0: in use */
	"PRIMARY KEY(account, serial)"
    ") STRICT;"
    "CREATE TABLE credentials("
	"account INTEGER NOT NULL REFERENCES accounts(id),"
	"device TEXT NOT NULL,"
	"salt BLOB NOT NULL,"
	"iterations INTEGER NOT NULL,"
	"stored_key BLOB NOT NULL,"
	"server_key BLOB NOT NULL,"
	"created INTEGER NOT NULL,"
	"PRIMARY KEY(account, device)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE mailboxes("
	"id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"account INTEGER NOT NULL REFERENCES accounts(id),"
	"name TEXT NOT NULL,"
	"special INTEGER NOT NULL DEFAULT 0,"
	"subscribed INTEGER NOT NULL DEFAULT 1,"
	"uidvalidity INTEGER NOT NULL,"
	"uidnext INTEGER NOT NULL DEFAULT 1,"
	"modseq INTEGER NOT NULL DEFAULT 1,"
	"messages INTEGER NOT NULL DEFAULT 0,"
	"unseen INTEGER NOT NULL DEFAULT 0,"
	"octets INTEGER NOT NULL DEFAULT 0,"
	"UNIQUE(account, name)"
    ") STRICT;"
    "CREATE TABLE messages("
	"mailbox INTEGER NOT NULL REFERENCES mailboxes(id),"
	"uid INTEGER NOT NULL,"
	"modseq INTEGER NOT NULL,"
	"flags INTEGER NOT NULL,"
	"size INTEGER NOT NULL,"
	"date INTEGER NOT NULL,"
	"head_len INTEGER NOT NULL,"
	"body INTEGER NOT NULL,"
	"PRIMARY KEY(mailbox, uid)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE heads("
	"body INTEGER PRIMARY KEY,"
	"refs INTEGER NOT NULL,"		/* messages that have it */
	"size INTEGER NOT NULL,"		/* of the whole */
	"head BLOB NOT NULL"
    ") STRICT;"
    "CREATE TABLE chunks("			/* what follows the head */
	"id INTEGER PRIMARY KEY,"
	"data BLOB NOT NULL"
    ") STRICT;"
    "CREATE TABLE keywords("
	"mailbox INTEGER NOT NULL REFERENCES mailboxes(id),"
	"bit INTEGER NOT NULL,"			/* of messages.flags */
	"name TEXT NOT NULL COLLATE NOCASE,"
	"PRIMARY KEY(mailbox, bit), UNIQUE(mailbox, name)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE expunged("			/* for QRESYNC */
	"mailbox INTEGER NOT NULL REFERENCES mailboxes(id),"
	"modseq INTEGER NOT NULL,"
	"uid INTEGER NOT NULL,"
	"PRIMARY KEY(mailbox, modseq, uid)"
    ") STRICT, WITHOUT ROWID;";

/* Bodies that nobody has and accounts that are gone are cleared away bit by
 * bit; both must be found without a search. */
static const char version_2[] =
    "ALTER TABLE accounts ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX heads_dead ON heads(body) WHERE refs <= 0;";

/* The queue.  A letter's text is a body without a head; a recipient's row
 * stays until the sender has been told what is owed. */
static const char version_3[] =
    "CREATE TABLE letters("
	"id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"account INTEGER NOT NULL,"
	"entered INTEGER NOT NULL,"
	"flags INTEGER NOT NULL,"
	"octets INTEGER NOT NULL,"		/* of the letter itself */
	"size INTEGER NOT NULL,"		/* of what is kept of it */
	"body INTEGER NOT NULL,"
	"sender TEXT NOT NULL,"
	"envid TEXT NOT NULL,"
	"message_id TEXT NOT NULL,"
	"wrapped BLOB NOT NULL"
    ") STRICT;"
    "CREATE INDEX letters_account ON letters(account);"
    "CREATE TABLE recipients("
	"letter INTEGER NOT NULL REFERENCES letters(id),"
	"n INTEGER NOT NULL,"
	"domain TEXT NOT NULL,"
	"local TEXT NOT NULL,"
	"orcpt TEXT NOT NULL,"
	"notify INTEGER NOT NULL,"
	"state INTEGER NOT NULL,"
	"next INTEGER NOT NULL,"
	"attempts INTEGER NOT NULL DEFAULT 0,"
	"tried INTEGER NOT NULL DEFAULT 0,"
	"owed INTEGER NOT NULL DEFAULT 0,"
	"warned INTEGER NOT NULL DEFAULT 0,"
	"status TEXT NOT NULL DEFAULT '',"
	"reply TEXT NOT NULL DEFAULT '',"
	"host TEXT NOT NULL DEFAULT '',"
	"facts TEXT NOT NULL DEFAULT '',"
	"PRIMARY KEY(letter, n)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX recipients_due ON recipients(next, domain)"
    " WHERE state = 0;"
    "CREATE INDEX recipients_domain ON recipients(domain, letter, n)"
    " WHERE state = 0;"
    "CREATE INDEX recipients_owed ON recipients(letter) WHERE owed <> 0;"
    /* how much each account sends: recipients in an hour */
    "CREATE TABLE outgoing("
	"account INTEGER NOT NULL,"
	"hour INTEGER NOT NULL,"
	"recipients INTEGER NOT NULL,"
	"PRIMARY KEY(account, hour)"
    ") STRICT, WITHOUT ROWID;"
    /* copies in Sent that a client is about to append again */
    "CREATE TABLE submitted("
	"account INTEGER NOT NULL,"
	"message_id TEXT NOT NULL,"
	"mailbox INTEGER NOT NULL,"
	"uid INTEGER NOT NULL,"
	"date INTEGER NOT NULL,"
	"PRIMARY KEY(account, message_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX submitted_date ON submitted(date);";

/* Names that are subscribed to and are no mailboxes (RFC 3501, 6.3.6); those
 * that are have it in mailboxes.subscribed. */
static const char version_4[] =
    "CREATE TABLE subscriptions("
	"account INTEGER NOT NULL REFERENCES accounts(id),"
	"name TEXT NOT NULL,"
	"PRIMARY KEY(account, name)"
    ") STRICT, WITHOUT ROWID;";

/* The first uid that no session has been told of as \Recent. */
static const char version_5[] =
    "ALTER TABLE mailboxes ADD COLUMN recent INTEGER NOT NULL DEFAULT 1;"
    "UPDATE mailboxes SET recent = uidnext;";

/*
 * Emails and threads (ipc/msg_session.h).  An account's modseq is the greatest
 * of its mailboxes'; its own row has what was greatest when a mailbox was
 * deleted, so that a delivery writes no page more.  mailboxes.touched: the
 * last change of a message but that it came new.
 *
 * messages.account stays with a mailbox that is deleted: who looks a message
 * up by it asks its mailbox, too.  Emails of the past are numbered by date,
 * each a thread of its own: what binds them was not kept.
 */
static const char version_6[] =
    "ALTER TABLE accounts ADD COLUMN modseq INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE mailboxes ADD COLUMN born INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE mailboxes ADD COLUMN changed INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE mailboxes ADD COLUMN touched INTEGER NOT NULL DEFAULT 1;"
    "UPDATE mailboxes SET touched = modseq;"
    "ALTER TABLE messages ADD COLUMN account INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE messages ADD COLUMN email INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE messages ADD COLUMN thread INTEGER NOT NULL DEFAULT 0;"
    "UPDATE messages SET account = v.account, email = v.n, thread = v.n"
    " FROM (SELECT m.mailbox, m.uid, b.account, (1 << 24) + row_number()"
    "  OVER (PARTITION BY b.account ORDER BY m.date, m.mailbox, m.uid) AS n"
    "  FROM messages m JOIN mailboxes b ON b.id = m.mailbox) AS v"
    " WHERE messages.mailbox = v.mailbox AND messages.uid = v.uid;"
    "CREATE UNIQUE INDEX messages_email ON messages(account, email);"
    "CREATE INDEX messages_thread ON messages(account, thread)"
    " WHERE thread <> email;"
    "CREATE TABLE threads("
	"account INTEGER NOT NULL,"
	"key INTEGER NOT NULL,"			/* mail/thread.h */
	"thread INTEGER NOT NULL,"
	"PRIMARY KEY(account, key)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE gone("			/* emails */
	"account INTEGER NOT NULL,"
	"modseq INTEGER NOT NULL,"
	"email INTEGER NOT NULL,"
	"thread INTEGER NOT NULL,"
	"PRIMARY KEY(account, modseq, email)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE buried("			/* mailboxes */
	"account INTEGER NOT NULL,"
	"modseq INTEGER NOT NULL,"
	"mailbox INTEGER NOT NULL,"
	"PRIMARY KEY(account, modseq, mailbox)"
    ") STRICT, WITHOUT ROWID;";

/* Devices: the day of a credential's last login, and codes that pair a new
 * one. */
static const char version_7[] =
    "ALTER TABLE credentials ADD COLUMN used INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE pairings("
	"hash BLOB PRIMARY KEY,"		/* of the code's token */
	"account INTEGER NOT NULL REFERENCES accounts(id),"
	"expires INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;";

/*
 * What JMAP submits (submissions.h), and what is set for an account's addresses
 * (identities.h).  A submission whose undo is UNDO_GONE is its number alone.
 */
static const char version_8[] =
    "CREATE TABLE submissions("
	"account INTEGER NOT NULL,"
	"id INTEGER NOT NULL,"
	"born INTEGER NOT NULL,"		/* modseqs */
	"changed INTEGER NOT NULL,"
	"email INTEGER NOT NULL,"		/* 0: none */
	"thread INTEGER NOT NULL,"
	"identity INTEGER NOT NULL,"
	"date INTEGER NOT NULL,"
	"undo INTEGER NOT NULL,"
	"letter INTEGER NOT NULL,"		/* 0: nothing waits */
	"settled INTEGER NOT NULL,"		/* since when nothing does */
	"envelope TEXT NOT NULL,"
	"rcpts BLOB NOT NULL DEFAULT x'',"	/* once nothing waits */
	"PRIMARY KEY(account, id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX submissions_changed ON submissions(account, changed, id);"
    "CREATE UNIQUE INDEX submissions_letter ON submissions(letter)"
    " WHERE letter <> 0;"
    "CREATE INDEX submissions_settled ON submissions(account, settled)"
    " WHERE settled <> 0;"
    "CREATE TABLE identities("
	"account INTEGER NOT NULL,"
	"id INTEGER NOT NULL,"
	"address TEXT NOT NULL,"
	"value TEXT NOT NULL,"
	"PRIMARY KEY(account, id)"
    ") STRICT, WITHOUT ROWID;";

/* The owner's side: to whom letters can be encrypted (contacts.h). */
static const char version_9[] =
    "CREATE TABLE contacts("
	"account INTEGER NOT NULL,"
	"address TEXT NOT NULL,"		/* folded */
	"fpr TEXT NOT NULL,"
	"how TEXT NOT NULL,"
	"since INTEGER NOT NULL,"
	"cert BLOB NOT NULL,"
	"PRIMARY KEY(account, address)"
    ") STRICT, WITHOUT ROWID;";

static const char *const steps[SCHEMA_VERSION] = {
	version_1, version_2, version_3, version_4, version_5, version_6,
	version_7, version_8, version_9,
};

static const char *const stamps[SCHEMA_VERSION] = {
	"PRAGMA user_version=1", "PRAGMA user_version=2",
	"PRAGMA user_version=3", "PRAGMA user_version=4",
	"PRAGMA user_version=5", "PRAGMA user_version=6",
	"PRAGMA user_version=7", "PRAGMA user_version=8",
	"PRAGMA user_version=9",
};

static bool
climb(struct sql *s, uint64_t from)
{
	bool ok = sql_script(s, "BEGIN IMMEDIATE") == SQL_DONE;

	ok = ok && sql_script(s, steps[from]) == SQL_DONE &&
	    sql_script(s, stamps[from]) == SQL_DONE &&
	    sql_script(s, "COMMIT") == SQL_DONE;
	if (!ok && sql_in_transaction(s))
		(void)sql_script(s, "ROLLBACK");
	return ok;
}

enum schema_status
schema_prepare(struct sql *s)
{
	uint64_t version, app, tables;

	if (sql_number(s, &version, "PRAGMA user_version", "") != SQL_ROW ||
	    sql_number(s, &app, "PRAGMA application_id", "") != SQL_ROW ||
	    sql_number(s, &tables, "SELECT count(*) FROM sqlite_schema",
	    "") != SQL_ROW)
		return SCHEMA_FAILED;
	if (version == 0 ? tables > 0 : app != SCHEMA_APPLICATION)
		return SCHEMA_FOREIGN;
	if (version > SCHEMA_VERSION)
		return SCHEMA_NEWER;
	for (; version < SCHEMA_VERSION; version++)
		if (!climb(s, version))
			return SCHEMA_FAILED;
	return SCHEMA_OK;
}
