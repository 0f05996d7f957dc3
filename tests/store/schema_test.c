/*
 * schema_test.c - databases of versions 1 and 5 (tests/store/v1.sql, v5.sql,
 * the arguments) become today's; what is wrong in one is found, and mended.
 */

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "schema.h"
#include "store.h"
#include "tests/check.h"

static const char *fixture, *fixture_5;
static char dir[] = "/tmp/pli-schema-XXXXXX";
static char path[64];
static struct sql db;

bool
serve_send(struct role *r, struct peer *p, const struct field_msg *table,
    size_t types, unsigned type, const void *msg, const int *fds, size_t nfds)
{
	(void)r, (void)p, (void)table, (void)types, (void)type, (void)msg;
	(void)fds, (void)nfds;
	return false;
}

struct peer *
serve_edge(struct role *r, enum role_id to, size_t n)
{
	(void)r, (void)to, (void)n;
	return NULL;
}

struct peer *
serve_add(struct role *r, int fd, enum role_id from, bool child, uint64_t id,
    struct str addr)
{
	(void)r, (void)fd, (void)from, (void)child, (void)id, (void)addr;
	return NULL;
}

void
serve_drop(struct role *r, struct peer *p)
{
	(void)r, (void)p;
}

static bool
load(struct sql *s, const char *file)
{
	static char text[32768];
	int fd = open(file, O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	return sql_script(s, text) == SQL_DONE;
}

static int
begin(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/mail.db", dir);
	if (sql_open(&db, path, SQL_CREATOR) != SQL_DONE)
		return -1;
	return load(&db, fixture) ? 0 : -1;
}

static int
finish(void **state)
{
	(void)state;
	sql_close(&db);
	unlink(path);
	return rmdir(dir);
}

struct findings {
	char text[512];
};

static void
note(void *arg, const char *finding, struct str detail)
{
	struct findings *f = arg;
	size_t n = strlen(f->text);

	snprintf(f->text + n, sizeof(f->text) - n, "%s(%.*s) ", finding,
	    (int)detail.len, detail.ptr);
}

static void
no_findings(void)
{
	struct findings f = { "" };

	CHECK(check_all(&db, note, &f) == 0, "%s", f.text);
}

TEST(migrates)
{
	uint64_t n;

	TEST_BEGIN;
	sql_number(&db, &n, "PRAGMA user_version", "");
	assert_int_equal(n, 1);
	assert_int_equal(schema_prepare(&db), SCHEMA_OK);
	sql_number(&db, &n, "PRAGMA user_version", "");
	assert_int_equal(n, SCHEMA_VERSION);
	assert_int_equal(schema_prepare(&db), SCHEMA_OK);
	no_findings();
}

static void
begin_5(void)
{
	uint64_t n;

	sql_close(&db);
	unlink(path);
	assert_int_equal(sql_open(&db, path, SQL_CREATOR), SQL_DONE);
	assert_true(load(&db, fixture_5));
	sql_number(&db, &n, "PRAGMA user_version", "");
	assert_int_equal(n, 5);
}

/* What the program of version 5 left: each message is an email of its
 * account, by date, and a thread of its own. */
TEST(migrates_5)
{
	static const struct {
		const char *query;
		uint64_t is;
	} t[] = {
		{ "SELECT count(*) FROM messages", 8 },
		{ "SELECT count(*) FROM messages WHERE email = thread", 8 },
		{ "SELECT count(*) FROM messages m JOIN mailboxes b"
		  " ON b.id = m.mailbox WHERE b.account = m.account", 8 },
		{ "SELECT count(DISTINCT email) FROM messages"
		  " WHERE account = 1", 5 },
		{ "SELECT min(email) FROM messages WHERE account = 1",
		  (1 << EMAIL_BITS) + 1 },
		{ "SELECT max(email) FROM messages WHERE account = 1",
		  (1 << EMAIL_BITS) + 5 },
		{ "SELECT count(*) FROM messages a JOIN messages b"
		  " ON a.account = b.account AND a.email < b.email"
		  " WHERE a.date > b.date", 0 },
		/* what IMAP's clients know still holds */
		{ "SELECT modseq FROM messages WHERE mailbox = 1 AND uid = 4",
		  34 },
		{ "SELECT modseq FROM mailboxes WHERE id = 1", 42 },
		{ "SELECT touched FROM mailboxes WHERE id = 1", 42 },
		{ "SELECT count(*) FROM expunged", 3 },
	};
	uint64_t n;

	TEST_BEGIN;
	begin_5();
	assert_int_equal(schema_prepare(&db), SCHEMA_OK);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(sql_number(&db, &n, t[i].query, ""),
		    SQL_ROW);
		CHECK(n == t[i].is, "%s: %llu", t[i].query,
		    (unsigned long long)n);
	}
	no_findings();
}

/* The same statements, step by step or at once: no difference remains. */
TEST(same_as_new)
{
	static const char text[] = "SELECT group_concat(replace(replace("
	    "replace(sql, ' ', ''), char(10), ''), char(9), ''), ';')"
	    " FROM (SELECT sql FROM sqlite_schema ORDER BY name)";
	struct sqlite3_stmt *a, *b;
	struct sql new;

	TEST_BEGIN;
	assert_int_equal(sql_open(&new, ":memory:", SQL_CREATOR), SQL_DONE);
	assert_int_equal(schema_prepare(&new), SCHEMA_OK);
	a = sql_bind(&db, text, "");
	b = sql_bind(&new, text, "");
	assert_int_equal(sql_step(a), SQL_ROW);
	assert_int_equal(sql_step(b), SQL_ROW);
	CHECK(str_eq(sql_str(a, 0), sql_str(b, 0)), "%.*s\n%.*s",
	    (int)sql_str(a, 0).len, sql_str(a, 0).ptr,
	    (int)sql_str(b, 0).len, sql_str(b, 0).ptr);
	sql_end(a);
	sql_end(b);
	sql_close(&new);
}

TEST(refuses)
{
	struct sql other;

	TEST_BEGIN;
	assert_int_equal(sql_open(&other, ":memory:", SQL_CREATOR), SQL_DONE);
	sql_script(&other, "CREATE TABLE t(x)");
	assert_int_equal(schema_prepare(&other), SCHEMA_FOREIGN);
	sql_script(&other, "PRAGMA user_version=1");
	assert_int_equal(schema_prepare(&other), SCHEMA_FOREIGN);
	sql_script(&other, "PRAGMA application_id=0x706c6931;"
	    "PRAGMA user_version=999");
	assert_int_equal(schema_prepare(&other), SCHEMA_NEWER);
	sql_close(&other);
}

/* Each is harm done to a whole database, what is found, what is mended. */
static const struct {
	const char *harm, *found, *mended;
} t[] = {
	{ "UPDATE mailboxes SET messages = 7", "mailbox-counts",
	  "mailboxes-recounted" },
	{ "UPDATE mailboxes SET unseen = 0, octets = 1", "mailbox-counts",
	  "mailboxes-recounted" },
	{ "UPDATE mailboxes SET uidnext = 7", "uid-not-below-uidnext",
	  "uidvalidity-renewed" },
	{ "UPDATE mailboxes SET modseq = 8", "modseq-above-mailbox",
	  "modseq-raised" },
	{ "UPDATE messages SET account = 9 WHERE uid = 3", "account-differs",
	  "accounts-corrected" },
	{ "UPDATE messages SET email = 77 << 24, thread = 77 << 24"
	  " WHERE uid = 3", "email-not-born-yet", "account-modseq-raised" },
	{ "INSERT INTO expunged VALUES(1, 8, 7)", "expunged-but-there",
	  "expunged-forgotten" },
	{ "UPDATE messages SET flags = flags | 1 << 30 WHERE uid = 3",
	  "keyword-without-name", "keywords-cleared" },
	{ "UPDATE messages SET head_len = 9 WHERE uid = 3", "head-differs",
	  "head-lengths-corrected" },
	{ "UPDATE heads SET refs = 3 WHERE body = 1", "body-references",
	  "bodies-recounted" },
	{ "INSERT INTO submissions VALUES(1, 5, 2, 2, 0, 0, 0, 9, 0, 77, 0,"
	  " '{}', x'')", "submission-without-letter",
	  "submissions-without-letter-ended" },
	{ "INSERT INTO chunks VALUES(9 << 20, x'00')", "chunk-without-body",
	  "chunks-without-body-removed" },
	{ "DELETE FROM addresses", "address-missing", "addresses-restored" },
	{ "UPDATE accounts SET sealed = 1;"
	  "INSERT INTO certificates VALUES(1, 1, 'A', x'00', x'00', '', '',"
	  " 0, 0, 0, 0)", "certificate-missing",
	  "certificates-chosen-anew" },
	{ "UPDATE accounts SET sealed = 0", NULL, NULL },
	/* these lose a message, so they come last */
	{ "DELETE FROM chunks WHERE id = 1 << 20", "body-incomplete",
	  "messages-without-body-removed" },
	{ "DELETE FROM heads WHERE body = 2", "body-missing",
	  "uidvalidity-renewed" },
};

static void
mend(const char *harm, const char *mended)
{
	struct findings f = { "" };

	assert_int_equal(sql_script(&db, "BEGIN"), SQL_DONE);
	assert_int_equal(repair_all(&db, 1800000000, note, &f), SQL_DONE);
	assert_int_equal(sql_script(&db, "COMMIT"), SQL_DONE);
	CHECK(strstr(f.text, mended) != NULL, "%s: %s", harm, f.text);
}

TEST(found_and_mended)
{
	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct findings f = { "" };

		assert_int_equal(sql_script(&db, t[i].harm), SQL_DONE);
		if (t[i].found == NULL)
			continue;
		CHECK(check_all(&db, note, &f) > 0, "%s", t[i].harm);
		CHECK(strstr(f.text, t[i].found) != NULL, "%s: %s", t[i].harm,
		    f.text);
		mend(t[i].harm, t[i].mended);
		no_findings();
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		RUN(migrates), RUN(same_as_new), RUN(refuses),
		RUN(found_and_mended), RUN(migrates_5),
	};

	fixture = argc > 1 ? argv[1] : "";
	fixture_5 = argc > 2 ? argv[2] : "";
	return cmocka_run_group_tests(tests, begin, finish);
}
