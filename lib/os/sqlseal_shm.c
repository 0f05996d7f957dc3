/* sqlseal_shm.c - the index of the log, in memory that no file has. */

#include <fcntl.h>
#include <sched.h>
#include <sodium.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "os/memfd.h"
#include "os/sqlseal_file.h"

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE	0x0010
#endif

enum {
	REGION = 32768,		/* SQLite's; the index of 4,096 frames */
	REGIONS = 512,		/* of a log of 32 GiB; what is unused is free */
	PATIENCE = 10000,
	PREPARED = 1,		/* whose: somebody clears the memory */
};

#define SHM_SIZE	((size_t)REGION * REGIONS)

static struct {
	unsigned char *mem;	/* NULL: none */
	int fd;
	uint64_t family;	/* of the processes that share it */
	int high;		/* regions that may hold something */
	bool readonly;
	int users;		/* connections of this process */
	char name[4096];	/* of the database that they have open */
} shm = { .fd = -1 };

bool
seal_shm_begin(void)
{
	void *mem;

	randombytes_buf(&shm.family, sizeof(shm.family));
	shm.family |= (uint64_t)1 << 63;
	shm.high = 0;
	shm.fd = memfd_new("wal-index");
	if (shm.fd < 0 || ftruncate(shm.fd, SHM_SIZE) != 0)
		return false;
	mem = mmap(NULL, SHM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, shm.fd,
	    0);
	if (mem == MAP_FAILED)
		return false;
	shm.mem = mem;
	/* no mapping made later can be written */
	return fcntl(shm.fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE | F_SEAL_SHRINK |
	    F_SEAL_GROW | F_SEAL_SEAL) == 0;
}

void
seal_shm_end(void)
{
	if (shm.mem != NULL)
		munmap(shm.mem, SHM_SIZE);
	if (shm.fd >= 0)
		close(shm.fd);
	shm.mem = NULL;
	shm.fd = -1;
	shm.readonly = false;
}

/* In the place of the mapping that this process was born with. */
void
sqlseal_reader(void)
{
	if (shm.mem == NULL)
		return;
	if (mmap(shm.mem, SHM_SIZE, PROT_READ, MAP_SHARED | MAP_FIXED, shm.fd,
	    0) == MAP_FAILED)
		_exit(1);
	close(shm.fd);
	shm.fd = -1;
	shm.readonly = true;
}

/*
 * The file -shm says whose memory belongs to it.  SQLite empties that file
 * when nobody has it open: who comes first then clears the memory.
 */
static bool
is_ours(void volatile *file, bool readonly)
{
	uint64_t *whose = (uint64_t *)(uintptr_t)file + 1, none = 0;
	uint64_t now = __atomic_load_n(whose, __ATOMIC_ACQUIRE);

	if (!readonly && now == 0 && __atomic_compare_exchange_n(whose, &none,
	    PREPARED, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
		memset(shm.mem, 0, (size_t)shm.high * REGION);
		__atomic_store_n(whose, shm.family, __ATOMIC_RELEASE);
		return true;
	}
	for (int i = 0; now == PREPARED && i < PATIENCE; i++) {
		sched_yield();
		now = __atomic_load_n(whose, __ATOMIC_ACQUIRE);
	}
	return now == shm.family;
}

/* There is memory for one database: a second one would spoil it. */
static bool
joins(struct seal_file *f)
{
	size_t n = strlen(f->name) + 1;

	if (f->shares)
		return true;
	if (n > sizeof(shm.name) ||
	    (shm.users > 0 && memcmp(f->name, shm.name, n) != 0))
		return false;
	memcpy(shm.name, f->name, n);
	shm.users++;
	f->shares = true;
	return true;
}

int
seal_shm_map(sqlite3_file *file, int region, int size, int extend,
    void volatile **out)
{
	sqlite3_file *f = seal_of(file)->real;
	void volatile *theirs = NULL;
	int rc;

	*out = NULL;
	if (size != REGION || region >= REGIONS)
		return SQLITE_IOERR_SHMSIZE;
	if (!joins(seal_of(file)))
		return SQLITE_IOERR_SHMOPEN;
	rc = f->pMethods->xShmMap(f, 0, size, extend, &theirs);
	if (theirs == NULL || (rc != SQLITE_OK && rc != SQLITE_READONLY))
		return rc;
	if (shm.readonly)
		rc = SQLITE_READONLY;
	if (!is_ours(theirs, rc == SQLITE_READONLY))
		return SQLITE_LOCKED;
	if (region >= shm.high)
		shm.high = region + 1;
	*out = shm.mem + (size_t)region * REGION;
	return rc;
}

int
seal_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	sqlite3_file *f = seal_of(file)->real;

	return f->pMethods->xShmLock(f, offset, n, flags);
}

void
seal_shm_barrier(sqlite3_file *file)
{
	sqlite3_file *f = seal_of(file)->real;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	f->pMethods->xShmBarrier(f);
}

int
seal_shm_unmap(sqlite3_file *file, int remove)
{
	sqlite3_file *f = seal_of(file)->real;

	shm.users -= seal_of(file)->shares;
	seal_of(file)->shares = false;
	return f->pMethods->xShmUnmap(f, remove);
}
