/*
 * log.c - plictl log.
 *
 * The parent writes the log, root reads it: the file is opened here, no role
 * serves it.
 */

#include "plictl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 16384, LINES = 20, LINES_MAX = 1000000, PAUSE_MS = 300 };

/* Where the last n lines begin. */
static off_t
start_of_lines(int fd, uint64_t n)
{
	static char block[BLOCK];
	off_t end = lseek(fd, 0, SEEK_END);
	off_t at = end;

	while (at > 0) {
		off_t from = at > BLOCK ? at - BLOCK : 0;
		ssize_t got = pread(fd, block, (size_t)(at - from), from);

		if (got != at - from)
			break;
		for (ssize_t i = got - 1; i >= 0; i--)
			if (block[i] == '\n' && from + i + 1 != end &&
			    --n == 0)
				return from + i + 1;
		at = from;
	}
	return 0;
}

/* From *at to the end. */
static void
copy(int fd, off_t *at)
{
	static char block[BLOCK];
	ssize_t n;

	while ((n = pread(fd, block, BLOCK, *at)) > 0) {
		fwrite(block, 1, (size_t)n, stdout);
		*at += n;
	}
	fflush(stdout);
}

/* For ever; begins the new file when the log was put aside. */
static void
follow(int fd, off_t at, const char *path)
{
	const struct timespec pause = { 0, PAUSE_MS * 1000000 };

	for (;;) {
		struct stat ours, there;

		(void)nanosleep(&pause, NULL);
		copy(fd, &at);
		if (ferror(stdout) || fstat(fd, &ours) != 0)
			return;
		if (stat(path, &there) != 0 || there.st_ino == ours.st_ino)
			continue;
		close(fd);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return;
		at = 0;
	}
}

static int
run(struct cli *c, int argc, char **argv)
{
	bool on = false;
	const char *count = NULL;
	const struct option options[] = {
		{ "-f", NULL, &on }, { "--follow", NULL, &on },
		{ "-n", &count, NULL }, { "--lines", &count, NULL },
		{ NULL, NULL, NULL },
	};
	struct words words;
	char path[FILE_NAME_MAX];
	uint64_t lines = LINES;
	off_t at;
	int fd;

	if (!args_take(c, options, argc, argv, &words, 0, 0))
		return EXIT_NO;
	if (count != NULL) {
		struct str in = from_c(count);

		if (!str_take_u64(&in, &lines) || in.len > 0 || lines == 0 ||
		    lines > LINES_MAX)
			return say(c, EXIT_NO, "bad-count", count, NULL);
	}
	snprintf(path, FILE_NAME_MAX, "%s/var/lib/plid/log", prefix_of(c));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return say(c, EXIT_NO, "log-unreadable", path,
		    strerror(errno));
	at = start_of_lines(fd, lines);
	copy(fd, &at);
	if (on)
		follow(fd, at, path);
	close(fd);
	return 0;
}

const struct verb verb_log = {
	"log", "", "[-f] [-n LINES]", run,
	{ "what happened: one line an event, no content",
	"ce qui s'est passé : une ligne par événement, sans contenu" },
	{ "No addresses, no content.  Root may read it.\n\n"
	"  -n, --lines N   the last N lines (20)\n"
	"  -f, --follow    then what comes, until Ctrl-C\n\n"
	"examples:\n"
	"  plictl log -n 100\n"
	"  plictl log -f\n"
	"  plictl log -n 10000 | grep refused\n",
	"Ni adresses, ni contenu.  Root peut le lire.\n\n"
	"  -n, --lines N   les N dernières lignes (20)\n"
	"  -f, --follow    puis ce qui vient, jusqu'à Ctrl-C\n\n"
	"exemples :\n"
	"  plictl log -n 100\n"
	"  plictl log -f\n"
	"  plictl log -n 10000 | grep refused\n" },
};
