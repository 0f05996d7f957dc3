/* sqlseal_harm_test.c - sealed databases that somebody has changed. */

#include "tests/sqlseal.h"

#include <string.h>

#include "os/log.h"

enum { FRAME = 24 + SQL_PAGE, WAL_HEAD = 72, BODY = SQL_PAGE - 40 };

static int
start(void **state)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	log_to(fd);	/* what fails is expected */
	return begin(state);
}

/* Open and read all: the first failure, or SQL_DONE with every row whole. */
static enum sql_status
read_all(int version)
{
	enum sql_status why;
	struct sql s;
	unsigned n;

	why = sql_open(&s, db_path, SQL_WRITER);
	if (why != SQL_DONE)
		return why;
	n = count_rows(&s, version, &why);
	CHECK(why != SQL_DONE || n == ROWS, "%u rows", n);
	sql_close(&s);
	return why;
}

/* The same, whatever version the rows are. */
static enum sql_status
read_any(void)
{
	enum sql_status why;
	struct sql s;

	why = sql_open(&s, db_path, SQL_WRITER);
	if (why != SQL_DONE)
		return why;
	(void)count_rows(&s, 0, &why);
	sql_close(&s);
	return why;
}

static uint64_t
size_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return (uint64_t)st.st_size;
}

/* --- the database --- */

/* One octet of each kind, in every page. */
TEST(octets_of_pages)
{
	static const uint64_t where[] = { 0, 15, 16, 24, 99, 100, 8000,
	    BODY - 1, BODY, BODY + 23, BODY + 24, SQL_PAGE - 1 };
	enum sql_status got;
	uint64_t pages;

	TEST_BEGIN;
	use_key(key_1);
	make();
	pages = size_of(db_path) / SQL_PAGE;
	assert_true(pages > ROWS / 2);
	for (uint64_t p = 0; p < pages; p++)
		for (size_t i = 0; i < sizeof(where) / sizeof(where[0]); i++) {
			flip(db_path, p * SQL_PAGE + where[i]);
			got = read_all(1);
			CHECK(got == SQL_CORRUPT || (got == SQL_KEY && p == 0 &&
			    where[i] < 16), "page %u, octet %u: %s",
			    (unsigned)p + 1, (unsigned)where[i],
			    sql_status_name(got));
			flip(db_path, p * SQL_PAGE + where[i]);
		}
	assert_int_equal(read_all(1), SQL_DONE);
}

TEST(pages_elsewhere)
{
	static const char one[] = "SELECT count(*) FROM t WHERE a < 3";
	struct buf a, b;
	struct sql s;
	uint64_t n;

	TEST_BEGIN;
	use_key(key_1);
	make();
	a = slurp(db_path);
	make();
	b = slurp(db_path);
	/* swapped */
	spit(db_path, 3 * SQL_PAGE, (struct str){ b.ptr + 4 * SQL_PAGE,
	    SQL_PAGE });
	spit(db_path, 4 * SQL_PAGE, (struct str){ b.ptr + 3 * SQL_PAGE,
	    SQL_PAGE });
	assert_int_equal(read_all(1), SQL_CORRUPT);
	/* the same page of another database under the same key */
	spit(db_path, 0, buf_str(&b));
	assert_int_equal(read_all(1), SQL_DONE);
	spit(db_path, 20 * SQL_PAGE, (struct str){ a.ptr + 20 * SQL_PAGE,
	    SQL_PAGE });
	assert_int_equal(read_all(1), SQL_CORRUPT);
	open_as(&s, SQL_WRITER);	/* the rest can be read */
	CHECK(sql_number(&s, &n, one, "") == SQL_ROW && n == 2, "%u",
	    (unsigned)n);
	sql_close(&s);
	spit(db_path, 0, (struct str){ a.ptr, SQL_PAGE });
	CHECK(read_all(1) != SQL_DONE, "page 1 of another");
	buf_free(&a);
	buf_free(&b);
}

TEST(cut_short)
{
	struct buf b;

	TEST_BEGIN;
	use_key(key_1);
	make();
	b = slurp(db_path);
	for (size_t cut = 1; cut < b.len; cut += SQL_PAGE / 2 + 1) {
		assert_int_equal(truncate(db_path, (off_t)(b.len - cut)), 0);
		CHECK(read_all(1) != SQL_DONE, "%zu octets less", cut);
	}
	clear_away();
	spit(db_path, 0, buf_str(&b));
	assert_int_equal(read_all(1), SQL_DONE);
	/* a page of zeros is not an empty page */
	memset(b.ptr + 5 * SQL_PAGE, 0, SQL_PAGE);
	spit(db_path, 0, buf_str(&b));
	assert_int_equal(read_all(1), SQL_CORRUPT);
	buf_free(&b);
}

TEST(wrong_keys)
{
	struct sql s;

	TEST_BEGIN;
	use_key(key_1);
	make();
	use_key(key_2);
	assert_int_equal(sql_open(&s, db_path, SQL_WRITER), SQL_KEY);
	assert_int_equal(sql_open(&s, db_path, SQL_READER), SQL_KEY);
	assert_int_equal(sql_open(&s, db_path, SQL_CREATOR), SQL_KEY);
	use_key(NULL);
	assert_int_equal(sql_open(&s, db_path, SQL_CREATOR), SQL_CORRUPT);
	use_key(key_1);
	assert_int_equal(read_all(1), SQL_DONE);
	use_key(NULL);
	make();
	use_key(key_1);
	assert_int_equal(sql_open(&s, db_path, SQL_CREATOR), SQL_KEY);
	use_key(NULL);
	assert_int_equal(read_all(1), SQL_DONE);
}

/* --- the log --- */

/* Three transactions are left in the log: versions 2, 3 and 4. */
static void
leave_a_log(void)
{
	struct sql s;

	open_as(&s, SQL_WRITER);
	for (int v = 2; v <= 4; v++)
		fill(&s, v);
}

static void
put_back(const struct buf *db, const struct buf *wal)
{
	clear_away();
	spit(db_path, 0, buf_str(db));
	spit(wal_path, 0, buf_str(wal));
	use_key(key_1);
}

/* All rows are of one version, which is the last that the log has whole. */
static int
version_now(void)
{
	enum sql_status why;
	unsigned rows = 0;
	struct sql s;
	int v = 0;

	open_as(&s, SQL_WRITER);
	while (v < 4 && rows != ROWS)
		rows = count_rows(&s, ++v, &why);
	sql_close(&s);
	CHECK(rows == ROWS, "%u rows of version %d", rows, v);
	return v;
}

TEST(octets_of_the_log)
{
	static const uint64_t where[] = { 0, 4, 8, 16, 23, 24, 9000, FRAME - 41,
	    FRAME - 40, FRAME - 17, FRAME - 16, FRAME - 1 };
	struct buf db, wal;
	uint64_t frames;

	TEST_BEGIN;
	use_key(key_1);
	make();
	in_child(leave_a_log);
	db = slurp(db_path);
	wal = slurp(wal_path);
	frames = (wal.len - WAL_HEAD) / FRAME;
	put_back(&db, &wal);
	assert_int_equal(version_now(), 4);
	for (uint64_t i = 0; i < WAL_HEAD; i += 5) {
		put_back(&db, &wal);
		flip(wal_path, i);
		CHECK(read_all(4) == SQL_CORRUPT, "octet %u", (unsigned)i);
	}
	for (uint64_t f = 0; f < frames; f += frames / 6)
		for (size_t i = 0; i < sizeof(where) / sizeof(where[0]); i++) {
			put_back(&db, &wal);
			flip(wal_path, WAL_HEAD + f * FRAME + where[i]);
			CHECK(version_now() == 1 + (int)(f * 3 / frames),
			    "frame %u, octet %u", (unsigned)f,
			    (unsigned)where[i]);
		}
	buf_free(&db);
	buf_free(&wal);
}

/* Who has not the key does no harm to what is in the log. */
TEST(a_log_and_other_keys)
{
	struct sql s;
	struct buf db, wal;

	TEST_BEGIN;
	use_key(key_1);
	make();
	in_child(leave_a_log);
	use_key(key_2);
	assert_int_equal(sql_open(&s, db_path, SQL_WRITER), SQL_KEY);
	assert_int_equal(sql_open(&s, db_path, SQL_CREATOR), SQL_KEY);
	use_key(NULL);
	assert_int_equal(sql_open(&s, db_path, SQL_CREATOR), SQL_CORRUPT);
	use_key(key_1);
	db = slurp(db_path);
	wal = slurp(wal_path);
	assert_int_equal(version_now(), 4);
	/* damage does not cost the rest either */
	put_back(&db, &wal);
	flip(wal_path, 3);
	assert_int_equal(sql_open(&s, db_path, SQL_CREATOR), SQL_CORRUPT);
	flip(wal_path, 3);
	use_key(key_1);
	assert_int_equal(version_now(), 4);
	buf_free(&db);
	buf_free(&wal);
}

static void
leave_page_1(void)
{
	struct sql s;

	open_as(&s, SQL_WRITER);
	for (int v = 2; v <= 4; v++)
		fill(&s, v);
	if (sql_script(&s, "PRAGMA user_version=7") != SQL_DONE)
		_exit(1);
}

/* Page 1 is torn when power is lost; the log has it whole. */
TEST(page_1_is_torn)
{
	struct buf db, wal;

	TEST_BEGIN;
	use_key(key_1);
	make();
	in_child(leave_page_1);
	db = slurp(db_path);
	wal = slurp(wal_path);
	for (uint64_t at = 0; at < SQL_PAGE; at += 4096) {
		put_back(&db, &wal);
		for (uint64_t i = at < SQLSEAL_MORE ? 16 : at; i < at + 4096;
		    i += 64)
			flip(db_path, i);
		assert_int_equal(version_now(), 4);
	}
	buf_free(&db);
	buf_free(&wal);
}

/* Rows are whole, of a version that there was, or not to be had. */
TEST(anything_anywhere)
{
	enum { ROUNDS = 150 };
	struct buf db, wal;
	uint64_t at, x = 1;

	TEST_BEGIN;
	use_key(key_1);
	make();
	in_child(leave_a_log);
	db = slurp(db_path);
	wal = slurp(wal_path);
	for (int i = 0; i < ROUNDS; i++) {
		put_back(&db, &wal);
		for (uint64_t n = 1 + x % 4; n > 0; n--) {
			bool log = (x >> 40 & 1) != 0;

			x = x * 6364136223846793005 + 1442695040888963407;
			at = (x >> 16) % ((log ? wal.len : db.len) - 8);
			spit(log ? wal_path : db_path, at, (struct str){
			    db.ptr + at % (db.len - 8), 1 + n });
		}
		if ((x >> 50) % 3 == 0)
			assert_int_equal(truncate(wal_path, (off_t)(x >> 20) %
			    (off_t)wal.len), 0);
		(void)read_any();
	}
	buf_free(&db);
	buf_free(&wal);
}

/* Changed under the feet of who reads. */
TEST(a_frame_that_is_being_read)
{
	enum sql_status why;
	uint64_t frames;
	struct sql w, r;

	TEST_BEGIN;
	use_key(key_1);
	make();
	open_as(&w, SQL_WRITER);
	fill(&w, 2);
	frames = (size_of(wal_path) - WAL_HEAD) / FRAME;
	for (uint64_t f = 0; f < frames; f++)
		flip(wal_path, WAL_HEAD + f * FRAME + 5000);
	why = sql_open(&r, db_path, SQL_READER);
	if (why == SQL_DONE) {
		(void)count_rows(&r, 2, &why);
		sql_close(&r);
	}
	CHECK(why == SQL_CORRUPT, "%s", sql_status_name(why));
	sql_checkpoint(&w, true);
	CHECK(w.wal_pages != 0, "moved into the database");
	for (uint64_t f = 0; f < frames; f++)
		flip(wal_path, WAL_HEAD + f * FRAME + 5000);
	open_as(&r, SQL_READER);
	CHECK(count_rows(&r, 2, &why) == ROWS, "%s", sql_status_name(why));
	sql_close(&r);
	sql_close(&w);
}

/* A frame of the same number from before the log began anew. */
TEST(a_frame_of_an_earlier_log)
{
	enum sql_status why;
	struct sql w, r;
	struct buf old;

	TEST_BEGIN;
	use_key(key_1);
	make();
	open_as(&w, SQL_WRITER);
	fill(&w, 2);
	old = slurp(wal_path);
	sql_checkpoint(&w, true);
	fill(&w, 3);
	assert_true(size_of(wal_path) == old.len);
	spit(wal_path, WAL_HEAD, (struct str){ old.ptr + WAL_HEAD,
	    old.len - WAL_HEAD });
	why = sql_open(&r, db_path, SQL_READER);
	if (why == SQL_DONE) {
		(void)count_rows(&r, 3, &why);
		sql_close(&r);
	}
	CHECK(why == SQL_CORRUPT, "%s", sql_status_name(why));
	sql_close(&w);
	buf_free(&old);
}

/* What this cannot find, so that nobody thinks it did: sqlseal.h says it. */
TEST(an_earlier_page_of_the_same_number)
{
	struct buf old;

	TEST_BEGIN;
	use_key(key_1);
	make();
	old = slurp(db_path);
	in_child(leave_a_log);
	use_key(key_1);
	assert_int_equal(version_now(), 4);
	spit(db_path, 0, buf_str(&old));
	unlink(wal_path);
	assert_int_equal(version_now(), 1);
	buf_free(&old);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(octets_of_pages), RUN(pages_elsewhere), RUN(cut_short),
		RUN(wrong_keys), RUN(octets_of_the_log),
		RUN(a_log_and_other_keys), RUN(page_1_is_torn),
		RUN(anything_anywhere),
		RUN(a_frame_that_is_being_read),
		RUN(a_frame_of_an_earlier_log),
		RUN(an_earlier_page_of_the_same_number),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
