/*
 * schema.h - the tables, and how older ones become these.
 *
 * The database knows its version (PRAGMA user_version); a step leads from
 * each version to the next, each in a transaction of its own.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "os/sql.h"

enum {
	SCHEMA_VERSION = 9,
	SCHEMA_APPLICATION = 0x706c6931,	/* "pli1" */
	CHUNK_OCTETS = 256 * 1024,
	CHUNK_BITS = 20,	/* chunks.id = body << CHUNK_BITS | number */
};

enum schema_status {
	SCHEMA_OK,
	SCHEMA_NEWER,		/* made by a later version of pli */
	SCHEMA_FOREIGN,		/* a database, but not ours */
	SCHEMA_FAILED,		/* the disk, mostly */
};

/* Make or bring up to date; the connection may write. */
enum schema_status schema_prepare(struct sql *);

#endif
