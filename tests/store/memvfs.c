/* memvfs.c - a disk in memory that loses power, or fills up, when told to. */

#include "memvfs.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	FILES = 4, BLOCK = 4096, BLOCKS = 2048, SHM_REGIONS = 8,
	SHM_SIZE = 32768,
};

struct disk_file {
	char name[64];
	bool there;
	size_t size, synced_size;
	char *now, *synced;	/* BLOCKS * BLOCK octets each */
	bool dirty[BLOCKS];
};

struct open_file {
	sqlite3_file base;
	struct disk_file *f;
};

static struct disk_file files[FILES];
static void *shm[SHM_REGIONS];
static size_t operations, power_at, full_from, full_to;
static uint32_t chance = 1;
static sqlite3_vfs vfs, *real;

/* What becomes of the next operation. */
static int
fate(void)
{
	operations++;
	if (power_at > 0 && operations >= power_at)
		return SQLITE_IOERR;
	if (operations >= full_from && operations < full_to)
		return SQLITE_FULL;
	return SQLITE_OK;
}

static bool
dead(void)
{
	return power_at > 0 && operations >= power_at;
}

static struct disk_file *
of(sqlite3_file *file)
{
	return ((struct open_file *)(void *)file)->f;
}

static int
mem_close(sqlite3_file *file)
{
	(void)file;
	return SQLITE_OK;
}

static int
mem_read(sqlite3_file *file, void *out, int n, sqlite3_int64 at)
{
	struct disk_file *f = of(file);
	size_t have = (size_t)at < f->size ? f->size - (size_t)at : 0;

	if (dead())
		return SQLITE_IOERR_READ;
	if (have > (size_t)n)
		have = (size_t)n;
	memcpy(out, f->now + at, have);
	memset((char *)out + have, 0, (size_t)n - have);
	return have == (size_t)n ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static void
touch(struct disk_file *f, size_t from, size_t to)
{
	for (size_t b = from / BLOCK; b * BLOCK < to; b++)
		f->dirty[b] = true;
}

static int
mem_write(sqlite3_file *file, const void *in, int n, sqlite3_int64 at)
{
	struct disk_file *f = of(file);
	int rc = fate();
	size_t end = (size_t)at + (size_t)n;

	if (rc != SQLITE_OK)
		return rc;
	if (end > (size_t)BLOCKS * BLOCK)
		return SQLITE_FULL;
	memcpy(f->now + at, in, (size_t)n);
	touch(f, (size_t)at, end);
	if (end > f->size)
		f->size = end;
	return SQLITE_OK;
}

static int
mem_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct disk_file *f = of(file);
	int rc = fate();

	if (rc != SQLITE_OK || (size_t)size >= f->size)
		return rc;
	memset(f->now + size, 0, f->size - (size_t)size);
	touch(f, (size_t)size, f->size);
	f->size = (size_t)size;
	return SQLITE_OK;
}

static void
make_durable(struct disk_file *f, bool all)
{
	for (size_t b = 0; b < BLOCKS; b++) {
		chance = chance * 1103515245 + 12345;
		if (f->dirty[b] && (all || (chance >> 16 & 1) != 0))
			memcpy(f->synced + b * BLOCK, f->now + b * BLOCK,
			    BLOCK);
		if (all)
			f->dirty[b] = false;
	}
}

static int
mem_sync(sqlite3_file *file, int flags)
{
	struct disk_file *f = of(file);
	int rc = fate();

	(void)flags;
	if (rc != SQLITE_OK)
		return rc;
	make_durable(f, true);
	f->synced_size = f->size;
	return SQLITE_OK;
}

static int
mem_size(sqlite3_file *file, sqlite3_int64 *size)
{
	*size = (sqlite3_int64)of(file)->size;
	return SQLITE_OK;
}

static int
mem_lock(sqlite3_file *file, int level)
{
	(void)file;
	(void)level;
	return SQLITE_OK;
}

static int
mem_reserved(sqlite3_file *file, int *out)
{
	(void)file;
	*out = 0;
	return SQLITE_OK;
}

static int
mem_control(sqlite3_file *file, int op, void *arg)
{
	(void)file;
	(void)op;
	(void)arg;
	return SQLITE_NOTFOUND;
}

static int
mem_sector(sqlite3_file *file)
{
	(void)file;
	return BLOCK;
}

static int
mem_traits(sqlite3_file *file)
{
	(void)file;
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int
mem_shm_map(sqlite3_file *file, int region, int size, int extend,
    void volatile **out)
{
	(void)file;
	*out = NULL;
	if (region >= SHM_REGIONS || size > SHM_SIZE)
		return SQLITE_IOERR;
	if (shm[region] == NULL && extend)
		shm[region] = calloc(1, SHM_SIZE);
	*out = shm[region];
	return SQLITE_OK;
}

static int
mem_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	(void)file;
	(void)offset;
	(void)n;
	(void)flags;
	return SQLITE_OK;
}

static void
mem_shm_barrier(sqlite3_file *file)
{
	(void)file;
}

static int
mem_shm_unmap(sqlite3_file *file, int remove)
{
	(void)file;
	for (size_t i = 0; remove && i < SHM_REGIONS; i++) {
		free(shm[i]);
		shm[i] = NULL;
	}
	return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
	2, mem_close, mem_read, mem_write, mem_truncate, mem_sync, mem_size,
	mem_lock, mem_lock, mem_reserved, mem_control, mem_sector, mem_traits,
	mem_shm_map, mem_shm_lock, mem_shm_barrier, mem_shm_unmap, NULL, NULL,
};

static struct disk_file *
find(const char *name, bool make)
{
	struct disk_file *spare = NULL;

	for (size_t i = 0; i < FILES; i++) {
		if (files[i].there && strcmp(files[i].name, name) == 0)
			return &files[i];
		if (!files[i].there && spare == NULL)
			spare = &files[i];
	}
	if (!make || spare == NULL || strlen(name) >= sizeof(spare->name))
		return NULL;
	memcpy(spare->name, name, strlen(name) + 1);
	spare->there = true;
	return spare;
}

static int
mem_open(sqlite3_vfs *v, const char *name, sqlite3_file *file, int flags,
    int *out)
{
	struct open_file *o = (void *)file;

	(void)v;
	o->base.pMethods = NULL;
	if (name == NULL || dead())
		return SQLITE_CANTOPEN;
	o->f = find(name, (flags & SQLITE_OPEN_CREATE) != 0);
	if (o->f == NULL)
		return SQLITE_CANTOPEN;
	o->base.pMethods = &methods;
	if (out != NULL)
		*out = flags;
	return SQLITE_OK;
}

static void
erase(struct disk_file *f)
{
	f->there = false;
	f->size = f->synced_size = 0;
	memset(f->now, 0, (size_t)BLOCKS * BLOCK);
	memset(f->synced, 0, (size_t)BLOCKS * BLOCK);
	memset(f->dirty, 0, sizeof(f->dirty));
}

static int
mem_delete(sqlite3_vfs *v, const char *name, int sync)
{
	struct disk_file *f = find(name, false);
	int rc = fate();

	(void)v;
	(void)sync;
	if (rc != SQLITE_OK)
		return rc;
	if (f == NULL)
		return SQLITE_IOERR_DELETE_NOENT;
	erase(f);
	return SQLITE_OK;
}

static int
mem_access(sqlite3_vfs *v, const char *name, int flags, int *out)
{
	struct disk_file *f = find(name, false);

	(void)v;
	(void)flags;
	*out = f != NULL && f->size > 0;
	return SQLITE_OK;
}

static int
mem_path(sqlite3_vfs *v, const char *name, int n, char *out)
{
	(void)v;
	return snprintf(out, (size_t)n, "%s", name) < n ? SQLITE_OK :
	    SQLITE_CANTOPEN;
}

void
memvfs_install(void)
{
	real = sqlite3_vfs_find(NULL);
	vfs = *real;
	vfs.szOsFile = sizeof(struct open_file);
	vfs.zName = "memory-disk";
	vfs.pNext = NULL;
	vfs.xOpen = mem_open;
	vfs.xDelete = mem_delete;
	vfs.xAccess = mem_access;
	vfs.xFullPathname = mem_path;
	sqlite3_vfs_register(&vfs, 1);
	for (size_t i = 0; i < FILES; i++) {
		files[i].now = calloc(BLOCKS, BLOCK);
		files[i].synced = calloc(BLOCKS, BLOCK);
	}
}

static void
lose_shm(void)
{
	mem_shm_unmap(NULL, 1);
}

void
memvfs_format(void)
{
	for (size_t i = 0; i < FILES; i++)
		if (files[i].there)
			erase(&files[i]);
	lose_shm();
	operations = power_at = full_from = full_to = 0;
}

size_t
memvfs_operations(void)
{
	return operations;
}

void
memvfs_lose_power_at(size_t operation)
{
	power_at = operation;
}

void
memvfs_full_at(size_t operation, size_t for_how_many)
{
	full_from = operation;
	full_to = operation + for_how_many;
}

void
memvfs_restart(bool keep_some)
{
	for (size_t i = 0; i < FILES; i++) {
		struct disk_file *f = &files[i];

		if (keep_some) {
			make_durable(f, false);
			if (f->size > f->synced_size)
				f->synced_size = f->size;
		}
		memcpy(f->now, f->synced, (size_t)BLOCKS * BLOCK);
		memset(f->dirty, 0, sizeof(f->dirty));
		f->size = f->synced_size;
	}
	lose_shm();
	power_at = full_from = full_to = 0;
}
