/*
 * memvfs.h - a disk in memory that loses power, or fills up, when told to.
 *
 * Written blocks count as lost until their file is synced.  One process, one
 * connection at a time.
 */
#ifndef TESTS_STORE_MEMVFS_H
#define TESTS_STORE_MEMVFS_H

#include <stdbool.h>
#include <stddef.h>

void memvfs_install(void);		/* as SQLite's default */
void memvfs_format(void);		/* an empty disk, no faults planned */

/* Operations that change something, so far: write, sync, truncate, delete. */
size_t memvfs_operations(void);

/* From that operation on (counted from 1) nothing succeeds any more. */
void memvfs_lose_power_at(size_t operation);
/* That operation and some after it find no room. */
void memvfs_full_at(size_t operation, size_t for_how_many);

/* The machine starts again: what was not synced is gone; with keep_some, an
 * arbitrary half of it is there. */
void memvfs_restart(bool keep_some);

#endif
