/*
 * sql.h - SQLite, as the store uses it.
 *
 * Wraps one connection.  SQL text is always a literal: values are bound, never
 * pasted, and the literal's address finds its prepared statement again, so
 * that each is compiled once.  What is bound is borrowed until the statement
 * is done; what a column gives is borrowed until the next step.
 *
 * A writer syncs at every commit (WAL, synchronous=FULL); checkpoints are the
 * caller's: nothing happens by itself in a commit.
 */
#ifndef OS_SQL_H
#define OS_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct sqlite3;
struct sqlite3_stmt;

enum sql_status {
	SQL_DONE,
	SQL_ROW,
	SQL_FULL,		/* no room on the disk */
	SQL_IO,			/* the disk fails */
	SQL_BUSY,		/* another process holds it */
	SQL_CORRUPT,		/* not a database any more */
	SQL_CONFLICT,		/* a constraint says no */
	SQL_KEY,		/* sealed under another key, or not sealed */
	SQL_WRONG,		/* anything else: mostly a mistake of ours */
};

enum sql_mode { SQL_READER, SQL_WRITER, SQL_CREATOR };

enum { SQL_CACHED = 512, SQL_PAGE = 16384 };

struct sql {
	struct sqlite3 *db;
	struct {
		const char *text;
		struct sqlite3_stmt *stmt;
	} cache[SQL_CACHED];
	int wal_pages;		/* in the log after the last commit */
	enum sql_mode mode;
};

/*
 * From here on all databases are sealed: sqlseal.h.  fd: a settled memfd with
 * a key of 32 octets; it is closed.  Before workers are forked.
 */
bool sql_seal(int fd);

/* On failure nothing is open. */
enum sql_status sql_open(struct sql *, const char *path, enum sql_mode);
void sql_close(struct sql *);

/*
 * The statement, ready to step.  types has a letter for each value: u for
 * uint64_t, t for struct str as text, b for struct str as blob, n for NULL
 * (no value).  A text that does not compile makes every step SQL_WRONG.
 */
struct sqlite3_stmt *sql_bind(struct sql *, const char *text,
    const char *types, ...);
enum sql_status sql_step(struct sqlite3_stmt *);
void sql_end(struct sqlite3_stmt *);	/* give back what was bound */

/* Bind, step once, end.  SQL_ROW cannot come: rows are dropped. */
enum sql_status sql_run(struct sql *, const char *text, const char *types,
    ...);

/* The first column of the first row; 0 where there is none. */
enum sql_status sql_number(struct sql *, uint64_t *out, const char *text,
    const char *types, ...);

/* Several statements, none with values: schemas. */
enum sql_status sql_script(struct sql *, const char *text);

uint64_t sql_u64(struct sqlite3_stmt *, int column);
uint32_t sql_u32(struct sqlite3_stmt *, int column);
struct str sql_str(struct sqlite3_stmt *, int column);	/* text or blob */

uint64_t sql_last_id(struct sql *);
uint64_t sql_changes(struct sql *);

/* A failure may have ended the whole transaction. */
bool sql_in_transaction(struct sql *);

/* Move the log into the database as far as readers allow.  whole: wait for
 * them a little, and begin the log anew. */
void sql_checkpoint(struct sql *, bool whole);

const char *sql_status_name(enum sql_status);

#endif
