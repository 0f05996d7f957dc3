/* logfile.c - the log: one file, one older one. */

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "os/log.h"
#include "parent/parent.h"

enum { FILE_MAX = 10 << 20, STAMP = 24, BATCH = 16384 };

static int file = -1;
static off_t size;
static char batch[BATCH];	/* lines of one round, written at once */
static size_t batched;

void
logfile_open(const struct parent *b)
{
	struct stat st;

	if (file >= 0)
		close(file);
	file = open(b->paths.log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
	    0640);
	size = file >= 0 && fstat(file, &st) == 0 ? st.st_size : 0;
}

static void
rotate(const struct parent *b)
{
	char old[PATH_MAX_ + 4];

	snprintf(old, sizeof(old), "%s.1", b->paths.log);
	(void)rename(b->paths.log, old);
	logfile_open(b);
}

void
logfile_line(const struct parent *b, const char *role, pid_t pid,
    struct str line)
{
	char out[LOG_LINE_MAX + 64], stamp[STAMP];
	time_t now = time(NULL);
	struct tm tm;
	int n;

	if (line.len > LOG_LINE_MAX)
		line.len = LOG_LINE_MAX;
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ",
	    gmtime_r(&now, &tm));
	n = snprintf(out, sizeof(out), "%s %s[%d] %.*s\n", stamp, role,
	    (int)pid, (int)line.len, line.ptr);
	if (n <= 0)
		return;
	/* a role that was taken over forges no lines and no terminal's codes */
	for (int i = 0; i < n - 1; i++)
		if ((unsigned char)out[i] < ' ' || out[i] == 0x7f)
			out[i] = '?';
	if (batched + (size_t)n > sizeof(batch))
		logfile_flush(b);
	memcpy(batch + batched, out, (size_t)n);
	batched += (size_t)n;
}

void
logfile_flush(const struct parent *b)
{
	if (batched == 0)
		return;
	if (b->verbose && write(STDERR_FILENO, batch, batched) < 0)
		errno = 0;	/* standard error may be gone */
	if (file >= 0 && write(file, batch, batched) > 0)
		size += (off_t)batched;
	batched = 0;
	if (size > FILE_MAX)
		rotate(b);
}

void
say(const struct parent *b, const char *event, const char *fmt, ...)
{
	char line[LOG_LINE_MAX];
	size_t n = strlen(event);
	va_list ap;
	int got;

	memcpy(line, event, n);
	line[n++] = ' ';
	va_start(ap, fmt);
	got = vsnprintf(line + n, sizeof(line) - n, fmt, ap);
	va_end(ap);
	if (got > 0)
		n += (size_t)got;
	if (n >= sizeof(line))
		n = sizeof(line) - 1;
	logfile_line(b, "parent", getpid(), (struct str){ line, n });
}
