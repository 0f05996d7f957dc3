/*
 * mirror.h - the mirror: how far it is, what is wrong with it, and how another
 * one takes its place.
 *
 * FOLDER/mirror is home's alone while it runs.  One that was put aside is
 * FOLDER/mirror.old-N, until the one in its place is whole.
 */
#ifndef PLI_MIRROR_H
#define PLI_MIRROR_H

#include "pli.h"

struct mirror {
	uint64_t here, there;		/* letters */
	uint64_t waiting;		/* changes the box has not heard of */
	uint64_t letters;		/* to be sent, not gone */
	bool whole;			/* all of the box has been here */
};

/* false: it is locked, or does not open. */
bool mirror_ask(struct pli *, struct mirror *);

/* The account in it, made when it is new; the store opens meanwhile.  Or it
 * was said. */
int mirror_account(struct pli *);

/* What keeps it from working is said, as far as it is known; true: there is
 * something. */
bool mirror_trouble(struct pli *);

/* A bar on the terminal until all is here; Ctrl-C ends the bar alone.  true:
 * all is here. */
bool mirror_show(struct pli *);
/* The same without a terminal: waits. */
bool mirror_wait(struct pli *, int seconds);

/* Home has ended.  0 or it was said. */
int mirror_aside(struct pli *);
/* Those that were put aside go, if this one is whole. */
void mirror_tidy(struct pli *);

#endif
