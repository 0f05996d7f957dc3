/* progress.c - a bar on the terminal. */

#include "cli/progress.h"

#include <signal.h>
#include <unistd.h>

enum { BAR = 30 };

static volatile sig_atomic_t stopped;

static void
stop(int signal)
{
	(void)signal;
	stopped = 1;
}

void
progress_catch(void)
{
	struct sigaction sa = { .sa_handler = stop, .sa_flags = SA_RESTART };

	(void)sigaction(SIGINT, &sa, NULL);
	(void)sigaction(SIGTERM, &sa, NULL);
}

bool
progress_stopped(void)
{
	return stopped != 0;
}

static void
draw(const struct progress *p)
{
	char bar[BAR + 1];
	unsigned full = p->told * BAR / 1000;

	for (unsigned i = 0; i < BAR; i++)
		bar[i] = i < full ? '#' : '.';
	bar[BAR] = '\0';
	fprintf(stderr, "\r\033[K[%s] %3u%%  %.40s", bar, p->told / 10,
	    p->what);
}

void
progress_begin(struct progress *p, const char *what, uint64_t total)
{
	*p = (struct progress){ .on = isatty(STDERR_FILENO) == 1,
	    .what = what, .total = total };
	if (p->on)
		draw(p);
}

void
progress_at(struct progress *p, uint64_t done)
{
	unsigned now = p->total > 0 ?
	    (unsigned)((double)done * 1000 / (double)p->total) : 1000;

	if (!p->on || now == p->told)
		return;
	p->told = now > 1000 ? 1000 : now;
	draw(p);
}

void
progress_end(struct progress *p)
{
	if (p->on)
		fputs("\r\033[K", stderr);
	p->on = false;
}
