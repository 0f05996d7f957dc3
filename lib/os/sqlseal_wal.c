/*
 * sqlseal_wal.c - the log: each frame is one box with its page.
 *
 * SQLite writes the 24 octets of a frame's header, then its page; when it has
 * to mend the checksums it reads a frame and writes its header alone.  One
 * frame is held here: the header waits in it for its page, and a frame that
 * was read is there when its header changes.
 *
 * What SQLite takes for octet n lies at n + SQLSEAL_MORE, the header's box
 * being so much longer; frames are as long as SQLite thinks.
 */

#include <sodium.h>
#include <string.h>

#include "os/log.h"
#include "os/sqlseal_file.h"

enum {
	BOX = FRAME - SQLSEAL_MORE,	/* sealed octets of a frame */
	HEAD_BOX = WAL_HEAD + SQLSEAL_MORE,
	AT_SALTS_HEAD = 16,		/* in the log's header */
	AT_SALTS = 8,			/* in a frame's */
};

static struct {
	struct seal_file *of;		/* NULL: nothing is held */
	uint64_t frame;
	bool whole;			/* else its header alone */
	unsigned char text[FRAME];
} held;

static unsigned char raw[FRAME];

static void
forget(void)
{
	held.of = NULL;
	sodium_memzero(held.text, sizeof(held.text));
}

static int
wal_close(sqlite3_file *file)
{
	if (held.of == seal_of(file))
		forget();
	return seal_file_close(file);
}

static int
unreadable(struct seal_file *f, const char *what, uint64_t frame)
{
	if (!f->db->proven)
		return SQLITE_NOTADB;
	log_event("store-page-unreadable", "file=wal %s=%llu", what,
	    (unsigned long long)frame);
	return SQLITE_IOERR_DATA;
}

static sqlite3_int64
place_of(uint64_t frame)
{
	return HEAD_BOX + (sqlite3_int64)(frame * FRAME);
}

/* --- the header --- */

/* All zeros are a log that has none: a file grew, and power was lost. */
static int
load_head(struct seal_file *f, unsigned char out[WAL_HEAD])
{
	unsigned char box[HEAD_BOX];
	int rc = seal_id(f->db);

	if (rc == SQLITE_OK)
		rc = f->real->pMethods->xRead(f->real, box, HEAD_BOX, 0);
	memset(out, 0, WAL_HEAD);
	if (rc != SQLITE_OK || sodium_is_zero(box, HEAD_BOX))
		return rc;
	if (!seal_open(out, box, WAL_HEAD, box + WAL_HEAD, SEAL_WAL_HEAD,
	    f->db->id, 0))
		return unreadable(f, "header", 0);
	memcpy(f->salts, out + AT_SALTS_HEAD, SALTS);
	f->has_salts = f->db->proven = true;
	return SQLITE_OK;
}

static int
save_head(struct seal_file *f, const unsigned char in[WAL_HEAD])
{
	unsigned char box[HEAD_BOX];
	int rc = seal_id(f->db);

	if (rc != SQLITE_OK)
		return rc;
	seal_close(box, box + WAL_HEAD, in, WAL_HEAD, SEAL_WAL_HEAD, f->db->id,
	    0);
	rc = f->real->pMethods->xWrite(f->real, box, HEAD_BOX, 0);
	f->has_salts = rc == SQLITE_OK;
	memcpy(f->salts, in + AT_SALTS_HEAD, SALTS);
	return rc;
}

/* --- frames --- */

/* From the file into held.  SHORT_READ: it is not there, or not all of it;
 * IOERR_DATA: it does not open. */
static int
load_frame(struct seal_file *f, uint64_t frame)
{
	int rc = seal_id(f->db);

	held.of = NULL;
	if (rc == SQLITE_OK)
		rc = f->real->pMethods->xRead(f->real, raw, FRAME,
		    place_of(frame));
	if (rc != SQLITE_OK)
		return rc;
	if (!seal_open(held.text, raw, BOX, raw + BOX, SEAL_FRAME, f->db->id,
	    frame))
		return SQLITE_IOERR_DATA;
	memset(held.text + BOX, 0, SQLSEAL_MORE);
	held.of = f;
	held.frame = frame;
	held.whole = true;
	return SQLITE_OK;
}

static int
save_frame(struct seal_file *f)
{
	int rc = seal_id(f->db);

	if (rc != SQLITE_OK)
		return rc;
	seal_close(raw, raw + BOX, held.text, BOX, SEAL_FRAME, f->db->id,
	    held.frame);
	return f->real->pMethods->xWrite(f->real, raw, FRAME,
	    place_of(held.frame));
}

/* Another process may have begun the log anew since we looked.  No salts: not
 * committed, and the checksums still to be mended; by us, or not at all. */
static bool
of_this_log(struct seal_file *f)
{
	unsigned char head[WAL_HEAD];

	if (f->has_salts && memcmp(held.text + AT_SALTS, f->salts,
	    SALTS) == 0)
		return true;
	if (f->mending && sodium_is_zero(held.text + AT_SALTS, SALTS))
		return true;
	return load_head(f, head) == SQLITE_OK && f->has_salts &&
	    memcmp(held.text + AT_SALTS, f->salts, SALTS) == 0;
}

/*
 * Whole frames are read in search of the log's end, pages because the index
 * says that they are there.
 */
static int
read_frame(struct seal_file *f, unsigned char *out, size_t n, uint64_t frame,
    size_t within)
{
	int rc = load_frame(f, frame);

	if (rc == SQLITE_OK && within == FRAME_HEAD && !of_this_log(f)) {
		rc = unreadable(f, "frame-of-old", frame + 1);
	} else if (rc == SQLITE_OK) {
		memcpy(out, held.text + within, n);
		return rc;
	} else if (rc == SQLITE_IOERR_DATA) {
		rc = unreadable(f, "frame", frame + 1);
		if (n == FRAME)
			rc = SQLITE_OK;
	}
	memset(out, 0, n);
	return rc;
}

static int
wal_read(sqlite3_file *file, void *out, int n, sqlite3_int64 at)
{
	struct seal_file *f = seal_of(file);
	unsigned char head[WAL_HEAD];
	size_t within;
	int rc;

	if (at + n <= WAL_HEAD) {
		rc = load_head(f, head);
		memcpy(out, head + at, (size_t)n);
		return rc;
	}
	if (at < WAL_HEAD)
		return SQLITE_IOERR_READ;
	within = (size_t)((at - WAL_HEAD) % FRAME);
	if (within + (size_t)n > FRAME)
		return SQLITE_IOERR_READ;
	return read_frame(f, out, (size_t)n, (uint64_t)(at - WAL_HEAD) / FRAME,
	    within);
}

static int
write_frame_head(struct seal_file *f, const unsigned char *in, uint64_t frame)
{
	bool mends = held.of == f && held.frame == frame && held.whole;

	memcpy(held.text, in, FRAME_HEAD);
	f->mending = sodium_is_zero(in + AT_SALTS, SALTS) != 0;
	if (mends)
		return save_frame(f);
	held.of = f;
	held.frame = frame;
	held.whole = false;
	return SQLITE_OK;
}

static int
write_page(struct seal_file *f, const unsigned char *in, uint64_t frame)
{
	int rc = SQLITE_OK;

	/* a page that changes again before it is committed */
	if (held.of != f || held.frame != frame)
		rc = load_frame(f, frame);
	if (rc != SQLITE_OK)
		return SQLITE_IOERR_WRITE;
	memcpy(held.text + FRAME_HEAD, in, SQL_PAGE);
	held.whole = true;
	rc = save_frame(f);
	if (rc != SQLITE_OK)
		held.of = NULL;
	return rc;
}

static int
wal_write(sqlite3_file *file, const void *in, int n, sqlite3_int64 at)
{
	struct seal_file *f = seal_of(file);
	uint64_t frame = (uint64_t)(at - WAL_HEAD) / FRAME;
	size_t within = (size_t)(at - WAL_HEAD) % FRAME;

	if (at == 0 && n == WAL_HEAD)
		return save_head(f, in);
	if (at < WAL_HEAD)
		return SQLITE_IOERR_WRITE;
	if (within == 0 && n == FRAME_HEAD)
		return write_frame_head(f, in, frame);
	if (within == FRAME_HEAD && n == SQL_PAGE)
		return write_page(f, in, frame);
	return SQLITE_IOERR_WRITE;
}

static int
wal_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	sqlite3_file *f = seal_of(file)->real;

	return f->pMethods->xTruncate(f, size == 0 ? 0 : size + SQLSEAL_MORE);
}

static int
wal_size(sqlite3_file *file, sqlite3_int64 *size)
{
	sqlite3_file *f = seal_of(file)->real;
	int rc = f->pMethods->xFileSize(f, size);

	if (rc == SQLITE_OK)
		*size = *size < HEAD_BOX ? 0 : *size - SQLSEAL_MORE;
	return rc;
}

const sqlite3_io_methods seal_wal_methods = {
	1, wal_close, wal_read, wal_write, wal_truncate, seal_file_sync,
	wal_size, seal_file_lock, seal_file_unlock, seal_file_reserved,
	seal_file_control, seal_file_sector, seal_file_traits, NULL, NULL,
	NULL, NULL, NULL, NULL,
};
