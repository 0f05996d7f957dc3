/*
 * seccomp.h - the system calls that are left (seccomp(2)).
 *
 * What is not in the sets of `may` (enum sandbox_may) kills the process.
 * PR_SET_NO_NEW_PRIVS must be on.
 */
#ifndef OS_SECCOMP_H
#define OS_SECCOMP_H

#include <stdbool.h>

bool seccomp_enter(unsigned may);

/* In a child of a role with SANDBOX_FORK: the role's calls without kill. */
bool seccomp_child(void);

#endif
