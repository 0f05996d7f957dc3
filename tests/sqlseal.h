/*
 * sqlseal.h - a folder with a sealed database, and its octets.
 */
#ifndef TESTS_SQLSEAL_H
#define TESTS_SQLSEAL_H

#include "tests/check.h"

#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "os/fd.h"
#include "os/memfd.h"
#include "os/sql.h"
#include "os/sqlseal.h"

enum { ROWS = 40, ROW_OCTETS = 9000, FILE_MAX = 64 << 20 };

static const char key_1[] = "this is no key but for tests, 32";
static const char key_2[] = "this is no key but for tests, 33";

static char dir[] = "/tmp/pli-seal-XXXXXX";
static char db_path[64], wal_path[64], shm_path[64];

static inline int
begin(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(db_path, sizeof(db_path), "%s/db", dir);
	snprintf(wal_path, sizeof(wal_path), "%s/db-wal", dir);
	snprintf(shm_path, sizeof(shm_path), "%s/db-shm", dir);
	return 0;
}

static inline void
clear_away(void)
{
	unlink(db_path);
	unlink(wal_path);
	unlink(shm_path);
}

static inline int
finish(void **state)
{
	(void)state;
	clear_away();
	return rmdir(dir);	/* which fails when anything else is there */
}

static inline void
use_key(const char *key)
{
	int fd = memfd_new("key");

	sqlseal_end();
	if (key == NULL)
		return;
	assert_true(fd_write(fd, (struct str){ key, SQLSEAL_KEY }));
	assert_true(memfd_settle(fd));
	assert_true(sql_seal(fd));
}

static inline void
open_as(struct sql *s, enum sql_mode mode)
{
	enum sql_status got = sql_open(s, db_path, mode);

	CHECK(got == SQL_DONE, "%s", sql_status_name(got));
}

/* Rows 1 to ROWS of t: each a page and more, all octets of it version. */
static inline void
fill(struct sql *s, int version)
{
	static char text[ROW_OCTETS];
	bool ok = sql_script(s, "BEGIN") == SQL_DONE;

	memset(text, version, sizeof(text));
	for (uint64_t i = 1; ok && i <= ROWS; i++)
		ok = sql_run(s, "INSERT INTO t VALUES(?, ?) ON CONFLICT(a)"
		    " DO UPDATE SET b = excluded.b", "ub", i,
		    (struct str){ text, sizeof(text) }) == SQL_DONE;
	assert_true(ok && sql_script(s, "COMMIT") == SQL_DONE);
}

static const char table_t[] = "CREATE TABLE t(a INTEGER PRIMARY KEY, b BLOB)";

/* A new database with version 1 of all rows, closed. */
static inline void
make(void)
{
	struct sql s;

	clear_away();
	open_as(&s, SQL_CREATOR);
	assert_int_equal(sql_script(&s, table_t), SQL_DONE);
	fill(&s, 1);
	sql_close(&s);
}

/* Reads everything.  How many rows are whole, of that version; *why is what
 * stopped it.  An octet of anything else fails the test. */
static inline unsigned
count_rows(struct sql *s, int version, enum sql_status *why)
{
	struct sqlite3_stmt *q = sql_bind(s, "SELECT b FROM t ORDER BY a", "");
	unsigned n = 0;

	while ((*why = sql_step(q)) == SQL_ROW) {
		struct str b = sql_str(q, 0);
		bool same = true;

		CHECK(b.len == ROW_OCTETS, "%zu octets", b.len);
		for (size_t i = 1; i < b.len; i++)
			same &= b.ptr[i] == b.ptr[0];
		CHECK(same, "octets of something else");
		n += b.ptr[0] == version;
	}
	sql_end(q);
	return n;
}

static inline struct buf
slurp(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t size = lseek(fd, 0, SEEK_END);
	struct buf b;

	assert_true(fd >= 0 && size >= 0);
	buf_init(&b, FILE_MAX);
	assert_true(size == 0 || memfd_read(fd, 0, buf_room(&b, (size_t)size),
	    (size_t)size));
	buf_grow(&b, (size_t)size);
	close(fd);
	return b;
}

static inline void
spit(const char *path, uint64_t at, struct str s)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, s.ptr, s.len, (off_t)at), s.len);
	close(fd);
}

static inline void
flip(const char *path, uint64_t at)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	unsigned char c;

	assert_int_equal(pread(fd, &c, 1, (off_t)at), 1);
	c ^= 0x10;
	assert_int_equal(pwrite(fd, &c, 1, (off_t)at), 1);
	close(fd);
}

/* In a process of its own, which ends without closing anything. */
static inline void
in_child(void (*f)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		f();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x",
	    (unsigned)status);
}

#endif
