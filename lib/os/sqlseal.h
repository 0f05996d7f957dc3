/*
 * sqlseal.h - a database of which no octet lies on the disk in clear.
 *
 * A VFS of SQLite, over the system's.  What it seals: libsodium's
 * XChaCha20-Poly1305, a fresh random nonce of 192 bits each time (they may be
 * drawn for ever without meeting), associated data
 *
 *	16 octets of the file's | kind (1) | number (8, little-endian)
 *
 * so that a page opens at its own place in its own file only.
 *
 * The database: a page stays where SQLite puts it.  The last 40 octets, which
 * SQLite leaves free (reserved bytes), hold nonce and tag:
 *
 *	16344 sealed | nonce 24 | tag 16
 *
 * and page 1, whose first 16 octets are the same in every database, has the
 * file's own 16 random ones there instead.  Nothing else is plain: size of
 * pages and free octets are fixed, so SQLite's look at the header before it
 * knows them is answered from the whole page.
 *
 * The log (WAL): its header, then each frame with its page as one box:
 *
 *	header	32 sealed | nonce | tag
 *	frame	24 + 16344 sealed | nonce | tag
 *
 * The checksums in headers of frames are over plaintext and not made to
 * resist anybody: sealed with the rest, they tell nothing.  A frame whose
 * salts are not those of the log's header is of an earlier log, and is not
 * given to who asks for its page.
 *
 * The index of the log (-shm) has page numbers, and such a checksum too.  So
 * it is in memory: a memfd, mapped before workers are forked; these can read
 * it and no more (sqlseal_reader).  The file -shm is there for SQLite's locks,
 * and to say whose memory goes with it: a process that was not forked from
 * the one that opened first is told SQLITE_LOCKED, until that one and all of
 * its readers are gone.
 *
 * A rollback journal is there for a moment when a database is made: its header
 * is let through, a page never.  Any other kind of file is refused, so
 * whatever SQLite would put aside stays in memory.  Nothing is mapped.
 *
 * Keys: two subkeys (BLAKE2b, crypto_kdf) of the 32 octets that came, for
 * database and log; in locked memory, wiped at the end.
 *
 * What does not open is not shown: SQLITE_IOERR_DATA and a line in the log.
 * In the log of SQLite it ends what is taken from there, as with a write that
 * the loss of power tore.  So who can write to the files can still, unseen:
 *
 *	- put back the whole as it was at an earlier time, or cut the log short:
 *	  the last changes are gone;
 *	- put back a single page, or a frame of the same log, as it was at an
 *	  earlier time.  SQLite sees what does not fit together, not more.
 *
 * Against these one would keep a hash of all outside the files; what they
 * damage here is a mirror, which is made anew from the box.  And who reads the
 * files sees sizes, and which pages changed when.
 *
 * One thread; one database to a process.  Memory is static, but for the keys.
 */
#ifndef OS_SQLSEAL_H
#define OS_SQLSEAL_H

#include <stdbool.h>

struct sqlite3;

enum { SQLSEAL_KEY = 32, SQLSEAL_MORE = 40 };

/* As sql_seal, which is what to call.  false: fd is none, or no memory. */
bool sqlseal_begin(int fd);
void sqlseal_end(void);

/* In a forked process, before its sandbox: it and its children only read. */
void sqlseal_reader(void);

/* The VFS's name; NULL: databases are plain. */
const char *sqlseal_vfs(void);

/* Room in each page of a database that is about to be made. */
void sqlseal_prepare(struct sqlite3 *);

#endif
