/*
 * schema.c - the tables, and how an older database becomes a newer one.
 *
 * user_version counts the steps that were made.  A step is never changed once
 * it is out; what is new is a new step.
 */

#include "store.h"

static const char *const steps[] = {
	/* 1 */
	"CREATE TABLE account("
	"  id INTEGER PRIMARY KEY,"
	"  name TEXT NOT NULL UNIQUE,"		/* its address, folded */
	"  sealed INTEGER NOT NULL,"
	"  cert INTEGER NOT NULL,"		/* serial of today's, 0: none */
	"  quota INTEGER NOT NULL,"		/* octets, 0: none */
	"  used INTEGER NOT NULL DEFAULT 0,"
	"  created INTEGER NOT NULL);"

	/* an address that is no account's; "@domain" catches all */
	"CREATE TABLE alias("
	"  address TEXT NOT NULL,"
	"  target TEXT NOT NULL,"
	"  PRIMARY KEY(address, target)) WITHOUT ROWID;"

	"CREATE TABLE cert("
	"  account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,"
	"  serial INTEGER NOT NULL,"
	"  fpr TEXT NOT NULL, uid TEXT NOT NULL, algo TEXT NOT NULL,"
	"  created INTEGER NOT NULL, expires INTEGER NOT NULL,"
	"  added INTEGER NOT NULL,"
	"  use BLOB NOT NULL, raw BLOB,"
	"  PRIMARY KEY(account, serial)) WITHOUT ROWID;"

	/* SCRAM-SHA-256; device '' is the account's own password */
	"CREATE TABLE credential("
	"  account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,"
	"  device TEXT NOT NULL,"
	"  salt BLOB NOT NULL, iterations INTEGER NOT NULL,"
	"  stored_key BLOB NOT NULL, server_key BLOB NOT NULL,"
	"  created INTEGER NOT NULL,"
	"  PRIMARY KEY(account, device)) WITHOUT ROWID;"

	"CREATE TABLE mailbox("
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"  account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,"
	"  name TEXT NOT NULL,"
	"  special INTEGER NOT NULL,"
	"  uidvalidity INTEGER NOT NULL,"
	"  uidnext INTEGER NOT NULL DEFAULT 1,"
	"  modseq INTEGER NOT NULL DEFAULT 1,"
	"  messages INTEGER NOT NULL DEFAULT 0,"
	"  unseen INTEGER NOT NULL DEFAULT 0,"
	"  octets INTEGER NOT NULL DEFAULT 0,"
	"  subscribed INTEGER NOT NULL DEFAULT 1,"
	"  UNIQUE(account, name));"

	"CREATE TABLE keyword("
	"  mailbox INTEGER NOT NULL REFERENCES mailbox ON DELETE CASCADE,"
	"  bit INTEGER NOT NULL,"
	"  name TEXT NOT NULL,"
	"  PRIMARY KEY(mailbox, bit)) WITHOUT ROWID;"

	"CREATE TABLE message("
	"  mailbox INTEGER NOT NULL REFERENCES mailbox ON DELETE CASCADE,"
	"  uid INTEGER NOT NULL,"
	"  modseq INTEGER NOT NULL,"
	"  flags INTEGER NOT NULL,"
	"  size INTEGER NOT NULL,"
	"  date INTEGER NOT NULL,"
	"  head_len INTEGER NOT NULL,"
	"  body INTEGER NOT NULL,"
	"  PRIMARY KEY(mailbox, uid)) WITHOUT ROWID;"
	"CREATE INDEX message_modseq ON message(mailbox, modseq);"

	"CREATE TABLE expunged("
	"  mailbox INTEGER NOT NULL REFERENCES mailbox ON DELETE CASCADE,"
	"  modseq INTEGER NOT NULL,"
	"  uid INTEGER NOT NULL,"
	"  PRIMARY KEY(mailbox, modseq, uid)) WITHOUT ROWID;"

	/* a message is its head and then its chunks; apart, so that a list of
	 * heads is read densely */
	"CREATE TABLE head("
	"  body INTEGER PRIMARY KEY,"
	"  refs INTEGER NOT NULL,"
	"  data BLOB NOT NULL);"

	/* id: body << 16 | number from 0 */
	"CREATE TABLE chunk("
	"  id INTEGER PRIMARY KEY,"
	"  data BLOB NOT NULL);",
};

enum { STEPS = sizeof(steps) / sizeof(steps[0]) };

bool
schema_bring_up(struct sql *db)
{
	char pragma[] = "PRAGMA user_version=000;";
	uint64_t version = 0;

	if (sql_number(db, &version, "PRAGMA user_version", "") != SQL_DONE)
		return false;
	if (version > STEPS) {
		log_event("database-too-new", "version=%u known=%u: "
		    "a newer plid made it", (unsigned)version, STEPS);
		return false;
	}
	for (; version < STEPS; version++) {
		size_t n = strlen(pragma) - 4;
		unsigned next = (unsigned)version + 1;

		pragma[n] = (char)('0' + next / 100);
		pragma[n + 1] = (char)('0' + next / 10 % 10);
		pragma[n + 2] = (char)('0' + next % 10);
		if (sql_script(db, "BEGIN IMMEDIATE") != SQL_DONE ||
		    sql_script(db, steps[version]) != SQL_DONE ||
		    sql_script(db, pragma) != SQL_DONE ||
		    sql_script(db, "COMMIT") != SQL_DONE)
			return false;
	}
	return true;
}

unsigned
schema_version(void)
{
	return STEPS;
}
