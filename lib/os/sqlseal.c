/* sqlseal.c - the keys, and which files there are. */

#include "os/sqlseal.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "os/memfd.h"
#include "os/sqlseal_file.h"

#define NAME		"pli-sealed"
#define CONTEXT		"pli-mail"	/* crypto_kdf's eight octets */

enum {
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	AD = SEAL_ID + 1 + 8,
	SUBKEY = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
};

_Static_assert(NONCE + TAG == SQLSEAL_MORE, "nonce and tag");
_Static_assert(crypto_kdf_KEYBYTES == SQLSEAL_KEY, "key");

struct keys {
	unsigned char db[SUBKEY], wal[SUBKEY];
};

static struct keys *keys;		/* NULL: databases are plain */
static pid_t locked_in;			/* locks do not pass to children */
static sqlite3_vfs vfs, *real;

static void
make_ad(unsigned char ad[AD], enum seal_kind kind,
    const unsigned char id[SEAL_ID], uint64_t number)
{
	memcpy(ad, id, SEAL_ID);
	ad[SEAL_ID] = (unsigned char)kind;
	for (int i = 0; i < 8; i++)
		ad[SEAL_ID + 1 + i] = (unsigned char)(number >> 8 * i);
}

static const unsigned char *
key_for(enum seal_kind kind)
{
	return kind == SEAL_PAGE ? keys->db : keys->wal;
}

void
seal_close(unsigned char *out, unsigned char more[SQLSEAL_MORE],
    const unsigned char *in, size_t n, enum seal_kind kind,
    const unsigned char id[SEAL_ID], uint64_t number)
{
	unsigned char ad[AD];

	make_ad(ad, kind, id, number);
	randombytes_buf(more, NONCE);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt_detached(out,
	    more + NONCE, NULL, in, n, ad, sizeof(ad), NULL, more,
	    key_for(kind));
}

bool
seal_open(unsigned char *out, const unsigned char *in, size_t n,
    const unsigned char more[SQLSEAL_MORE], enum seal_kind kind,
    const unsigned char id[SEAL_ID], uint64_t number)
{
	unsigned char ad[AD];

	make_ad(ad, kind, id, number);
	return crypto_aead_xchacha20poly1305_ietf_decrypt_detached(out, NULL,
	    in, n, more + NONCE, ad, sizeof(ad), more, key_for(kind)) == 0;
}

/* --- what all files pass on --- */

int
seal_file_close(sqlite3_file *file)
{
	sqlite3_file *f = seal_of(file)->real;

	return f->pMethods->xClose(f);
}

int
seal_file_sync(sqlite3_file *file, int flags)
{
	sqlite3_file *f = seal_of(file)->real;

	return f->pMethods->xSync(f, flags);
}

int
seal_file_lock(sqlite3_file *file, int level)
{
	sqlite3_file *f = seal_of(file)->real;

	return f->pMethods->xLock(f, level);
}

int
seal_file_unlock(sqlite3_file *file, int level)
{
	sqlite3_file *f = seal_of(file)->real;

	return f->pMethods->xUnlock(f, level);
}

int
seal_file_reserved(sqlite3_file *file, int *out)
{
	sqlite3_file *f = seal_of(file)->real;

	return f->pMethods->xCheckReservedLock(f, out);
}

/* Nothing that would map the file, or write to it behind our back. */
int
seal_file_control(sqlite3_file *file, int op, void *arg)
{
	sqlite3_file *f = seal_of(file)->real;

	switch (op) {
	case SQLITE_FCNTL_MMAP_SIZE:
	case SQLITE_FCNTL_CHUNK_SIZE:
	case SQLITE_FCNTL_SIZE_HINT:
	case SQLITE_FCNTL_BEGIN_ATOMIC_WRITE:
	case SQLITE_FCNTL_COMMIT_ATOMIC_WRITE:
	case SQLITE_FCNTL_ROLLBACK_ATOMIC_WRITE:
		return SQLITE_NOTFOUND;
	default:
		return f->pMethods->xFileControl(f, op, arg);
	}
}

int
seal_file_sector(sqlite3_file *file)
{
	sqlite3_file *f = seal_of(file)->real;

	return f->pMethods->xSectorSize(f);
}

/* What is true of sealed pages too. */
int
seal_file_traits(sqlite3_file *file)
{
	sqlite3_file *f = seal_of(file)->real;

	return f->pMethods->xDeviceCharacteristics(f) &
	    (SQLITE_IOCAP_POWERSAFE_OVERWRITE |
	    SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN);
}

/* --- which files there are --- */

static const sqlite3_io_methods *
methods_for(int flags)
{
	if ((flags & SQLITE_OPEN_MAIN_DB) != 0)
		return &seal_db_methods;
	if ((flags & SQLITE_OPEN_WAL) != 0)
		return &seal_wal_methods;
	if ((flags & SQLITE_OPEN_MAIN_JOURNAL) != 0)
		return &seal_journal_methods;
	return NULL;
}

/* A page is sealed as one: it must be written as one. */
static bool
writes_fit(struct seal_file *f)
{
	return (f->real->pMethods->xDeviceCharacteristics(f->real) &
	    SQLITE_IOCAP_POWERSAFE_OVERWRITE) != 0;
}

static int
open_file(sqlite3_vfs *v, const char *name, sqlite3_file *file, int flags,
    int *out)
{
	struct seal_file *f = seal_of(file);
	const sqlite3_io_methods *methods = methods_for(flags);
	int rc;

	(void)v;
	memset(f, 0, sizeof(*f));
	f->real = (sqlite3_file *)(void *)(f + 1);
	f->real->pMethods = NULL;
	if (methods == NULL || name == NULL)
		return SQLITE_CANTOPEN;
	if (locked_in != getpid()) {
		(void)sodium_mlock(keys, sizeof(*keys));
		locked_in = getpid();
	}
	rc = real->xOpen(real, name, f->real, flags, out);
	if (f->real->pMethods == NULL)
		return rc;
	f->name = name;
	f->base.pMethods = methods;	/* from here on it will be closed */
	if (rc == SQLITE_OK && !writes_fit(f))
		rc = SQLITE_CANTOPEN;
	if (methods == &seal_wal_methods)
		f->db = seal_of(sqlite3_database_file_object(name));
	return rc;
}

static bool
take_key(int fd)
{
	unsigned char key[SQLSEAL_KEY];
	bool ok = memfd_is_settled(fd, sizeof(key)) &&
	    memfd_read(fd, 0, key, sizeof(key));

	close(fd);
	if (ok) {
		crypto_kdf_derive_from_key(keys->db, SUBKEY, 1, CONTEXT, key);
		crypto_kdf_derive_from_key(keys->wal, SUBKEY, 2, CONTEXT, key);
		(void)sodium_mprotect_readonly(keys);
	}
	sodium_memzero(key, sizeof(key));
	return ok;
}

bool
sqlseal_begin(int fd)
{
	assert(keys == NULL);
	if (sodium_init() < 0)
		return false;
	keys = sodium_malloc(sizeof(*keys));
	locked_in = getpid();
	if (keys == NULL || !take_key(fd) || !seal_shm_begin()) {
		sqlseal_end();
		return false;
	}
	real = sqlite3_vfs_find(NULL);
	vfs = *real;
	vfs.szOsFile = (int)sizeof(struct seal_file) + real->szOsFile;
	vfs.zName = NAME;
	vfs.pNext = NULL;
	vfs.xOpen = open_file;
	if (sqlite3_vfs_register(&vfs, 0) == SQLITE_OK)
		return true;
	sqlseal_end();
	return false;
}

void
sqlseal_end(void)
{
	if (real != NULL)
		sqlite3_vfs_unregister(&vfs);
	real = NULL;
	seal_shm_end();
	sodium_free(keys);
	keys = NULL;
}

const char *
sqlseal_vfs(void)
{
	return keys == NULL ? NULL : NAME;
}

void
sqlseal_prepare(struct sqlite3 *db)
{
	int more = SQLSEAL_MORE;

	if (keys != NULL)
		(void)sqlite3_file_control(db, "main",
		    SQLITE_FCNTL_RESERVE_BYTES, &more);
}
