/* taken.h - what taken.c and taken_send.c share. */
#ifndef ATTACK_TAKEN_H
#define ATTACK_TAKEN_H

#include <stdio.h>

#include "role/master.h"

enum { PATIENCE_MS = 3000 };

extern FILE *out;			/* to the tester */

struct verb {
	const char *verb;
	size_t words;
	void (*run)(struct child *, char **);
};

extern const struct verb send_verbs[];
extern const size_t send_verbs_count;

/* send has no peer: the tester waits where other servers would be. */
int call_home(const struct role *);
bool is_go(const struct chan_msg *, uint64_t *order);

#endif
