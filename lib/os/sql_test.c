/* sql_test.c - what the store relies on in its wrapper. */

#include "tests/check.h"

#include <sqlite3.h>
#include <unistd.h>

#include "os/sql.h"

static char dir[] = "/tmp/pli-sql-XXXXXX";
static char path[64];

static int
begin(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/db", dir);
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

static void
open_as(struct sql *s, enum sql_mode mode)
{
	enum sql_status got = sql_open(s, path, mode);

	CHECK(got == SQL_DONE, "%s", sql_status_name(got));
}

TEST(settings_hold)
{
	struct sql s;
	uint64_t n;

	TEST_BEGIN;
	open_as(&s, SQL_CREATOR);
	sql_script(&s, "CREATE TABLE t(a INTEGER PRIMARY KEY, b BLOB) STRICT");
	sql_number(&s, &n, "PRAGMA page_size", "");
	CHECK(n == SQL_PAGE, "%zu", (size_t)n);
	sql_number(&s, &n, "PRAGMA synchronous", "");
	CHECK(n == 2, "%zu", (size_t)n);
	sql_number(&s, &n, "PRAGMA foreign_keys", "");
	CHECK(n == 1, "%zu", (size_t)n);
	sql_number(&s, &n, "PRAGMA trusted_schema", "");
	CHECK(n == 0, "%zu", (size_t)n);
	CHECK(sqlite3_load_extension(s.db, "x", NULL, NULL) == SQLITE_ERROR,
	    "extensions load");
	sql_close(&s);
}

TEST(values_come_back)
{
	static const char insert[] = "INSERT INTO t(b) VALUES(?)";
	struct sqlite3_stmt *q;
	struct sql s;

	TEST_BEGIN;
	open_as(&s, SQL_WRITER);
	for (int i = 0; i < 3; i++)
		assert_int_equal(sql_run(&s, insert, "b", STR("a\0b")),
		    SQL_DONE);
	assert_int_equal(sql_last_id(&s), 3);
	assert_int_equal(sql_run(&s, insert, "b", ((struct str){ NULL, 0 })),
	    SQL_DONE);
	q = sql_bind(&s, "SELECT a, b FROM t ORDER BY a", "");
	assert_int_equal(sql_step(q), SQL_ROW);
	assert_int_equal(sql_u64(q, 0), 1);
	CHECK(str_eq(sql_str(q, 1), STR("a\0b")), "octets are lost");
	sql_end(q);
	assert_int_equal(sql_run(&s, "INSERT INTO t VALUES(1, x'')", ""),
	    SQL_CONFLICT);
	assert_int_equal(sql_run(&s, "SELECT nothing FROM t", ""), SQL_WRONG);
	sql_close(&s);
}

TEST(readers_only_read)
{
	struct sql w, r;
	uint64_t n;

	TEST_BEGIN;
	open_as(&w, SQL_WRITER);
	open_as(&r, SQL_READER);
	sql_script(&w, "BEGIN IMMEDIATE; DELETE FROM t");
	sql_number(&r, &n, "SELECT count(*) FROM t", "");
	CHECK(n == 4, "%zu", (size_t)n);
	assert_int_equal(sql_run(&r, "DELETE FROM t", ""), SQL_IO);
	CHECK(sql_in_transaction(&w), "no transaction");
	sql_script(&w, "COMMIT");
	CHECK(!sql_in_transaction(&w), "a transaction");
	CHECK(w.wal_pages > 0, "%d", w.wal_pages);
	sql_checkpoint(&w, true);
	CHECK(w.wal_pages == 0, "%d", w.wal_pages);
	sql_number(&r, &n, "SELECT count(*) FROM t", "");
	CHECK(n == 0, "%zu", (size_t)n);
	sql_close(&r);
	sql_close(&w);
}

TEST(what_is_not_there)
{
	struct sql s;

	TEST_BEGIN;
	assert_int_equal(sql_open(&s, "/nonexistent/db", SQL_CREATOR), SQL_IO);
	assert_int_equal(sql_open(&s, "/dev/null/db", SQL_READER), SQL_IO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(settings_hold), RUN(values_come_back),
		RUN(readers_only_read), RUN(what_is_not_there),
	};

	return cmocka_run_group_tests(tests, begin, finish);
}
