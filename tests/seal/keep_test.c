/*
 * keep_test.c - what seal keeps of a message: little memory while it seals,
 * and nothing afterwards.  The path of the role is argv[1].
 *
 * To look into another process's memory takes root, and a build without a
 * sanitizer, whose memory is its own: else these are skipped.
 */

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "rig.h"
#include "tests/check.h"

#define WAIT	20000
#define MARK	"Marker-of-plain-text-"	/* never whole in this program's text
					   segment: see mark() */

enum { BIG = 50 << 20, ANON_MAX_KB = 8 << 10, CHUNK = 1 << 20 };

static const char *path;
static struct rig r;

static int
setup(void **state)
{
	(void)state;
	rig_start(&r, path);
	rig_cert(&r, "alice.asc");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rig_stop(&r);
	return 0;
}

static bool
is_possible(void)
{
#ifdef PLI_SANITIZED
	return false;
#else
	return geteuid() == 0;
#endif
}

static long
anon_kb(void)
{
	char name[64], line[256];
	long kb = -1;
	FILE *f;

	snprintf(name, sizeof(name), "/proc/%d/status", (int)r.pid);
	f = fopen(name, "r");
	CHECK(f != NULL, "%s", name);
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "RssAnon: %ld", &kb) == 1)
			break;
	fclose(f);
	return kb;
}

TEST(takes_little_memory)
{
	struct str text = { NULL, BIG };
	struct rig_got got;
	long most = 0, now;
	char *mem;
	enum rig_event event;

	TEST_BEGIN;
	mem = malloc(BIG);
	CHECK(mem != NULL, "memory");
	memset(mem, 'x', BIG);
	text.ptr = mem;
	for (unsigned i = 0; i < 3; i++) {
		rig_message(&r, i, text, 0, 1, 3);
		do {
			event = rig_next(&r, &got, 2);
			now = anon_kb();
			if (now > most)
				most = now;
		} while (event == RIG_SILENT);
		CHECK(event == RIG_DELIVERED, "%d", event);
		CHECK(got.deliver.size > BIG, "size");
		close(got.fd);
	}
	free(mem);
	print_message("RssAnon %ld kB at most\n", most);
	CHECK(most > 0 && most < ANON_MAX_KB, "%ld kB", most);
}

/* n octets in which each marker has a number of its own. */
static void
mark(char *mem, size_t n)
{
	char one[40];
	size_t at = 0;

	for (unsigned i = 0; at < n; i++) {
		int len = snprintf(one, sizeof(one), "%s%08u ", MARK, i);

		for (int k = 0; k < len && at < n; k++)
			mem[at++] = one[k];
	}
}

static unsigned
count(const char *mem, size_t n)
{
	unsigned found = 0;
	const char *at;

	while ((at = memmem(mem, n, MARK, sizeof(MARK) - 1)) != NULL) {
		found++;
		n -= (size_t)(at + 1 - mem);
		mem = at + 1;
	}
	return found;
}

/* Of one mapping; the ends of pieces overlap. */
static unsigned
search(int fd, unsigned long from, unsigned long to)
{
	static char mem[CHUNK + sizeof(MARK)];
	unsigned found = 0;

	for (; from < to; from += CHUNK) {
		size_t want = to - from < sizeof(mem) ? to - from :
		    sizeof(mem);
		ssize_t n = pread(fd, mem, want, (off_t)from);

		if (n > 0)
			found += count(mem, (size_t)n);
	}
	return found;
}

static unsigned
plain_in_memory(void)
{
	char name[64], line[512];
	unsigned long from, to;
	unsigned found = 0, maps = 0, one;
	FILE *f;
	int fd;

	snprintf(name, sizeof(name), "/proc/%d/mem", (int)r.pid);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	snprintf(name, sizeof(name), "/proc/%d/maps", (int)r.pid);
	f = fopen(name, "r");
	CHECK(fd >= 0 && f != NULL, "%s", name);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "%lx-%lx rw", &from, &to) != 2)
			continue;
		maps++;
		one = search(fd, from, to);
		if (one > 0)
			print_message("%u in %s", one, line);
		found += one;
	}
	fclose(f);
	close(fd);
	CHECK(maps > 10, "%u mappings", maps);
	return found;
}

TEST(keeps_nothing)
{
	static const size_t sizes[] = { 40, 4096, 40000, 70000, 1 << 20,
	    10 << 20 };
	struct rig_got got;
	char *mem;

	TEST_BEGIN;
	mem = malloc(10 << 20);
	CHECK(mem != NULL, "memory");
	mark(mem, 10 << 20);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		rig_message(&r, i, (struct str){ mem, sizes[i] }, 0, 3, 3);
		for (int k = 0; k < 3; k++) {
			CHECK(rig_next(&r, &got, WAIT) == RIG_DELIVERED,
			    "%zu", sizes[i]);
			close(got.fd);
		}
		CHECK(rig_next(&r, &got, 50) == RIG_SILENT, "what?");
		CHECK(plain_in_memory() == 0, "after %zu", sizes[i]);
	}
	free(mem);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(takes_little_memory, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(keeps_nothing, setup,
		    teardown),
	};

	if (argc < 2 || !is_possible())
		return 77;
	path = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
