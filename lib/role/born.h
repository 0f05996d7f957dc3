/*
 * born.h - a master's children: who runs, from where, with which socket.
 *
 * For master.c alone.
 */
#ifndef ROLE_BORN_H
#define ROLE_BORN_H

#include <sys/types.h>

#include "role/master.h"

bool born_begin(void);

/* A free slot for a child of a peer at addr; -1: too many, of all or, unless
 * it is many (a gate), of it. */
int born_slot(const char *addr, bool many);
struct child_slot *born_shared(size_t slot);
int born_budget(void);

void born_add(size_t slot, pid_t, int sock, const char *addr);
int born_find(pid_t);			/* its slot, or -1 */
int born_sock(size_t slot);
struct str born_origin(size_t slot);	/* as PROXY said, else the peer */
/* End those that live longer, by SIGKILL: they do not end by themselves. */
void born_kill_old(int64_t lifetime_ms);
bool born_killed(size_t slot);

void born_remove(size_t slot);
size_t born_running(void);

/* In the new child: keep only what is its own. */
void born_child(struct role *, struct child *, size_t slot);

#endif
