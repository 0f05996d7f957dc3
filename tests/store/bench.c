/*
 * bench.c - how fast the store takes messages, and at what price.
 *
 * usage: store_bench PROGRAM MESSAGES SIZE AT-ONCE [reuse]
 *
 * AT-ONCE messages are under way, each from a child of its own (or, with
 * reuse, from as many children that stay).  Prints messages a second and the
 * processor time of the writer for each.
 */

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "rig.h"
#include "tests/check.h"

enum { AT_ONCE_MAX = 200, HEAD = 600 };

static struct rig rig;

/* Every second message answers the one before it. */
static struct str
refs_of(char keys[16])
{
	static uint64_t n;
	uint64_t key[2] = { ++n * 0x9e3779b97f4a7c15,
	    (n - 1) * 0x9e3779b97f4a7c15 };

	memcpy(keys, key, sizeof(key));
	return (struct str){ keys, n % 2 == 0 ? 16 : 8 };
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
cpu_ms(void)
{
	unsigned long long ns = 0;
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", rig.pid);
	f = fopen(path, "r");
	if (f == NULL || fscanf(f, "%llu", &ns) != 1)
		return 0;
	fclose(f);
	return (double)ns / 1e6;
}

static void
report(size_t done, size_t size, size_t at_once, bool reuse, double took,
    double cpu)
{
	printf("%zu octets, %zu at once%s: %.0f messages/s, %.4f ms of the "
	    "writer each\n", size, at_once, reuse ? ", reused" : "",
	    (double)done / took, cpu / (double)done);
}

static void
run(size_t messages, size_t size, size_t at_once, bool reuse)
{
	static int child[AT_ONCE_MAX];
	static struct msg_target t[AT_ONCE_MAX];
	char *text = calloc(1, size), keys[16];
	double began = seconds(), cpu = cpu_ms();
	size_t done = 0;
	uint64_t group = 0;

	for (size_t i = 0; i < at_once; i++)
		child[i] = rig_child(&rig);
	while (done < messages) {
		group++;
		for (size_t i = 0; i < at_once; i++)
			rig_ask(child[i], "alice", "example.org", size);
		for (size_t i = 0; i < at_once; i++) {
			size_t n = 1;

			if (rig_told(&rig, child[i], &t[i], &n) != RCPT_OK)
				abort();
		}
		for (size_t i = 0; i < at_once; i++)
			rig_deliver_refs(&rig, rig.seal, &t[i], group, 0, 1,
			    (struct str){ text, size }, HEAD, refs_of(keys));
		for (size_t i = 0; i < at_once; i++) {
			if (rig_delivered(&rig, child[i], group, 10000) != 0)
				abort();
			done++;
			if (!reuse) {
				close(child[i]);
				child[i] = rig_child(&rig);
			}
		}
	}
	report(done, size, at_once, reuse, seconds() - began, cpu_ms() - cpu);
	for (size_t i = 0; i < at_once; i++)
		close(child[i]);
	free(text);
}

/* All heads, then all bodies, as FETCH would: UIDS_MAX a question at most. */
static void
read_all(uint64_t account, size_t messages, uint32_t what)
{
	static uint32_t uid[UIDS_MAX];
	struct msg_read_messages m = { .what = what };
	double began = seconds();
	struct rig_box box;
	struct bound b;
	struct buf out;
	uint64_t octets = 0;
	size_t at = 1, answers = 0;
	bool more;

	if (!rig_bind(&rig, account, &b) ||
	    !rig_list(&rig, b.read, "INBOX", &box))
		abort();
	m.mailbox = box.id;
	buf_init(&out, 2 << 20);
	while (at <= messages) {
		struct str in;

		for (size_t i = 0; i < UIDS_MAX; i++)
			uid[i] = (uint32_t)(at + i);
		m.uids = (struct str){ (char *)uid, sizeof(uid) };
		buf_clear(&out);
		rig_read(&rig, b.read, READ_MESSAGES, &m, &out, &more);
		answers++;
		octets += out.len;
		for (in = buf_str(&out); in.len > 0; at++) {
			struct str n = { in.ptr + 36, 4 };
			uint32_t length = 0;

			field_take_u32(&n, &length);
			in.ptr += 40 + length;
			in.len -= 40 + length;
		}
	}
	printf("%s: %zu in %zu answers, %zu octets, %.1f ms\n",
	    what == READ_HEAD ? "heads" : "bodies", messages, answers,
	    (size_t)octets, 1000 * (seconds() - began));
	buf_free(&out);
}

static void
memory(const char *when)
{
	char path[64], line[128];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", rig.pid);
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "RssAnon", 7) == 0)
			printf("%s: %s", when, line);
	if (f != NULL)
		fclose(f);
}

static double
number(const char *s)
{
	return strtod(s, NULL);
}

int
main(int argc, char **argv)
{
	if (argc < 5)
		return 1;
	rig_folder(&rig);
	if (getenv("DIR") != NULL)
		snprintf(rig.dir, sizeof(rig.dir), "%s", getenv("DIR"));
	rig_start(&rig, argv[1], 0);
	rig_user(&rig, "alice@example.org", "0", true);
	run((size_t)number(argv[2]), (size_t)number(argv[3]),
	    (size_t)number(argv[4]), argc > 5);
	memory("writer");
	if (number(argv[2]) * number(argv[3]) < 500e6) {
		read_all(1, (size_t)number(argv[2]), READ_HEAD);
		read_all(1, (size_t)number(argv[2]), READ_BODY);
	}
	if (rig_admin(&rig, "store check", NULL) != VERDICT_YES)
		printf("findings: %zu\n", rig.row_count);
	rig_log(&rig);
	rig_stop(&rig);
	if (getenv("KEEP") == NULL)
		rig_remove(&rig);
	return 0;
}
