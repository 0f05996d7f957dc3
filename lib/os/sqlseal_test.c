/* sqlseal_test.c - sealed databases: what is on the disk, and who can read. */

#include "tests/sqlseal.h"

#include <signal.h>

#define WORD	"Quellwolkenbank"

TEST(what_was_written_comes_back)
{
	enum sql_status why;
	struct sql s;
	uint64_t n;

	TEST_BEGIN;
	use_key(key_1);
	make();
	open_as(&s, SQL_WRITER);
	CHECK(count_rows(&s, 1, &why) == ROWS && why == SQL_DONE, "%s",
	    sql_status_name(why));
	sql_number(&s, &n, "PRAGMA page_size", "");
	CHECK(n == SQL_PAGE, "%zu", (size_t)n);
	assert_int_equal(sql_script(&s, "DELETE FROM t WHERE a % 3 = 0;"
	    " VACUUM"), SQL_DONE);
	sql_number(&s, &n, "SELECT integrity_check = 'ok' FROM"
	    " pragma_integrity_check", "");
	CHECK(n == 1, "not whole after VACUUM");
	CHECK(count_rows(&s, 1, &why) == ROWS - ROWS / 3, "rows");
	sql_close(&s);
}

/* --- nothing in clear --- */

static const char few_pages[] = "PRAGMA cache_size=10";

static unsigned
search_one(const char *path)
{
	static const struct str words[] = { STR_INIT(WORD),
	    STR_INIT("quellwolkenbank"), STR_INIT("CREATE TABLE"),
	    STR_INIT("SQLite format"), STR_INIT("\1\1\1\1\1\1\1\1") };
	struct buf b = slurp(path);
	unsigned found = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		found += b.len > 0 && memmem(b.ptr, b.len, words[i].ptr,
		    words[i].len) != NULL;
	buf_free(&b);
	return found;
}

/* How many of the words are in any file of the folder. */
static unsigned
search(unsigned *files)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	unsigned found = 0;
	char path[400];

	*files = 0;
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		++*files;
		found += search_one(path);
	}
	closedir(d);
	return found;
}

/* A database that writes wherever SQLite knows to: pages that leave the cache
 * before the commit, savepoints, sorting, an index of words. */
static void
write_everywhere(struct sql *s)
{
	static const char many[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
	    " SELECT i + 1 FROM n WHERE i < 60) INSERT INTO u SELECT i,"
	    " '" WORD " ' || hex(zeroblob(5000)) || i FROM n";

	assert_int_equal(sql_script(s, few_pages), SQL_DONE);
	assert_int_equal(sql_script(s, table_t), SQL_DONE);
	assert_int_equal(sql_script(s, "CREATE TABLE u(a INTEGER PRIMARY KEY,"
	    " b TEXT); CREATE VIRTUAL TABLE f USING fts5(b)"), SQL_DONE);
	fill(s, 1);
	assert_int_equal(sql_script(s, "BEGIN"), SQL_DONE);
	assert_int_equal(sql_script(s, many), SQL_DONE);
	assert_int_equal(sql_script(s, "SAVEPOINT x;"
	    " UPDATE u SET b = b || '" WORD "'; ROLLBACK TO x;"
	    " UPDATE u SET b = '" WORD "' || b; RELEASE x;"
	    " INSERT INTO f(b) SELECT b FROM u;"
	    " CREATE INDEX v ON u(b)"), SQL_DONE);
}

TEST(nothing_lies_in_clear)
{
	unsigned files, found, plain;
	struct sql s;

	TEST_BEGIN;
	for (int sealed = 0; sealed < 2; sealed++) {
		use_key(sealed ? key_1 : NULL);
		clear_away();
		open_as(&s, SQL_CREATOR);
		write_everywhere(&s);
		found = search(&files);		/* not committed yet */
		CHECK(files == 3, "%u files", files);
		CHECK(sealed ? found == 0 : found >= 5, "%u words", found);
		assert_int_equal(sql_script(&s, "COMMIT"), SQL_DONE);
		found = search(&files);
		CHECK(sealed ? found == 0 : found >= 5, "%u words", found);
		sql_checkpoint(&s, true);
		plain = search(&files);
		sql_close(&s);
		found = search(&files);
		CHECK(files == 1, "%u files", files);
		CHECK(sealed ? found + plain == 0 : found >= 5 && plain >= 5,
		    "%u words, %u", found, plain);
	}
}

/* Of the index no octet but a number that says whose it is. */
TEST(the_index_is_in_memory)
{
	struct sql s;
	struct buf b;
	size_t set = 0;

	TEST_BEGIN;
	use_key(key_1);
	make();
	open_as(&s, SQL_WRITER);
	fill(&s, 2);
	b = slurp(shm_path);
	assert_int_equal(b.len, 32768);
	for (size_t i = 0; i < b.len; i++)
		set += b.ptr[i] != 0 && (i < 8 || i >= 16);
	CHECK(set == 0, "%zu octets", set);
	buf_free(&b);
	sql_close(&s);
}

/* The same text twice is not the same on the disk. */
TEST(no_two_boxes_are_alike)
{
	struct sql s;
	struct buf a, b;

	TEST_BEGIN;
	use_key(key_1);
	make();
	a = slurp(db_path);
	open_as(&s, SQL_WRITER);
	fill(&s, 1);
	sql_close(&s);
	b = slurp(db_path);
	for (size_t i = SQL_PAGE; i + SQL_PAGE <= a.len; i += 64)
		for (size_t j = SQL_PAGE; j + SQL_PAGE <= b.len; j += SQL_PAGE)
			CHECK(memcmp(a.ptr + i, b.ptr + j + i % SQL_PAGE,
			    16) != 0 || memcmp(a.ptr + i / SQL_PAGE * SQL_PAGE,
			    b.ptr + j, SQL_PAGE) == 0, "at %zu", i);
	buf_free(&a);
	buf_free(&b);
}

TEST(no_other_file_is_made)
{
	static const char big[] = "INSERT INTO x SELECT a, b FROM t, (SELECT 1"
	    " UNION SELECT 2 UNION SELECT 3)";
	struct sql s;
	unsigned files;

	TEST_BEGIN;
	use_key(key_1);
	make();
	open_as(&s, SQL_WRITER);
	assert_int_equal(sql_script(&s, "PRAGMA temp_store=FILE;"
	    "PRAGMA temp.cache_size=1"), SQL_DONE);
	CHECK(sql_script(&s, "CREATE TEMP TABLE x(a, b)") != SQL_DONE ||
	    sql_script(&s, big) != SQL_DONE, "a file for what is temporary");
	CHECK(search(&files) == 0 && files <= 3, "%u", files);
	/* a journal with pages */
	(void)sql_script(&s, "PRAGMA journal_mode=DELETE");
	(void)sql_script(&s, "UPDATE t SET a = a + 1000");
	CHECK(search(&files) == 0 && files <= 3, "%u", files);
	sql_close(&s);
	clear_away();
}

/* --- several processes --- */

static void
write_and_die(void)
{
	struct sql s;

	open_as(&s, SQL_WRITER);
	fill(&s, 2);
	/* more than the cache has room for, twice over, so that frames are
	 * written again */
	(void)sql_script(&s, few_pages);
	if (sql_script(&s, "CREATE TABLE w(a INTEGER PRIMARY KEY, b)") !=
	    SQL_DONE || sql_script(&s, "BEGIN;"
	    " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < 150) INSERT INTO w SELECT i, zeroblob(16000) FROM n;"
	    " UPDATE w SET b = randomblob(15000);"
	    " UPDATE w SET b = CAST(a AS TEXT) WHERE a % 7 = 0;"
	    " DELETE FROM w WHERE a % 5 = 0; COMMIT") != SQL_DONE)
		_exit(1);
}

TEST(a_process_dies)
{
	enum sql_status why;
	struct sql s;
	uint64_t n;

	TEST_BEGIN;
	use_key(key_1);
	make();
	in_child(write_and_die);
	use_key(key_1);
	open_as(&s, SQL_WRITER);
	CHECK(count_rows(&s, 2, &why) == ROWS && why == SQL_DONE, "%s",
	    sql_status_name(why));
	sql_number(&s, &n, "SELECT count(*) FROM w WHERE length(b) = 15000 OR"
	    " b = CAST(a AS TEXT)", "");
	CHECK(n == 120, "%zu rows", (size_t)n);
	sql_number(&s, &n, "SELECT integrity_check = 'ok' FROM"
	    " pragma_integrity_check", "");
	CHECK(n == 1, "not whole");
	sql_close(&s);
}

/* Rows are always of one version, which never goes back. */
static void
read_along(void)
{
	enum sql_status why;
	uint64_t last = 0, now = 0;
	struct sql s;

	sqlseal_reader();
	open_as(&s, SQL_READER);
	while (now != 'Z') {
		if (sql_script(&s, "BEGIN") != SQL_DONE ||
		    sql_number(&s, &now, "SELECT unicode(substr(b, 1, 1))"
		    " FROM t", "") != SQL_ROW || now < last ||
		    count_rows(&s, (int)now, &why) != ROWS ||
		    why != SQL_DONE || sql_script(&s, "COMMIT") != SQL_DONE)
			_exit(1);
		last = now;
	}
	sql_close(&s);
}

static void
write_versions(void)
{
	struct sql s;

	open_as(&s, SQL_WRITER);
	for (int v = 'A'; v <= 'Z'; v++) {
		fill(&s, v);
		if (v % 4 == 0)
			sql_checkpoint(&s, v % 8 == 0);
	}
}

TEST(readers_read_along)
{
	enum { READERS = 3 };
	struct sql s;
	pid_t pid[READERS];
	int status;

	TEST_BEGIN;
	use_key(key_1);
	make();
	open_as(&s, SQL_WRITER);
	fill(&s, 'A');
	for (int i = 0; i < READERS; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			read_along();
			_exit(0);
		}
	}
	for (int v = 'B'; v <= 'Z'; v++) {
		fill(&s, v);
		if (v % 4 == 0)
			sql_checkpoint(&s, v % 8 == 0);
	}
	for (int i = 0; i < READERS; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		CHECK(status == 0, "status %x", (unsigned)status);
	}
	sql_close(&s);
}

static void
touch_the_index(void)
{
	struct sql s;

	sqlseal_reader();
	open_as(&s, SQL_READER);
	if (sql_script(&s, "DELETE FROM t") != SQL_IO)
		_exit(2);
}

/* Who was not forked from the first has another memory: no entry. */
static void
come_from_elsewhere(void)
{
	enum sql_status got;
	struct sql s;

	use_key(key_1);
	got = sql_open(&s, db_path, SQL_WRITER);
	if (got != SQL_BUSY)
		_exit(10 + (int)got);
}

TEST(who_may_share)
{
	enum sql_status why;
	struct sql s;

	TEST_BEGIN;
	use_key(key_1);
	make();
	open_as(&s, SQL_WRITER);
	fill(&s, 2);
	in_child(touch_the_index);
	in_child(come_from_elsewhere);
	fill(&s, 3);
	CHECK(count_rows(&s, 3, &why) == ROWS, "%s", sql_status_name(why));
	sql_close(&s);
	in_child(write_versions);	/* and now anybody may */
	use_key(key_1);
	open_as(&s, SQL_WRITER);
	CHECK(count_rows(&s, 'Z', &why) == ROWS, "%s", sql_status_name(why));
	sql_close(&s);
}

TEST(one_database_to_a_process)
{
	enum sql_status why;
	struct sql s, t;
	char other[80];

	TEST_BEGIN;
	use_key(key_1);
	make();
	snprintf(other, sizeof(other), "%s/other", dir);
	open_as(&s, SQL_WRITER);
	fill(&s, 2);
	if (sql_open(&t, other, SQL_CREATOR) == SQL_DONE) {
		CHECK(sql_script(&t, table_t) != SQL_DONE, "a second one");
		sql_close(&t);
	}
	fill(&s, 3);
	CHECK(count_rows(&s, 3, &why) == ROWS, "%s", sql_status_name(why));
	sql_close(&s);
	for (size_t i = 0; i < 3; i++) {
		static const char *const more[] = { "", "-wal", "-shm" };
		char path[100];

		snprintf(path, sizeof(path), "%s%s", other, more[i]);
		unlink(path);
	}
}

/* A store that was killed: its readers end, but not at once. */
TEST(until_they_are_gone)
{
	enum sql_status why;
	struct sql s;
	int go[2], ready[2];
	char c = 0;
	pid_t pid;

	TEST_BEGIN;
	use_key(key_1);
	make();
	assert_true(pipe(go) == 0 && pipe(ready) == 0);
	pid = fork();
	if (pid == 0) {
		close(go[1]);
		open_as(&s, SQL_WRITER);
		fill(&s, 2);
		if (write(ready[1], &c, 1) != 1 || read(go[0], &c, 1) != 0)
			_exit(1);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(go[1]);
	use_key(key_1);
	open_as(&s, SQL_WRITER);
	CHECK(count_rows(&s, 2, &why) == ROWS, "%s", sql_status_name(why));
	sql_close(&s);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	close(go[0]);
	close(ready[0]);
	close(ready[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(what_was_written_comes_back), RUN(nothing_lies_in_clear),
		RUN(the_index_is_in_memory), RUN(no_two_boxes_are_alike),
		RUN(no_other_file_is_made), RUN(a_process_dies),
		RUN(readers_read_along), RUN(who_may_share),
		RUN(one_database_to_a_process), RUN(until_they_are_gone),
	};

	return cmocka_run_group_tests(tests, begin, finish);
}
