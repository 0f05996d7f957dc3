/*
 * cost.c - what one message costs seal, in processor time of its own.
 *
 * usage: seal_cost SEAL CERT SIZE COUNT
 *
 * One after the other; with a fifth argument so many at a time.
 */

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "rig.h"
#include "tests/check.h"

static double
spent(struct rig *r)
{
	struct timespec t;
	clockid_t clock;

	CHECK(clock_getcpuclockid(r->pid, &clock) == 0 &&
	    clock_gettime(clock, &t) == 0, "clock");
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
seal(struct rig *r, struct str text, unsigned count, unsigned at_once)
{
	struct rig_got got;
	unsigned sent = 0, done = 0;

	while (done < count) {
		while (sent < count && sent - done < at_once)
			rig_message(r, sent++, text, 0, 1, 3);
		CHECK(rig_next(r, &got, 5000) == RIG_DELIVERED, "%u", done);
		close(got.fd);
		done++;
	}
}

int
main(int argc, char **argv)
{
	unsigned long size, count, at_once;
	struct rig r;
	double before;
	char *mem;

	if (argc < 5)
		return 77;
	size = strtoul(argv[3], NULL, 10);
	count = strtoul(argv[4], NULL, 10);
	at_once = argc > 5 ? strtoul(argv[5], NULL, 10) : 1;
	mem = malloc(size);
	memset(mem, 'x', size);
	rig_start(&r, argv[1]);
	rig_cert(&r, argv[2]);
	seal(&r, (struct str){ mem, size }, 20, 1);
	before = spent(&r);
	seal(&r, (struct str){ mem, size }, (unsigned)count,
	    (unsigned)at_once);
	printf("%s %lu octets, %lu at once: %.4f ms\n", argv[2], size, at_once,
	    (spent(&r) - before) / (double)count);
	if (getenv("SEAL_WAIT") != NULL && printf("%d\n", (int)r.pid) > 0 &&
	    fflush(stdout) == 0)
		sleep(1);
	rig_stop(&r);
	free(mem);
	return 0;
}
