/*
 * sqlseal_file.h - what the files of sqlseal share; nobody else's.
 */
#ifndef OS_SQLSEAL_FILE_H
#define OS_SQLSEAL_FILE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "os/sql.h"
#include "os/sqlseal.h"

enum {
	SEAL_ID = 16,
	SEAL_BODY = SQL_PAGE - SQLSEAL_MORE,
	WAL_HEAD = 32,
	FRAME_HEAD = 24,
	FRAME = FRAME_HEAD + SQL_PAGE,
	SALTS = 8,
};

enum seal_kind { SEAL_PAGE = 1, SEAL_WAL_HEAD, SEAL_FRAME };

struct seal_file {
	sqlite3_file base;
	sqlite3_file *real;		/* behind this struct */
	struct seal_file *db;		/* of a log: whose */
	const char *name;
	bool shares;			/* the memory of sqlseal_shm.c */
	unsigned char id[SEAL_ID];
	bool has_id;
	bool proven;			/* something has opened */
	unsigned char salts[SALTS];	/* of a log's header */
	bool has_salts;
	bool mending;			/* frames of ours have none yet */
};

static inline struct seal_file *
seal_of(sqlite3_file *file)
{
	return (struct seal_file *)(void *)file;
}

/* sqlseal.c.  n octets; more is nonce and tag.  in may be out. */
void seal_close(unsigned char *out, unsigned char more[SQLSEAL_MORE],
    const unsigned char *in, size_t n, enum seal_kind,
    const unsigned char id[SEAL_ID], uint64_t number);
bool seal_open(unsigned char *out, const unsigned char *in, size_t n,
    const unsigned char more[SQLSEAL_MORE], enum seal_kind,
    const unsigned char id[SEAL_ID], uint64_t number);

/* sqlseal_db.c.  The file's own octets, made when it is empty. */
int seal_id(struct seal_file *db);

extern const sqlite3_io_methods seal_db_methods, seal_wal_methods,
    seal_journal_methods;

/* What all files pass on. */
int seal_file_close(sqlite3_file *);
int seal_file_sync(sqlite3_file *, int flags);
int seal_file_lock(sqlite3_file *, int level);
int seal_file_unlock(sqlite3_file *, int level);
int seal_file_reserved(sqlite3_file *, int *out);
int seal_file_control(sqlite3_file *, int op, void *arg);
int seal_file_sector(sqlite3_file *);
int seal_file_traits(sqlite3_file *);

/* sqlseal_shm.c */
bool seal_shm_begin(void);
void seal_shm_end(void);
int seal_shm_map(sqlite3_file *, int region, int size, int extend,
    void volatile **out);
int seal_shm_lock(sqlite3_file *, int offset, int n, int flags);
void seal_shm_barrier(sqlite3_file *);
int seal_shm_unmap(sqlite3_file *, int remove);

#endif
