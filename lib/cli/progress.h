/*
 * progress.h - how far something is, on a terminal; and whether it is to end.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "cli/cli.h"

struct progress {
	bool on;		/* standard error is a terminal */
	const char *what;
	uint64_t total;
	unsigned told;		/* per mille */
};

void progress_begin(struct progress *, const char *what, uint64_t total);
void progress_at(struct progress *, uint64_t done);
void progress_end(struct progress *);

/* From now on SIGINT and SIGTERM only set a mark. */
void progress_catch(void);
bool progress_stopped(void);

#endif
