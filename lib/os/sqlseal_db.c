/* sqlseal_db.c - pages of the database; and the journal, which has none. */

#include <sched.h>
#include <sodium.h>
#include <string.h>

#include "os/log.h"
#include "os/sqlseal_file.h"

static const unsigned char sqlite_magic[SEAL_ID] = "SQLite format 3";

enum { AT_SIZE = 16, AT_RESERVED = 20, LOOK = 100, TORN_TRIES = 1000 };

static unsigned char raw[SQL_PAGE];

static int
read_real(struct seal_file *f, void *out, int n, sqlite3_int64 at)
{
	return f->real->pMethods->xRead(f->real, out, n, at);
}

/* --- one page --- */

/* What lies in raw, as page number n. */
static bool
open_raw(struct seal_file *f, unsigned char *out, uint64_t n)
{
	size_t skip = n == 1 ? SEAL_ID : 0;

	if (!seal_open(out + skip, raw + skip, SEAL_BODY - skip,
	    raw + SEAL_BODY, SEAL_PAGE, n == 1 ? raw : f->id, n))
		return false;
	if (n == 1) {
		memcpy(f->id, raw, SEAL_ID);
		f->has_id = true;
		memcpy(out, sqlite_magic, SEAL_ID);
	}
	memset(out + SEAL_BODY, 0, SQLSEAL_MORE);
	f->proven = true;
	return true;
}

/* The page's octets into raw.  SHORT_READ: there are none at all. */
static int
load(struct seal_file *f, uint64_t n)
{
	sqlite3_int64 at = (sqlite3_int64)(n - 1) * SQL_PAGE, size;
	int rc = read_real(f, raw, SQL_PAGE, at);

	if (rc != SQLITE_IOERR_SHORT_READ)
		return rc;
	rc = f->real->pMethods->xFileSize(f->real, &size);
	if (rc != SQLITE_OK)
		return rc;
	return size <= at ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
}

/*
 * SQLite looks at the header before it has a lock: another process may be
 * writing the page at that moment.  Once more, then, until it stays the same.
 */
static bool
open_first(struct seal_file *f, unsigned char *out)
{
	static unsigned char last[SQL_PAGE];

	for (int i = 0; i < TORN_TRIES; i++) {
		if (open_raw(f, out, 1))
			return true;
		if (i > 0 && memcmp(last, raw, sizeof(raw)) == 0)
			return false;
		memcpy(last, raw, sizeof(raw));
		sched_yield();
		if (load(f, 1) != SQLITE_OK)
			return false;
	}
	return false;
}

/* Page 1 does not open.  If another one does, the key is right. */
static int
refusal(struct seal_file *f, uint64_t n)
{
	static unsigned char page[SQL_PAGE];
	bool right = f->proven;

	if (!right && n == 1) {
		memcpy(f->id, raw, SEAL_ID);
		right = load(f, 2) == SQLITE_OK && open_raw(f, page, 2);
		sodium_memzero(page, sizeof(page));
		f->has_id = right;
	}
	if (!right)
		return SQLITE_NOTADB;
	log_event("store-page-unreadable", "file=db page=%llu",
	    (unsigned long long)n);
	return SQLITE_IOERR_DATA;
}

static int
read_page(struct seal_file *f, unsigned char *out, uint64_t n)
{
	int rc = n == 1 || f->has_id ? SQLITE_OK : seal_id(f);

	if (rc == SQLITE_OK)
		rc = load(f, n);
	if (rc != SQLITE_OK)
		return rc;
	if (n == 1 ? open_first(f, out) : open_raw(f, out, n))
		return SQLITE_OK;
	return refusal(f, n);
}

int
seal_id(struct seal_file *f)
{
	sqlite3_int64 size;
	int rc;

	if (f->has_id)
		return SQLITE_OK;
	rc = f->real->pMethods->xFileSize(f->real, &size);
	if (rc == SQLITE_OK && size == 0)
		randombytes_buf(f->id, SEAL_ID);
	else if (rc == SQLITE_OK)
		rc = read_real(f, f->id, SEAL_ID, 0);
	f->has_id = rc == SQLITE_OK;
	return rc == SQLITE_IOERR_SHORT_READ ? SQLITE_NOTADB : rc;
}

/* --- the database --- */

/*
 * SQLite's first look, before it has a lock.  Power may have been lost while
 * page 1 was copied from the log: then the answer is what each sealed database
 * has there, and whether the page opens is seen when it is read for good.
 */
static void
make_look(unsigned char *out, size_t n)
{
	unsigned char head[LOOK] = { 0 };

	memcpy(head, sqlite_magic, SEAL_ID);
	head[AT_SIZE] = SQL_PAGE >> 8;
	head[AT_RESERVED] = SQLSEAL_MORE;
	memcpy(out, head, n < LOOK ? n : LOOK);
}

static int
read_part(struct seal_file *f, unsigned char *out, size_t n, uint64_t number,
    size_t within)
{
	static unsigned char page[SQL_PAGE];
	int rc = load(f, number);

	memset(out, 0, n);
	if (rc != SQLITE_OK)
		return rc;
	if (number == 1 ? open_first(f, page) : open_raw(f, page, number))
		memcpy(out, page + within, n);
	else if (number == 1 && within == 0)
		make_look(out, n);
	else
		rc = refusal(f, number);
	sodium_memzero(page, sizeof(page));
	return rc;
}

static int
db_read(sqlite3_file *file, void *out, int n, sqlite3_int64 at)
{
	size_t within = (size_t)(at % SQL_PAGE);
	uint64_t number = (uint64_t)(at / SQL_PAGE) + 1;
	int rc;

	if (within + (size_t)n > SQL_PAGE)
		return SQLITE_IOERR_READ;
	if (n < SQL_PAGE)
		return read_part(seal_of(file), out, (size_t)n, number,
		    within);
	rc = read_page(seal_of(file), out, number);
	if (rc != SQLITE_OK)
		memset(out, 0, (size_t)n);
	return rc;
}

static int
db_write(sqlite3_file *file, const void *in, int n, sqlite3_int64 at)
{
	struct seal_file *f = seal_of(file);
	uint64_t number = (uint64_t)(at / SQL_PAGE) + 1;
	size_t skip = number == 1 ? SEAL_ID : 0;
	const unsigned char *page = in;
	int rc = seal_id(f);

	if (rc != SQLITE_OK)
		return rc;
	if (n != SQL_PAGE || at % SQL_PAGE != 0 || (number == 1 &&
	    (memcmp(page, sqlite_magic, SEAL_ID) != 0 ||
	    page[AT_RESERVED] != SQLSEAL_MORE)))
		return SQLITE_IOERR_WRITE;
	if (number == 1)
		memcpy(raw, f->id, SEAL_ID);
	seal_close(raw + skip, raw + SEAL_BODY, page + skip, SEAL_BODY - skip,
	    SEAL_PAGE, f->id, number);
	return f->real->pMethods->xWrite(f->real, raw, SQL_PAGE, at);
}

/* Who begins anew has other octets. */
static int
db_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	sqlite3_file *f = seal_of(file)->real;

	if (size == 0)
		seal_of(file)->has_id = false;
	return f->pMethods->xTruncate(f, size);
}

static int
plain_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	sqlite3_file *f = seal_of(file)->real;

	return f->pMethods->xTruncate(f, size);
}

static int
plain_size(sqlite3_file *file, sqlite3_int64 *size)
{
	sqlite3_file *f = seal_of(file)->real;

	return f->pMethods->xFileSize(f, size);
}

/* Version 2: no page is ever mapped. */
const sqlite3_io_methods seal_db_methods = {
	2, seal_file_close, db_read, db_write, db_truncate, seal_file_sync,
	plain_size, seal_file_lock, seal_file_unlock, seal_file_reserved,
	seal_file_control, seal_file_sector, seal_file_traits, seal_shm_map,
	seal_shm_lock, seal_shm_barrier, seal_shm_unmap, NULL, NULL,
};

/* --- the rollback journal --- */

enum { JOURNAL_HEAD = 28 };

/* Its header, padded with zeros; of pages nothing. */
static bool
is_header(const unsigned char *in, size_t n)
{
	static const unsigned char magic[8] = {
		0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7,
	};

	if (n < sizeof(magic) || (memcmp(in, magic, sizeof(magic)) != 0 &&
	    !sodium_is_zero(in, sizeof(magic))))
		return false;
	return n <= JOURNAL_HEAD ||
	    sodium_is_zero(in + JOURNAL_HEAD, n - JOURNAL_HEAD);
}

static int
journal_read(sqlite3_file *file, void *out, int n, sqlite3_int64 at)
{
	return read_real(seal_of(file), out, n, at);
}

static int
journal_write(sqlite3_file *file, const void *in, int n, sqlite3_int64 at)
{
	struct seal_file *f = seal_of(file);

	if (!is_header(in, (size_t)n))
		return SQLITE_IOERR_WRITE;
	return f->real->pMethods->xWrite(f->real, in, n, at);
}

const sqlite3_io_methods seal_journal_methods = {
	1, seal_file_close, journal_read, journal_write, plain_truncate,
	seal_file_sync, plain_size, seal_file_lock, seal_file_unlock,
	seal_file_reserved, seal_file_control, seal_file_sector,
	seal_file_traits, NULL, NULL, NULL, NULL, NULL, NULL,
};
