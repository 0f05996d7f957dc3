/*
 * sandbox.h - what a role may still ask of the kernel.
 *
 * sandbox_enter is called once, before the first byte of a peer, after all
 * files that the role needs by name are open or named here.  It does not
 * return when something mandatory is missing: a role that cannot enter its
 * sandbox does not start.  Under a sanitizer the limits hold, but neither
 * seccomp nor Landlock, and the log says so.
 */
#ifndef OS_SANDBOX_H
#define OS_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sets of system calls; every role has SANDBOX_BASE: read, write, send,
 * receive, memory, time, epoll, poll, its own signals, exit. */
enum sandbox_may {
	SANDBOX_BASE	= 0,
	SANDBOX_CHANNELS = 1 << 0,	/* socketpair: makes channels */
	SANDBOX_MEMFD	= 1 << 1,	/* memfd_create, ftruncate */
	SANDBOX_FORK	= 1 << 2,	/* a master, and may kill; its children
					   lose both by sandbox_child */
	SANDBOX_ACCEPT	= 1 << 3,	/* accept4, getpeername, setsockopt */
	SANDBOX_FILES	= 1 << 4,	/* openat, stat, unlink, rename, fsync
					   below the folders named */
	SANDBOX_DATABASE = 1 << 5,	/* FILES, and what SQLite wants */
	SANDBOX_CONNECT	= 1 << 6,	/* TCP sockets of its own, to the ports
					   named */
	SANDBOX_RESOLVE	= 1 << 7,	/* CONNECT, and UDP */
};

struct sandbox {
	unsigned may;
	const char *read_dirs[4];	/* NULL-terminated; Landlock */
	const char *write_dirs[4];
	uint16_t ports[8];		/* TCP: Landlock, from its ABI 4 on;
					   0 ends them */
	size_t memory;			/* RLIMIT_DATA, octets; 0: none */
	size_t files;			/* RLIMIT_NOFILE */
};

void sandbox_enter(const struct sandbox *);

/* For a child of a master: no further processes, few files. */
void sandbox_child(void);

#endif
