/* sql.c - SQLite, as the store uses it. */

#include "os/sql.h"

#include <assert.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <string.h>

#include "os/sqlseal.h"

enum {
	BUSY_MS = 5000,		/* only while another process repairs */
	PAUSE_MS = 20,
	WHOLE_MS = 100,
};

static enum sql_status
status_of(int rc)
{
	if (rc == SQLITE_IOERR_DATA)	/* a sealed page does not open */
		return SQL_CORRUPT;
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
		return SQL_DONE;
	case SQLITE_ROW:
		return SQL_ROW;
	case SQLITE_FULL:
		return SQL_FULL;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_NOMEM:
		return SQL_IO;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return SQL_BUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return SQL_CORRUPT;
	case SQLITE_CONSTRAINT:
		return SQL_CONFLICT;
	default:
		return SQL_WRONG;
	}
}

const char *
sql_status_name(enum sql_status s)
{
	static const char *const names[] = {
		[SQL_DONE] = "done", [SQL_ROW] = "row", [SQL_FULL] = "full",
		[SQL_IO] = "io", [SQL_BUSY] = "busy",
		[SQL_CORRUPT] = "corrupt", [SQL_CONFLICT] = "conflict",
		[SQL_KEY] = "wrong key, or not a mailbox of pli",
		[SQL_WRONG] = "wrong",
	};

	return names[s];
}

static int
note_wal(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct sql *s = arg;

	(void)db;
	(void)name;
	s->wal_pages = pages;
	return SQLITE_OK;
}

/* page_size counts only before the first table. */
static const char for_all[] =
    "PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY;"
    "PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON;";
static const char page_size[] = "PRAGMA page_size=16384";
static const char for_writer[] =
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
    "PRAGMA journal_size_limit=67108864;";

static int
set_up(struct sql *s)
{
	sqlite3 *db = s->db;
	bool reads = s->mode == SQL_READER;
	int rc;

	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_timeout(db, BUSY_MS);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_LOOKASIDE, NULL, 1200, 100);
	rc = sqlite3_exec(db, for_all, NULL, NULL, NULL);
	if (rc == SQLITE_OK && !reads)
		rc = sqlite3_exec(db, page_size, NULL, NULL, NULL);
	sqlseal_prepare(db);
	if (rc == SQLITE_OK && !reads)
		rc = sqlite3_exec(db, for_writer, NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		return rc;
	if (!reads)
		sqlite3_wal_hook(db, note_wal, s);
	if (sqlseal_vfs() != NULL)	/* a page costs 20 us to open */
		return sqlite3_exec(db, "PRAGMA cache_size=-8192", NULL, NULL,
		    NULL);
	return sqlite3_exec(db, reads ? "PRAGMA cache_size=-1024" :
	    "PRAGMA cache_size=-4096", NULL, NULL, NULL);
}

/* One thread to a process; refused, and harmless, the second time. */
static void
configure(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

bool
sql_seal(int fd)
{
	configure();
	return sqlseal_begin(fd);
}

/*
 * A sealed database, opened without its key, is none to SQLite; and what it
 * does not understand in the log it throws away.  So it may not see it.  A
 * page that was to be the first when the power went is a hole.
 */
static bool
is_foreign(sqlite3 *db)
{
	static const char magic[16] = "SQLite format 3", hole[16];
	char head[sizeof(magic)];
	sqlite3_file *f = NULL;

	if (sqlseal_vfs() != NULL || sqlite3_file_control(db, "main",
	    SQLITE_FCNTL_FILE_POINTER, &f) != SQLITE_OK || f == NULL ||
	    f->pMethods == NULL)
		return false;
	return f->pMethods->xRead(f, head, sizeof(head), 0) == SQLITE_OK &&
	    memcmp(head, magic, sizeof(magic)) != 0 &&
	    memcmp(head, hole, sizeof(hole)) != 0;
}

static int
try_open(struct sql *s, const char *path, int flags)
{
	int rc = sqlite3_open_v2(path, &s->db, flags, sqlseal_vfs());

	if (rc == SQLITE_OK && is_foreign(s->db))
		rc = SQLITE_NOTADB;
	if (rc == SQLITE_OK)
		rc = set_up(s);
	if (rc != SQLITE_OK)
		sql_close(s);
	return rc;
}

/* Readers of a writer that died may have a sealed database for a moment. */
enum sql_status
sql_open(struct sql *s, const char *path, enum sql_mode mode)
{
	static const struct timespec pause = { 0, PAUSE_MS * 1000000 };
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
	    (mode == SQL_READER ? SQLITE_OPEN_READONLY :
	    SQLITE_OPEN_READWRITE) |
	    (mode == SQL_CREATOR ? SQLITE_OPEN_CREATE : 0);
	int rc;

	*s = (struct sql){ .mode = mode };
	configure();
	rc = try_open(s, path, flags);
	for (int ms = 0; rc == SQLITE_LOCKED && ms < BUSY_MS; ms += PAUSE_MS) {
		nanosleep(&pause, NULL);
		rc = try_open(s, path, flags);
	}
	if ((rc & 0xff) == SQLITE_NOTADB && sqlseal_vfs() != NULL)
		return SQL_KEY;
	return status_of(rc);
}

void
sql_close(struct sql *s)
{
	for (size_t i = 0; i < SQL_CACHED; i++) {
		sqlite3_finalize(s->cache[i].stmt);
		s->cache[i].stmt = NULL;
		s->cache[i].text = NULL;
	}
	sqlite3_close(s->db);
	s->db = NULL;
}

static sqlite3_stmt *
find(struct sql *s, const char *text)
{
	size_t at = (uintptr_t)text / 8 % SQL_CACHED;

	for (size_t n = 0; n < SQL_CACHED; n++) {
		size_t i = (at + n) % SQL_CACHED;

		if (s->cache[i].text == text)
			return s->cache[i].stmt;
		if (s->cache[i].text != NULL)
			continue;
		if (sqlite3_prepare_v3(s->db, text, -1,
		    SQLITE_PREPARE_PERSISTENT, &s->cache[i].stmt, NULL) !=
		    SQLITE_OK)
			return NULL;
		s->cache[i].text = text;
		return s->cache[i].stmt;
	}
	assert(!"more statements than SQL_CACHED");
	return NULL;
}

static void
bind_all(sqlite3_stmt *stmt, const char *types, va_list *ap)
{
	struct str v;

	for (int i = 1; types[i - 1] != '\0'; i++)
		switch (types[i - 1]) {
		case 'u':
			sqlite3_bind_int64(stmt, i,
			    (sqlite3_int64)va_arg(*ap, uint64_t));
			break;
		case 't':
			v = va_arg(*ap, struct str);
			sqlite3_bind_text64(stmt, i, v.len > 0 ? v.ptr : "",
			    v.len, SQLITE_STATIC, SQLITE_UTF8);
			break;
		case 'b':
			v = va_arg(*ap, struct str);
			sqlite3_bind_blob64(stmt, i, v.len > 0 ? v.ptr : "",
			    v.len, SQLITE_STATIC);
			break;
		default:
			assert(types[i - 1] == 'n');
			sqlite3_bind_null(stmt, i);
		}
}

static sqlite3_stmt *
bind_list(struct sql *s, const char *text, const char *types, va_list *ap)
{
	sqlite3_stmt *stmt = find(s, text);

	if (stmt != NULL) {
		assert(!sqlite3_stmt_busy(stmt));
		bind_all(stmt, types, ap);
	}
	return stmt;
}

struct sqlite3_stmt *
sql_bind(struct sql *s, const char *text, const char *types, ...)
{
	sqlite3_stmt *stmt;
	va_list ap;

	va_start(ap, types);
	stmt = bind_list(s, text, types, &ap);
	va_end(ap);
	return stmt;
}

enum sql_status
sql_step(struct sqlite3_stmt *stmt)
{
	return stmt == NULL ? SQL_WRONG : status_of(sqlite3_step(stmt));
}

void
sql_end(struct sqlite3_stmt *stmt)
{
	if (stmt != NULL)
		sqlite3_reset(stmt);
}

enum sql_status
sql_run(struct sql *s, const char *text, const char *types, ...)
{
	enum sql_status status;
	sqlite3_stmt *stmt;
	va_list ap;

	va_start(ap, types);
	stmt = bind_list(s, text, types, &ap);
	va_end(ap);
	status = sql_step(stmt);
	sql_end(stmt);
	return status == SQL_ROW ? SQL_DONE : status;
}

enum sql_status
sql_number(struct sql *s, uint64_t *out, const char *text, const char *types,
    ...)
{
	enum sql_status status;
	sqlite3_stmt *stmt;
	va_list ap;

	va_start(ap, types);
	stmt = bind_list(s, text, types, &ap);
	va_end(ap);
	status = sql_step(stmt);
	*out = status == SQL_ROW ? sql_u64(stmt, 0) : 0;
	sql_end(stmt);
	return status;
}

enum sql_status
sql_script(struct sql *s, const char *text)
{
	return status_of(sqlite3_exec(s->db, text, NULL, NULL, NULL));
}

uint64_t
sql_u64(struct sqlite3_stmt *stmt, int column)
{
	return (uint64_t)sqlite3_column_int64(stmt, column);
}

uint32_t
sql_u32(struct sqlite3_stmt *stmt, int column)
{
	return (uint32_t)sqlite3_column_int64(stmt, column);
}

/* A number's text comes too; blob first, for it never converts. */
struct str
sql_str(struct sqlite3_stmt *stmt, int column)
{
	const char *ptr = sqlite3_column_blob(stmt, column);

	return (struct str){ ptr != NULL ? ptr : "",
	    (size_t)sqlite3_column_bytes(stmt, column) };
}

uint64_t
sql_last_id(struct sql *s)
{
	return (uint64_t)sqlite3_last_insert_rowid(s->db);
}

uint64_t
sql_changes(struct sql *s)
{
	return (uint64_t)sqlite3_changes64(s->db);
}

bool
sql_in_transaction(struct sql *s)
{
	return sqlite3_get_autocommit(s->db) == 0;
}

void
sql_checkpoint(struct sql *s, bool whole)
{
	int pages = 0, moved = 0;

	sqlite3_busy_timeout(s->db, whole ? WHOLE_MS : 0);
	if (sqlite3_wal_checkpoint_v2(s->db, NULL, whole ?
	    SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, &pages,
	    &moved) == SQLITE_OK && pages == moved)
		s->wal_pages = 0;
	sqlite3_busy_timeout(s->db, BUSY_MS);
}
