/* log.c - one line per event. */

#include "os/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int target = -1;

void
log_to(int fd)
{
	target = fd;
}

int
log_fd(void)
{
	return target;
}

/* A peer's bytes in a line must not look like another line. */
static void
defuse(char *line, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = '?';
}

/* line has room for one octet more. */
static void
send_line(char *line, size_t n)
{
	defuse(line, n);
	if (target >= 0) {
		(void)send(target, line, n, MSG_DONTWAIT | MSG_NOSIGNAL);
		return;
	}
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, n) < 0)
		return;		/* nowhere left to say it */
}

__attribute__((format(printf, 2, 0)))
static void
write_line(const char *event, const char *fmt, va_list ap)
{
	char line[LOG_LINE_MAX + 2];
	size_t n;
	int got;

	got = snprintf(line, LOG_LINE_MAX, "%s ", event);
	n = got < 0 ? 0 : (size_t)got;
	got = vsnprintf(line + n, LOG_LINE_MAX - n, fmt, ap);
	if (got > 0)
		n += (size_t)got;
	if (n > LOG_LINE_MAX - 1)
		n = LOG_LINE_MAX - 1;
	send_line(line, n);
}

void
log_text(const char *event, struct str text)
{
	char line[LOG_LINE_MAX + 2];
	size_t n = strlen(event);

	if (n > LOG_LINE_MAX / 2)
		n = LOG_LINE_MAX / 2;
	if (text.len > LOG_LINE_MAX - 2 - n)
		text.len = LOG_LINE_MAX - 2 - n;
	memcpy(line, event, n);
	line[n++] = ' ';
	memcpy(line + n, text.ptr, text.len);
	send_line(line, n + text.len);
}

void
log_event(const char *event, const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	va_start(ap, fmt);
	write_line(event, fmt, ap);
	va_end(ap);
	errno = saved;
}

void
log_die(const char *event, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_line(event, fmt, ap);
	va_end(ap);
	_exit(1);
}
