/* offline.c - check and repair while plid does not run; lines of
 * "finding TAB detail" on standard output. */

#include "store.h"

#include <errno.h>

#include "schema.h"

enum { EXIT_LATER = 75 };

static void
print(void *arg, const char *finding, struct str detail)
{
	(void)arg;
	printf("%s\t%.*s\n", finding, (int)detail.len, detail.ptr);
}

static enum sql_status
repair(struct sql *db)
{
	enum sql_status s = sql_run(db, "BEGIN IMMEDIATE", "");

	if (s == SQL_DONE)
		s = repair_all(db, store_now(), print, NULL);
	return s == SQL_DONE ? sql_run(db, "COMMIT", "") : s;
}

static int
with(struct sql *db, bool mend)
{
	if (schema_prepare(db) != SCHEMA_OK) {
		print(NULL, "not-our-version", STR("mail.db"));
		return 1;
	}
	if (mend && repair(db) != SQL_DONE)
		return 1;
	return check_all(db, print, NULL) == 0 ? 0 : 1;
}

static bool
take_key(const char *word)
{
	struct str in = from_c(word);
	uint64_t fd;

	return str_take_word(&in, STR("dbkey=")) && str_take_u64(&in, &fd) &&
	    in.len == 0 && fd < 1 << 20 && sql_seal((int)fd);
}

int
offline_main(bool mend, const char *dir, const char *key)
{
	enum sql_status s;
	struct sql db;
	char path[4096];
	int status;

	if (!store_path(path, sizeof(path), dir))
		return 1;
	if (key != NULL && !take_key(key)) {
		print(NULL, "unreadable", STR("dbkey"));
		return 1;
	}
	if (!store_lock(dir)) {
		bool taken = errno == EWOULDBLOCK;

		print(NULL, taken ? "running" : "unreadable", (struct str){
		    dir, strlen(dir) });
		return taken ? EXIT_LATER : 1;
	}
	s = sql_open(&db, path, SQL_WRITER);
	if (s != SQL_DONE) {
		print(NULL, "unreadable", (struct str){ sql_status_name(s),
		    strlen(sql_status_name(s)) });
		return 1;
	}
	status = with(&db, mend);
	sql_checkpoint(&db, true);
	sql_close(&db);
	return status;
}
