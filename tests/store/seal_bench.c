/*
 * seal_bench.c - what sealing costs: mail put in, words indexed and found.
 *
 * usage: store_seal_bench MESSAGES CORPUS
 *
 * Lines of: plain or sealed TAB what TAB a number.  tests/bench/sealed.py makes
 * a table of them.
 *
 * Twice, on a plain and on a sealed database: bodies in transactions of 64, as
 * a busy store commits them; then a search index (FTS5) of texts cut from the
 * files below CORPUS, and searches in it by a process that only reads.
 */

#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/fd.h"
#include "os/memfd.h"
#include "os/sql.h"
#include "os/sqlseal.h"

enum {
	CORPUS_MAX = 32 << 20, PIECE = 1000, TEXT_MAX = 10000, TOGETHER = 64,
	BODIES = 4000, BODY = 16384, QUERIES = 300, MB = 1 << 20,
};

static char *corpus;
static size_t corpus_len;
static uint64_t seed = 88172645463325252;

static uint64_t
chance(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
cpu(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
	    (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static void
must(enum sql_status s, const char *what)
{
	if (s == SQL_DONE || s == SQL_ROW)
		return;
	printf("%s: %s\n", what, sql_status_name(s));
	exit(1);
}

static void
tell(const char *how, const char *what, const char *unit, double n)
{
	printf("%s\t%s: %s\t%.4g\n", how, what, unit, n);
}

/* A message's header is no text, nor what is encoded or compressed. */
static int
take_file(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	static char text[2 * MB];
	int fd = type == FTW_F ? open(path, O_RDONLY) : -1;
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text));
	char *end = n <= 0 ? NULL : memmem(text, (size_t)n, "\n\n", 2);
	char *at = end != NULL ? end : text;

	(void)st;
	(void)ftw;
	if (fd >= 0)
		close(fd);
	if (n <= 0 || memmem(text, (size_t)n, "base64", 6) != NULL ||
	    memchr(text, '\0', (size_t)n) != NULL)
		return 0;
	n -= at - text;
	if (corpus_len + (size_t)n > CORPUS_MAX)
		return 1;
	memcpy(corpus + corpus_len, at, (size_t)n);
	corpus_len += (size_t)n;
	return 0;
}

/* Some pieces from anywhere, and two words that no other text has. */
static struct str
make_text(void)
{
	static char text[TEXT_MAX];
	size_t pieces = 1 + chance(3) + chance(3) * chance(3) * chance(4) / 2;
	size_t n = 0;

	for (size_t i = 0; i < pieces; i++, n += PIECE)
		memcpy(text + n, corpus + chance(corpus_len - PIECE), PIECE);
	n += (size_t)snprintf(text + n, TEXT_MAX - n, " %llx %llx",
	    (unsigned long long)chance(~0ull), (unsigned long long)
	    chance(~0ull));
	return (struct str){ text, n };
}

/* A word of four letters and more, of those that texts have often. */
static size_t
make_word(char *out)
{
	for (;;) {
		size_t at = chance(corpus_len - 100), n = 0;

		while (corpus[at] != ' ')
			at = (at + 1) % (corpus_len - 100);
		for (at++; n < 20 && ((corpus[at] | 32) >= 'a' &&
		    (corpus[at] | 32) <= 'z'); at++)
			out[n++] = (char)(corpus[at] | 32);
		if (n >= 4)
			return n;
	}
}

static void
bodies(struct sql *s, const char *how)
{
	static char body[BODY];
	double began = seconds(), used = cpu();

	must(sql_script(s, "CREATE TABLE b(id INTEGER PRIMARY KEY, d BLOB)"),
	    "table");
	for (int i = 0; i < BODIES; i++) {
		if (i % TOGETHER == 0)
			must(sql_script(s, "BEGIN IMMEDIATE"), "begin");
		memcpy(body, corpus + chance(corpus_len - BODY), BODY);
		must(sql_run(s, "INSERT INTO b(d) VALUES(?)", "b",
		    (struct str){ body, BODY }), "insert");
		if (i % TOGETHER != TOGETHER - 1 && i != BODIES - 1)
			continue;
		must(sql_script(s, "COMMIT"), "commit");
		if (s->wal_pages > 1000)
			sql_checkpoint(s, false);
	}
	sql_checkpoint(s, true);
	tell(how, "bodies of 16 KiB, 64 a commit", "a second",
	    BODIES / (seconds() - began));
	tell(how, "bodies of 16 KiB, 64 a commit", "ms of processor each",
	    1e3 * (cpu() - used) / BODIES);
}

static void
words(struct sql *s, const char *how, size_t messages)
{
	double began = seconds(), used = cpu();
	size_t octets = 0;
	char what[80];

	must(sql_script(s, "CREATE VIRTUAL TABLE f USING fts5(text, content='',"
	    " tokenize='unicode61 remove_diacritics 2')"), "fts5");
	for (size_t i = 0; i < messages; i++) {
		struct str text = make_text();

		if (i % (4 * TOGETHER) == 0)
			must(sql_script(s, "BEGIN IMMEDIATE"), "begin");
		must(sql_run(s, "INSERT INTO f(rowid, text) VALUES(?, ?)",
		    "ut", (uint64_t)i + 1, text), "insert");
		octets += text.len;
		if (i % (4 * TOGETHER) != 4 * TOGETHER - 1 &&
		    i != messages - 1)
			continue;
		must(sql_script(s, "COMMIT"), "commit");
		if (s->wal_pages > 1000)
			sql_checkpoint(s, false);
	}
	sql_checkpoint(s, true);
	snprintf(what, sizeof(what), "%zu texts of %zu octets indexed",
	    messages, octets / messages);
	tell(how, what, "a second", (double)messages / (seconds() - began));
	tell(how, what, "ms of processor each",
	    1e3 * (cpu() - used) / (double)messages);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

enum ask { ONE_WORD, TWO_WORDS, BEGINNING, PHRASE, ASKS };

static struct str
make_query(enum ask ask)
{
	static char q[128];
	size_t n = make_word(q + 1);

	q[0] = '"';
	n++;
	if (ask == BEGINNING && n > 4)
		n = 4;
	if (ask == TWO_WORDS || ask == PHRASE) {
		q[n++] = ask == PHRASE ? ' ' : '"';
		if (ask == TWO_WORDS) {
			q[n++] = ' ';
			q[n++] = '"';
		}
		n += make_word(q + n);
	}
	q[n++] = '"';
	if (ask == BEGINNING)
		q[n++] = '*';
	return (struct str){ q, n };
}

/* The newest 50 that match, and how many there are in all. */
static void
search(struct sql *s, const char *how, enum ask ask, bool total)
{
	static const char *const names[ASKS] = { "a word", "two words",
	    "a beginning of three letters", "a phrase of two" };
	static double took[QUERIES];
	char what[80];

	for (int i = 0; i < QUERIES; i++) {
		struct str q = make_query(ask);
		double began = seconds();
		struct sqlite3_stmt *st;
		uint64_t all;

		st = sql_bind(s, "SELECT rowid FROM f WHERE f MATCH ?"
		    " ORDER BY rowid DESC LIMIT 50", "t", q);
		while (sql_step(st) == SQL_ROW)
			continue;
		sql_end(st);
		if (total)
			must(sql_number(s, &all, "SELECT count(*) FROM f"
			    " WHERE f MATCH ?", "t", q), "count");
		took[i] = 1e3 * (seconds() - began);
	}
	qsort(took, QUERIES, sizeof(took[0]), by_size);
	snprintf(what, sizeof(what), "search: %s%s", names[ask],
	    total ? ", and how many in all" : "");
	tell(how, what, "ms at the median", took[QUERIES / 2]);
	tell(how, what, "ms at 95 of 100", took[QUERIES * 95 / 100]);
}

static void
read_process(const char *path, const char *how)
{
	struct sql s;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
	if (pid != 0)
		return;
	sqlseal_reader();
	must(sql_open(&s, path, SQL_READER), "reader");
	for (enum ask a = 0; a < ASKS; a++)
		for (int total = 0; total < 2; total++)
			search(&s, how, a, total != 0);
	fflush(stdout);
	_exit(0);
}

static void
run(const char *path, const char *how, size_t messages)
{
	struct stat st;
	struct sql s;

	must(sql_open(&s, path, SQL_CREATOR), "open");
	bodies(&s, how);
	words(&s, how, messages);
	read_process(path, how);
	sql_close(&s);
	if (stat(path, &st) == 0)
		tell(how, "the database", "MiB", (double)st.st_size / MB);
	unlink(path);
}

int
main(int argc, char **argv)
{
	char dir[] = "/var/tmp/pli-bench-XXXXXX", path[64];
	size_t messages = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
	int fd = memfd_new("key");

	corpus = malloc(CORPUS_MAX);
	if (messages == 0 || corpus == NULL || mkdtemp(dir) == NULL)
		return 2;
	nftw(argv[2], take_file, 16, FTW_PHYS);
	if (corpus_len < MB)
		return 2;
	snprintf(path, sizeof(path), "%s/db", dir);
	run(path, "plain", messages);
	seed = 88172645463325252;
	if (!fd_write(fd, STR("this is no key but for tests, 32")) ||
	    !memfd_settle(fd) || !sql_seal(fd))
		return 1;
	run(path, "sealed", messages);
	rmdir(dir);
	return 0;
}
